"""How a birth date was written, and which dates it can be: two-digit years, serial numbers, month names, unknown days.

Example:
    >>> import polars as pl
    >>> from matching.identity.frames import PASSAGES
    >>> typed = pl.DataFrame({"raw_birth_year": ["12 mars 1985"]})
    >>> passages = pl.concat([PASSAGES.empty(), typed], how="diagonal")
    >>> read_dates(passages).select("birth_year", "birth_month", "birth_day", "date_reading").row(0)
    (1985, 3, 12, 'text')

A deposit file holds three numbers; tables hold anything. Three numbers that are a date are left alone. The rest is
made one text, day month year, and read by the first pattern that fits; where that text can be two dates (03/04/1985, a
year of two digits) the second is kept too.
"""

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from matching.normalize.text import ascii_text

DATE_READING = pl.Enum(
    [
        "plain",  # three numbers that are a date
        "partial",  # the day, or month and day, are unknown: absent, 0, 99, XX
        "impossible",  # three numbers that are no date: 31 February
        "swapped",  # day, month and year stand in each other's columns
        "two_digit_year",
        "serial",  # a spreadsheet's day number
        "text",  # the whole date in one column, or a month in words
        "unreadable",  # something is written, no year comes out of it
        "missing",  # nothing is written
    ]
)
EARLIEST, LATEST = 1850, 2099
"""Years that a birth can have; a number outside is no year."""

_PARTS = ("year", "month", "day")
_DATE = tuple(f"birth_{part}" for part in _PARTS)
_ADDED: dict[str, DataType | DataTypeClass] = {
    "date_reading": DATE_READING,
    "alt_year": pl.Int16,
    "alt_month": pl.Int8,
    "alt_day": pl.Int8,
}
_MONTHS_IN_YEAR, _LONGEST_MONTH = 12, 31

_EPOCH = pl.date(1899, 12, 30)  # day 0 of a spreadsheet
_LAST_SERIAL = 60_000  # in 2064; the first that is taken for none of the years above is in October 1905
_YOUNGEST, _OLDEST = 10, 110  # ages at an exam
_PRESENT = 2026  # stands for the year of the exam when the passage tells none

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("JAN", "FEV FEB", "MAR", "AVR APR", "MAI MAY", "JUN JUIN", "JUL JUIL", "AOU AUG", "SEP", "OCT", "NOV", "DEC"),
        1,
    )
    for name in names.split()
}  # by their first three letters, or four
_SIGN = "[-/. ]+"
# Tried in this order; each has the groups d, m and y.
_PATTERNS = {
    "year first": rf"^(?P<y>\d{{4}}){_SIGN}(?P<m>\d{{1,2}}){_SIGN}(?P<d>\d{{1,2}})(?:[T ].*)?$",
    "day first": rf"^(?P<d>\d{{1,2}}){_SIGN}(?P<m>\d{{1,2}}){_SIGN}(?P<y>\d{{4}}|\d{{1,2}})(?: .*)?$",
    "in words": r"^(?:[A-Z]+ )*(?P<d>\d{1,2})?(?:ER)?[-/. ]*(?P<m>[A-Z]{3,9})[-/. ]*(?P<y>\d{4}|\d{2})$",
    "month and year": rf"^(?P<d>)(?P<m>\d{{1,2}}){_SIGN}(?P<y>\d{{4}})$",
    "digits": r"^(?P<d>\d{2})(?P<m>\d{2})(?P<y>(?:18|19|20)\d{2})$",
    "digits, year first": r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$",
}
_WHOLE = r"\d[-/. ]+\d+[-/. ]+\d|^\D*\d{0,2}\D*[A-Z]{3,9}\W*\d{2,4}$|^\d{8}$|^\d{1,2}[-/. ]\d{4}$"


def read_dates(passages: pl.DataFrame) -> pl.DataFrame:
    """The passages with their birth dates read.

    Args:
        passages: A frame of the PASSAGES contract. Only rows that are no plain date are looked at.

    Returns:
        The same rows in order. ``birth_year``, ``birth_month`` and ``birth_day`` are filled where they were null, and
        replaced where the columns do not hold what they should (a serial number, a whole date, day and month
        exchanged). New: ``date_reading``, how it was read; ``alt_year``, ``alt_month``, ``alt_day``, the other date
        that the same text can be, all null when there is none.
    """
    plain = passages.select(_is_date(*(pl.col(part) for part in _DATE)).fill_null(value=False)).to_series()
    added = {
        name: pl.Series([None if name != "date_reading" else "plain"], dtype=dtype).new_from_index(0, passages.height)
        for name, dtype in _ADDED.items()
    }
    if plain.all():
        return passages.with_columns(**added)
    rows = (~plain).arg_true()
    read = _read(passages[rows])
    columns = {part: passages[part].clone() for part in _DATE} | added
    return passages.with_columns(
        column.scatter(rows, read[name].cast(column.dtype)).alias(name) for name, column in columns.items()
    )


