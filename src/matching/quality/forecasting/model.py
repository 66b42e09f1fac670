"""The stored model of the forecast: what makes each event of the funnel likely, with where it comes from.

Example:
    >>> model = load_model()
    >>> model.odds(features).absent.mean()
    0.061

An *event* is one of ``funnel.Odds``: the holder is absent from the register under what was sent, the date is wrong,
the place is wrong. Its log-odds are the sum of the coefficients of the features that a passage and its file have. A
feature that the model does not know counts for nothing, and a coefficient whose feature no longer exists is never
asked for: rules may come and go between two fits.

The model is made by ``python -m benchmarks forecast-model`` and stored in ``models/``.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from matching.quality.forecasting.features import Features
from matching.quality.forecasting.funnel import Floats, Odds

DEFAULT: Final = "simulated"
EVENTS: Final = Odds._fields
INTERCEPT: Final = "always"
"""The coefficient that every passage counts."""

_LINE = 100  # characters
_INTERVAL = ("file_effect", "floor", "width")


@dataclass(frozen=True)
class ForecastModel:
    """A model.

    Attributes:
        name: Of the model, with its version.
        coefficients: Event → feature → what it adds to the log-odds.
        file_effect: Standard deviation, in log-odds of OK, of what a file has of its own that nothing shows.
        floor: Standard deviation, as a share of passages, of what is never known better, however good a file.
        width: How many standard deviations the interval extends to either side.
        provenance: How it was made: registers, seeds, profiles, files, passages, rules, date, version.
    """

    name: str
    coefficients: Mapping[str, Mapping[str, float]]
    file_effect: float
    floor: float
    width: float
    provenance: Mapping[str, Any]

    def odds(self, features: Features) -> Odds:
        """The probability of each event for each passage."""
        return Odds(*(sigmoid(self.log_odds(event, features)) for event in EVENTS))

    def log_odds(self, event: str, features: Features) -> Floats:
        """The log-odds of an event for each passage."""
        coefficients = self.coefficients[event]
        known = np.array([coefficients.get(name, 0.0) for name in features.names] or [0.0])
        added = np.bincount(features.row, known[features.name] * features.value, features.size)
        file = sum(coefficients.get(name, 0.0) * value for name, value in features.file.items())
        return np.asarray(added + coefficients[INTERCEPT] + file, np.float64)


def sigmoid(log_odds: Floats) -> Floats:
    """Log-odds → probability."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))


@cache
def load_model(name: str = DEFAULT) -> ForecastModel:
    """A model that comes with the package."""
    stored = resources.files(__package__).joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    return model_of(stored)


def model_of(text: str) -> ForecastModel:
    """The model of a TOML text that ``model_toml`` wrote."""
    stored = tomllib.loads(text)
    coefficients = {event: stored[event] for event in EVENTS}
    return ForecastModel(stored["name"], coefficients, provenance=stored["provenance"], **stored["interval"])


def model_toml(model: ForecastModel) -> str:
    """The model as TOML, coefficients from the largest to the smallest."""
    interval = {name: getattr(model, name) for name in _INTERVAL}
    tables: dict[str, Mapping[str, Any]] = {"provenance": model.provenance, "interval": interval}
    tables |= {event: _ordered(model.coefficients[event]) for event in EVENTS}
    lines = [f"name = {json.dumps(model.name)}"]
    for table, values in tables.items():
        lines += ["", f"[{table}]"]
        lines += [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def write_model(model: ForecastModel, path: Path) -> None:
    """Store the model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(model_toml(model), encoding="utf-8")


def _ordered(coefficients: Mapping[str, float]) -> dict[str, float]:
    others = {name: value for name, value in coefficients.items() if name != INTERCEPT}
    return {INTERCEPT: coefficients[INTERCEPT]} | dict(sorted(others.items(), key=lambda item: (-item[1], item[0])))


def _value(value: object) -> str:
    """A value of TOML; a long list is folded, an item a line."""
    text = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, list) or len(text) < _LINE:
        return text
    return "\n".join(["[", *(f"    {json.dumps(item, ensure_ascii=False)}," for item in value), "]"])


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() else json.dumps(key)
