"""Make the weights of causes and corrections: ``python -m benchmarks causes-model`` (extra: bench).

Deposits are drawn, the funnel refuses what it refuses, and the truth says which of the possible corrections of each
passage is right: a conditional logit, by maximum likelihood with a ridge. Of what may have happened to a passage, one
or several are right: a correction whose values are all those of the true person; where no correction of a datum is, the
question about it; nobody for a stranger; nothing where all else is wrong.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

import matching
from benchmarks.refusals import ABOUT, Refusals, judged, refusals
from matching.explain.corrections import possible
from matching.explain.corrections.kinds import FAMILIES, KINDS, WHOLE, kinds
from matching.explain.corrections.ranking import by_field, likeliest_once
from matching.quality.names.abroad import is_abroad
from matching.register.folder import Register

Floats = NDArray[np.float64]
Name = tuple[str, str]

PROFILES = {"typical": (100_000, 1.0), "poor": (30_000, 0.3)}
"""Profile → passages of the draw, and what one of its refusals counts for."""

EARLIER = ((2, 1), (3, 1), (3, 2))
"""(message, stage): of a mistake at an earlier stage than the message's; the factor of the others is 1."""

_MOST_OPTIONS = 40  # of a passage, by the prior mean
_MESSAGES = (1, 2, 3, 4)
_RULES = {"found": ("blocking", "likely_ko", "advice"), "doubtful": ("blocking", "likely_ko")}
_ASKED_ABOUT = {"usage_name_as_birth_name": ("E01",), "given_name_unsaid": ("E19", "E21")}
"""Questions that are right about these errors alone; of two questions about a datum, the other is right otherwise."""

ASSUMED = {
    "usage_name_as_birth_name": 0.03,  # the scale of all weights is free: this one holds it
    "first_of_several": 0.01,
    "half_of_compound": 0.002,
    "birth_and_usage_exchanged": 0.002,
    "empty_name_left_out": 0.002,
    "letters_in_name": 0.002,
    "day_left_out": 0.001,
    "month_and_day_left_out": 0.002,
    "place_left_out": 0.003,
    "country_left_out": 0.003,
    "further_given_names_left_out": 0.004,
    "usage_name_left_out": 0.003,
    "place_coded_otherwise": 0.03,
    "arrondissement": 0.01,
    "place_code_of_the_time": 0.02,
    "country_code": 0.01,
    "place_by_its_label": 0.006,
}
"""Kinds of which nothing is learnt: no drawn file has the mistake, the simulated funnel forgives it, or leaving the
datum out always agrees. Their weights are assumptions."""

_TOLERANCE, _ROUNDS, _DIGITS = 1e-9, 5_000, 3


@dataclass(frozen=True)
class _Prior:
    """What is thought of a weight before anything is seen: its logarithm's mean and standard deviation."""

    mean: float
    deviation: float


_PRIORS = {
    "kinds": _Prior(np.log(0.003), 3.0),
    "stages": _Prior(np.log(0.5), 1.0),
    "exponents": _Prior(1.0, 0.5),
    "found": _Prior(np.log(10.0), 1.0),
    "doubtful": _Prior(np.log(10.0), 1.0),
    "absent": _Prior(np.log(0.01), 2.0),
    "nothing": _Prior(np.log(0.01), 2.0),
    "absent_abroad": _Prior(np.log(3.0), 1.0),
}
"""Table → prior of each of its weights; an exponent is none's logarithm."""

_HELD = 0.05  # deviation of an assumed weight


@dataclass(frozen=True)
class Choices:
    """What may have happened to the refused passages of one draw, and what did.

    Attributes:
        design: One row per possibility, one column per weight.
        is_right: Of each.
        start: First row of each passage.
        counts_for: Of each passage.
    """

    design: Any
    is_right: NDArray[np.bool_]
    start: NDArray[np.int64]
    counts_for: float


def run(registers: Sequence[Register], work: Path, seed: int, output: Path, scale: float = 1.0) -> None:
    """Make the weights and store them.

    Args:
        registers: Simulated ones; the larger, the more often messages 2 to 4 are met.
        work: Folder of the draws.
        seed: Of the draws.
        output: The TOML file.
        scale: Of the draws; below 1 the weights are worth little.
    """
    every, seen = [], 0
    for register in registers:
        for profile, (passages, counts_for) in PROFILES.items():
            met = refusals(register, work, int(passages * scale), profile, seed)
            every.append(choices(met, counts_for))
            seen += met.refused.height
            print(f"{register.persons:,} persons, {profile}: {met.refused.height:,} refused of {met.sent:,}")
    weights = fitted(every)
    output.write_text(_toml(weights, _provenance(registers, seed) | {"refusals": seen}), encoding="utf-8")
    print(f"{output}: {len(weights)} weights from {seen:,} refusals")