def _read(typed: pl.DataFrame) -> pl.DataFrame:
    """The columns that ``read_dates`` fills or adds, for rows that are no plain date."""
    exam = pl.coalesce(pl.col(c).str.extract(r"^(\d{4})") for c in ("exam_end", "exam_start", "validity_start"))
    texts = pl.DataFrame({part: _cleaned(_written(typed, part)) for part in _PARTS})
    texts = texts.with_columns(typed.select(exam=exam.cast(pl.Int32).fill_null(_PRESENT)).to_series())
    whole = pl.coalesce(pl.when(pl.col(part).str.contains(_WHOLE)).then(part) for part in ("year", "day", "month"))
    columns = (
        pl.when(pl.col(part).str.contains(shape)).then(part).otherwise(pl.lit(unknown))
        for part, shape, unknown in (
            ("day", r"^\d{1,4}$", "0"),
            ("month", r"^(?:\d{1,4}|[A-Z]{3,9})$", "0"),
            ("year", r"^\d{1,4}$", "0000"),
        )
    )
    texts = texts.with_columns(whole=whole, text=pl.coalesce(whole, pl.concat_str(*columns, separator=" ")))
    dated = _with_serial(_in_order(_matched(texts)))
    return _with_alternative(_with_century(dated)).select(
        birth_year="y",
        birth_month="m",
        birth_day="d",
        date_reading=_manner(),
        **{f"alt_{part}": f"alt_{part}" for part in _PARTS},
    )


def _written(typed: pl.DataFrame, part: str) -> pl.Series:
    """The text as submitted, or the number when the frame has no text."""
    return typed.select(pl.coalesce(f"raw_birth_{part}", pl.col(f"birth_{part}").cast(pl.String))).to_series()


def _cleaned(raw: pl.Series) -> pl.Series:
    """Capitals without accents; numbers without the blanks and the decimals that spreadsheets give them."""
    text = ascii_text(raw).str.to_uppercase().str.strip_chars()
    text = text.str.replace(r"^(\d+)[.,]0+$", "${1}").str.replace_all(",", " ", literal=True)
    number = text.str.replace_all(" ", "", literal=True)
    text = number.zip_with(number.str.contains(r"^\d{4}$").fill_null(value=False), text)
    return text.set(text == "", None)


def _matched(texts: pl.DataFrame) -> pl.DataFrame:
    """With ``pattern``, the first that fits the text, its numbers ``d``, ``m``, ``y``, and ``digits`` of the year."""
    found = texts.with_columns(pl.col("text").str.extract_groups(each).alias(name) for name, each in _PATTERNS.items())
    fits = {name: pl.col(name).struct.field("y").is_not_null() for name in _PATTERNS}
    found = found.with_columns(pattern=pl.coalesce(pl.when(fit).then(pl.lit(name)) for name, fit in fits.items()))
    groups = {
        group: pl.coalesce(
            pl.when(pl.col("pattern") == name).then(pl.col(name).struct.field(group)) for name in _PATTERNS
        )
        for group in ("d", "m", "y")
    }
    found = found.select(*texts.columns, "pattern", **groups)
    word = pl.coalesce(pl.col("m").str.head(size).replace_strict(_MONTHS, default=None) for size in (4, 3))
    return found.with_columns(
        pl.col("d").cast(pl.Int32, strict=False),
        pl.col("y").cast(pl.Int32, strict=False),
        m=pl.coalesce(pl.col("m").cast(pl.Int32, strict=False), word.cast(pl.Int32)),
        digits=pl.col("y").str.len_bytes(),
    )


