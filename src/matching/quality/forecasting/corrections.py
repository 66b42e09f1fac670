"""What corrections bring: the OK that are gained once what a rule finds, or all that is found, is put right.

Example:
    >>> corrections(expected)[1].row(0, named=True)
    {'code': 'compound_given_name_blank', 'passages': 42, 'gain': 31.4}

To correct a finding takes its coefficients out of the passage's log-odds: that of its rule, that of the rule's group
when nothing else of the group was found there, and that of the plain facts which made its field doubtful. To correct a
finding about the whole file (two columns swapped) also corrects what is found of these fields, passage by passage. How
careful the file is stays: what is out of sight is not corrected. A correction never counts for less than nothing.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

from matching.identity.rules import rule
from matching.quality.forecasting.expectation import ONE_IS_ENOUGH, REFUSED, SEARCHED, Expectation, Flags, Rows
from matching.quality.forecasting.features import DOUBTFUL, OF_FILE, group_of
from matching.quality.forecasting.funnel import Floats
from matching.quality.forecasting.model import EVENTS

_REFUSALS = [*REFUSED, *ONE_IS_ENOUGH]
_GROUP = f"{OF_FILE}group."


def corrections(expected: Expectation) -> tuple[float, pl.DataFrame]:
    """What correcting everything brings, and what each rule brings when what it finds is corrected, and nothing else.

    Returns:
        Expected number of OK among the holders once everything found is corrected; and ``code``, ``passages`` (with a
        finding of it), ``gain`` (expected number of OK more), in any order.
    """
    now = np.where(expected.is_ko, 0.0, expected.outcomes().ok)
    pairs = _pairs(expected)
    return float((now + _by_all(expected, pairs, now)).sum()), _by_rule(expected, pairs, now)


def of_others(findings: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The same gains on passages that are not told by traits, whom a refusal alone makes KO.

    Args:
        findings: Contract FINDINGS.
        others: Column ``passage``.
    """
    told = findings.filter(pl.col("code").is_in(_REFUSALS)).join(others, on="passage", how="semi")
    told = (
        told.select("passage", "code")
        .unique(maintain_order=True)
        .with_columns(gain=pl.when(pl.len().over("passage") == 1).then(1.0))
    )
    return told.group_by("code", maintain_order=True).agg(passages=pl.len(), gain=pl.col("gain").sum())


def _by_rule(expected: Expectation, pairs: pl.DataFrame, now: Floats) -> pl.DataFrame:
    rows = pairs["row"].to_numpy().astype(np.int64)
    less = {event: pairs[f"alone_{event}"].to_numpy() for event in EVENTS}
    found = _ok_of(expected, rows, less, pairs["is_searched"].to_numpy(), pairs["is_still_refused"].to_numpy())
    brought = pairs.select("code", gain=pl.Series(np.maximum(found - now[rows], 0)))
    parts = [brought.group_by("code", maintain_order=True).agg(passages=pl.len(), gain=pl.col("gain").sum())]
    codes = [name.removeprefix(OF_FILE) for name in _of_whole_file(expected) if not name.startswith(_GROUP)]
    parts += [_of_file(expected, code, pairs, now) for code in codes]
    return pl.concat(parts).group_by("code", maintain_order=True).agg(pl.col("passages").max(), pl.col("gain").sum())


def _by_all(expected: Expectation, pairs: pl.DataFrame, now: Floats) -> Floats:
    """The OK that each holder gains."""
    less, is_searched = _of_all(expected, pairs, _of_whole_file(expected))
    rows = np.arange(expected.features.size)
    return np.maximum(_ok_of(expected, rows, less, is_searched, np.zeros(rows.size, np.bool_)) - now, 0)


def _of_all(expected: Expectation, pairs: pl.DataFrame, of_file: list[str]) -> tuple[dict[str, Floats], Flags]:
    """What correcting these pairs and these features of the file takes from each holder's log-odds.

    Returns:
        Event → one number per holder, and who gets a field without which nobody is searched.
    """
    parts = pairs.group_by("row", maintain_order=True).agg(
        pl.col("is_searched").any(), *(pl.col(f"part_{event}").sum() for event in EVENTS)
    )
    every = pl.DataFrame({"row": np.arange(expected.features.size, dtype=np.uint32)})
    every = every.join(parts, on="row", how="left", maintain_order="left")
    less = {
        event: every[f"part_{event}"].fill_null(0).to_numpy() + _added(expected, event, of_file) for event in EVENTS
    }
    return less, every["is_searched"].fill_null(value=False).to_numpy()


