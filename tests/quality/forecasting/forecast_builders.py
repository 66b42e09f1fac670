"""Findings written by hand, for what counts them."""

import polars as pl

from matching.identity.frames import FINDINGS
from matching.identity.rules import rules


def code_of(family: str, severity: str = "likely_ko", rank: int = 0) -> str:
    """The code of one rule of a family."""
    return [rule.code for rule in rules().values() if (rule.family, rule.severity) == (family, severity)][rank]


NAME, GIVEN_NAME, PLACE = code_of("names"), code_of("given_names"), code_of("places")
FIELDS = {NAME: "birth_name", GIVEN_NAME: "given_name_1", PLACE: "insee_code"}


def findings_of(*found: tuple[str, int | None, str | None], severity: str = "likely_ko") -> pl.DataFrame:
    """Findings (code, passage or None for the file, field)."""
    rows = [{"code": code, "passage": at, "field": field, "severity": severity} for code, at, field in found]
    columns = {name: FINDINGS.columns[name] for name in ("code", "passage", "field", "severity")}
    return pl.concat([FINDINGS.empty(), pl.DataFrame(rows, schema=columns)], how="diagonal")
