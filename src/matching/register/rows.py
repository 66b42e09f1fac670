"""Rows of an extract → rows of a register, each with the reason why it cannot be one, if any.

Example:
    >>> for chunk, _ in extract.chunks():
    ...     identities(chunk, extract.mapping, simulated=False).filter(pl.col("reason").is_null())

Nothing here raises on the data of one person, and no message repeats a value.
"""

import re
from typing import Final

import polars as pl

from matching.identity import nir
from matching.identity.frames import REGISTER
from matching.reference import communes, countries
from matching.register.mapping import CODED, DATE_PARTS, SOURCES, RegisterMapping, Source

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2100
_MONTHS = 12

LINE: Final = "line"
"""The number of a row, and what is at fault when it is no column but the whole line."""

REASONS: Final = pl.Enum(
    [
        "quotes", "fields",  # of the line
        "missing", "unknown_value", "unreadable_date", "year_out_of_range", "impossible_date",  # of a value
        "malformed_place", "malformed_nir", "wrong_nir_key", "not_a_mock_nir",
        "nir_of_another", "second_nir", "second_official",  # of the whole extract
    ]
)  # fmt: skip
"""Why a row is rejected. Each has its sentence, ``conversion.rejected_<reason>``."""

COLUMNS: Final = pl.Enum([LINE, *SOURCES])
_NIR_SHAPE = r"^[1-8][0-9]{4}(?:[0-9]{5}|2[AB][0-9]{3})[0-9]{3}(?:[0-9]{2})?$"
_NIR_SEPARATORS = r"[\s.\-_]+"
_PLACE_SHAPE = r"^(?:[0-9]{2}|2[AB])[0-9]{3}$"


def identities(chunk: pl.DataFrame, mapping: RegisterMapping, *, simulated: bool) -> pl.DataFrame:
    """What each row of a chunk says, as a register says it.

    Args:
        chunk: As ``Extract.chunks`` gives it.
        mapping: How the extract is written.
        simulated: Refuse numbers that could be a real person's.

    Returns:
        The REGISTER contract, with the extract's own text, or the NIR, as ``person``; ``line``; ``reason`` and
        ``column``, the first fault in the order of the checks, null when there is none; ``is_known_place``.
    """
    rows = _values(_raw_texts(chunk, mapping), mapping)
    checks = _checks(mapping, simulated=simulated)
    fault = pl.coalesce(pl.when(applies).then(pl.lit(rank, pl.UInt8)) for rank, (_, _, applies) in enumerate(checks))
    return rows.with_columns(fault.alias("fault")).select(
        "person",
        *(_known(name).cast(REGISTER.columns[name]) for name in REGISTER.columns if name != "person"),
        LINE,
        _of_fault([reason for reason, _, _ in checks], REASONS).alias("reason"),
        _of_fault([column for _, column, _ in checks], COLUMNS).alias("column"),
        _is_known_place().alias("is_known_place"),
    )


def _checks(mapping: RegisterMapping, *, simulated: bool) -> list[tuple[str, str, pl.Expr]]:
    """Reason, column at fault, and when: of the rows that several apply to, the first one is told."""
    given = mapping.sources
    year, month, day = (pl.col(part) for part in DATE_PARTS)
    in_year, in_month, in_day = ("birth_date" if "birth_date" in given else part for part in DATE_PARTS)
    needed = [name for name in SOURCES if name in given and name not in {"birth_month", "birth_day", *CODED}]
    coded = [name for name in CODED if name in given]
    key = pl.col("raw_nir").str.slice(13)
    checks = [
        *((reason, LINE, pl.col("reason") == reason) for reason in ("quotes", "fields")),
        *(("missing", name, pl.col(f"raw_{name}").is_null()) for name in needed),
        *(("missing", name, pl.col(name).is_null() & pl.col(f"raw_{name}").is_null()) for name in coded),
        *(("unknown_value", name, pl.col(name).is_null()) for name in coded),
        ("unreadable_date", in_year, year.is_null()),
        ("unreadable_date", in_month, month.is_null() & pl.col("raw_birth_month").is_not_null()),
        ("unreadable_date", in_day, day.is_null() & pl.col("raw_birth_day").is_not_null()),
        ("year_out_of_range", in_year, ~year.is_between(FIRST_YEAR, LAST_YEAR)),
        ("impossible_date", in_month, month > _MONTHS),
        ("impossible_date", in_day, day > _days_in_month(year, month)),
        ("malformed_place", "birth_place", ~_is_place(pl.col("birth_place"))),
        ("malformed_nir", "nir", pl.col("nir").is_null()),
        ("wrong_nir_key", "nir", (key != "") & (key != pl.col("nir").str.slice(13))),
    ]
    if simulated:
        mock_months = [str(month) for month in nir.MOCK_MONTHS]
        checks.append(("not_a_mock_nir", "nir", ~pl.col("nir").str.slice(3, 2).is_in(mock_months)))
    return checks


