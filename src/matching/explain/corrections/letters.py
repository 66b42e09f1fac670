"""The letter that asks a holder what only the holder can tell.

Example:
    >>> print(letter(corrections.filter((pl.col("passage") == 0) & (pl.col("rank") == 1)), date="30 mars 2026"))
    Bonjour [nom du titulaire],
    ...

It shows what was sent and asks an open question. What a correction proposes is not in it: an answer that was not
suggested is worth more.
"""

import polars as pl

from matching.explain.corrections.kinds import kind
from matching.identity.catalogue import Lang, sentence


def letter(
    correction: pl.DataFrame,
    lang: Lang = "fr",
    *,
    name: str | None = None,
    certification: str | None = None,
    date: str | None = None,
) -> str | None:
    """The letter about one correction; None for a safe one, which asks nothing.

    Args:
        correction: Columns ``CORRECTIONS``: the rows of one passage and rank.
        lang: Of the letter.
        name: Of the holder; a blank to fill in by default, as are the others.
        certification: Its name.
        date: Until when to answer, as it is to be written.
    """
    one = kind(correction["kind"][0])
    if one.document is None:
        return None
    nothing = sentence("fields.blank", lang)
    sent = [
        sentence("corrections.sent", lang, field=sentence(f"fields.{field}", lang), value=value or nothing)
        for field, value in correction.select("field", "before").iter_rows()
    ]
    return sentence(
        "corrections.letter",
        lang,
        name=name or sentence("corrections.blank_name", lang),
        certification=certification or sentence("corrections.blank_certification", lang),
        date=date or sentence("corrections.blank_date", lang),
        question=sentence(f"corrections.question_{one.code}", lang),
        document=sentence(f"corrections.document_{one.document}", lang),
        sent="\n".join(sent),
    )
