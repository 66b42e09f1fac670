"""The dates of a passage, exam and validity: in another form, in the wrong order, in the future, too old, too late.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "detail").row(0)
    ('validity_end_before_start', '2025-02-20', '2026-02-20')

A validity that ends before it starts is refused for certain (message 7). Control 1 takes ISO dates from 1900 to 2099
only; in a table other forms are read and proposed as ISO.
"""

import polars as pl

from matching.quality.finders import Finder, found, found_by_value, together
from matching.quality.submitted import Submitted

FIRST_EXAM = pl.date(2015, 1, 1)
"""An exam before is a typing error, or was deposited long ago. Decision of the project: the CPF began that day."""

LEGAL_DELAY = "3mo"
"""To deposit, once the certification is delivered. Source: general guide V5, read 2026-11-23."""

LONGEST_VALIDITY = "50y"
"""Beyond, the end is a filler for "without end". Decision of the project."""

FIELDS = ("exam_start", "exam_end", "validity_start", "validity_end")
_FILLER = pl.date(2090, 1, 1)
_YEARS = (1900, 2099)
_FAR = r"^(?:2[1-9]|[3-9]\d)\d{2}-"  # 2100 and later: "without end", in many programs
_ISO = r"^(?:19|20)\d{2}-\d{2}-\d{2}$"
_EPOCH = pl.date(1899, 12, 30)  # day 0 of a spreadsheet
_SERIALS = (36_526, 73_050)  # 2000-01-01 to 2099-12-31

_exam_start, _exam_end, _start, _end, _sent = (pl.col(f"{name}_day") for name in (*FIELDS, "sent"))
_delivered = pl.max_horizontal(_exam_end, _start)
_deadline = _delivered.dt.offset_by(LEGAL_DELAY)

FINDERS = (
    Finder("validity_start_missing", "validity_start", pl.col("validity_start").str.strip_chars().fill_null("") == ""),
    Finder("validity_end_before_start", "validity_end", _end < _start, detail=pl.col("validity_start")),
    Finder(
        "validity_end_filler",
        "validity_end",
        (_end >= _FILLER) | (_end > _start.dt.offset_by(LONGEST_VALIDITY)),
        proposal=pl.lit(""),
    ),
    Finder("validity_before_exam", "validity_start", _start < _exam_end, detail=pl.col("exam_end")),
    Finder("exam_end_before_start", "exam_end", _exam_end < _exam_start, detail=pl.col("exam_start")),
    Finder("exam_in_future", "exam_end", _exam_end > _sent, detail=pl.col("sent")),
    Finder("exam_too_old", "exam_end", _exam_end < FIRST_EXAM),
    Finder("deposit_late", "validity_start", _sent > _deadline, detail=_deadline.dt.to_string("%Y-%m-%d")),
)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the dates of passages.

    Args:
        submitted: The file; without a timestamp in its header nothing is said of future and delay.

    Returns:
        Columns ``FOUND``.
    """
    sent = pl.lit((submitted.header.get("timestamp") or "")[:10])
    rows = submitted.passages.select("passage", *FIELDS, sent=sent)
    forms, days = [], {}
    for field in FIELDS:
        values = _read(rows[field]).with_columns(pl.col("is_unsure") & (not submitted.is_order_told))
        forms.append(found_by_value(rows, values, field, _of_form(field)))
        days[f"{field}_day"] = rows.select(field).join(
            values.select(field, "day"), on=field, how="left", nulls_equal=True, maintain_order="left"
        )["day"]
    dated = rows.with_columns(**days, sent_day=pl.col("sent").str.to_date("%Y-%m-%d", strict=False))
    return together([*forms, found(dated, FINDERS)])


def _read(texts: pl.Series) -> pl.DataFrame:
    """One row per distinct text: the day it tells, null when none that control 1 takes, and whether it tells two."""
    field = texts.name
    text = pl.col("text")
    values = texts.unique(maintain_order=True).to_frame().with_columns(text=pl.col(field).str.strip_chars())
    parts = text.str.extract_groups(r"^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{4})(?:\D.*)?$").struct
    first, second, year = (parts.field(name).cast(pl.Int32, strict=False) for name in "dmy")
    number = text.str.extract(r"^(\d{5})(?:[.,]\d+)?$").cast(pl.Int32)
    iso = text.str.extract(r"^(\d{4}[-/.]\d{2}[-/.]\d{2})(?:\D.*)?$").str.replace_all(r"[/.]", "-")
    day = pl.coalesce(
        iso.str.to_date("%Y-%m-%d", strict=False),
        _date(year, second, first),
        _date(year, first, second),
        pl.when(number.is_between(*_SERIALS)).then(_EPOCH + pl.duration(days=number)),
    )
    return values.with_columns(
        day=pl.when(day.dt.year().is_between(*_YEARS)).then(day),
        is_unsure=(first <= 12) & (second <= 12) & (first != second),  # noqa: PLR2004 - months
    )


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.concat_str(*(part.cast(pl.String).str.zfill(2) for part in (year, month, day)), separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)


def _of_form(field: str) -> tuple[Finder, ...]:
    """A date that is read but would be refused as it is written, and a text that is no date."""
    is_iso = pl.col(field).str.contains(_ISO)
    day, iso = pl.col("day"), pl.col("day").dt.to_string("%Y-%m-%d")
    is_unsure = pl.col("is_unsure").fill_null(value=False)
    is_read = day.is_not_null() & ~is_iso
    endless = pl.when(pl.col("text").str.contains(_FAR)).then(pl.lit("")) if field == "validity_end" else None
    return (
        Finder("passage_date_format", field, is_read & ~is_unsure, proposal=iso),
        Finder("passage_date_order_unsure", field, is_read & is_unsure, proposal=iso),
        Finder("passage_date_unreadable", field, (pl.col("text") != "") & day.is_null(), proposal=endless),
    )
