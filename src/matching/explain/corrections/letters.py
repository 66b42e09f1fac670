"""The letters that ask the holders what only they can tell: one for each, ready to send.

Example:
    >>> letters(told, passages, date(2026, 11, 23)).select("holder", "document", "subject").row(0)
    ('Camille ROUVIERE', 'birth_certificate', 'Certification RS6042 : votre état civil à vérifier')

A letter says what was sent and asks open questions. What a correction proposes is not in it: an answer that was not
suggested is worth more. All that is asked of a holder stands in one letter, and as few documents as settle it.
"""

import string
from datetime import date

import polars as pl

from matching.explain.corrections.kinds import DOCUMENTS, KINDS, WHOLE, kinds
from matching.explain.history import deadline
from matching.identity.catalogue import Lang, sentence
from matching.identity.outcomes import Message
from matching.reference import communes, countries

LETTERS: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "holder": pl.String,  # as submitted; null when nothing was
    "document": pl.String,  # codes of ``DOCUMENTS``, comma between them
    "subject": pl.String,
    "letter": pl.String,
}
"""Columns of the letters."""

DAYS_TO_ANSWER, DAYS_TO_DEPOSIT, FEWEST_DAYS = 15, 5, 3
"""Left to the holder; kept before the legal deadline to deposit again; left to the holder whatever the deadline."""

_SETTLED_BY = {"family_book": ("birth_certificate",), "rights_certificate": ("birth_certificate", "identity_document")}
"""Document → those that tell as much: it is not asked for beside them."""

_NAMES = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
_SHOWN_AS = {
    **{field: field for field in (*_NAMES, "sex")},
    **dict.fromkeys(("birth_year", "birth_month", "birth_day"), "birth_date"),
    **dict.fromkeys(("insee_code", "postal_code", "country_code"), "birth_place"),
}
_ORDER = list(dict.fromkeys(_SHOWN_AS.values()))


def letters(told: pl.DataFrame, passages: pl.DataFrame, today: date, lang: Lang = "fr") -> pl.DataFrame:
    """The letters that corrections ask for.

    Args:
        told: Columns ``CORRECTIONS``: those to settle with the holders. Safe ones ask nothing.
        passages: Contract PASSAGES with ``message``, those of the corrections among them.
        today: The day they are sent.
        lang: Of the letters.

    Returns:
        Columns ``LETTERS``, by passage; none for a passage whose corrections are all safe.
    """
    asked = _asked(told.filter(~pl.col("is_safe")).sort("passage", "rank", maintain_order=True))
    about = passages.join(asked, on="passage", how="semi", maintain_order="left")
    facts = about.select(
        "passage",
        holder=_holder(),
        code=_certification(),
        exam=_written(pl.col("exam_end").str.strip_chars().str.to_date("%Y-%m-%d", strict=False), lang),
        reason=_of_code(pl.col("message") == int(Message.SEVERAL), "several", "unknown", lang),
        until=_until(today),
        deadline=deadline(),
    )
    facts = facts.with_columns(
        name=pl.when(pl.col("holder").is_not_null()).then(" " + pl.col("holder")).otherwise(pl.lit("")),
        certification=pl.coalesce(_filled("letters.exam", lang, certification="code", exam="exam"), "code"),
        date=_written(pl.col("until"), lang),
        legal=pl.when(pl.col("deadline") >= pl.col("until"))
        .then(" " + _filled("letters.deadline", lang, deadline=_written(pl.col("deadline"), lang)))
        .otherwise(pl.lit("")),
    )
    for part in (_questions(asked, lang), _sent(asked, about, lang), _documents(asked, lang)):
        facts = facts.join(part, on="passage", how="left", maintain_order="left")
    columns = ("name", "certification", "reason", "questions", "sent", "date", "documents", "legal")
    return facts.select(
        "passage",
        "holder",
        "document",
        _filled("letters.subject", lang, certification="code").alias("subject"),
        _filled("letters.letter", lang, **{name: name for name in columns}).alias("letter"),
    ).select(pl.col(name).cast(dtype) for name, dtype in LETTERS.items())


