"""The smallest changes of a refused passage that would plausibly make it pass, and the letter that settles each.

Example:
    >>> corrections = propose(refused, check(submitted), exposure(submitted))
    >>> corrections.filter(pl.col("rank") == 1).select("kind", "field", "before", "after").rows()
    [('day_and_month_exchanged', 'birth_month', '3', '12'), ('day_and_month_exchanged', 'birth_day', '12', '3')]

Nothing of a register is read: a correction is built from what was submitted, what the checks found in it, and public
nomenclatures. ``kinds`` is the table of what can be corrected.
"""

import polars as pl

from matching.explain.corrections import dates, found, given_names, others, surnames
from matching.explain.corrections.applied import apply
from matching.explain.corrections.facts import prepared
from matching.explain.corrections.ranking import CORRECTIONS, options, ranked
from matching.explain.corrections.ways import together

__all__ = ["CORRECTIONS", "apply", "possible", "propose"]


def propose(refused: pl.DataFrame, findings: pl.DataFrame, exposed: pl.DataFrame, most: int = 12) -> pl.DataFrame:
    """Corrections of refused passages.

    Args:
        refused: Contract PASSAGES with its dates read, and ``message``: the number, 1 to 4, that the receipt gives.
        findings: Contract FINDINGS; those of other passages are passed over.
        exposed: What ``quality.forecasting.exposure`` says of the holders: how many namesakes are expected.
        most: Corrections kept for one passage.

    Returns:
        Columns ``CORRECTIONS``: by passage, the most plausible first. A passage that tells no holder by traits, or
        has another message, has none.
    """
    return ranked(possible(refused, findings, exposed), refused, most)


def possible(refused: pl.DataFrame, findings: pl.DataFrame, exposed: pl.DataFrame) -> pl.DataFrame:
    """All that may be changed, as ``ranking.options`` gives it, before any of it is weighed."""
    rows = prepared(refused.filter(pl.col("message").is_between(1, 4)))
    of_rows = findings.filter(pl.col("passage").is_in(rows["passage"].implode()))
    parts = [find(rows) for find in (surnames.find, given_names.find, given_names.sexes, dates.find, others.find)]
    return options(together([*parts, found.find(of_rows)]), rows, exposed)