def choices(met: Refusals, counts_for: float) -> Choices:
    """The possibilities of each refused passage, as a design."""
    options = possible(met.refused, met.findings, met.exposed).filter("is_allowed")
    ruled = pl.when(pl.col("severity").is_null()).then(1.0).otherwise(np.exp(_PRIORS["found"].mean))
    options = likeliest_once(options.with_columns(weight=pl.col("odds") * pl.col("chance") * ruled))
    options = options.sort("passage", maintain_order=True)
    options = options.with_columns(rank=pl.int_range(1, pl.len() + 1).over("passage"), prior=pl.lit(0.0))
    options = options.filter(pl.col("rank") <= _MOST_OPTIONS)
    options = options.join(_right(met, options), on=["passage", "rank"], how="left", maintain_order="left")
    options = options.with_columns(pl.col("is_right").fill_null(value=False))
    passages = met.refused.select("passage", "message", is_abroad=is_abroad())
    known = options.filter("is_right").select("passage").unique()
    is_stranger, is_known = (passages["passage"].is_in(part["passage"].implode()) for part in (met.strangers, known))
    is_nothing = ~is_stranger & ~is_known
    whole = options["kind"] == WHOLE
    nothing_there = options["passage"].is_in(passages.filter(is_nothing)["passage"].implode())
    right = [(options["is_right"] & ~whole) | (whole & nothing_there), is_stranger, is_nothing]
    names = _names()
    column = {name: at for at, name in enumerate(names)}
    cells = [_cells(_of_option(options, column)), _cells(_of_absent(passages, column))]
    cells.append(_cells(_of_rest("nothing", passages, column)))
    design = sparse.vstack([
        sparse.csr_matrix((value, (row, at)), shape=(height, len(names)))
        for (row, at, value), height in zip(cells, (options.height, passages.height, passages.height), strict=True)
    ]).tocsr()  # fmt: skip
    passage = np.concatenate([part["passage"].to_numpy() for part in (options, passages, passages)])
    order = np.argsort(passage, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(passage[order]) != 0])
    return Choices(design[order], np.concatenate([part.to_numpy() for part in right])[order], start, counts_for)


def fitted(every: Iterable[Choices]) -> dict[Name, float]:
    """The weights that make what was right likeliest; exponents as they are, the others no longer as logarithms."""
    told, names = list(every), _names()
    priors = [_Prior(np.log(ASSUMED[name[1]]), _HELD) if name[1] in ASSUMED else _PRIORS[name[0]] for name in names]
    mean, deviation = (np.array([getattr(prior, of) for prior in priors]) for of in ("mean", "deviation"))

    def loss(theta: Floats) -> tuple[float, Floats]:
        away = (theta - mean) / deviation
        value, slope = 0.5 * float(away @ away), away / deviation
        for part in told:
            of_part, its_slope = _loss(theta, part)
            value += part.counts_for * of_part
            slope = slope + part.counts_for * its_slope
        return value, slope

    options = {"maxiter": _ROUNDS, "maxfun": 2 * _ROUNDS, "ftol": _TOLERANCE / 1e3, "gtol": _TOLERANCE}
    found = minimize(loss, mean.copy(), jac=True, method="L-BFGS-B", options=options)
    values = np.where([name[0] == "exponents" for name in names], found.x, np.exp(found.x))
    return {name: float(f"{value:.{_DIGITS}g}") for name, value in zip(names, values, strict=True)}


def _loss(theta: Floats, part: Choices) -> tuple[float, Floats]:
    """Minus the log-likelihood of what was right, and its slope."""
    score = part.design @ theta
    size = np.diff(np.r_[part.start, score.size])
    share = np.exp(score - np.repeat(np.maximum.reduceat(score, part.start), size))
    right = np.where(part.is_right, share, 0.0)
    of_all, of_right = np.add.reduceat(share, part.start), np.add.reduceat(right, part.start)
    beyond = share / np.repeat(of_all, size) - right / np.repeat(of_right, size)
    return float(np.log(of_all / of_right).sum()), np.asarray(part.design.T @ beyond)


