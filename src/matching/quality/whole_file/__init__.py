"""What damages every passage at once: a setting of the export, a column in the place of another, a header never set.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "detail").row(0)
    ('file_sex_swapped', '291', '296')

Each rule asks for so much evidence that an honest file of any size, careless ones included, does not give it by
chance; what one row or two can tell is left to the rules of passages.
"""

import polars as pl

from matching.quality.finders import together
from matching.quality.submitted import Submitted
from matching.quality.whole_file import columns, dates, given_names, header, identifiers, names, places, texts

__all__ = ["find"]

_NAMES_AND_SEX = ("file_sex_swapped", "file_sex_constant", "file_rows_misaligned", "file_names_cut", "file_same_name")
EXPLAINS = {
    "file_columns_shifted": (
        *("file_column_empty", "file_column_constant", "file_no_day_or_month", "file_names_swapped", *_NAMES_AND_SEX),
        *(
            "file_usage_name_in_birth_name",
            "file_no_usage_name",
            "file_no_other_given_name",
            "file_given_names_together",
        ),
    ),
    "file_names_swapped": _NAMES_AND_SEX,
    "file_given_names_together": ("file_no_other_given_name",),
    "file_usage_name_in_birth_name": ("file_same_name",),
}
"""Rule → rules that the same failure sets off: one failure is said once."""


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the file as a whole.

    Returns:
        Columns ``FOUND``, ``passage`` null; ``value`` and ``detail`` are counts of passages unless the rule says
        otherwise.
    """
    parts = [header.find(submitted), identifiers.find(submitted)]
    if not submitted.holders.is_empty():
        parts += [each.find(submitted) for each in (columns, texts, names, given_names, dates, places)]
    found = together(parts)
    explained = [other for code in found["code"].unique() for other in EXPLAINS.get(code, ())]
    return found.filter(~pl.col("code").is_in(explained))
