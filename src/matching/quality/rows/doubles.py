"""An identifier that comes twice, and a person who comes twice for one certification.

Example:
    >>> double_ids(passages).select("code", "passage", "value", "detail").row(0)
    ('id_duplicate', 41, 'CPF-0007', '8')
"""

import polars as pl

from matching.identity.frames import PASSAGES
from matching.quality.finders import Finder, found
from matching.quality.rows.holders import Compared

_CONTENT = [column for column in PASSAGES.columns if column not in {"passage", "line", "certification_index"}]
_CERTIFICATION = ("certification_type", "certification_code")
_TOLD = ("core", "first", "birth_year")  # without which nobody can say that it is the same person
_EITHER = ("birth_day", "place_code", "place_label")
_DATES = ("exam_start", "exam_end", "validity_start")


def double_ids(passages: pl.DataFrame) -> pl.DataFrame:
    """Passages whose identifier an earlier one of the same issuer bears: ``id_duplicate`` or ``id_reused``.

    The detail is the rank of the first one, from 1. An empty identifier is left to control 1.
    """
    key = ["issuer", "id"]
    ids = passages.select("passage", "issuer", id=pl.col("id_technique").str.strip_chars())
    rows = ids.with_row_index("row").filter((pl.col("id") != "") & ~pl.struct(key).is_first_distinct())
    if rows.is_empty():
        return found(passages.clear(), [])
    first = ids.with_row_index("first").join(rows, on=key, how="semi", nulls_equal=True).unique(key, keep="first")
    doubles = rows.join(first.select(*key, "first"), on=key, nulls_equal=True, maintain_order="left")
    content = passages.select(_CONTENT)
    same = content[doubles["row"]].hash_rows() == content[doubles["first"]].hash_rows()
    asked = passages[doubles["row"]].with_columns(same=same, first=doubles["first"] + 1)
    rank = pl.col("first").cast(pl.String)
    return found(
        asked,
        [
            Finder("id_duplicate", "id_technique", pl.col("same"), detail=rank),
            Finder("id_reused", "id_technique", ~pl.col("same"), detail=rank),
        ],
    )


def people_twice(compared: Compared, pairs: pl.DataFrame) -> pl.DataFrame:
    """Passages of somebody who has an earlier one for the same certification, under another identifier.

    Args:
        compared: The holders.
        pairs: Those who are one person, see ``same_person.pairs_of_one_person``.
    """
    told = compared.rows.drop_nulls(_TOLD).filter(pl.any_horizontal(pl.col(_EITHER).is_not_null()))
    first_of = pairs.group_by(holder="holder_b").agg(person=pl.col("holder_a").min())
    rows = told.join(first_of, on="holder", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("person").fill_null(pl.col("holder"))).filter(pl.len().over("person") > 1)
    key = ["person", *_CERTIFICATION]
    is_first = pl.struct(key).is_first_distinct()
    first = rows.filter(is_first).select(*key, *(pl.col(c).alias(f"first_{c}") for c in ("id_technique", *_DATES)))
    asked = rows.filter(~is_first).join(first, on=key, how="left", nulls_equal=True, maintain_order="left")
    other = pl.col("id_technique") != pl.col("first_id_technique")
    same_dates = pl.all_horizontal(pl.col(column).eq_missing(pl.col(f"first_{column}")) for column in _DATES)
    detail = pl.col("first_id_technique")
    return found(
        asked,
        [
            Finder("passage_twice", "id_technique", other & same_dates, detail=detail),
            Finder("person_twice", "id_technique", other & ~same_dates, detail=detail),
        ],
    )
