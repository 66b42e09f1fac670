"""Make the forecast's model: ``python -m benchmarks forecast-model`` (extra: bench).

Files of every profile are drawn from registers of several sizes, checked, and their truth asked what was wrong: three
logistic regressions with a ridge, one per event of the funnel. They know nothing of the size of a register, which is
the funnel's arithmetic's business.

What a file has of its own needs many files: each is a sample of the passages of one drawn pool, or of two of different
profiles, some with a share of strangers of their own (``forecast_pools``). Of these, one part makes the model; another,
from pools of another seed, says how wide the interval must be.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import nnls

import matching
from benchmarks.forecast_files import FAILURES, PROFILES, SIZES
from benchmarks.forecast_pools import NO_MODEL, Composed, compose, pools_of
from benchmarks.funnel import sngi_mock
from matching.identity.rules import rule, rules
from matching.quality.forecasting.forecast import variance
from matching.quality.forecasting.funnel import Floats
from matching.quality.forecasting.model import EVENTS, INTERCEPT, ForecastModel, sigmoid, write_model
from matching.register.folder import open_register

Rows = NDArray[np.int64]

REGISTERS, REGISTER_SEED = (300_000, 1_000_000, 3_000_000), 21
LARGEST_IN_FIT = 2_500
FILES, CALIBRATION_FILES = 500, 400
COVERS = 0.93
"""Share of the calibration files that the interval is made to contain: 90 %, and what other files may differ by."""

DECIMALS = 3
_EFFECT_DECIMALS = 4
_ROUNDS, _LONGEST_STEP = 60, 2.0
_ASKED = {
    "date": ("dates", "rows", "file", "no_day", "day_can_be_month", "born_abroad"),
    "place": (
        *("places", "rows", "file", "no_place", "no_place_code", "postal_code", "born_abroad"),
        *("woman_with_usage_name", "several_given_names"),
    ),
}
"""Events that some features alone are asked for: families of rules, and facts; care as a whole always is."""

_PRIOR = {INTERCEPT: 10.0, "code": 1.0, "group": 2.0, "care": 2.0, "fact": 1.0, "by_care": 0.5}
"""Standard deviation of coefficients, by kind, before anything is seen."""


def own_registers(work: Path, *, small: bool) -> list[Path]:
    """Registers of several sizes, generated once, by another seed than those that are forecast."""
    folders = []
    for persons in (50_000,) if small else REGISTERS:
        folders.append(work / "registers" / f"{persons}-{REGISTER_SEED}")
        if not (folders[-1] / "register.toml").is_file():
            sngi_mock("generate", folders[-1], "--size", persons, "--seed", REGISTER_SEED)
    return folders


def run(registers: Sequence[Path], work: Path, seeds: tuple[int, int], output: Path, *, small: bool = False) -> None:
    """Make the model and store it.

    Args:
        registers: Folders of simulated registers.
        work: Folder for the draws.
        seeds: Of the files that make the model, and of those that make the interval.
        output: The TOML file.
        small: A quick run whose model is worth nothing.
    """
    scale = 0.1 if small else 1.0
    last = registers[-1]
    pools = [pools_of(folder, work, seeds[0], scale, has_failures=folder == last) for folder in registers]
    generator = np.random.default_rng(seeds[0])
    files = [compose(pools, LARGEST_IN_FIT, generator) for _ in range(int(FILES * scale))]
    model = replace(NO_MODEL, name="simulated-1", coefficients=fitted(files))
    model = with_effects(files, model)
    pools = [pools_of(last, work, seeds[1], scale, has_failures=True)]
    generator = np.random.default_rng(seeds[1])
    others = [compose(pools, SIZES[1], generator) for _ in range(int(CALIBRATION_FILES * scale))]
    model = replace(model, width=round(width(others, model), DECIMALS))
    passages = sum(file.events.height for file in files)
    counts = {"files": len(files), "passages": passages, "files_of_interval": len(others)}
    write_model(replace(model, provenance=_provenance(registers, seeds) | counts), output)
    print(f"{output}: {passages:,} passages in {len(files)} files; a file's own effect {model.file_effect}")


def fitted(files: Sequence[Composed]) -> dict[str, dict[str, float]]:
    """The coefficients of each event, by maximum likelihood with a ridge; zeros are left out."""
    design, names, file_of_row, by_file, file_names = _design(files)
    told = pl.concat([file.events for file in files])
    searched = ~np.concatenate([file.expectation.unsearchable for file in files])
    found = {}
    for event in EVENTS:
        known = told[event].is_not_null().to_numpy() & searched
        label = told[event].fill_null(value=False).to_numpy()[known].astype(np.float64)
        of_rows, of_files = (
            [at for at, name in enumerate(each) if is_asked(event, name)] for each in (names, file_names)
        )
        asked = [INTERCEPT, *(names[at] for at in of_rows), *(file_names[at] for at in of_files)]
        theta = _logistic(design[known][:, of_rows], by_file[:, of_files], file_of_row[known], label, asked[1:])
        values = dict(zip(asked, np.round(theta, DECIMALS).tolist(), strict=True))
        found[event] = {name: value for name, value in values.items() if value or name == INTERCEPT}
        print(f"{event}: {int(label.sum()):,} of {label.size:,}, {len(found[event])} coefficients")
    return found


def is_asked(event: str, feature: str) -> bool:
    """Whether a feature may say something of an event."""
    if event not in _ASKED or feature == "care":
        return True
    kind, _, name = feature.partition(".")
    if kind == "code" or (kind == "file" and not name.startswith("group.")):
        return rule(name).family in _ASKED[event]
    return feature.removesuffix("*care").rpartition(".")[2] in _ASKED[event]


def _design(files: Sequence[Composed]) -> tuple[Any, list[str], Rows, Floats, list[str]]:
    """Features of rows as a sparse matrix, of files as a dense one, and the file of each row."""
    every = [file.expectation.features for file in files]
    names = sorted({name for features in every for name in features.names})
    file_names = sorted({name for features in every for name in features.file})
    rank = {name: at for at, name in enumerate(names)}
    sizes = np.array([features.size for features in every])
    starts = np.cumsum(sizes) - sizes
    row = np.concatenate([features.row + start for features, start in zip(every, starts, strict=True)])
    column = np.concatenate([np.array([rank[name] for name in features.names])[features.name] for features in every])
    value = np.concatenate([features.value for features in every])
    design = sparse.csr_matrix((value, (row, column)), shape=(int(sizes.sum()), len(names)))
    by_file = np.array([[features.file.get(name, 0.0) for name in file_names] for features in every])
    return design, names, np.repeat(np.arange(len(files)), sizes), by_file, file_names


def _logistic(design: Any, by_file: Floats, file: Rows, label: Floats, names: Sequence[str]) -> Floats:  # noqa: ANN401 - scipy's matrices have no types
    """Intercept, coefficients of rows, coefficients of files: by Newton's method, which a ridge makes safe."""
    held = np.array([_PRIOR[_kind(name)] ** -2 for name in (INTERCEPT, *names)])
    always = np.ones((label.size, 1))
    every = sparse.hstack([always, design, sparse.csr_matrix(by_file)[file]]).tocsr()
    theta = np.zeros(held.size)
    theta[0] = np.log((label.sum() + 0.5) / (label.size - label.sum() + 0.5))
    for _ in range(_ROUNDS):
        chance = sigmoid(every @ theta)
        slope = every.T @ (label - chance) - held * theta
        curve = (every.T @ every.multiply((chance * (1 - chance))[:, None]).tocsr()).toarray() + np.diag(held)
        step = np.linalg.solve(curve, slope)
        theta += step / max(1.0, np.abs(step).max() / _LONGEST_STEP)
        if np.abs(step).max() < 10.0**-DECIMALS / 10:
            return theta
    raise SystemExit("the fit does not settle: the features of some files are beyond all others")


