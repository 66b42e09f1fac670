"""What the forecast knows of a file: the findings of each passage, a few plain facts, and how careful the file is.

Example:
    >>> features = features_of(submitted, findings)
    >>> features.names[:3]
    ['code.name_digit', 'group.likely_ko.names', 'woman']

A feature is a name and a value; what is not there is 0. The same names are the coefficients of the stored model:

- ``code.<code>``: the passage has a finding of that rule; ``group.<severity>.<family>``: of any rule of the family, so
  that a rule the model never met still counts as its neighbours do;
- ``file.<code>`` and ``file.group.…``: the same of a finding about the whole file;
- facts of the row (``FACTS``): who could have a usage name, a name that no table has, …;
- ``care.<family>``: how many passages of the file have such findings, as log-odds, and ``care``: any of them. The same
  passage is likelier to be wrong out of sight in a file where much is wrong in sight. That visible and invisible
  errors go together is an assumption of the simulated files that the model is made on. What most of a file has says
  how it was exported, not how it was typed, and does not count here;
- ``<fact>*care``: what a fact is worth in a careful or careless file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.rules import rule, rules
from matching.normalize.text import funnel_text
from matching.quality.submitted import Submitted
from matching.reference import foreign, names

OF_FILE = "file."
CARE_FAMILIES = ("names", "given_names", "sex", "dates", "places", "rows")
CARE_SEVERITY = "likely_ko"
_UNSEEN = 0.5  # of passages, added to those with findings and without: a small file may have had one
_EVERYWHERE = 0.5  # share of passages beyond which a rule tells of the export
_CENTRE = -3.0  # log-odds of findings in a file neither careful nor careless

BY_CARE = (
    *("woman", "born_abroad", "compound_surname", "compound_given_name"),
    *("surname_unlisted", "given_name_unlisted", "key_frequent"),
)
"""Facts whose worth depends on care."""

DOUBTFUL = {
    "surname_unlisted": ("birth_name",),
    "given_name_unlisted": ("given_name_1",),
    "key_rare": ("birth_name", "given_name_1", "sex", "birth_year", "birth_date"),
    "no_place": ("insee_code", "postal_code", "place_label", "country_code", "country_label"),
}
"""Facts that are no longer a reason to doubt once the fields are corrected."""


@dataclass(frozen=True)
class Features:
    """Features of the passages of a file.

    Attributes:
        size: Number of passages.
        names: Of the features.
        row, name, value: One element per feature that a passage has: rank of the passage, rank in ``names``, value.
        file: Features that all passages have.
    """

    size: int
    names: list[str]
    row: NDArray[np.int64]
    name: NDArray[np.int64]
    value: NDArray[np.float64]
    file: Mapping[str, float]


def features_of(submitted: Submitted, findings: pl.DataFrame, frequency: pl.Series) -> Features:
    """The features of the holders of a file, in order.

    Args:
        submitted: The file.
        findings: Contract FINDINGS.
        frequency: Expected namesakes of each holder, per person of the register.
    """
    holders = submitted.holders.select("passage").with_row_index("row")
    return composed(facts(submitted, frequency), by_passage(findings, holders), holders.height, whole_file(findings))


def composed(told: pl.DataFrame, found: pl.DataFrame, size: int, whole: Mapping[str, float]) -> Features:
    """The features of ``size`` passages.

    Args:
        told: Their ``facts``.
        found: Their findings, as ``by_passage`` gives them.
        size: How many.
        whole: As ``whole_file`` gives them.
    """
    file = care(found, size) | dict(whole)
    with_care = told.filter(pl.col("feature").is_in(BY_CARE))
    with_care = with_care.with_columns(pl.col("feature") + "*care", value=pl.col("value") * file["care"])
    long = pl.concat([_of_findings(found), told, with_care])
    every = long["feature"].unique().sort()
    rank = pl.DataFrame({"feature": every, "name": np.arange(len(every))})
    long = long.join(rank, on="feature", how="left", maintain_order="left")
    row, name = (long[column].to_numpy().astype(np.int64) for column in ("row", "name"))
    return Features(size, every.to_list(), row, name, long["value"].to_numpy(), file)


def by_passage(findings: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """Findings of single passages: ``row, code, field, group``, each code once a passage and field."""
    groups = {code: group_of(code) for code in rules()}
    return (
        findings.select("passage", "code", "field")
        .unique(maintain_order=True)
        .join(holders, on="passage", maintain_order="left")
        .select("row", "code", "field", group=pl.col("code").replace_strict(groups))
    )


def group_of(code: str) -> str:
    """The group of a rule."""
    return f"{rule(code).severity}.{rule(code).family}"


def whole_file(findings: pl.DataFrame) -> dict[str, float]:
    """The features of findings about the whole file."""
    codes = findings.filter(pl.col("passage").is_null())["code"].unique().sort()
    groups = sorted({group_of(code) for code in codes})
    return dict.fromkeys(
        [*(f"{OF_FILE}{code}" for code in codes), *(f"{OF_FILE}group.{group}" for group in groups)], 1.0
    )


def care(found: pl.DataFrame, size: int) -> dict[str, float]:
    """The features ``care…``: log-odds of a finding that makes a KO likely, by family and in all."""
    spread = pl.col("row").n_unique().over("code") <= _EVERYWHERE * size
    found = found.filter(pl.col("group").str.starts_with(CARE_SEVERITY)).filter(spread)
    counts = {
        family: found.filter(pl.col("group") == f"{CARE_SEVERITY}.{family}")["row"].n_unique()
        for family in CARE_FAMILIES
    }
    counted = {f"care.{family}": _log_odds(count, size) for family, count in counts.items()}
    return counted | {"care": _log_odds(found["row"].n_unique(), size)}


def facts(submitted: Submitted, frequency: pl.Series) -> pl.DataFrame:
    """``row, feature, value`` of the facts of holders that are true; ``frequency`` as in ``features_of``."""
    rows = submitted.holders.with_row_index("row")
    rows = rows.with_columns(
        surname_listed=_listed(rows["birth_name"], _surnames()),
        given_name_listed=_listed(rows["given_name_1"], _given_names()),
        frequency=frequency,
    )
    asked = rows.select("row", **{name: fact.fill_null(value=False) for name, fact in FACTS.items()})
    true = asked.unpivot(index="row", variable_name="feature", value_name="value").filter("value")
    return true.with_columns(pl.col("value").cast(pl.Float64))


_IS_WOMAN = pl.col("sex") == "F"
_HAS_USAGE_NAME = pl.col("usage_name").is_not_null()
_OLD, _YOUNG = 1960, 1990
FACTS: dict[str, pl.Expr] = {
    "woman": _IS_WOMAN,
    "woman_with_usage_name": _IS_WOMAN & _HAS_USAGE_NAME,
    "woman_born_early": _IS_WOMAN & (pl.col("birth_year") < _OLD),
    "woman_born_late": _IS_WOMAN & (pl.col("birth_year") >= _YOUNG),
    "born_abroad": pl.col("place_code").str.starts_with("99")
    | ~pl.col("country_code").str.strip_chars().is_in(["100", "99100", "FR", "FRA"]),
    "no_place": pl.col("place_code").is_null() & pl.col("place_label").is_null(),
    "no_place_code": pl.col("place_code").is_null() & pl.col("place_label").is_not_null(),
    "postal_code": pl.col("place_kind") == "postal",
    "no_day": pl.col("birth_day").is_null(),
    "day_can_be_month": pl.col("birth_day") <= 12,  # noqa: PLR2004 - months of a year
    "compound_surname": pl.col("birth_name").str.contains("[-' ]"),
    "compound_given_name": pl.col("given_name_1").str.contains("[- ]"),
    "long_surname": pl.col("birth_name").str.len_chars() >= 18,  # noqa: PLR2004 - where forms cut names
    "several_given_names": pl.col("given_name_2").is_not_null(),
    "surname_unlisted": ~pl.col("surname_listed"),
    "given_name_unlisted": ~pl.col("given_name_listed"),
    # Birth name, given name, sex and year together: a slip seldom makes what many people have.
    "key_rare": pl.col("frequency") < 1e-11,  # noqa: PLR2004 - a thousandth of a namesake in the nation
    "key_frequent": pl.col("frequency") > 2e-10,  # noqa: PLR2004 - a fiftieth
}
"""Name → when it is true of a row."""


def _of_findings(found: pl.DataFrame) -> pl.DataFrame:
    """``row, feature, value``: the rules of each row, and their groups."""
    codes = found.select("row", feature="code." + pl.col("code"))
    groups = found.select("row", feature="group." + pl.col("group"))
    return pl.concat([codes, groups]).unique(maintain_order=True).with_columns(value=pl.lit(1.0))


def _log_odds(count: int, size: int) -> float:
    return float(np.log((count + _UNSEEN) / (size - count + _UNSEEN))) - _CENTRE


def _listed(values: pl.Series, table: pl.DataFrame) -> pl.Series:
    """Whether each name stands in a table (column ``name``), whole or by all its words; null for none."""
    written = values.drop_nulls().unique()
    plain = pl.DataFrame({"written": written, "name": funnel_text(written)})
    others = plain.join(table, on="name", how="anti")
    words = others.select("written", name=pl.col("name").str.extract_all(_WORD)).explode("name")
    strange = words.join(table, on="name", how="anti")["written"].unique()
    return ~values.is_in(strange.implode())


_WORD = "[A-Z]{3,}"  # shorter ones are particles


@cache
def _surnames() -> pl.DataFrame:
    return pl.concat([names.surname_list(), foreign.names(kind="surname")["name"]]).unique().to_frame("name")


@cache
def _given_names() -> pl.DataFrame:
    abroad = [foreign.names(kind=kind)["name"] for kind in ("given_m", "given_f")]
    written = pl.concat([names.given_names()["name"].unique(), *abroad])
    return funnel_text(written).unique().to_frame("name")
