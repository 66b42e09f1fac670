"""How well refusals are explained: causes first told, corrections, and what comes of sending again."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from benchmarks.rendering.axes import share_axis, whole_percent
from benchmarks.rendering.page import Chart, Section, listed, people, table
from benchmarks.rendering.plots import Bar, Row, Series, bars, dot_rows
from benchmarks.rendering.stored import Stored, dates
from sngi_mock.noise.catalogue import by_id

_CASES = ["persons", "profile", "at_hand"]
_HANDS = {"none": "from the file alone", "register": "with a register"}
_SINGLE = "single:"


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    rows = stored.latest("explain", _CASES)
    if rows.is_empty():
        return []
    whole = rows.filter(~pl.col("profile").str.starts_with(_SINGLE)).sort(
        "persons", "profile", "at_hand", descending=[True, True, False], maintain_order=True
    )
    trips = stored.latest("explain_round_trip", [*_CASES, "applied"])
    errors = stored.latest("explain_errors", _CASES, ["error"])
    how = (
        "Deposits whose truth is known are refused by the funnel; `nirisation explain` says why, from the file alone, "
        "then with a register to try its corrections in. A cause is *true* when its datum contradicts the true "
        "person, or lacks where several remain; for a stranger, when it says that nobody is there. A first correction "
        "is *right* when all that it writes agrees with the true person and did not before."
    )
    parts: list[Chart | str] = []
    if not whole.is_empty():
        parts += [_causes(whole), _table(whole)]
    if not trips.is_empty():
        parts += _trips(trips)
    if not errors.is_empty():
        parts += [_by_error(errors)]
    singles = rows.filter(pl.col("profile").str.starts_with(_SINGLE))
    if not singles.is_empty():
        parts += ["Deposits where each passage has one error of one type:", _singles(singles)]
    lost = [
        f"Safe corrections that were wrong: {row['safe_wrong']} of {row['safe']:,} ({_told(row)})."
        for row in whole.iter_rows(named=True)
        if row["safe_wrong"]
    ]
    lost += _unseen(errors)
    return [Section("Are refusals explained rightly?", how, parts, dates(rows, trips, errors), "explain", lost=lost)]


def _told(row: dict[str, str]) -> str:
    return f"`{row['profile']}`, register of {people(int(row['persons']))}, {_HANDS[row['at_hand']]}"


def _causes(rows: pl.DataFrame) -> Chart:
    bounds = [
        Row(
            f"{row['profile']}, {people(row['persons'])}, {_HANDS[row['at_hand']]}",
            [(row[name], row[name], row[name]) for name in ("cause_first", "cause_three")],
            [whole_percent(row["cause_first"]), whole_percent(row["cause_three"]), f"{row['refused']:,}"],
        )
        for row in rows.iter_rows(named=True)
    ]
    drawing = dot_rows(
        "Refusals whose true cause is told first, and among the first three",
        [("", bounds)],
        [Series("first", "green"), Series("among the first three", "amber", "diamond")],
        share_axis("share of refusals, strangers included"),
        ["first", "in three", "refusals"],
    )
    row = rows.row(0, named=True)
    same = rows.filter(pl.col("persons") == row["persons"], pl.col("profile") == row["profile"])
    shares = {each["at_hand"]: each for each in same.iter_rows(named=True)}
    told = [
        f"{_HANDS[hand]}, the true cause is told first for {shares[hand]['cause_first']:.1%} of refusals and among "
        f"three for {shares[hand]['cause_three']:.1%}"
        for hand in _HANDS
        if hand in shares
    ]
    said = f"`{row['profile']}`, register of {row['persons']:,}: {'; '.join(told)}."
    return Chart("explained-causes", drawing, said[0].upper() + said[1:])


def _table(rows: pl.DataFrame) -> str:
    return table(
        (
            "profile",
            "register",
            "explained from",
            "refusals",
            "of strangers",
            "first correction right",
            "asks, rightly",
            "safe corrections",
            "wrong",
            "at most",
        ),
        (
            (
                f"`{row['profile']}`",
                f"{row['persons']:,}",
                _HANDS[row["at_hand"]],
                f"{row['refused']:,}",
                f"{row['strangers']:,}",
                f"{row['first_right']:.1%}",
                f"{row['first_asks']:.1%}, {row['first_asks_rightly']:.1%}",
                f"{row['safe']:,}",
                f"{row['safe_wrong']}",
                f"{row['safe_wrong_upper']:.2%}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _unseen(rows: pl.DataFrame) -> list[str]:
    """Types whose true cause is seldom first, from the file alone."""
    if rows.is_empty():
        return []
    at = rows.filter(pl.col("profile") == "typical", pl.col("at_hand") == "none").filter(
        pl.col("persons") == pl.col("persons").max()
    )
    few = at.filter(pl.col("cause_first") < 0.5).sort("cause_first", maintain_order=True)  # noqa: PLR2004 - as often not
    names = {"stranger": "people absent from the register"}
    told = [f"{names.get(row['error'], row['error'])} {row['cause_first']:.0%}" for row in few.iter_rows(named=True)]
    return (
        [f"From the file alone, the true cause is told first less than half of the time for {listed(told)}."]
        if told
        else []
    )


_APPLIED = {"safe": "safe corrections", "likely": "likely corrections", "first": "every first correction"}


def _trips(rows: pl.DataFrame) -> list[Chart | str]:
    """A chart of the largest register of each profile, and a table of all."""
    place = pl.col("applied").replace({name: str(at) for at, name in enumerate(_APPLIED)})
    ordered = rows.sort(
        "persons", "profile", "at_hand", place, descending=[True, True, False, False], maintain_order=True
    )
    largest = ordered.filter(pl.col("persons") == pl.col("persons").max().over("profile"))
    panels = []
    for part in largest.partition_by("profile", maintain_order=True):
        panel = [
            Bar(
                f"{_applied(row)}, {_HANDS[row['at_hand']]}",
                [("green", row["right"]), ("rust", row["false"]), ("line", row["resent"] - row["ok"])],
                f"{row['right']:,} right, {row['false']:,} wrong of {row['resent']:,}",
            )
            for row in part.iter_rows(named=True)
        ]
        panels.append((f"{part['profile'][0]}, register of {people(part['persons'][0])}", panel))
    series = [
        Series("OK, the right person", "green", "square"),
        Series("OK, somebody else", "rust", "square"),
        Series("KO again", "line", "square"),
    ]
    drawing = bars("Refused passages corrected and sent again: what comes back", panels, series)
    first = largest.row(0, named=True)
    applied = next(name for name in ("likely", *largest["applied"]) if name in set(largest["applied"]))
    shown = largest.filter(pl.col("profile") == first["profile"], pl.col("applied") == applied)
    told = [
        f"{_HANDS[row['at_hand']]}, {row['right'] / row['resent']:.1%} are OK for the right person and "
        f"{row['false'] / row['resent']:.2%} for somebody else"
        for row in shown.iter_rows(named=True)
    ]
    said = (
        f"`{first['profile']}`, register of {first['persons']:,}: {first['resent']:,} refused passages are sent again "
        f"({_applied({'applied': applied})}); {'; '.join(told)}."
    )
    return [Chart("round-trip", drawing, said), _trip_table(ordered)]


def _applied(row: Mapping[str, Any]) -> str:
    return _APPLIED.get(row["applied"], str(row["applied"]))


def _trip_table(rows: pl.DataFrame) -> str:
    return table(
        (
            "profile",
            "register",
            "corrections",
            "explained",
            "sent again",
            "corrected",
            "OK, right",
            "OK, somebody else",
        ),
        (
            (
                f"`{row['profile']}`",
                f"{row['persons']:,}",
                _applied(row),
                _HANDS[row["at_hand"]],
                f"{row['resent']:,}",
                f"{row['changed']:,}",
                f"{row['right']:,} ({row['right'] / row['resent']:.1%})",
                f"{row['false']:,} ({row['false'] / row['resent']:.2%})",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _by_error(rows: pl.DataFrame) -> str:
    """Of the largest register, both ways side by side."""
    rows = rows.filter(pl.col("persons") == rows["persons"].max(), pl.col("profile") == "typical")
    shares = {(row["at_hand"], row["error"]): row for row in rows.iter_rows(named=True)}
    names = {"none": "no error", "stranger": "person absent from the register"} | {
        each.id: f"{each.id} {each.sentence}" for each in by_id().values()
    }
    body = []
    for error in sorted({error for _, error in shares}, key=lambda each: (not each.startswith("E"), each)):
        found = [shares.get((hand, error)) for hand in _HANDS]
        cells = [f"{row[name]:.0%}" if row else "–" for row in found for name in ("cause_first", "cause_three")]
        refused = next(row["refused"] for row in found if row)
        body.append((names.get(error, error), f"{refused:,}", *cells))
    return table(
        ("refusals with", "number", "cause first, the file alone", "in three", "first, with a register", "in three"),
        body,
    )


def _singles(rows: pl.DataFrame) -> str:
    rows = rows.filter(pl.col("persons") == rows["persons"].max())
    return table(
        ("error", "explained from", "refusals", "cause first", "in three", "first correction right"),
        (
            (
                row["profile"].removeprefix(_SINGLE),
                _HANDS[row["at_hand"]],
                f"{row['refused']:,}",
                *(f"{row[name]:.1%}" for name in ("cause_first", "cause_three", "first_right")),
            )
            for row in rows.sort("profile", "at_hand", maintain_order=True).iter_rows(named=True)
        ),
    )
