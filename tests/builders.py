"""Small registers and deposits of fictional people, written row by row where a test needs to see each value."""

from pathlib import Path

import polars as pl

from matching.deposit.header import DepositHeader
from matching.identity.frames import PASSAGES, REGISTER
from matching.identity.mock_nir import mock_nir_of
from matching.register.folder import Register, open_register
from matching.register.shards import ShardWriter

HEADER = DepositHeader("6f0c1f2e-0001", "2026-03-02T09:15:00+01:00", "41QRT905", "41QRT905", "MCFCER009041")
_PERSON = {
    "status": "alive",
    "kind": "official",
    "birth_name": "ROUVIERE",
    "given_names": ["CAMILLE", "JEANNE"],
    "sex": "F",
    "birth_year": 1967,
    "birth_month": 3,
    "birth_day": 12,
    "birth_place": "75044",
}
_HOLDER = {
    "birth_name": "ROUVIERE",
    "given_name_1": "Camille",
    "birth_year": "1967",
    "birth_month": "3",
    "birth_day": "12",
    "sex": "F",
    "insee_code": "75044",
}


def person(number: int, **traits: object) -> dict[str, object]:
    """A row of a register: the same fictional woman, changed where the test says."""
    return {"person": number, **_PERSON, **traits}


def crowd(size: int = 168) -> list[dict[str, object]]:
    """As many persons, from number 100, who have nothing in common: what makes a name rare."""
    names = [first + last for first in _BEGINNINGS for last in _ENDS]
    return [
        person(
            100 + number,
            birth_name=names[number % len(names)],
            given_names=[names[-number % len(names)][::-1]],
            sex="MF"[number % 2],
            birth_year=1931 + number % 71,
            birth_month=1 + number % 12,
            birth_day=1 + number % 28,
            birth_place=f"{1 + number % 19:02d}004",
        )
        for number in range(size)
    ]


_BEGINNINGS = ("BRU", "FO", "GA", "KE", "LI", "MU", "NO", "PA", "SI", "TE", "VU", "ZA")
_ENDS = ("BEC", "CHON", "DAL", "FRI", "GUET", "JOL", "MAR", "NIC", "POUL", "RIX", "SAC", "TRU", "VIN", "ZEL")


def register_frame(*rows: dict[str, object]) -> pl.DataFrame:
    """The rows as a frame of contract REGISTER, with mock NIRs whose rank is the person's number."""
    schema = {name: dtype for name, dtype in REGISTER.columns.items() if name != "nir"}
    frame = pl.DataFrame(list(rows), schema=schema)
    nir = mock_nir_of(
        sex=pl.col("sex"),
        year=pl.col("birth_year"),
        month=pl.col("birth_month"),
        place=pl.col("birth_place"),
        rank=pl.col("person") + 1,
    )
    return REGISTER.check(frame.with_columns(nir=nir))


def register_of(folder: Path, *rows: dict[str, object], shards: int = 1) -> Register:
    """A register on disk holding these rows, cut into shards."""
    folder.mkdir(exist_ok=True)
    frame = register_frame(*rows)
    writer = ShardWriter(folder)
    for number in range(shards):
        part = frame[number::shards]
        writer.add(part, persons=part["person"].n_unique())
    writer.describe({"simulated": True, "generator": "tests"}, persons=frame["person"].n_unique())
    return open_register(folder)


def holder(**values: str | None) -> dict[str, str | None]:
    """What a deposit says of a holder: the same fictional woman, changed where the test says (None = nil)."""
    return _HOLDER | values


def passages_of(*holders: dict[str, str | None]) -> pl.DataFrame:
    """The holders as a frame of contract PASSAGES, as the reader would give it."""
    rows = [_passage(number, dict(values)) for number, values in enumerate(holders)]
    return PASSAGES.check(pl.DataFrame(rows, schema=dict(PASSAGES.columns)))


def _passage(number: int, values: dict[str, str | None]) -> dict[str, object]:
    context = {name: values.pop(name) for name in list(values) if name in PASSAGES.columns and name not in _TRAITS}
    trimmed = {name: (value or "").strip() or None for name, value in values.items()}
    kind = "insee" if trimmed.get("insee_code") else "postal" if trimmed.get("postal_code") else "none"
    return {
        "passage": number,
        "id_technique": f"T{number}",
        "line": 0,
        "branch": "titulaire",
        "issuer": "41QRT905",
        "certification_index": 0,
        "certification_type": "RS",
        "certification_code": "RS6042",
        "validity_start": "2026-02-20",
        **{f"raw_{name}": value for name, value in values.items()},
        **{name: trimmed.get(name) for name in _TEXTS},
        **{name: int(text) if (text := trimmed.get(name)) else None for name in _NUMBERS},
        "place_kind": kind,
        "place_code": trimmed.get("insee_code") or trimmed.get("postal_code"),
        **context,
    }


_TEXTS = (
    "birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "sex",
    "place_label", "country_code", "country_label",
)  # fmt: skip
_NUMBERS = ("birth_year", "birth_month", "birth_day")
_TRAITS = {*_TEXTS, *_NUMBERS}