def _kind(name: str) -> str:
    if name.endswith("*care"):
        return "by_care"
    if name.startswith("file."):
        return "group" if name.startswith("file.group.") else "code"
    kind = name.partition(".")[0]
    return kind if kind in _PRIOR else "fact"


def _shares(files: Sequence[Composed], model: ForecastModel) -> tuple[Floats, Floats, Floats]:
    """Of each file, leaving out who is KO for certain: share of OK expected, share found, passages."""
    told = []
    for file in files:
        expected = replace(file.expectation, model=model)
        tried = int((~expected.is_ko).sum())
        told.append((np.where(expected.is_ko, 0.0, expected.outcomes().ok).sum() / tried, file.ok / tried, tried))
    share, found, tried_ = np.array(told).T
    return share, found, tried_


def with_effects(files: Sequence[Composed], model: ForecastModel) -> ForecastModel:
    """The model with what files differ by beyond chance: squared errors on the two terms of their variance.

    Files that failed as a whole are left out: what they differ by is not what others do.
    """
    share, found, size = _shares([file for file in files if not file.is_failed], model)
    spread = share * (1 - share)
    terms = np.stack([spread**2, np.ones(share.size)], axis=1)
    beyond = (found - share) ** 2 - spread / size
    effects = np.array([0.01, 1e-6])
    for _ in range(_ROUNDS):  # each squared error weighs by how well it is known, which depends on the effects
        weight = 1 / (terms @ effects + spread / size + 1e-7)
        effects, _ = nnls(terms * weight[:, None], beyond * weight)
    file_effect, floor = np.round(np.sqrt(effects), _EFFECT_DECIMALS).tolist()
    return replace(model, file_effect=file_effect, floor=floor)


def width(files: Sequence[Composed], model: ForecastModel) -> float:
    """How many standard deviations contain ``COVERS`` of the files."""
    share, found, size = _shares(files, model)
    known = [variance(float(each), int(tried), model) for each, tried in zip(share, size, strict=True)]
    return float(np.quantile(np.abs(found - share) / np.sqrt(known), COVERS))


def _provenance(registers: Sequence[Path], seeds: tuple[int, int]) -> dict[str, Any]:
    opened = [open_register(folder) for folder in registers]
    return {
        "made_by": f"python -m benchmarks forecast-model, nirisation {matching.__version__}, scipy {scipy.__version__}",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "generator": str(opened[0].facts.get("generator")),
        "registers": [f"simulated, {each.persons} persons, {each.digest}" for each in opened],
        "seeds": list(seeds),
        "profiles": list(PROFILES),
        "failures": list(FAILURES),
        "rules": sorted(rules()),
    }