def _asked(corrections: pl.DataFrame) -> pl.DataFrame:
    """With ``item``, and without the kinds that only doubt an item of which another one asks something more exact."""
    doubts = pl.col("kind").str.ends_with("_unsure") & (pl.col("kind") != WHOLE)
    items = corrections.with_columns(item=pl.col("field").replace_strict(_SHOWN_AS).cast(pl.Enum(_ORDER)))
    exact = items.filter(~doubts & (pl.col("kind") != WHOLE)).select("passage", "item").unique()
    told = items.join(exact.with_columns(is_asked=True), on=["passage", "item"], how="left", maintain_order="left")
    is_again = (doubts & pl.col("is_asked").fill_null(value=False)).all().over("passage", "kind")
    return told.filter(~is_again).drop("is_asked")


def _filled(code: str, lang: Lang, **columns: pl.Expr | str) -> pl.Expr:
    """A sentence whose facts are columns."""
    text = sentence(code, lang, **{name: f"{{{name}}}" for name in columns})
    pieces: list[pl.Expr] = []
    for literal, name, _, _ in string.Formatter().parse(text):
        pieces.append(pl.lit(literal))
        if name:
            column = columns[name]
            pieces.append(pl.col(column) if isinstance(column, str) else column)
    return pl.concat_str(pieces)


def _of_code(when: pl.Expr, code: str, otherwise: str, lang: Lang) -> pl.Expr:
    texts = [pl.lit(sentence(f"letters.{one}", lang)) for one in (code, otherwise)]
    return pl.when(when).then(texts[0]).otherwise(texts[1])


def _holder() -> pl.Expr:
    """Given name and surname in use, without the capitals of a register; null when neither was sent."""
    given, birth, usage = (_said(f"raw_{name}") for name in ("given_name_1", "birth_name", "usage_name"))
    whole = pl.concat_str([given.str.to_titlecase(), pl.coalesce(usage, birth)], separator=" ", ignore_nulls=True)
    return pl.when(whole != "").then(whole)


def _said(column: str) -> pl.Expr:
    """A raw text, signs that no one sees and outer blanks apart; null when nothing is left."""
    text = pl.col(column).str.replace_all(r"\p{C}|\s", " ").str.strip_chars()
    return pl.when(text != "").then(text)


def _certification() -> pl.Expr:
    """Its code, after its type where the code has no letters; "" when neither was sent."""
    code, kind = _said("certification_code"), _said("certification_type")
    is_bare = code.str.contains(r"^\d").fill_null(value=True)
    whole = pl.concat_str([kind, code], separator=" ", ignore_nulls=True)
    return pl.when(is_bare).then(whole).otherwise(code)


def _until(today: date) -> pl.Expr:
    """The day to answer before."""
    this = pl.lit(today)
    usual, last = this.dt.offset_by(f"{DAYS_TO_ANSWER}d"), deadline().dt.offset_by(f"-{DAYS_TO_DEPOSIT}d")
    is_near = (last < usual) & (deadline() >= this)
    first = this.dt.offset_by(f"{FEWEST_DAYS}d")
    return pl.when(is_near).then(pl.max_horizontal(last, first)).otherwise(usual)


def _written(day: pl.Expr, lang: Lang) -> pl.Expr:
    return _date_text(day.dt.day(), day.dt.month(), day.dt.year(), lang)


def _date_text(day: pl.Expr, month: pl.Expr, year: pl.Expr, lang: Lang) -> pl.Expr:
    """A date with its month in words; of a part that is not known, null."""
    months = dict(enumerate(sentence("letters.months", lang).split(), start=1))
    named = month.cast(pl.Int64).replace_strict(months, default=None, return_dtype=pl.String)
    first = pl.lit(sentence("letters.first_of_month", lang))
    numbered = pl.when(day == 1).then(first).otherwise(day.cast(pl.String))
    return pl.concat_str([numbered, named, year.cast(pl.String)], separator=" ")


