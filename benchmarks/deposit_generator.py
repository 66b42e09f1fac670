"""Deposit files of any size, for speed only: fictional people, varied in length and in what is left out.

Example:
    >>> generate(Path("large.xml"), passages=200_000).stat().st_size // 1_000_000
    196
"""

from pathlib import Path

import numpy as np
import polars as pl

from matching.deposit.header import DepositHeader
from matching.deposit.reader import with_read_values
from matching.deposit.writer import write_deposit
from matching.identity.frames import PASSAGES

_HEADER = DepositHeader("benchmark", "2026-03-02T09:15:00+01:00", "41QRT905", "41QRT905", "MCFCER009041")
_SYLLABLES = np.array(["MAR", "LE", "VI", "DÉ", "BOU", "RO", "SEL", "GA", "TIN", "CHÈ", "NOU", "LA", "PÉ", "RI", "SO"])


def generate(path: Path, passages: int, seed: int = 1) -> Path:
    """Write a valid deposit of that many passages, about 1 kB each; the same seed gives the same bytes."""
    chance = np.random.default_rng(seed)
    numbers = pl.int_range(passages, eager=True)
    born_abroad = chance.choice([True, False], passages, p=[0.2, 0.8])
    columns: dict[str, object] = {
        "passage": numbers,
        "id_technique": numbers.cast(pl.String),
        "line": 0,
        "branch": chance.choice(["titulaire", "dossier_formation"], passages, p=[0.38, 0.62]),
        "certification_index": numbers // 50_000,
        "certification_type": "RS",
        "certification_code": "RS6042",
        "exam_start": _some(chance, "2026-02-10", 0.3, passages),
        "validity_start": "2026-02-20",
        "validity_end": _some(chance, "2029-02-19", 0.6, passages),
        "raw_birth_name": _names(chance, passages, 4),
        "raw_usage_name": _some(chance, _names(chance, passages, 3), 0.2, passages),
        "raw_given_name_1": _names(chance, passages, 2),
        "raw_given_name_2": _some(chance, _names(chance, passages, 2), 0.3, passages),
        "raw_birth_year": chance.integers(1950, 2006, passages).astype(str),
        "raw_birth_month": chance.integers(1, 13, passages).astype(str),
        "raw_birth_day": chance.integers(1, 29, passages).astype(str),
        "raw_sex": chance.choice(["M", "F"], passages),
        "raw_insee_code": np.where(born_abroad, "99352", "75056"),
        "raw_country_code": pl.Series(np.where(born_abroad, "352", "")).replace("", None),
        "file_number": "12345678901",
        # Beyond the contract, for the writer.
        "score": _some(chance, "785", 0.3, passages),
        "distinction": _some(chance, "SANS_MENTION", 0.3, passages),
        "access": _some(chance, "CANDIDAT_LIBRE", 0.3, passages),
    }
    frame = pl.DataFrame({name: value for name, value in columns.items() if not isinstance(value, str | int)})
    frame = frame.with_columns(
        pl.lit(value).alias(name) for name, value in columns.items() if isinstance(value, str | int)
    )
    absent = [pl.lit(None, pl.String).alias(name) for name in PASSAGES.columns if name not in frame.columns]
    raw = frame.with_columns(absent).cast({k: v for k, v in PASSAGES.columns.items() if k in frame.columns})
    return write_deposit(path, with_read_values(raw), _HEADER)


def _some(chance: np.random.Generator, value: str | np.ndarray, share: float, size: int) -> pl.Series:
    """The values in that share of the rows, null elsewhere."""
    return pl.Series(np.where(chance.random(size) < share, value, "")).replace("", None)


def _names(chance: np.random.Generator, size: int, most: int) -> np.ndarray:
    names = chance.choice(_SYLLABLES, size).astype("U40")
    for _ in range(most - 1):
        names = np.char.add(names, chance.choice([*_SYLLABLES, ""], size))
    return names