def _in_order(found: pl.DataFrame) -> pl.DataFrame:
    """Numbers that can be no day or month made null, after trying them the other way; ``is_swapped``."""
    d, m = pl.col("d"), pl.col("m")
    exchanged = (m.is_between(_MONTHS_IN_YEAR + 1, _LONGEST_MONTH) & d.is_between(1, _MONTHS_IN_YEAR)).fill_null(
        value=False
    )
    day, month = pl.when(exchanged).then(m).otherwise(d), pl.when(exchanged).then(d).otherwise(m)
    backwards = pl.col("whole").is_null() & (pl.col("pattern") == "year first").fill_null(value=False)
    return found.with_columns(
        d=pl.when(day.is_between(1, _LONGEST_MONTH)).then(day),
        m=pl.when(month.is_between(1, _MONTHS_IN_YEAR)).then(month),
        is_swapped=exchanged | backwards,
    )


def _with_serial(found: pl.DataFrame) -> pl.DataFrame:
    """A year that is no year but the number of a day, alone: its date; ``is_serial``."""
    number = pl.col("year").str.extract(r"^(\d{4,5})(?:[. ]\d+)?$").cast(pl.Int32)
    alone = pl.col("month").is_null() & pl.col("day").is_null()
    is_serial = (alone & number.is_between(LATEST + 1, _LAST_SERIAL)).fill_null(value=False)
    day = _EPOCH + pl.duration(days=number)
    return found.with_columns(is_serial=is_serial).with_columns(
        pl.when("is_serial").then(value.cast(pl.Int32)).otherwise(name).alias(name)
        for name, value in (("d", day.dt.day()), ("m", day.dt.month()), ("y", day.dt.year()))
    )


def _with_century(found: pl.DataFrame) -> pl.DataFrame:
    """Two digits made the latest year in which somebody at this exam can be born; ``other_year`` if there is one."""
    y, exam = pl.col("y"), pl.col("exam")
    short = (pl.col("digits") <= 2).fill_null(value=False) & ~pl.col("is_serial")  # noqa: PLR2004 - two digits
    young, old = y + 2000, y + 1900
    is_young = young <= exam - _YOUNGEST
    return found.with_columns(
        is_short=short,
        y=pl.when(short)
        .then(pl.when(is_young).then(young).otherwise(old))
        .when(y.is_between(EARLIEST, LATEST))
        .then(y),
        other_year=pl.when(short & is_young & (old >= exam - _OLDEST))
        .then(old)
        .when(short & ~is_young & (young <= exam))
        .then(young),
    )


def _with_alternative(found: pl.DataFrame) -> pl.DataFrame:
    """The other date of the same text: in the other century, else day and month exchanged (of a whole date only)."""
    y, m, d = pl.col("y"), pl.col("m"), pl.col("d")
    numeric = pl.col("pattern").is_in(["day first", "digits"]) & pl.col("whole").is_not_null()
    exchanged = (numeric & ~pl.col("is_swapped") & (d <= _MONTHS_IN_YEAR) & (d != m)).fill_null(value=False)
    other = pl.col("other_year").is_not_null()
    return found.with_columns(
        alt_year=pl.when(other).then("other_year").when(exchanged).then(y),
        alt_month=pl.when(other).then(m).when(exchanged).then(d),
        alt_day=pl.when(other).then(d).when(exchanged).then(m),
    )


def _manner() -> pl.Expr:
    """The reading's name."""
    y, m, d = pl.col("y"), pl.col("m"), pl.col("d")
    nothing = pl.all_horizontal(pl.col(part).is_null() for part in _PARTS)
    in_words = pl.col("pattern") == "in words"
    cases = {
        "missing": nothing,
        "serial": pl.col("is_serial"),
        "unreadable": y.is_null(),
        "two_digit_year": pl.col("is_short"),
        "text": pl.col("whole").is_not_null() | in_words,
        "swapped": pl.col("is_swapped"),
        "partial": m.is_null() | d.is_null(),
        "impossible": ~_is_date(y, m, d),
    }
    found = [pl.when(case.fill_null(value=False)).then(pl.lit(name)) for name, case in cases.items()]
    return pl.coalesce(*found, pl.lit("plain")).cast(DATE_READING)


def _is_date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """True for a date of the calendar in the years that a birth can have; null when a part is."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = pl.when(leap).then(29).otherwise(28)
    last = pl.when(month == 2).then(february).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(_LONGEST_MONTH)  # noqa: PLR2004 - February
    return year.is_between(EARLIEST, LATEST) & month.is_between(1, _MONTHS_IN_YEAR) & (day >= 1) & (day <= last)
