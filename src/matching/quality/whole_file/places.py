"""Places of the whole file: none, one for everybody, a filler, zeros that a spreadsheet ate, names beside other codes.

Example:
    >>> find(Submitted.of(passages)).select("code", "field", "value").row(0)
    ('file_leading_zero_lost', 'insee_code', '23')
"""

import polars as pl

from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

_FEW = 10
_FEWEST_ABROAD = 5
_FEWEST_SHORT = 2
_FILLERS = ("0", "00", "000", "0000", "00000", "99999")
_FEWEST_FILLERS, _FILLED = 3, 0.2
_FEWEST_SAME, _SAME = 20, 0.8
_CONTRADICTING = 0.4
_COLUMNS = {"insee": "insee_code", "postal": "postal_code"}


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on places of birth."""
    holders = submitted.holders
    found = [*_codes(holders)]
    if holders.height < _FEW:
        return together(found)
    return together([*found, *_empty(holders), *_same(holders), *_misaligned(submitted)])


def _codes(holders: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    for column in _COLUMNS.values():
        codes = holders[f"raw_{column}"].str.strip_chars().drop_nulls()
        fillers = int(codes.is_in(_FILLERS).sum())
        if fillers >= max(_FEWEST_FILLERS, _FILLED * holders.height):
            found.append(of_file("file_filler_place", column, value=str(fillers), detail=str(holders.height)))
        short = int((codes.str.contains(r"^[1-9]\d{3}$")).sum())
        with_zero = (codes.str.contains(r"^0\d{4}$") & ~codes.is_in(_FILLERS)).any()
        if short >= _FEWEST_SHORT and not with_zero:
            found.append(of_file("file_leading_zero_lost", column, value=str(short)))
    return found


def _empty(holders: pl.DataFrame) -> list[pl.DataFrame]:
    size = str(holders.height)
    code, label = holders["place_code"].is_null(), holders["place_label"].is_null()
    has_country = holders["country_code"].is_not_null() | holders["country_label"].is_not_null()
    if code.all():
        return [of_file("file_no_place", "insee_code", value=size, detail=size)]
    found = []
    if label.all():
        found.append(of_file("file_no_place_label", "place_label", value=size, detail=size))
    abroad = int((has_country | holders["place_code"].str.starts_with("99").fill_null(value=False)).sum())
    empty = [column for column in ("country_code", "country_label") if holders[column].is_null().all()]
    if abroad >= _FEWEST_ABROAD:
        found += [of_file("file_no_country", column, value=str(abroad)) for column in empty]
    return found


def _same(holders: pl.DataFrame) -> list[pl.DataFrame]:
    place = pl.coalesce("place_code", "place_label")
    places = holders.select(place=place).drop_nulls().filter(~pl.col("place").is_in(_FILLERS))
    if places.height < _FEWEST_SAME:
        return []
    most = int(places.group_by("place").agg(rows=pl.len())["rows"].max())  # type: ignore[arg-type]
    if most < _SAME * places.height:
        return []
    return [of_file("file_same_place", "insee_code", value=str(most), detail=str(holders.height))]


def _misaligned(submitted: Submitted) -> list[pl.DataFrame]:
    """Places whose code and name cannot be one, among those that have both."""
    both = submitted.with_places(submitted.places.drop("codes")).drop_nulls(["place_code", "place_label"])
    against = int((both["place_reading"] == "contradiction").sum())
    if both.height < _FEWEST_SAME or against < _CONTRADICTING * both.height:
        return []
    return [of_file("file_places_misaligned", "place_label", value=str(against), detail=str(both.height))]