def _questions(asked: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """``passage``, ``questions``: each once, that of the whole identity last; where there are several, one a line."""
    texts = {one.code: sentence(f"corrections.question_{one.code}", lang) for one in KINDS if not one.is_safe}
    also = pl.lit(sentence("letters.whole_too", lang))
    is_whole = pl.col("kind") == WHOLE
    each = asked.select("passage", is_whole.alias("is_whole"), question=pl.col("kind").replace_strict(texts))
    each = each.unique(maintain_order=True).sort("passage", "is_whole", maintain_order=True)
    worded = pl.when("is_whole").then(also).otherwise("question")
    lines = each.select(
        "passage", line=pl.when(pl.len().over("passage") == 1).then("question").otherwise("- " + worded)
    )
    return lines.group_by("passage", maintain_order=True).agg(questions=pl.col("line").str.join("\n"))


def _documents(asked: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """``passage``, ``document`` (codes), ``documents`` (in words, one a line)."""
    of_kind = {code: one.document for code, one in kinds().items()}
    listed = asked.select("passage", code=pl.col("kind").replace_strict(of_kind, return_dtype=pl.String)).unique()
    for document, others in _SETTLED_BY.items():
        tells_more = pl.col("code").is_in(others).any().over("passage")
        listed = listed.filter((pl.col("code") != document) | ~tells_more)
    words = {one: sentence("letters.item", lang, item=sentence(f"letters.document_{one}", lang))
             for one in DOCUMENTS}  # fmt: skip
    ordered = listed.sort("passage", pl.col("code").cast(pl.Enum(DOCUMENTS)))
    return ordered.group_by("passage", maintain_order=True).agg(
        document=pl.col("code").str.join(","), documents=pl.col("code").replace_strict(words).str.join("\n")
    )


def _sent(asked: pl.DataFrame, passages: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """``passage``, ``sent``: what was sent of the data asked about, one a line."""
    nothing = pl.lit(sentence("fields.blank", lang))
    shown = asked.select("passage", "item").unique()
    values = (
        _with_birth_place(passages)
        .select("passage", **_values(lang))
        .unpivot(index="passage", variable_name="item", value_name="value")
    )
    names = {item: sentence("letters.birth_place" if item == "birth_place" else f"fields.{item}", lang)
             for item in _ORDER}  # fmt: skip
    told = shown.sort("passage", "item").with_columns(pl.col("item").cast(pl.String))
    told = told.join(values, on=["passage", "item"], how="left", maintain_order="left").with_columns(
        field=pl.col("item").replace_strict(names), value=pl.col("value").fill_null(nothing)
    )
    line = _filled("letters.sent", lang, field="field", value="value")
    return told.with_columns(line=line).group_by("passage", maintain_order=True).agg(sent=pl.col("line").str.join("\n"))


def _values(lang: Lang) -> dict[str, pl.Expr]:
    """Each item as it was sent, in words that its holder reads."""
    sexes = {sex: sentence(f"letters.sex_{sex}", lang) for sex in ("M", "F")}
    year, month, day = (_said(f"raw_birth_{part}") for part in ("year", "month", "day"))
    return {
        **{name: _said(f"raw_{name}") for name in _NAMES},
        "sex": _said("raw_sex").replace(sexes),
        "birth_date": pl.coalesce(
            _date_text(pl.col("birth_day"), pl.col("birth_month"), pl.col("birth_year"), lang),
            pl.concat_str([day, month, year], separator="/", ignore_nulls=True),
        ).replace({"": None}),
        "birth_place": pl.col("birth_place"),
    }


def _with_birth_place(passages: pl.DataFrame) -> pl.DataFrame:
    """With ``birth_place``: the names that were sent, and what the codes mean where that is something else."""
    towns, lands = (
        table.select(code="code", name="label").unique("code", keep="last", maintain_order=True)
        for table in (communes.table(), countries.table())
    )
    insee, abroad = _said("raw_insee_code"), _said("raw_country_code")
    codes = passages.select("passage", town=insee, land=pl.coalesce("99" + abroad, insee))
    known = codes.join(towns.rename({"name": "town_name"}), left_on="town", right_on="code", how="left").join(
        lands.select("code", land_name=pl.col("name").str.to_titlecase()), left_on="land", right_on="code", how="left"
    )
    told = passages.join(known.select("passage", "town_name", "land_name"), on="passage", how="left",
                         maintain_order="left")  # fmt: skip
    label, land = _said("raw_place_label"), _said("raw_country_label")
    town = _both(label, pl.coalesce("town_name", pl.when(label.is_null()).then(_said("raw_postal_code"))))
    place = pl.concat_str([town, _both(land, pl.col("land_name"))], separator=", ", ignore_nulls=True)
    return told.with_columns(birth_place=pl.coalesce(pl.when(place != "").then(place), insee))


def _both(sent: pl.Expr, meant: pl.Expr) -> pl.Expr:
    """What was sent, and what its code means unless it says the same."""
    is_same = communes.comparable_label(sent) == communes.comparable_label(meant)
    whole = pl.concat_str(
        [sent, pl.when(~is_same.fill_null(value=False)).then(meant)], separator=" / ", ignore_nulls=True
    )
    return pl.when(whole != "").then(whole)
