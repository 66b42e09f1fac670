"""What the published funnel leaves open, each choice named: the hypotheses of the ``cdc`` strategies.

Example:
    >>> CdcSettings(nil_constrains=True).nil_constrains
    True
    >>> HYPOTHESES[:2]
    ('ignore_case', 'trim')

The guides of the Caisse des Dépôts (error-resolution guide V4, XML guide, read 2026-11-23) give the three stages,
that accents are ignored and that punctuation counts. Everything below is ours; what each setting means is a sentence
of the catalogue (``hypotheses.<name>``), printed by ``nirisation strategies``.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from matching.normalize.places import PlaceRules


@dataclass(frozen=True)
class CdcSettings:
    """Settings of the funnel.

    Attributes:
        ignore_case: Upper and lower case are equal.
        trim: Blanks around a value do not count.
        given_name: prenom1 is compared with the first given name of the register, or with any of them.
        former_names: A former (rectified) birth name of the register is searched too.
        nil_constrains: At stage 2 a nil month or day agrees only with an unknown one; else it constrains nothing.
        unknown_constrains: At stage 2 a month or day unknown to the register differs from a sent one.
        other_data: What stage 3 compares besides the place, when present on both sides.
        places: Which different codes are the same place.
        accept_file_number: A holder given by a training file number (dossierFormation) is accepted unseen.
        refuse_contradiction: An OK is refused when all these traits contradict the register; not in the funnel.
    """

    ignore_case: bool = True
    trim: bool = True
    given_name: Literal["first", "any"] = "first"
    former_names: bool = False
    nil_constrains: bool = False
    unknown_constrains: bool = True
    other_data: tuple[Literal["usage_name", "given_name_2", "given_name_3", "country"], ...] = (
        "usage_name",
        "given_name_2",
        "given_name_3",
        "country",
    )
    places: PlaceRules = field(default_factory=PlaceRules)
    accept_file_number: bool = True
    refuse_contradiction: tuple[Literal["birth_date", "birth_place"], ...] = ()


HYPOTHESES = tuple(setting.name for setting in fields(CdcSettings))
