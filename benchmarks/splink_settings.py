"""Splink's model of a person, before training: what is compared at which levels, and which pairs are looked at.

Example:
    >>> [comparison.output_column_name for comparison in settings().comparisons]
    ['surname', 'given_name', 'second_name', 'usage_name', 'sex', 'birth_date', 'birth_place']

Tuned on drawn deposits of a register of 1 M. What was gained is said where it is gained; conditions that cost nothing
stand before those that do, which DuckDB then computes on few pairs.
"""

from typing import Any

import splink.comparison_level_library as cll
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

from benchmarks.comparable import BLOCKING

INITIALS = ("substr(core, 1, 2)", "substr(given_first, 1, 1)", "date")
INVERTED = (
    "l.surname = r.given and l.date = r.date",
    "l.given = r.surname and l.date = r.date",
    "l.surname = r.given and l.given = r.surname and l.year = r.year",
)
"""Beside ``BLOCKING``: the pass on first letters, and those that find a surname and a given name inverted."""

TERM_FREQUENCIES = ("surname", "core", "given", "given_first", "date", "place")
INVERTED_U = 1e-5
"""Of both names at once. Each of the two comparisons takes it: a smaller one would count twice."""


def settings() -> SettingsCreator:
    """The model before training."""
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            _comparison("surname", "surname", *_surname_levels()),
            _comparison("given_name", "given", *_given_name_levels()),
            _comparison("second_name", "given_second", cll.ExactMatchLevel("given_second"), _second_among_all()),
            _comparison("usage_name", "usage_name", cll.ExactMatchLevel("usage_name")),
            _comparison("sex", "sex", cll.ExactMatchLevel("sex")),
            _comparison("birth_date", "year", *_date_levels()),
            _comparison("birth_place", "place", *_place_levels()),
        ],
        blocking_rules_to_generate_predictions=[
            *(block_on(*columns) for columns in (*BLOCKING, INITIALS)),
            *(CustomRule(rule) for rule in INVERTED),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        max_iterations=50,
    )


def _comparison(name: str, null_when_missing: str, *levels: Any) -> CustomComparison:  # noqa: ANN401 - Splink's levels
    every = [cll.NullLevel(null_when_missing), *levels, cll.ElseLevel()]
    return CustomComparison(output_column_name=name, comparison_levels=every)


def _surname_levels() -> tuple[Any, ...]:
    return (
        cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
        _level("without particles", "core_l = core_r", tf_adjustment_column="core"),
        _level("sounds alike", "sound_l = sound_r"),
        _level("one edit", _one_edit("surname")),
        _inverted(),
        _level("half of a double name", "core_l in (part_1_r, part_2_r) or core_r in (part_1_l, part_2_l)"),
        _level("resembles", "jaro_winkler_similarity(surname_l, surname_r) >= 0.88"),
    )


def _given_name_levels() -> tuple[Any, ...]:
    return (
        cll.ExactMatchLevel("given", term_frequency_adjustments=True),
        _level("same first word", "given_first_l = given_first_r", tf_adjustment_column="given_first"),
        _level("sounds alike", "given_sound_l = given_sound_r"),
        _level("one edit", _one_edit("given")),
        _inverted(),
        _level("among the given names", f"{_among('given_l', 'givens_r')} or {_among('given_r', 'givens_l')}"),
        _level("truncated", "starts_with(given_l, given_r) or starts_with(given_r, given_l)"),
        _level("resembles", "jaro_winkler_similarity(given_l, given_r) >= 0.85"),
    )


def _second_among_all() -> Any:  # noqa: ANN401 - Splink's level
    return _level("among the given names", _among("given_second_l", "givens_r"))


def _date_levels() -> tuple[Any, ...]:
    is_default = ("day_l = 1 and month_l = 1", "day_r = 1 and month_r = 1", "day_l = 31 and month_l = 12", "day_l = 15")
    near = "year_l = year_r or (month_l = month_r and day_l = day_r)"
    return (
        cll.ExactMatchLevel("date", term_frequency_adjustments=True),  # frequencies: the first of January abroad
        _level("day unknown", "(date_l is null or date_r is null) and year_l = year_r and month_l = month_r"),
        _level("month unknown", "(month_l is null or month_r is null) and year_l = year_r"),
        _level("day and month swapped", "year_l = year_r and month_l = day_r and day_l = month_r"),
        _level("one digit, or two exchanged", f"({near}) and damerau_levenshtein(date_l, date_r) <= 1"),
        _level("another year", "month_l = month_r and day_l = day_r and abs(year_l - year_r) in (10, 100)"),
        _level("default date", f"year_l = year_r and ({' or '.join(f'({each})' for each in is_default)})"),
        _level("year, or month and day", near),
    )


def _place_levels() -> tuple[Any, ...]:
    """Countries weigh alike: by frequency, a rare one would count twice, with the surname that comes from it."""
    commune = {"tf_adjustment_column": "place", "disable_tf_exact_match_detection": True}
    return (
        _level("same commune", "place_l = place_r and not is_abroad_l", **commune),
        _level("same country", "place_l = place_r"),
        _level("same département", "department_l = department_r"),
        _level("both abroad", "is_abroad_l and is_abroad_r"),
    )


def _level(name: str, sql: str, **options: Any) -> Any:  # noqa: ANN401 - Splink's options and levels
    return cll.CustomLevel(sql, label_for_charts=name).configure(**options)


def _one_edit(column: str) -> str:
    """Jaro first: it is fast, and never below .7 for texts of three letters or more that are one edit apart."""
    left, right = f"{column}_l", f"{column}_r"
    return f"jaro_similarity({left}, {right}) >= 0.7 and damerau_levenshtein({left}, {right}) <= 1"


def _inverted() -> Any:  # noqa: ANN401 - Splink's level
    """Too rare among random pairs for its u to be counted there."""
    sql = "surname_l = given_r and given_l = surname_r"
    return _level("surname and given name inverted", sql, u_probability=INVERTED_U, fix_u_probability=True)


def _among(name: str, names: str) -> str:
    return f"contains({names}, ' ' || {name} || ' ')"
