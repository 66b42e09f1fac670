"""What the header says of the export: an identifier that never changes, a clock that is off.

Example:
    >>> find(Submitted.of(passages, {"id_flux": "0001"})).select("code", "value").row(0)
    ('flux_id_placeholder', '0001')

A table has no header: nothing is said of it. Whether a timestamp lies in the future is not asked: the answer would
change from day to day for the same file.
"""

import datetime as dt
import re

import polars as pl

from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

_SHORTEST_ID = 6
_SAMPLES = frozenset(("string", "idflux", "uuid", "exemple", "example", "flux", "identifiant"))
_TEST = re.compile(r"^(?:test|essai|demo|sample|flux|fichier)[-_ ]?\d{0,3}$", re.IGNORECASE)
_ZONE = re.compile(r"^(\d{4}-\d\d-\d\dT(\d\d):(\d\d):(\d\d))([+-]\d\d:\d\d)$")
_PARIS = ("+01:00", "+02:00")
_NIGHT = range(1, 6)  # hours that exports made by hand do not have
_QUARTER = 15  # minutes: tasks that run at night start on the hour or the quarter


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on ``id_flux`` and ``timestamp``."""
    header = {name: value.strip() for name, value in submitted.header.items() if isinstance(value, str)}
    return together([*_id_flux(header), *_timestamp(header.get("timestamp", ""), submitted.passages)])


def _id_flux(header: dict[str, str]) -> list[pl.DataFrame]:
    value = header.get("id_flux", "")
    if not value:
        return []
    plain = re.sub(r"[-_{}. ]", "", value).lower()
    copied = value in {header.get(name) for name in ("issuer", "certifier", "contract")}
    fixed = len(plain) < _SHORTEST_ID or len(set(plain)) == 1 or plain in _SAMPLES or _TEST.match(value) is not None
    return [of_file("flux_id_placeholder", "id_flux", value=value)] if copied or fixed or _counts(plain) else []


def _counts(plain: str) -> bool:
    """True for 123456 or 00000001, the numbers that people type."""
    return plain.isdecimal() and (plain in "01234567890123456789" or int(plain) < 10**3)


def _timestamp(value: str, passages: pl.DataFrame) -> list[pl.DataFrame]:
    read = _ZONE.match(value)
    if read is None:
        return []
    local, hour, minute, second, offset = read.groups()
    found = []
    right = _offset_in_paris(local)
    if offset in _PARIS and right is not None and right != offset:
        found.append(of_file("timestamp_offset", "timestamp", value=value, proposal=local + right))
    on_the_quarter = int(minute) % _QUARTER == 0 and int(second) == 0
    if int(hour) in _NIGHT and not on_the_quarter:
        afternoon = f"{local[:11]}{int(hour) + 12}{local[13:]}{offset}"
        found.append(of_file("timestamp_twelve_hours", "timestamp", value=value, proposal=afternoon))
    ends = pl.coalesce("exam_end", "exam_start").str.strip_chars()
    later = passages.select((ends.str.contains(r"^\d{4}-\d\d-\d\d$") & (ends > local[:10])).sum()).item()
    if later:
        found.append(of_file("timestamp_before_exam", "timestamp", value=value, detail=str(later)))
    return found


def _offset_in_paris(local: str) -> str | None:
    """The legal offset at a local time; None when there is no such time, or two of them."""
    try:
        time = pl.Series([dt.datetime.fromisoformat(local)])
    except ValueError:
        return None
    zoned = time.dt.replace_time_zone("Europe/Paris", ambiguous="null", non_existent="null")
    hours = (zoned.dt.base_utc_offset() + zoned.dt.dst_offset()).dt.total_hours().item()
    return None if hours is None else f"+{hours:02d}:00"
