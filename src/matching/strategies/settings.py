"""What the published funnel leaves open, each choice named: the hypotheses of the ``cdc`` strategies.

Example:
    >>> CdcSettings(nil_constrains=True).nil_constrains
    True
    >>> [name for name, meaning in hypotheses()][:2]
    ['ignore_case', 'trim']

The guides of the Caisse des Dépôts (error-resolution guide V4, XML guide, read 2026-11-23) give the three stages,
that accents are ignored and that punctuation counts. Everything below is ours, and every report says so.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from matching.normalize.places import PlaceRules


@dataclass(frozen=True)
class CdcSettings:
    """Settings of the funnel; ``hypotheses`` lists them with what each means when it holds."""

    ignore_case: bool = field(
        default=True,
        metadata={"meaning": "upper and lower case are equal"},
    )
    trim: bool = field(
        default=True,
        metadata={"meaning": "blanks around a value do not count"},
    )
    given_name: Literal["first", "any"] = field(
        default="first",
        metadata={"meaning": "prenom1 is compared with the first, or with any, given name of the register"},
    )
    former_names: bool = field(
        default=False,
        metadata={"meaning": "a former name of the register (rectified) is searched too"},
    )
    nil_constrains: bool = field(
        default=False,
        metadata={"meaning": "at stage 2 a nil month or day agrees only with an unknown one"},
    )
    unknown_constrains: bool = field(
        default=True,
        metadata={"meaning": "at stage 2 a month or day unknown to the register differs from a sent one"},
    )
    other_data: tuple[Literal["usage_name", "given_name_2", "given_name_3", "country"], ...] = field(
        default=("usage_name", "given_name_2", "given_name_3", "country"),
        metadata={"meaning": "what stage 3 compares besides the place, when present on both sides"},
    )
    places: PlaceRules = field(
        default_factory=PlaceRules,
        metadata={"meaning": "which different codes are the same place"},
    )
    accept_file_number: bool = field(
        default=True,
        metadata={"meaning": "a holder given by a training file number (dossierFormation) is accepted unseen"},
    )
    refuse_contradiction: tuple[Literal["birth_date", "birth_place"], ...] = field(
        default=(),
        metadata={"meaning": "an OK is refused when all these traits contradict the register (not in the funnel)"},
    )


def hypotheses() -> list[tuple[str, str]]:
    """Every setting's name and what it means when it holds."""
    return [(setting.name, setting.metadata["meaning"]) for setting in fields(CdcSettings)]
