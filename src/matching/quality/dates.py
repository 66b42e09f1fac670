"""Birth dates: missing, unreadable, impossible, written in another form, default ones, ages that no candidate has.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "proposal").row(0)
    ('birth_date_serial', '31214', '1985-06-16')

Two questions are asked of a date. How was it written (``WRITTEN``): ``date_reading`` tells, and the proposal is the
date that was read, as ISO, without what is unknown (``1985-03``). Can it be this holder's (``READ``): the age at the
exam tells, and where one slip explains an age that cannot be, the year without the slip is proposed.

A deposit holds three numbers, so control 1 refuses every other form; a table may keep its dates whole, in one column:
where most are so, that is no finding.
"""

import polars as pl

from matching.quality.finders import Finder, found, together
from matching.quality.submitted import Submitted

YOUNGEST, OLDEST = 12, 90
"""Ages, in years, between which a candidate sits an exam. Decision of the project: pupils of 12 are certified."""

_FIRST_YEAR = 1900  # that control 1 accepts
# Days zero and one of spreadsheets and databases, all in January; whoever was born on them is over a hundred.
_FILLER_YEARS, _FILLER_DAYS = (1900, 1901, 1904), (1, 2)
_UNKNOWN = r"(?i)^(?:0+|99|x+|[?]+|[-_./]+|nil|null|n/?[acdr]|inconnue?)$"  # typed for a month or day nobody knows
_TIME = r"\d:\d{2}"
_MIDNIGHT = r"[T ]0?0:00(?::00)?(?:[.,]0+)?\s*Z?$"
_EVENING = r"[T ]2[0-3]:\d{2}"  # midnight in France, told in universal time: the evening before
_DAY_FIRST = r"^(?:1[3-9]|2\d|3[01])[-/. ]+\d{1,2}[-/. ]+\d{2}"
_MONTH_FIRST = r"^\d{1,2}[-/. ]+(?:1[3-9]|2\d|3[01])[-/. ]+\d{2}"

_PARTS = ("year", "month", "day")
_year, _month, _day = (pl.col(f"birth_{part}") for part in _PARTS)
_reading = pl.col("date_reading")
_age, _exam_year = pl.col("age"), pl.col("exam").dt.year()


def _trimmed(part: str) -> pl.Expr:
    text = pl.col(f"raw_birth_{part}").str.strip_chars()
    return pl.when(text != "").then(text)


def _joined(*parts: pl.Expr) -> pl.Expr:
    """The parts that are there, year first; null when there is none."""
    text = pl.concat_str(*parts, separator="-", ignore_nulls=True)
    return pl.when(text != "").then(text)


def _iso() -> pl.Expr:
    """The date that was read: ``1985``, ``1985-03`` or ``1985-03-12``."""
    month, day = (number.cast(pl.String).str.zfill(2) for number in (_month, _day))
    return _joined(_year.cast(pl.String), month, pl.when(_month.is_not_null()).then(day))


