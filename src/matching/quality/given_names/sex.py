"""First given name against sex, by INSEE's births of each sex around the year.

Example:
    >>> find(passages).select("code", "field", "proposal").rows()  # Daniel, F, born in 1967
    [('given_name_sex_contradiction', 'sex', 'M'), ('given_name_other_sex_form', 'given_name_1', 'DANIELE')]

A name contradicts the sex when it was given to ``LIKELY`` children of the other sex or more within ``YEARS`` years (or
``EVER_LIKELY`` in all years: names that came to France later), and to next to none of this one. People born abroad are
judged by the lists of all countries as well: a name that some country gives to this sex contradicts nothing.
"""

from functools import cache

import polars as pl

from matching.identity.frames import SEX
from matching.normalize.text import funnel_text
from matching.quality.finders import Finder, found_by_value
from matching.quality.names.abroad import is_abroad
from matching.quality.names.texts import tidy, tidy_key
from matching.reference import foreign, names, variants

YEARS = 10
LIKELY, EVER_LIKELY = 1000, 4000
"""Births of the other sex near the year, or in all years, that make a contradiction."""

SOME, EVER_SOME = 80, 200
"""The same for a doubt."""

_SELDOM = 0.05  # of the births of the other sex: worth counting those near the year
_NEXT_TO_NONE, _FEW = 0.002, 0.01  # the same, for a contradiction and for a doubt
_LISTED = (1900, 2019)
_KEY = ("raw_given_name_1", "raw_sex", "sex", "birth_year", "is_abroad")


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What the first given names say against the sex: columns ``FOUND``."""
    rows = passages.with_columns(is_abroad=is_abroad()).select("passage", *_KEY)
    values = rows.select(_KEY).unique(maintain_order=True).drop_nulls(["raw_given_name_1", "sex"])
    values = values.with_columns(name=_listed_name(values["raw_given_name_1"]))
    values = values.join(_ever(), on=["name", "sex"], how="left", maintain_order="left")
    asked = values.filter(pl.col("ever_here") <= _SELDOM * pl.col("ever_other"))
    told = _with_births(asked).join(_other_form(), on=["sex", "name"], how="left", maintain_order="left")
    contradicts = _is_rarer(_NEXT_TO_NONE, LIKELY, EVER_LIKELY)
    doubt = _is_rarer(_FEW, SOME, EVER_SOME) & ~contradicts
    has_form = contradicts & pl.col("form").is_not_null()
    opposite = pl.when(pl.col("sex") == "F").then(pl.lit("M")).otherwise(pl.lit("F"))
    value, name = pl.col("raw_sex"), pl.col("name")
    return found_by_value(
        rows,
        told,
        _KEY,
        [
            Finder("given_name_sex_contradiction", "sex", contradicts, value, opposite, name),
            Finder("given_name_sex_doubt", "sex", doubt, value, opposite, name),
            Finder("given_name_other_sex_form", "given_name_1", has_form, proposal=pl.col("form")),
        ],
    )


def _is_rarer(share: float, births: int, ever: int) -> pl.Expr:
    """True where this sex has that share of the other's births at most, the other having that many."""
    is_rarer = (pl.col("here") <= share * pl.col("other")) & (pl.col("other") >= births)
    is_ever_rarer = (pl.col("ever_here") <= share * pl.col("ever_other")) & (pl.col("ever_other") >= ever)
    return (is_rarer | is_ever_rarer) & ~pl.col("is_known_abroad")


def _listed_name(texts: pl.Series) -> pl.Series:
    """The name as the table of births has it: the compound, or its first part when the table does not have it."""
    distinct = texts.unique(maintain_order=True)
    hyphened = tidy_key(tidy(distinct)).str.replace_all(" ", "-", literal=True)
    is_known = hyphened.is_in(_spelled()["name"].unique().implode())
    told = pl.DataFrame({"text": distinct, "name": hyphened.zip_with(is_known, hyphened.str.extract("^([A-Z']+)"))})
    return texts.to_frame("text").join(told, on="text", how="left", maintain_order="left")["name"]


@cache
def _spelled() -> pl.DataFrame:
    """``written`` (as INSEE writes it), ``name`` (as the funnel compares it) of every given name."""
    written = names.given_names()["name"].unique()
    return pl.DataFrame({"written": written, "name": funnel_text(written)})


@cache
def _ever() -> pl.DataFrame:
    """``name``, ``sex``, ``ever_here`` (births of that sex in all years), ``ever_other``."""
    births = names.given_names().group_by("sex", "name").agg(pl.col("births").sum().cast(pl.Int64))
    births = (
        births.join(_spelled(), left_on="name", right_on="written")
        .group_by("name_right", "sex")
        .agg(pl.col("births").sum())
    )
    here = births.rename({"name_right": "name", "births": "ever_here"})
    other = births.select(
        name="name_right", sex=pl.col("sex").replace_strict({"M": "F", "F": "M"}, return_dtype=SEX), ever_other="births"
    )
    return here.join(other, on=["name", "sex"], how="full", coalesce=True).with_columns(
        pl.col("ever_here", "ever_other").fill_null(0)
    )


def _with_births(values: pl.DataFrame) -> pl.DataFrame:
    """With ``here`` and ``other``, births of the name within ``YEARS`` of the year, and ``is_known_abroad``."""
    asked = values.select("name", "sex", "birth_year").unique().drop_nulls()
    written = asked.join(_spelled(), on="name")
    near = written.join(names.given_names().select("year", "births", written="name", of="sex"), on="written").filter(
        (pl.col("year") - pl.col("birth_year").clip(*_LISTED)).abs() <= YEARS
    )
    is_here = pl.col("of") == pl.col("sex")
    births = near.group_by("name", "sex", "birth_year").agg(
        here=pl.col("births").filter(is_here).sum(), other=pl.col("births").filter(~is_here).sum()
    )
    told = values.join(births, on=["name", "sex", "birth_year"], how="left", maintain_order="left")
    known = (
        foreign.names()
        .filter(pl.col("kind") != "surname")
        .select(
            "name",
            sex=pl.col("kind").cast(pl.String).replace_strict({"given_m": "M", "given_f": "F"}, return_dtype=SEX),
        )
    )
    told = told.join(known.unique().with_columns(is_listed=True), on=["name", "sex"], how="left", maintain_order="left")
    return told.with_columns(
        pl.col("here", "other").fill_null(0),
        is_known_abroad=pl.col("is_abroad") & pl.col("is_listed").fill_null(value=False),
    )


@cache
def _other_form() -> pl.DataFrame:
    """``sex`` (submitted), ``name`` (of the other sex), ``form``: its form for that sex."""
    forms = variants.variants("gender")
    forms = forms.select("sex", "births", name=funnel_text(forms["variant"]), form=funnel_text(forms["name"]))
    forms = forms.sort("births", "form", descending=[True, False])
    return forms.unique(["sex", "name"], keep="first", maintain_order=True).select("sex", "name", "form")
