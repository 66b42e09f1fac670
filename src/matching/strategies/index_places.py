"""The index's dictionary of birth places: which codes are one place, one département, one country.

The codes are those of the nomenclature, through time, and whatever else the register holds: a submitted place has its
group although nobody was born there.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import RegisterError
from matching.normalize.places import present_country
from matching.reference import communes, countries
from matching.register.dictionary import dictionary_arrays
from matching.register.hashing import packed
from matching.strategies.index_arrays import FIRST_YEAR, MOST_PLACES, YEARS
from matching.strategies.index_names import Arrays, codes_of_ranks, from_code_0

_LENGTH = 5
_LAST_YEAR = FIRST_YEAR + YEARS - 1


def places(raw: pl.Series) -> tuple[Arrays, NDArray[np.uint32]]:
    """The dictionary of place codes; from rank to code. What has not five characters is missing.

    Raises:
        RegisterError: there are more codes than a record has room for.
    """
    raw = raw.set(raw.str.len_bytes() != _LENGTH, None)
    links = _same_places()
    known = [communes.table()["code"], countries.table()["code"], links["code"], links["other"]]
    codes = pl.concat([raw, *known]).drop_nulls().unique().sort()
    if len(codes) > MOST_PLACES:
        raise RegisterError("register.too_many_places", n=len(codes), most=MOST_PLACES)
    arrays = dictionary_arrays(codes, packed(codes))
    return arrays | from_code_0(_features(codes, links)), codes_of_ranks(arrays, packed(raw))


def _features(codes: pl.Series, links: pl.DataFrame) -> Arrays:
    """See ``index_arrays.Places``, without the count."""
    code = pl.col("code")
    overseas = code.str.contains("^9[78]")
    frame = (
        pl.DataFrame({"code": codes})
        .with_row_index("rank", offset=1)
        .with_columns(
            country=present_country(code, pl.lit(FIRST_YEAR)),
            is_commune=code.is_in(communes.table()["code"].implode()),
            department=pl.when(overseas).then(code.str.head(3)).otherwise(code.str.head(2)),
        )
        .with_columns(is_abroad=pl.col("country").is_not_null() & ~pl.col("is_commune"))
    )
    # A code that can only be of a former territory is of its country; 91352 is nothing but Algeria.
    links = pl.concat([links, frame.filter("is_abroad").select("code", other="country")])
    group = _smallest_connected(codes, links)
    rank_of = dict(zip(frame["code"], frame["rank"], strict=True))
    of_country = frame.select(pl.coalesce(pl.col("country").replace_strict(rank_of, default=None), "rank"))
    smallest = frame.select(pl.col("rank").min().over("department")).to_series().to_numpy()
    is_abroad = frame["is_abroad"].to_numpy()
    return {
        "group": group,
        "group_abroad": group[of_country.to_series().to_numpy() - 1],
        "abroad_until": _abroad_until(frame),
        "department": np.where(is_abroad, group, smallest).astype(np.uint16),
        "is_abroad": is_abroad,
    }


def _abroad_until(frame: pl.DataFrame) -> NDArray[np.uint16]:
    """First year in which a code is a place in France: 0 when it always was, the greatest number when it never is."""
    years = pl.DataFrame({"year": range(FIRST_YEAR, _LAST_YEAR + 1)})
    last = present_country(pl.col("code"), pl.lit(_LAST_YEAR))
    ends = frame.select("code", "country", last=last)
    changed = ends.filter(pl.col("country").is_not_null() & pl.col("last").is_null()).join(years, how="cross")
    abroad = changed.filter(present_country(pl.col("code"), pl.col("year")).is_not_null())
    until = abroad.group_by("code").agg(until=pl.col("year").max() + 1)
    always = pl.when(pl.col("last").is_not_null()).then(pl.lit(MOST_PLACES)).otherwise(0)
    found = ends.join(until, on="code", how="left", maintain_order="left")
    return found.select(pl.coalesce("until", always).cast(pl.UInt16)).to_series().to_numpy()


def _same_places() -> pl.DataFrame:
    """Codes that may stand for each other: ``code``, ``other``."""
    cities = communes.arrondissements().select(code="city_code", other="arrondissement_code")
    pairs = [table.select("code", "other") for table in (communes.same_place_pairs(), countries.same_country_pairs())]
    return pl.concat([*pairs, cities])


def _smallest_connected(codes: pl.Series, links: pl.DataFrame) -> NDArray[np.uint16]:
    """Of each code, the smallest rank that it is linked to, through any others; ranks start at 1."""
    rank = codes.rename("code").to_frame().with_row_index("rank")
    ends = links.join(rank, on="code").join(rank, left_on="other", right_on="code", suffix="_of_other")
    one, other = ends["rank"].to_numpy(), ends["rank_of_other"].to_numpy()
    smallest = np.arange(1, len(codes) + 1, dtype=np.uint16)
    while True:
        before = smallest.copy()
        np.minimum.at(smallest, one, before[other])
        np.minimum.at(smallest, other, before[one])
        if np.array_equal(before, smallest):
            return smallest
