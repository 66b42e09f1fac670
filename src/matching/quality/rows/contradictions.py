"""One person, two values: which of the two passages is the likelier to be wrong, and what the other one says.

Example:
    >>> contradictions(compared, pairs).select("code", "value", "proposal").row(0)
    ('person_name_differs', 'MARTTIN', 'MARTIN')

The value that fewer passages have is named; else, of two names, the one that is much rarer in France, and of two
sexes the one that the given name is seldom of; else the later one.
"""

from dataclasses import dataclass

import polars as pl

from matching.identity.frames import FOUND
from matching.normalize.text import ascii_text
from matching.quality.finders import together
from matching.quality.rows.holders import DATE, Compared
from matching.reference import names

_CLEAR = 30  # times as frequent as the other: right
_FEWEST = 1.0  # bearers that a name outside the tables counts for
_TEXTS = ("birth_name_text", "given_name_text")


@dataclass(frozen=True)
class _Trait:
    """A trait that one person cannot have twice.

    Attributes:
        code: The rule.
        shown: Column of people that is named and proposed.
        differs: True for pairs that contradict each other.
        weight: Column of people that says how likely its value is to be right; None when nothing does.
    """

    code: str
    shown: str
    differs: pl.Expr
    weight: str | None = None


_other_text = {text: pl.col(f"{text}_a") != pl.col(f"{text}_b") for text in _TEXTS}
_inverted = pl.col("is_inverted")
_has_usage = pl.col("a_is_usage") | pl.col("b_is_usage")

TRAITS = (
    _Trait("person_name_differs", "birth_name", _other_text["birth_name_text"] & ~_has_usage & ~_inverted, "bearers"),
    _Trait("person_name_differs", "birth_name", _inverted, "fit"),
    _Trait("person_name_differs", "given_name_1", _other_text["given_name_text"] & ~_inverted, "births"),
    _Trait("person_sex_differs", "sex", pl.col("is_sex_other"), "births_of_sex"),
    _Trait("person_birth_date_differs", "birth_date", pl.col("is_date_other")),
    _Trait("person_place_differs", "place", pl.col("is_place_other")),
)


def contradictions(compared: Compared, pairs: pl.DataFrame) -> pl.DataFrame:
    """Findings on the traits in which two passages of one person differ.

    Args:
        compared: The holders.
        pairs: Those who are one person, see ``same_person.pairs_of_one_person``.
    """
    if pairs.is_empty():
        return together([])
    people = _weighed(_of_pairs(compared.people, pairs))
    weighed = people.select("holder", "rows", *_TEXTS, "bearers", "births", "births_of_sex", "fit")
    a, b = (weighed.select(pl.all().name.suffix(f"_{side}")) for side in "ab")
    both = pairs.join(a, on="holder_a").join(b, on="holder_b").sort("holder_b", "holder_a")
    told = [_told(both.filter("a_is_usage"), people, "birth_name", "person_usage_name", pl.lit(value=True))]
    told.append(_told(both.filter("b_is_usage"), people, "birth_name", "person_usage_name", pl.lit(value=False)))
    told += [_told(both.filter(t.differs), people, t.shown, t.code, _is_first_wrong(t.weight)) for t in TRAITS]
    rows = compared.rows.select("passage", "holder")
    return together(rows.join(each, on="holder", maintain_order="left").select(list(FOUND)) for each in told)


def _of_pairs(people: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The people of pairs, with what is shown of them."""
    both = pl.concat([pairs["holder_a"], pairs["holder_b"].alias("holder_a")]).unique()
    date = pl.concat_str(*(pl.col(part).cast(pl.String).str.zfill(2) for part in DATE), separator="-")
    place = pl.when(pl.col("place_code").is_not_null()).then("place_code").otherwise("place_label")
    field = pl.when(pl.col("place_code").is_null()).then(pl.lit("place_label")).when(pl.col("place_kind") == "postal")
    return people.filter(pl.col("holder").is_in(both.implode())).with_columns(
        pl.col("sex").cast(pl.String),
        birth_date=date,
        place=place,
        place_field=field.then(pl.lit("postal_code")).otherwise(pl.lit("insee_code")),
    )


def _weighed(people: pl.DataFrame) -> pl.DataFrame:
    """With ``bearers`` of the surname, ``births`` of the given name, ``births_of_sex`` with it, ``fit`` of both."""
    ranked = names.surname_list()
    bearers = pl.DataFrame(
        {"birth_name_text": ranked, "bearers": len(ranked) / pl.int_range(1, len(ranked) + 1, eager=True)}
    )
    births = names.given_names().group_by("name", "sex").agg(pl.col("births").sum())
    births = births.with_columns(ascii_text(births["name"]).alias("given_name_text"), pl.col("sex").cast(pl.String))
    births = births.group_by("given_name_text", "sex").agg(births_of_sex=pl.col("births").sum().cast(pl.Float64))
    of_name = births.group_by("given_name_text").agg(births=pl.col("births_of_sex").sum())
    return (
        people.join(bearers, on="birth_name_text", how="left", maintain_order="left")
        .join(of_name, on="given_name_text", how="left", maintain_order="left")
        .join(births, on=["given_name_text", "sex"], how="left", maintain_order="left")
        .with_columns(pl.col("bearers", "births", "births_of_sex").fill_null(_FEWEST))
        .with_columns(fit=pl.col("bearers") * pl.col("births"))
    )


def _is_first_wrong(weight: str | None) -> pl.Expr:
    """True where the earlier of two holders is the likelier to be wrong."""
    fewer, more = pl.col("rows_a") < pl.col("rows_b"), pl.col("rows_a") > pl.col("rows_b")
    if weight is None:
        return fewer
    return fewer | (~more & (pl.col(f"{weight}_b") >= _CLEAR * pl.col(f"{weight}_a")))


def _told(pairs: pl.DataFrame, people: pl.DataFrame, shown: str, code: str, is_first_wrong: pl.Expr) -> pl.DataFrame:
    """One finding per holder that is wrong, without its passages."""
    first, second = pl.col("holder_a"), pl.col("holder_b")
    sides = pairs.select(
        holder=pl.when(is_first_wrong).then(first).otherwise(second),
        other=pl.when(is_first_wrong).then(second).otherwise(first),
    ).unique("holder", keep="first", maintain_order=True)
    field = pl.col("place_field") if shown == "place" else pl.lit(shown)
    mine = people.select("holder", field=field, value=pl.col(shown))
    others = people.select(other="holder", proposal=shown, detail="id_technique")
    return sides.join(mine, on="holder").join(others, on="other").with_columns(code=pl.lit(code))