def _raw_texts(chunk: pl.DataFrame, mapping: RegisterMapping) -> pl.DataFrame:
    """``raw_<name>`` for each source, and for the three parts of the birth date, however it was given."""
    sources = mapping.sources
    raw = chunk.select(LINE, "reason", *(_raw(name, source, chunk) for name, source in sources.items()))
    if "birth_date" in sources:
        return raw.with_columns(_date_parts(sources["birth_date"].format))
    absent = [f"raw_{part}" for part in DATE_PARTS if part not in sources]
    return raw.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _values(raw: pl.DataFrame, mapping: RegisterMapping) -> pl.DataFrame:
    """Beside the raw texts, the columns of the register; null where a text cannot be read as its column."""
    return raw.with_columns(
        pl.col("raw_person" if "person" in mapping.sources else "raw_nir").alias("person"),
        pl.col("raw_birth_name").alias("birth_name"),
        pl.col("raw_given_names").alias("given_names"),
        pl.col("raw_birth_place").str.to_uppercase().alias("birth_place"),
        *(_coded(name, mapping.sources.get(name)) for name in CODED),
        _number("birth_year", "{4}"),
        _number("birth_month", "{1,2}"),
        _number("birth_day", "{1,2}"),
        pl.when(_is_nir(pl.col("raw_nir"))).then(pl.col("raw_nir").str.slice(0, 13)).alias("nir"),
    ).with_columns(pl.concat_str("nir", nir.key_of(pl.col("nir")).cast(pl.String).str.zfill(2)))


def _known(name: str) -> pl.Expr:
    """The column; a month or day 0 is an unknown one."""
    return pl.when(pl.col(name) != 0).then(name) if name in {"birth_month", "birth_day"} else pl.col(name)


def _raw(name: str, source: Source, chunk: pl.DataFrame) -> pl.Expr:
    """The text of a source without outer blanks, or the list of given names; null when nothing is left."""
    texts = [pl.col(column) for column in source.columns]
    if name == "nir":
        joined = pl.concat_str(texts, ignore_nulls=True).str.replace_all(_NIR_SEPARATORS, "").str.to_uppercase()
        return _unless_empty(joined).alias("raw_nir")
    if name != "given_names":
        return _unless_empty(texts[0].str.strip_chars()).alias(f"raw_{name}")
    if len(texts) > 1:
        names = pl.concat_list(texts)
    else:
        is_list = chunk.schema[source.columns[0]] == pl.List(pl.String)
        names = texts[0] if is_list else texts[0].str.split(source.separator)
    kept = names.list.eval(_unless_empty(pl.element().str.strip_chars())).list.drop_nulls()
    return pl.when(kept.list.len() > 0).then(kept).alias("raw_given_names")


def _unless_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _coded(name: str, source: Source | None) -> pl.Expr:
    """The register's value of a coded column; null when the extract's is not in its values."""
    if source is None:
        return pl.lit({"status": "alive", "kind": "official"}[name], CODED[name]).alias(name)
    raw = pl.col(f"raw_{name}").fill_null("")  # an empty value may have its meaning in the mapping
    return raw.replace_strict(source.values, default=None, return_dtype=CODED[name]).alias(name)


def _date_parts(format_: str) -> list[pl.Expr]:
    """Year, month and day of ``raw_birth_date`` as texts, null when it is not of the format.

    A number may lack its leading zero where something separates it from its neighbours.
    """
    digits = "[0-9]{1,2}" if not re.search(r"%.%", format_) else "[0-9]{2}"
    pattern = re.escape(format_).replace("%Y", "(?P<Y>[0-9]{4})")
    pattern = pattern.replace("%m", f"(?P<m>{digits})").replace("%d", f"(?P<d>{digits})")
    groups = pl.col("raw_birth_date").str.extract_groups(f"^{pattern}$").struct
    return [groups.field(group).alias(f"raw_{part}") for part, group in zip(DATE_PARTS, "Ymd", strict=True)]


def _number(name: str, digits: str) -> pl.Expr:
    """A raw text of that many digits as a number, null when it is anything else."""
    return pl.col(f"raw_{name}").str.extract(f"^([0-9]{digits})$").cast(pl.Int16).alias(name)


def _days_in_month(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    """28 to 31; 31 when the month is unknown (null or 0)."""
    is_leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = pl.when(is_leap).then(29).otherwise(28)
    return pl.when(month == 2).then(february).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)  # noqa: PLR2004 - calendar


def _is_nir(text: pl.Expr) -> pl.Expr:
    return text.str.contains(_NIR_SHAPE) & (text.str.slice(10, 3) != "000")


def _is_place(code: pl.Expr) -> pl.Expr:
    return code.str.contains(_PLACE_SHAPE) & ~code.str.starts_with("00")


def _is_known_place() -> pl.Expr:
    """Whether the code was ever one of a commune, a country, or a territory before its independence."""
    codes = pl.concat([communes.table()["code"], countries.table()["code"]]).unique()
    department, year = pl.col("birth_place").str.slice(0, 2), pl.col("birth_year")
    former = [
        (department == territory) & (year <= until.year)
        for territory, _, _, until in countries.former_territories().iter_rows()
    ]
    return pl.any_horizontal(pl.col("birth_place").is_in(codes.implode()), *former)


def _of_fault(values: list[str], dtype: pl.Enum) -> pl.Expr:
    return pl.col("fault").replace_strict(dict(enumerate(values)), return_dtype=dtype, default=None)
