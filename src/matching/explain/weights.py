"""The fitted weights of causes and corrections: how often each mistake happens, and what makes it likelier.

Example:
    >>> weights = load_weights()
    >>> weights.kinds["day_and_month_exchanged"], weights.stages[2, 1]
    (0.031, 0.07)

Of everything that may have happened to a refused passage, each possibility weighs

    kind × stage (what the message makes of a mistake there) × odds ^ exponent of its family
        × found or doubtful (what a rule says) × chance of namesakes ^ exposure

beside ``absent`` (the holder is not in the register) and ``nothing`` (what nothing proposed explains). A probability is
a weight's share of their sum. The weights were made by ``python -m benchmarks causes-model``, on simulated receipts
whose truth is known, by maximum likelihood with a ridge; they are stored in ``models/`` with where they come from.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

DEFAULT: Final = "simulated"


@dataclass(frozen=True)
class CauseWeights:
    """The weights.

    Attributes:
        kinds: Code of ``KINDS`` → how often that mistake makes a KO, beside the others.
        stages: (message, stage of the corrected field) → what is left of it; what is not said is nothing.
        exponents: Family of ``KINDS`` → what its odds are raised to; ``exposure``: the same of the chance of namesakes.
        found: Severity of the rule that proposes a correction → factor.
        doubtful: Severity of a rule that proposes none → factor of the question about its field.
        absent: Message → weight of a holder who is not in the register.
        absent_abroad: Factor of that for people born abroad.
        nothing: Message → weight of what nothing proposed explains.
        provenance: How they were made.
    """

    kinds: Mapping[str, float]
    stages: Mapping[tuple[int, int], float]
    exponents: Mapping[str, float]
    found: Mapping[str, float]
    doubtful: Mapping[str, float]
    absent: Mapping[int, float]
    absent_abroad: float
    nothing: Mapping[int, float]
    provenance: Mapping[str, Any]


@cache
def load_weights(name: str = DEFAULT) -> CauseWeights:
    """Weights that come with the package."""
    return weights_of(resources.files(__package__).joinpath("models", f"{name}.toml").read_text(encoding="utf-8"))


def weights_of(text: str) -> CauseWeights:
    """The weights of a TOML text that ``weights_toml`` wrote."""
    stored = tomllib.loads(text)
    stages = {
        (int(message), int(stage)): float(factor)
        for message, factors in stored["stages"].items()
        for stage, factor in factors.items()
    }
    absent, nothing = (
        {int(message): float(value) for message, value in stored[name].items()} for name in ("absent", "nothing")
    )
    kinds, exponents, found, doubtful = (
        {key: float(value) for key, value in stored[name].items()}
        for name in ("kinds", "exponents", "found", "doubtful")
    )
    abroad, provenance = float(stored["absent_abroad"]), stored["provenance"]
    return CauseWeights(kinds, stages, exponents, found, doubtful, absent, abroad, nothing, provenance)
