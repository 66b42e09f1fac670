"""Records as the passages of a deposit file: their certification, dates and ids, and the texts that are written.

Example:
    >>> passages_frame(records, same_as=np.arange(2), id_prefix="41F0A2")["id_technique"].to_list()
    ['41F0A2-000000', '41F0A2-000001']
"""

import datetime as dt
import uuid

import numpy as np
import polars as pl

from matching.deposit.header import DepositHeader
from matching.identity.frames import PASSAGES
from sngi_mock.noise.degrade import TRAITS
from sngi_mock.randomness import Ints

EXAM_DATE = dt.date(2026, 3, 10)

_CERTIFICATIONS = (("RS", "RS6042"), ("RNCP", "RNCP35634"))
_ISSUER, _CONTRACT = "41QRT905", "MCFCER009041"
_PLACE_COLUMNS = {"insee": "raw_insee_code", "postal": "raw_postal_code"}


def certification_starts(passages: int) -> Ints:
    """For each passage, the rank of the first one of its certification."""
    index = _certification(np.arange(passages), passages)
    return np.searchsorted(index, index)


def passages_frame(records: pl.DataFrame, same_as: Ints, id_prefix: str) -> pl.DataFrame:
    """The PASSAGES frame whose raw texts are to be written; nothing is typed in it.

    Args:
        records: ``passage`` and the traits, typed or as text.
        same_as: Rank of the passage whose id and dates each one has: its own, unless it was sent twice.
        id_prefix: What every id starts with.
    """
    index = pl.Series(_certification(np.arange(records.height), records.height))
    rank = pl.lit(pl.Series(same_as))
    exam = pl.lit(EXAM_DATE) - pl.duration(days=rank % 60)
    kinds, codes = zip(*_CERTIFICATIONS, strict=True)
    context = {
        "passage": pl.col("passage"),
        "id_technique": pl.concat_str(pl.lit(id_prefix + "-"), rank.cast(pl.String).str.zfill(6)),
        "line": pl.lit(0),
        "branch": pl.lit("titulaire"),
        "issuer": pl.lit(_ISSUER),
        "certification_index": pl.lit(index),
        "certification_type": pl.lit(pl.Series(kinds).gather(index)),
        "certification_code": pl.lit(pl.Series(codes).gather(index)),
        "exam_start": exam.cast(pl.String),
        "exam_end": exam.cast(pl.String),
        "validity_start": (exam + pl.duration(days=10)).cast(pl.String),
        "place_kind": pl.lit("none"),
    }
    missing = {column: pl.lit(None) for column in PASSAGES.columns}
    filled = records.select(**{**missing, **context, **_raw()})
    return PASSAGES.check(filled.cast(pl.Schema(PASSAGES.columns)))


def header(name: uuid.UUID) -> DepositHeader:
    """The header of a deposit of that name."""
    timestamp = f"{EXAM_DATE + dt.timedelta(days=15)}T09:15:00+01:00"
    return DepositHeader(str(name), timestamp, _ISSUER, _ISSUER, _CONTRACT)


def _raw() -> dict[str, pl.Expr]:
    """The texts: numbers of two digits for days and months, the place in the column of its kind."""
    raw = {f"raw_{trait}": pl.col(trait).cast(pl.String) for trait in TRAITS if f"raw_{trait}" in PASSAGES.columns}
    raw |= {f"raw_birth_{part}": raw[f"raw_birth_{part}"].str.zfill(2) for part in ("month", "day")}
    for kind, column in _PLACE_COLUMNS.items():
        raw[column] = pl.when(pl.col("place_kind").cast(pl.String) == kind).then(pl.col("place_code"))
    return raw


def _certification(rank: Ints, passages: int) -> Ints:
    return rank * len(_CERTIFICATIONS) // max(passages, 1)