def _right(met: Refusals, options: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``rank``, ``is_right`` of the options that are right."""
    written = by_field(options, met.refused)
    about = written.select("passage", "rank", "kind", "after", trait=pl.col("field").replace(ABOUT))
    is_left_out = pl.col("kind").str.ends_with("_left_out")
    good = judged(met, written).filter("is_right").select("passage", "rank")
    good = good.join(about.filter(is_left_out), on=["passage", "rank"], how="anti")
    repaired = about.join(good, on=["passage", "rank"], how="semi").select("passage", "trait").unique()
    left = met.first_wrong.join(repaired, on=["passage", "trait"], how="anti")
    asked = about.filter(pl.col("after").is_null() & (pl.col("kind") != WHOLE)).join(left, on=["passage", "trait"])
    asked = asked.join(_not_so_asked(met), on=["passage", "kind"], how="anti")
    present = met.holders.drop_nulls("person")
    good = pl.concat([good, asked.select("passage", "rank")]).join(present, on="passage", how="semi")
    return good.unique().with_columns(is_right=pl.lit(value=True))


def _not_so_asked(met: Refusals) -> pl.DataFrame:
    """``passage``, ``kind``: the questions that the errors of a passage do not call for."""
    parts = []
    for kind, errors in _ASKED_ABOUT.items():
        has = met.errors.filter(pl.col("error").is_in(errors)).select("passage").unique()
        parts.append(met.refused.join(has, on="passage", how="anti").select("passage", kind=pl.lit(kind)))
        if kind == "usage_name_as_birth_name":
            parts.append(has.select("passage", kind=pl.lit("birth_name_unsure")))
    return pl.concat(parts)


def _names() -> list[Name]:
    """The weights: (table, key)."""
    return [
        *(("kinds", one.code) for one in KINDS),
        *(("stages", f"{message}.{stage}") for message, stage in EARLIER),
        *(("exponents", name) for name in (*FAMILIES, "exposure")),
        *((table, severity) for table, severities in _RULES.items() for severity in severities),
        *((table, str(message)) for table in ("absent", "nothing") for message in _MESSAGES),
        ("absent_abroad", ""),
    ]


def _of_option(options: pl.DataFrame, column: Mapping[Name, int]) -> Iterable[tuple[pl.Expr | pl.Series, Any, int]]:
    """Where, what value, which column: the features of the possibilities."""
    family = options["kind"].replace_strict({code: one.family for code, one in kinds().items()})
    for code in options["kind"].unique().sort():
        yield options["kind"] == code, 1.0, column["kinds", code]
    for message, stage in EARLIER:
        yield (options["message"] == message) & (options["stage"] == stage), 1.0, column["stages", f"{message}.{stage}"]
    for name in FAMILIES:
        yield family == name, options["odds"].clip(1e-9).log(), column["exponents", name]
    yield options["chance"] < 1, options["chance"].log(), column["exponents", "exposure"]
    for table, severities in _RULES.items():
        is_of_table = options["is_asked"] == (table == "doubtful")
        for severity in severities:
            is_found = (options["severity"] == severity).fill_null(value=False)
            yield is_found & is_of_table, 1.0, column[table, severity]


def _of_absent(passages: pl.DataFrame, column: Mapping[Name, int]) -> Iterable[tuple[pl.Series, Any, int]]:
    yield from _of_rest("absent", passages, column)
    yield passages["is_abroad"].fill_null(value=False), 1.0, column["absent_abroad", ""]


def _of_rest(table: str, passages: pl.DataFrame, column: Mapping[Name, int]) -> Iterable[tuple[pl.Series, Any, int]]:
    for message in _MESSAGES:
        yield passages["message"] == message, 1.0, column[table, str(message)]


def _cells(features: Iterable[tuple[Any, Any, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Rows, columns and values of a sparse matrix."""
    rows, columns, values = [], [], []
    for where, value, at in features:
        row = where.to_numpy().nonzero()[0]
        rows.append(row)
        columns.append(np.full(row.size, at))
        values.append(value.to_numpy()[row] if isinstance(value, pl.Series) else np.full(row.size, value))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)


def _provenance(registers: Sequence[Register], seed: int) -> dict[str, Any]:
    return {
        "made_by": f"python -m benchmarks causes-model, nirisation {matching.__version__}, scipy {scipy.__version__}",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "registers": [f"simulated, {each.persons} persons, {each.digest}" for each in registers],
        "draws": [f"{name}, {passages} passages" for name, (passages, _) in PROFILES.items()],
        "seed": seed,
    }


def _toml(weights: Mapping[Name, float], provenance: Mapping[str, Any]) -> str:
    """The weights as ``explain.weights`` reads them."""
    tables: dict[str, dict[str, float]] = {}
    for (table, key), value in weights.items():
        if key:
            tables.setdefault(table, {})[key] = value
    earlier = tables.pop("stages")
    lines = [f"absent_abroad = {weights['absent_abroad', '']}", "", "[provenance]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in provenance.items()]
    for message in _MESSAGES:
        stages = [stage for stage in (1, 2, 3) if stage <= message]
        factors = {stage: earlier.get(f"{message}.{stage}", 1.0) for stage in stages}
        lines += ["", f"[stages.{message}]", *(f"{stage} = {factor}" for stage, factor in factors.items())]
    for table, values in tables.items():
        lines += ["", f"[{table}]", *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"