def _ok_of(
    expected: Expectation, rows: Rows, less: dict[str, Floats], is_searched: Flags, is_still_refused: Flags
) -> Floats:
    """Probability that each of these rows is OK once corrected."""
    lacking = expected.unsearchable[rows] & ~is_searched
    found = expected.corrected(rows, less, lacking)
    return np.where(is_still_refused | lacking, 0.0, found.ok)


def _of_file(expected: Expectation, code: str, pairs: pl.DataFrame, now: Floats) -> pl.DataFrame:
    """What correcting a finding about the whole file brings: all that is found of its fields goes with it."""
    size = expected.features.size
    every = _of_whole_file(expected)
    alike = [
        each for each in every if not each.startswith(_GROUP) and group_of(each.removeprefix(OF_FILE)) == group_of(code)
    ]
    taken = [OF_FILE + code, *([_GROUP + group_of(code)] if len(alike) == 1 else [])]
    of_fields = expected.found.filter(pl.col("field").is_in(rule(code).fields))
    less, is_searched = _of_all(expected, pairs.join(of_fields, on=["row", "code"], how="semi"), taken)
    is_refused = expected.is_double | (expected.refused > 0)
    found = _ok_of(expected, np.arange(size), less, is_searched, is_refused)
    facts = {"code": [code], "passages": [size], "gain": [np.maximum(found - now, 0).sum()]}
    return pl.DataFrame(facts, schema={"code": pl.String, "passages": pl.UInt32, "gain": pl.Float64})


def _of_whole_file(expected: Expectation) -> list[str]:
    return [name for name in expected.features.file if name.startswith(OF_FILE)]


def _added(expected: Expectation, event: str, names: Iterable[str]) -> float:
    coefficients = expected.model.coefficients[event]
    return sum(coefficients.get(name, 0.0) for name in names)


def _pairs(expected: Expectation) -> pl.DataFrame:
    """One row per passage and rule.

    Returns:
        ``row``, ``code``, ``is_searched`` (a field without which nobody is searched is corrected),
        ``is_still_refused`` (another rule refuses the passage), and for each event ``alone_…``, what correcting this
        rule takes from the log-odds, and ``part_…``, its part in what correcting everything takes.
    """
    found = expected.found
    pairs = found.group_by("row", "code", "group", maintain_order=True).agg(
        is_searched=pl.col("field").is_in(sorted(SEARCHED)).any()
    )
    refusals = pl.col("code").is_in(_REFUSALS)
    pairs = pairs.with_columns(
        alike=pl.len().over("row", "group"), is_still_refused=refusals.sum().over("row") > refusals.cast(pl.UInt32)
    )
    for event in EVENTS:
        coefficients = expected.model.coefficients[event]
        code, group = (
            ("code." + pl.col("code")).replace_strict(coefficients, default=0.0, return_dtype=pl.Float64),
            ("group." + pl.col("group")).replace_strict(coefficients, default=0.0, return_dtype=pl.Float64),
        )
        pairs = pairs.with_columns(
            (code + pl.when(pl.col("alike") == 1).then(group).otherwise(0.0)).alias(f"alone_{event}"),
            (code + group / pl.col("alike")).alias(f"part_{event}"),
        )
    return _with_doubts(pairs, expected)


def _with_doubts(pairs: pl.DataFrame, expected: Expectation) -> pl.DataFrame:
    """The pairs, with what the facts that made a corrected field doubtful count for."""
    features = expected.features
    care = features.file["care"]
    ranks = {name: rank for rank, name in enumerate(features.names)}
    for fact, fields in DOUBTFUL.items():
        if fact not in ranks:
            continue
        rows = pl.Series(features.row[features.name == ranks[fact]])
        concerned = expected.found.filter(pl.col("field").is_in(list(fields)), pl.col("row").is_in(rows.implode()))
        concerned = concerned.select("row", "code").unique().with_columns(part=1 / pl.len().over("row"), alone=1.0)
        pairs = pairs.join(concerned, on=["row", "code"], how="left", maintain_order="left")
        for event in EVENTS:
            coefficients = expected.model.coefficients[event]
            worth = coefficients.get(fact, 0.0) + care * coefficients.get(f"{fact}*care", 0.0)
            pairs = pairs.with_columns(
                pl.col(f"{kind}_{event}") + worth * pl.col(kind).fill_null(0.0) for kind in ("alone", "part")
            )
        pairs = pairs.drop("alone", "part")
    return pairs
