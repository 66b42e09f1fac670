"""Turn a table into a deposit file that control 1 accepts.

Example:
    >>> built = build(read_table("passages.csv"), "janvier.xml", header=header)
    >>> built.written, built.report.is_ok, built.left_out.height
    (238, True, 2)

What can be written otherwise without changing its meaning is: dates in three numbers, a sex as M or F, a country as
three digits, the zero that a spreadsheet took from an INSEE code. The rest is written as it is. A row that control 1
would refuse all the same is left out of the file and listed, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matching.deposit.control import ControlReport, control
from matching.deposit.dictionary import Version
from matching.deposit.findings import frame_findings
from matching.deposit.header import DepositHeader
from matching.deposit.writer import write_deposit
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import InputError
from matching.identity.frames import FOUND
from matching.normalize.dates import read_dates
from matching.tables.fields import FIELDS, element
from matching.tables.places import country_numbers, with_lost_zeros
from matching.tables.table import Table

_CODE_LENGTH = 5
_DATE = ("birth_year", "birth_month", "birth_day")
_NOT_TRIMMED = {"id_technique", "place_code", *(f"raw_{part}" for part in _DATE)}
_TEXTS = dict.fromkeys(field.column for field in FIELDS.values() if field.column not in _NOT_TRIMMED)

LEFT_OUT = {
    "passage": pl.UInt32,
    "line": pl.UInt32,
    "id_technique": pl.String,
    "field": pl.String,
    "value": pl.String,
    "sentence": pl.String,
}


@dataclass(frozen=True)
class Built:
    """What was made of a table.

    Attributes:
        path: The deposit file.
        rows: Rows of the table.
        written: Passages of the file.
        left_out: One row per reason: ``passage``, ``line``, ``id_technique``, ``field``, ``value`` as in the table,
            ``sentence``. A row of the table may have several reasons.
        changed: Field → passages whose value is written otherwise than in the table.
        report: Control 1 of the file.
    """

    path: Path
    rows: int
    written: int
    left_out: pl.DataFrame
    changed: Mapping[str, int]
    report: ControlReport


def build(
    table: Table, path: str | Path, *, header: DepositHeader, version: Version = "1.1.2", lang: Lang = "fr"
) -> Built:
    """Write the rows of a table as a deposit file, and control it.

    Args:
        table: The table.
        path: The file to write; replaced when it exists.
        header: What the file says once.
        version: Schema version to write.
        lang: Of the sentences of ``left_out``.

    Raises:
        InputError: the table lacks a mandatory field, or none of its rows can be a passage.
    """
    _refuse_what_lacks(table)
    ready = writable(table.passages)
    left_out = _left_out(frame_findings(ready, lang, version), table)
    kept = ready.filter(~pl.col("passage").is_in(left_out["passage"].unique().implode()))
    if kept.is_empty():
        first = left_out.sort("line").row(0, named=True)
        facts = {"file": table.file, "rows": ready.height, "line": first["line"], "sentence": first["sentence"]}
        raise InputError("tables.build_nothing", **facts)
    path = write_deposit(path, kept, header, version=version)
    return Built(path, ready.height, kept.height, left_out, _changed(table, kept), control(path, version))


def table_findings(table: Table, lang: Lang = "fr", version: Version = "1.1.2") -> pl.DataFrame:
    """What control 1 would refuse in the file made of the table: columns ``FOUND``, values as in the table.

    A field that the whole table lacks is one finding, not one per row.
    """
    lacking = set(table.columns.missing)
    lacking |= {"certification_type"} if "certification_code" in lacking else set()
    whole = [
        {"code": "element_missing", "field": field, "detail": sentence("tables.no_field", lang, element=element(field))}
        for field in table.columns.missing
    ]
    found = frame_findings(writable(table.passages), lang, version)
    found = found.filter(~pl.col("field").is_in(sorted(lacking)).fill_null(value=False))
    return pl.concat([pl.DataFrame(whole, schema=FOUND), _as_in_table(found, table)])


def writable(passages: pl.DataFrame) -> pl.DataFrame:
    """The passages of a table with what can be written otherwise without changing its meaning written so.

    Args:
        passages: Contract PASSAGES, of ``read_table``.

    Returns:
        The same rows and columns; blanks around texts are gone, empty texts are null, defaults of the dictionary
        stand in the empty cells of optional columns.
    """
    texts = [name for name in _TEXTS if name in passages.columns]
    trimmed = passages.with_columns(_trimmed(name) for name in texts)
    placed = trimmed.with_columns(
        with_lost_zeros(trimmed["raw_insee_code"]), country_numbers(trimmed["raw_country_code"])
    )
    has_code = (pl.col("raw_insee_code").str.len_chars() == _CODE_LENGTH).fill_null(value=False)
    has_postal = pl.col("raw_postal_code").is_not_null()
    return placed.with_columns(
        *_dates(passages),
        raw_sex=pl.coalesce(pl.col("sex").cast(pl.String), "raw_sex"),
        raw_insee_code=pl.when(has_code | ~has_postal).then("raw_insee_code"),
        raw_postal_code=pl.when(~has_code).then("raw_postal_code"),
        id_technique=pl.col("id_technique").str.strip_chars(),
        **_defaults(passages.columns),
    )


def _refuse_what_lacks(table: Table) -> None:
    missing = table.columns.missing
    if "id_technique" in missing:
        raise InputError("tables.build_lacks_id", file=table.file)
    if missing:
        raise InputError("tables.build_lacks", file=table.file, elements=", ".join(map(element, missing)))


def _trimmed(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _dates(passages: pl.DataFrame) -> list[pl.Series]:
    """The birth date as three numbers where it is understood; a year of two digits only if one century is possible."""
    read = read_dates(passages)
    reading = pl.col("date_reading").cast(pl.String)
    is_doubtful = (reading == "two_digit_year") & (pl.col("alt_year") != pl.col("birth_year"))
    as_typed = reading.is_in(["unreadable", "plain", "impossible"]) | is_doubtful.fill_null(value=False)
    parts = (("raw_birth_year", 4), ("raw_birth_month", 2), ("raw_birth_day", 2))
    written = (pl.col(name.removeprefix("raw_")).cast(pl.String).str.zfill(width) for name, width in parts)
    columns = read.select(
        pl.when(as_typed).then(_trimmed(name)).otherwise(number).alias(name)
        for (name, _), number in zip(parts, written, strict=True)
    )
    return columns.get_columns()


def _defaults(columns: list[str]) -> dict[str, pl.Expr]:
    """What the writer writes when a column is absent, in the empty cells of those that are there."""
    filled = {"obtained_by": "PAR_ADMISSION", "is_certified": "true", "has_language_level": "false"}
    texts = {name: _trimmed(name).fill_null(value) for name, value in filled.items() if name in columns}
    if "language_level" in columns:
        told = _trimmed("has_language_level") if "has_language_level" in columns else pl.lit(None, pl.String)
        is_there = pl.when(_trimmed("language_level").is_not_null()).then(pl.lit("true")).otherwise(pl.lit("false"))
        texts["has_language_level"] = told.fill_null(is_there)
    return texts


def _left_out(found: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The findings of passages as the list that the user reads, in the order of the table."""
    told = _as_in_table(found.drop_nulls("passage"), table).rename({"detail": "sentence"})
    rows = table.passages.select("passage", "line", "id_technique")
    return told.join(rows, on="passage", how="left").select(list(LEFT_OUT)).sort("passage", maintain_order=True)


def _as_in_table(found: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The findings with the values that stand in the table, and the parts of a whole date under its name."""
    numbered = found.with_row_index("rank")
    parts = [numbered.filter(pl.col("field").is_null())]
    for field in found["field"].drop_nulls().unique().sort():
        named = "birth_date" if field in _DATE and "birth_date" in table.columns.fields else field
        cells = table.passages.select("passage", value=pl.col(FIELDS[named].column).replace("", None))
        rows = numbered.filter(pl.col("field") == field).drop("value").join(cells, on="passage", how="left")
        parts.append(rows.with_columns(pl.lit(named).alias("field")).select(numbered.columns))
    return pl.concat(parts).sort("rank").drop("rank")


def _changed(table: Table, kept: pl.DataFrame) -> dict[str, int]:
    """Field → passages written otherwise than the table has it."""
    typed = table.passages.filter(pl.col("passage").is_in(kept["passage"].implode()))
    changed = {}
    for key in table.columns.fields:
        columns = [f"raw_{part}" for part in _DATE] if key == "birth_date" else [FIELDS[key].column]
        differ = [kept[name].ne_missing(typed[name]) for name in columns]
        if n := pl.select(pl.any_horizontal(differ).sum()).item():
            changed[key] = n
    return changed
