"""Check a file before it is sent: every family of rules, one frame of findings.

Example:
    >>> findings = check(Submitted.of(passages, header))
    >>> findings.columns[:3]
    ['code', 'severity', 'passage']
"""

from collections.abc import Callable

import polars as pl

from matching.identity.frames import FINDINGS
from matching.identity.rules import rules, with_severity
from matching.quality import dates, given_names, names, nirs, passages, places, rows, sex, whole_file
from matching.quality.finders import together
from matching.quality.submitted import Submitted

Family = Callable[[Submitted], pl.DataFrame]
FAMILIES: dict[str, Family] = {
    "passage": passages.find,
    "names": names.find,
    "given_names": given_names.find,
    "sex": sex.find,
    "nirs": nirs.find,
    "dates": dates.find,
    "places": places.find,
    "rows": rows.find,
    "file": whole_file.find,
}
"""What finds the rules of each family of records; those of ``structure`` are control 1's own."""

Progress = Callable[[int, int], None]


def check(submitted: Submitted, progress: Progress | None = None) -> pl.DataFrame:
    """Everything there is to say of a file.

    Args:
        submitted: The file.
        progress: Called with (families done, families in all).

    Returns:
        Contract FINDINGS: findings of the whole file first, then by passage, in the order of the rules.
    """
    parts = []
    for rank, find in enumerate(FAMILIES.values(), start=1):
        parts.append(find(submitted))
        if progress is not None:
            progress(rank, len(FAMILIES))
    return as_findings(together(parts), submitted.passages)


def as_findings(found: pl.DataFrame, passages: pl.DataFrame) -> pl.DataFrame:
    """Columns ``FOUND`` with what their rules and passages say, in order: contract FINDINGS."""
    ranks = {code: rank for rank, code in enumerate(rules())}
    told = with_severity(found).join(
        passages.select("passage", "id_technique", "line"), on="passage", how="left", maintain_order="left"
    )
    rank = pl.col("code").replace_strict(ranks)
    return FINDINGS.check(told.sort("passage", rank, nulls_last=False, maintain_order=True))
