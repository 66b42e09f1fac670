"""The holders made comparable with each other: what each row says, and each different holder once.

Example:
    >>> compared_holders(submitted).people.select("surname", "given", "rows").row(0)
    ('ROUVIERE', 'CAMILLE', 2)
"""

from dataclasses import dataclass

import polars as pl

from matching.normalize.given_names import given_forms
from matching.normalize.surnames import surname_forms
from matching.normalize.text import funnel_text
from matching.quality.submitted import Submitted

DATE = ("birth_year", "birth_month", "birth_day")
_KEPT = (
    *(
        "passage",
        "id_technique",
        "certification_type",
        "certification_code",
        "exam_start",
        "exam_end",
        "validity_start",
    ),
    *("birth_name", "usage_name", "given_name_1", *DATE, "sex"),
    *("place_kind", "place_code", "place_label", "country_code", "codes"),
)
_SAME = (
    "birth_name_text",
    "given_name_text",
    "core",
    "usage",
    *DATE,
    "sex",
    "place_code",
    "place_label",
    "country_code",
)


@dataclass(frozen=True)
class Compared:
    """The holders of a file.

    Attributes:
        rows: One row per holder's passage, in order: ``passage``, ``id_technique``, the certification and its dates,
            the raw texts, the forms below, and ``holder``, the number of its different holder.
        people: One row per different holder, in order of first appearance: ``holder``, ``passage`` and
            ``id_technique`` of that one, ``rows`` (how many), and the forms: ``birth_name_text`` and
            ``given_name_text`` (what the funnel compares), ``surname`` (compact), ``core`` (without particles),
            ``parts``, ``sound``, ``usage`` (core of the usage name), ``given`` (compact), ``first`` (first word),
            ``words``, the date, ``sex``, ``codes`` of the place.
    """

    rows: pl.DataFrame
    people: pl.DataFrame


def compared_holders(submitted: Submitted) -> Compared:
    """The holders of the file, made comparable; there is at least one."""
    holders = submitted.with_places(submitted.places.drop("place_reading")).select(_KEPT)
    surnames, givens = _surnames(holders), _given_names(holders["given_name_1"])
    usage = surnames.select(usage_name="birth_name", usage="core")
    rows = holders
    for forms, key in ((surnames, "birth_name"), (usage, "usage_name"), (givens, "given_name_1")):
        rows = rows.join(forms, on=key, how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(usage=pl.coalesce("usage", "usage_in_field")).drop("usage_in_field")
    rows = rows.with_columns(same=pl.struct(_SAME).hash())
    counts = rows.group_by("same").agg(rows=pl.len())
    people = rows.unique("same", keep="first", maintain_order=True).with_row_index("holder")
    people = people.join(counts, on="same", maintain_order="left")
    numbered = rows.join(people.select("same", "holder"), on="same", maintain_order="left")
    return Compared(numbered.drop("same"), people.drop("same"))


def _surnames(holders: pl.DataFrame) -> pl.DataFrame:
    """One row per distinct birth or usage name, with its forms."""
    values = pl.concat([holders["birth_name"], holders["usage_name"].alias("birth_name")]).unique()
    forms = surname_forms(values)
    usage = forms["usage"].drop_nulls().unique()
    usage_core = forms["usage"].replace_strict(usage, surname_forms(usage)["core"], default=None)
    return forms.select(
        values,
        funnel_text(values).alias("birth_name_text"),
        surname="text",
        core="core",
        parts="parts",
        sound="phonetic",
        usage_in_field=usage_core,
    )


def _given_names(values: pl.Series) -> pl.DataFrame:
    """One row per distinct first given name, with its forms."""
    distinct = values.unique()
    forms = given_forms(distinct)
    return pl.DataFrame(
        {
            "given_name_1": distinct,
            "given_name_text": funnel_text(distinct),
            "given": forms["glued"],
            "words": forms["tokens"],
            "first": forms["tokens"].list.first(),
        }
    )
