"""The settings of the strategies: every choice that the public documents leave open, named.

Example:
    >>> CdcSettings(nil_constrains=True).nil_constrains
    True

What each setting means is a sentence of the catalogue (``hypotheses.<name>``; ``hypotheses.<table>_<name>`` inside a
table such as ``places``), printed by ``nirisation strategies``. Settings travel as TOML (``settings_file``), so a
setting is a boolean, a number, one or several of a list of words, or a table of these.
"""

from dataclasses import dataclass, field
from typing import Literal

from matching.normalize.places import PlaceRules


@dataclass(frozen=True)
class Settings:
    """What every strategy has.

    Attributes:
        accept_file_number: A holder given by a training file number (dossierFormation) is accepted unseen.
    """

    accept_file_number: bool = True


@dataclass(frozen=True)
class CdcSettings(Settings):
    """Settings of the funnel.

    The guides of the Caisse des Dépôts (error-resolution guide V4, XML guide, read 2026-11-23) give the three stages,
    that accents are ignored and that punctuation counts. Everything below is ours.

    Attributes:
        ignore_case: Upper and lower case are equal.
        trim: Blanks around a value do not count.
        given_name: prenom1 is compared with the first given name of the register, or with any of them.
        former_names: A former (rectified) birth name of the register is searched too.
        nil_constrains: At stage 2 a nil month or day agrees only with an unknown one; else it constrains nothing.
        unknown_constrains: At stage 2 a month or day unknown to the register differs from a sent one.
        other_data: What stage 3 compares besides the place, when present on both sides.
        places: Which different codes are the same place.
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
    refuse_contradiction: tuple[Literal["birth_date", "birth_place"], ...] = ()


@dataclass(frozen=True)
class InsiSettings(Settings):
    """Settings of the strict search.

    The identity teleservice of the health sector answers with one identity, none or several (codes 00, 01, 02), from
    birth name, given name, sex and birth date, and the place of birth where it is given. What follows is ours.

    Attributes:
        punctuation: In names a hyphen, an apostrophe or a stop reads as a blank, or as nothing, or it counts.
        given_name: The given name sent is compared with the first of the register, or with any of them.
        former_names: A former (rectified) birth name of the register is searched too.
        nil_constrains: A nil month or day agrees only with an unknown one; else it constrains nothing.
        place: The place of birth separates those whom the other traits leave, or refuses too, or is not looked at.
        places: Which different codes are the same place.
        echoes: When nobody is found, say whether the usage name, or all strict traits but one, lead to one person.
    """

    punctuation: Literal["blank", "nothing", "counts"] = "blank"
    given_name: Literal["first", "any"] = "any"
    former_names: bool = False
    nil_constrains: bool = True
    place: Literal["last", "strict", "ignored"] = "last"
    places: PlaceRules = field(default_factory=PlaceRules)
    echoes: bool = True


@dataclass(frozen=True)
class CsnsSettings(Settings):
    """Settings of the cascade; the steps themselves are the table of ``csns``.

    Attributes:
        steps: Which steps run, in which order.
        former_names: A former (rectified) birth name of the register counts as a birth name.
        places: Which different codes are the same place.
    """

    steps: tuple[
        Literal["exact", "given_names", "inverted", "usage_name", "place", "date_swapped", "date", "date_abroad"],
        ...,
    ] = ("exact", "given_names", "inverted", "usage_name", "place", "date_swapped", "date", "date_abroad")
    former_names: bool = True
    places: PlaceRules = field(default_factory=PlaceRules)


@dataclass(frozen=True)
class ProbabilisticSettings(Settings):
    """Settings of the probabilistic search.

    Attributes:
        weights: Weight table: ``typical``, or the path of a TOML file.
        cost_of_false_match: What a false match costs, in KOs: a person is accepted from a probability of 1 − 1/cost.
        plausible: Probability from which a person is one of several, or an echo.
        accept_usage_name: A person reached through the usage name the register knows may be accepted.
        presence: How many holders are in the register at all: by the weight table, or learnt from the file, whose
            passages then influence each other a little.
        guard: A name and a year that both contradict refuse, whatever the probability.
        most_per_bucket: People who share the key of a blocking pass above which the pass tells nobody apart.
    """

    weights: str = "typical"
    cost_of_false_match: float = 1000.0
    plausible: float = 0.02
    accept_usage_name: bool = True
    presence: Literal["table", "file"] = "table"
    guard: bool = True
    most_per_bucket: int = 400
