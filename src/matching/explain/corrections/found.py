"""Corrections that the checks before sending propose, by the rule that found them.

Example:
    >>> find(findings).select("kind", "insee_code").row(0)
    ('place_code_of_the_time', '75044')
"""

import polars as pl

from matching.explain.corrections.kinds import kinds
from matching.explain.corrections.ways import BUILT, FIELDS, together

KIND_OF = {
    # Texts.
    "name_mojibake": "signs_in_name",
    "name_control_character": "signs_in_name",
    "name_outer_blanks": "signs_in_name",
    "name_inner_blanks": "signs_in_name",
    "name_typographic_sign": "signs_in_name",
    "further_name_blank": "empty_name_left_out",
    "usage_name_nil_word": "empty_name_left_out",
    "name_lost_character": "letters_in_name",
    "name_digit": "letters_in_name",
    "name_other_alphabet": "letters_in_name",
    "name_forbidden_character": "letters_in_name",
    "name_loose_sign": "letters_in_name",
    "name_title": "letters_in_name",
    # Surnames.
    "birth_name_placeholder": "usage_name_as_birth_name",
    "birth_name_initial": "usage_name_as_birth_name",
    "birth_name_may_be_usage_name": "usage_name_as_birth_name",
    "birth_name_two_names": "both_names_in_birth_name",
    "birth_name_holds_usage_name": "both_names_in_birth_name",
    "birth_name_holds_given_name": "letters_in_name",
    "usage_name_placeholder": "usage_name_left_out",
    "usage_name_repeats_birth_name": "usage_name_left_out",
    "birth_name_saint": "surname_signs",
    "birth_name_double_hyphen": "surname_signs",
    "birth_name_double_separator": "surname_signs",
    "birth_name_punctuation": "surname_signs",
    "birth_name_other_spelling": "surname_signs",
    "birth_name_particle": "surname_particle",
    "birth_name_cut": "surname_cut",
    "birth_name_slip": "surname_letter",
    "birth_name_rare": "surname_letter",
    # Given names.
    "given_name_placeholder": "given_name_unsaid",
    "given_name_initial": "given_name_unsaid",
    "further_given_name_placeholder": "further_given_names_left_out",
    "given_name_abbreviated": "given_name_cut",
    "given_name_cut": "given_name_cut",
    "several_given_names": "first_of_several",
    "given_names_in_first": "first_of_several",
    "given_name_holds_birth_name": "letters_in_name",
    "compound_given_name_glued": "compound_hyphen",
    "compound_given_name_parted": "compound_hyphen",
    "compound_given_name_blank": "compound_hyphen",
    "given_name_slip": "given_name_letter",
    "given_name_rare": "given_name_letter",
    "given_name_diminutive": "usual_form",
    "given_name_sex_contradiction": "sex",
    "given_name_sex_doubt": "sex",
    "given_name_other_sex_form": "form_of_other_sex",
    # Dates.
    "birth_after_exam": "year",
    "holder_too_young": "year",
    "holder_too_old": "year",
    "birth_date_filler": "birth_date_unsure",
    # Places.
    "postal_code_in_insee_field": "place_coded_otherwise",
    "insee_code_reads_as_postal": "place_coded_otherwise",
    "insee_code_in_postal_field": "place_coded_otherwise",
    "postal_code_alone": "place_coded_otherwise",
    "postal_code_zero_lost": "place_coded_otherwise",
    "arrondissement_missing": "arrondissement",
    "insee_code_of_another_time": "place_code_of_the_time",
    "country_code_iso": "country_code",
    "country_missing": "country_code",
    "country_code_unknown": "place_by_its_label",
    "place_filler": "place_by_its_label",
    "place_label_alone": "place_by_its_label",
    "abroad_without_code": "place_by_its_label",
    "insee_code_unknown": "place_by_its_label",
    "abroad_code_unknown": "place_by_its_label",
    "postal_code_unknown": "place_by_its_label",
    "country_of_another_time": "place_by_its_label",
    "born_before_independence": "place_by_its_label",
    # Another row of the file.
    "person_name_differs": "other_row_of_same_person",
    "person_usage_name": "other_row_of_same_person",
    "person_sex_differs": "other_row_of_same_person",
    "person_birth_date_differs": "other_row_of_same_person",
    "person_place_differs": "other_row_of_same_person",
}
"""Rule → kind of its proposal. A rule without proposal makes the question about its field likelier."""

ASKS = {
    "birth_name": "birth_name_unsure",
    "given_name_1": "given_name_unsure",
    "birth_year": "year_unsure",
    **dict.fromkeys(("birth_month", "birth_day", "birth_date"), "birth_date_unsure"),
    **dict.fromkeys(("insee_code", "postal_code", "place_label", "country_code", "country_label"), "place_unsure"),
}
"""Field → the kind that asks for it."""

_DATE = r"^(\d{4})-(\d{2})-(\d{2})$"


def find(findings: pl.DataFrame) -> pl.DataFrame:
    """The corrections that findings propose: columns ``BUILT``.

    Args:
        findings: Contract FINDINGS of the refused passages.
    """
    at = pl.col("passage").is_not_null() & (pl.col("severity") != "advice")
    known = findings.with_columns(
        pl.col("severity").cast(pl.String),
        odds=pl.lit(1.0),
        kind=pl.col("code").replace_strict(KIND_OF, default=None, return_dtype=pl.String),
        asks=pl.col("field").replace_strict(ASKS, default=None, return_dtype=pl.String),
    )
    asking = pl.col("kind").is_in([code for code, one in kinds().items() if one.fields])
    is_written = (pl.col("kind").is_not_null() & ~asking & pl.col("proposal").is_not_null()).fill_null(value=False)
    written = known.filter(pl.col("passage").is_not_null() & is_written)
    doubted = known.filter(at & ~is_written).with_columns(kind=pl.when(asking).then("kind").otherwise("asks"))
    asked = doubted.drop_nulls("kind").with_columns(pl.lit(None, dtype=pl.String).alias(field) for field in FIELDS)
    parts = [written.filter(pl.col("field") == field).with_columns(_only(field)) for field in FIELDS]
    date = written.filter((pl.col("field") == "birth_date") & pl.col("proposal").str.contains(_DATE))
    parts.append(date.with_columns(_date()))
    return together(part.select(list(BUILT)) for part in (asked, *parts))


def _only(field: str) -> list[pl.Expr]:
    return [(pl.col("proposal") if each == field else pl.lit(None, dtype=pl.String)).alias(each) for each in FIELDS]


def _date() -> list[pl.Expr]:
    """The parts of a whole date, without leading zeros, as a deposit writes them."""
    groups = {"birth_year": 1, "birth_month": 2, "birth_day": 3}
    return [
        (pl.col("proposal").str.extract(_DATE, groups[field]).str.strip_chars_start("0") if field in groups
         else pl.lit(None, dtype=pl.String)).alias(field)
        for field in FIELDS
    ]  # fmt: skip