def _year_without_slip() -> pl.Expr:
    """The one year that is a century away, or has two neighbouring digits exchanged, and gives a sensible age.

    Right for four to six in ten of the wrong years of simulated files: the others have a digit that nobody can tell.
    """
    year = _year.cast(pl.Int32)
    thousands, hundreds, tens, units = (year // power % 10 for power in (1000, 100, 10, 1))
    candidates = (
        year + 100,
        year - 100,
        thousands * 1000 + hundreds * 100 + units * 10 + tens,
        thousands * 1000 + tens * 100 + hundreds * 10 + units,
    )
    sensible = [pl.when((_exam_year - each).is_between(YOUNGEST, OLDEST)).then(each) for each in candidates]
    how_many = pl.sum_horizontal(each.is_not_null().cast(pl.Int8) for each in sensible)
    return pl.when(how_many == 1).then(pl.coalesce(*sensible))


def _date(code: str, when: pl.Expr, proposal: pl.Expr | None = None) -> Finder:
    return Finder(code, "birth_date", when, value=_typed, proposal=proposal)


def _part(code: str, part: str, when: pl.Expr, proposal: pl.Expr | None = None) -> Finder:
    return Finder(code, f"birth_{part}", when, value=_trimmed(part), proposal=proposal)


def _unread(part: str) -> tuple[Finder, Finder]:
    """A month or a day that is written and cannot be one, beside a year that is read."""
    is_unread = (_reading == "partial") & _trimmed(part).is_not_null() & pl.col(f"birth_{part}").is_null()
    is_filler = _trimmed(part).str.contains(_UNKNOWN)
    return (
        _part("birth_part_filler", part, is_unread & is_filler, pl.lit("")),
        _part("birth_part_out_of_range", part, is_unread & ~is_filler),
    )


_typed = _joined(*(_trimmed(part) for part in _PARTS))
_is_short, _is_serial, _is_text = (_reading == manner for manner in ("two_digit_year", "serial", "text"))
_is_swapped = _reading == "swapped"
_is_partial = (_reading == "partial") | ((_is_text | _is_short) & (_month.is_null() | _day.is_null()))
_read_day = _iso().str.to_date("%Y-%m-%d", strict=False)
_is_impossible = _month.is_not_null() & _day.is_not_null() & _year.is_not_null() & _read_day.is_null()
_is_sensible = _age.is_between(YOUNGEST, OLDEST)
_other_century = (pl.col("alt_year") != _year).fill_null(value=False)
_other_order = (pl.col("alt_year") == _year).fill_null(value=False) & ~pl.col("is_day_first")
_has_time, _is_midnight = _typed.str.contains(_TIME), _typed.str.contains(_MIDNIGHT)
_nothing_beside = _trimmed("month").is_null() & _trimmed("day").is_null()
_next_day = _read_day.dt.offset_by("1d").dt.to_string("%Y-%m-%d")
_year_in_days = _trimmed("day").str.contains(r"^\d{4}$").fill_null(value=False)
_is_filler = _year.is_in(_FILLER_YEARS) & (_month == 1) & _day.is_in(_FILLER_DAYS)
_is_default = ((_month == 1) & (_day == 1)) | ((_month == 12) & (_day == 31))  # noqa: PLR2004 - 31 December
_is_abroad = pl.col("place_code").str.starts_with("99").fill_null(value=False) | pl.col("country_code").is_not_null()
_has_age = ~(_is_short & _other_century) & ~_is_serial & (_year >= _FIRST_YEAR)

WRITTEN = (
    _date("birth_date_missing", _reading == "missing"),
    _date("birth_date_unreadable", (_reading == "unreadable") | (_is_serial & ~_is_sensible)),
    _date("birth_year_two_digits", _is_short & ~_other_century & ~_other_order & ~_is_impossible, _iso()),
    _date("birth_year_century_unsure", _is_short & _other_century, _iso()),
    _date("birth_date_serial", _is_serial & _is_sensible, _iso()),
    _date(
        "birth_date_in_one_column",
        _is_text & ~_other_order & ~pl.col("is_whole") & (~_has_time | _is_midnight) & ~_is_impossible,
        _iso(),
    ),
    _date("birth_date_order_unsure", (_is_text | _is_short) & _other_order, _iso()),
    _date(
        "birth_date_with_time",
        _is_text & _has_time & ~_is_midnight & ~_is_impossible,
        pl.when(_typed.str.contains(_EVENING)).then(_next_day).otherwise(_iso()),
    ),
    _date("birth_date_number_format", _reading == "plain", _iso()),
    _date("birth_columns_shifted", _is_swapped & _year_in_days & ~_is_impossible, _iso()),
    _date("birth_day_month_exchanged", _is_swapped & ~_year_in_days & ~_is_impossible, _iso()),
    _date("birth_date_impossible", _is_impossible),
    *_unread("month"),
    *_unread("day"),
    _part("birth_day_without_month", "month", _is_partial & _trimmed("month").is_null() & _day.is_not_null()),
    _part("birth_day_missing", "day", _is_partial & _month.is_not_null() & _trimmed("day").is_null()),
    _part("birth_month_missing", "month", _is_partial & _month.is_null() & _nothing_beside),
)
"""Asked of the dates that are not written as three numbers that are a date."""

READ = (
    _part("birth_year_out_of_range", "year", _year < _FIRST_YEAR),
    _date("birth_date_filler", _is_filler),
    _date("birth_date_default_france", _is_default & ~_is_filler & ~_is_abroad),
    _date("birth_date_default_abroad", _is_default & ~_is_filler & _is_abroad),
    _part("birth_after_exam", "year", _has_age & (_age < 0), _year_without_slip()),
    _part("holder_too_young", "year", _has_age & _age.is_between(0, YOUNGEST - 1), _year_without_slip()),
    _part("holder_too_old", "year", _has_age & ~_is_filler & (_age > OLDEST), _year_without_slip()),
)
"""Asked of every date, as it was read."""


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the birth dates of holders.

    Args:
        submitted: The file. The age is the one at the end of the exam, else at its start, else when validity starts,
            else at the file's timestamp; without any of them no age is checked.

    Returns:
        Columns ``FOUND``.
    """
    rows = submitted.holders.with_columns(exam=_moment(submitted)).with_columns(age=_years())
    is_number = pl.all_horizontal(
        pl.col(f"raw_birth_{part}").str.contains(r"^\s*\d*\s*$").fill_null(value=True) for part in _PARTS
    )
    written = rows.filter((_reading != "plain") | ~is_number)
    return together(
        [found(_with_usual_form(written, rows.height, is_told=submitted.is_order_told), WRITTEN), found(rows, READ)]
    )


def _moment(submitted: Submitted) -> pl.Expr:
    """The day for which the age counts."""
    stamp = pl.lit(submitted.header.get("timestamp"), dtype=pl.String)
    texts = (pl.col("exam_end"), pl.col("exam_start"), pl.col("validity_start"), stamp)
    return pl.coalesce(*(text.str.head(10).str.to_date("%Y-%m-%d", strict=False) for text in texts))


def _years() -> pl.Expr:
    """The age at ``exam``, in years; what is unknown of the birth counts as past."""
    exam = pl.col("exam").dt.month().cast(pl.Int32) * 100 + pl.col("exam").dt.day()
    is_to_come = (exam < _month.cast(pl.Int32) * 100 + _day).fill_null(value=False)
    return _exam_year - _year.cast(pl.Int32) - is_to_come.cast(pl.Int32)


def _with_usual_form(written: pl.DataFrame, holders: int, *, is_told: bool) -> pl.DataFrame:
    """With ``is_whole``, most dates stand in one column, and ``is_day_first``: those in digits, or somebody, say so."""
    texts = written.filter(_is_text | _is_short).select(_typed.alias("typed"))["typed"]
    is_day_first = is_told or (texts.str.contains(_DAY_FIRST).any() and not texts.str.contains(_MONTH_FIRST).any())
    is_whole = written.select(_is_text.sum()).item() > holders / 2
    return written.with_columns(is_day_first=pl.lit(is_day_first), is_whole=pl.lit(is_whole))
