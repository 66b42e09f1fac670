"""Quality before sending: what the rules see, what they say where nothing is wrong, and what the forecast is worth."""

import polars as pl

from benchmarks.rendering.axes import Axis, share_axis, whole_percent
from benchmarks.rendering.page import Chart, Section, listed, people, table
from benchmarks.rendering.plots import Curve, Row, Series, dot_rows, plane
from benchmarks.rendering.stored import Stored, dates
from sngi_mock.noise.catalogue import by_id

_PROFILES = (Series("typical file", "green", "dot"), Series("poor file", "amber", "diamond"))
_MOJIBAKE = {"E05m": "accents that became two signs"}
_FEW = 0.95
"""Share of visible errors that we aim to see."""


def sections(stored: Stored) -> list[Section]:
    """The rules, then the forecast."""
    return [*_rules(stored), *_forecast(stored)]


def _sentence(error: str) -> str:
    return _MOJIBAKE.get(error) or by_id()[error].sentence


def _rules(stored: Stored) -> list[Section]:
    rows = stored.latest("detection", ["profile", "error"])
    if rows.is_empty():
        return []
    alarms = stored.latest("false_alarms", ["profile", "code"])
    failures = stored.latest("file_failures", ["failure", "passages"])
    visible = rows.filter(pl.col("visible").is_not_null())
    how = (
        "`nirisation check` reads a file and no register. *Visible* errors are those that the file alone shows; the "
        "others are counted below, as seen by chance or by what they leave. An error is seen when a finding of any "
        "severity is about the field it was done to."
    )
    hidden = rows.filter(pl.col("visible").is_null())
    parts: list[Chart | str] = [_seen(visible)]
    if not alarms.is_empty():
        parts.append(_alarms(alarms))
    if not failures.is_empty():
        parts.append(_failures(failures))
    parts += ["Errors that the file alone does not show:", _table(hidden)]
    missed = visible.filter(pl.col("seen_of_visible") < _FEW).sort("seen_of_visible", maintain_order=True)
    told = [f"{row['error']} {row['seen_of_visible']:.0%} (`{row['profile']}`)" for row in missed.iter_rows(named=True)]
    lost = [f"Visible errors that the rules see less than {_FEW:.0%} of the time: {listed(told)}."] if told else []
    return [
        Section("What do the rules see before sending?", how, parts, dates(rows, alarms, failures), "check", lost=lost)
    ]


def _seen(rows: pl.DataFrame) -> Chart:
    shares = {(row["profile"], row["error"]): row for row in rows.iter_rows(named=True)}
    errors = sorted(
        {error for _, error in shares}, key=lambda error: (-_least(shares, error), error)
    )  # most surely seen first
    chart_rows = []
    for error in errors:
        found = [shares.get((profile, error)) for profile in ("typical", "poor")]
        values = [(row["seen_of_visible"], row["low"], row["high"]) if row else None for row in found]
        figures = [whole_percent(row["seen_of_visible"]) if row else "–" for row in found]
        chart_rows.append(Row(f"{_sentence(error)}  {error}", values, figures))
    drawing = dot_rows(
        "Errors that a file alone shows: how many does the check see?",
        [("", chart_rows)],
        _PROFILES,
        share_axis("seen, of the visible errors that were made, with its 95% interval", 0.7, 1.0, 0.05),
        ["typical", "poor"],
    )
    kinds = rows["error"].n_unique()
    sure = rows.group_by("error").agg(pl.col("seen_of_visible").min()).filter(pl.col("seen_of_visible") >= _FEW).height
    together = rows.filter(pl.col("profile") == "typical")
    share = sum(together["seen_of_visible"] * together["visible"]) / sum(together["visible"])
    said = (
        f"Of {kinds} types of error that a file alone shows, {sure} are seen at least {_FEW:.0%} of the time in "
        f"typical and in poor files; of all such errors of a typical file, {share:.1%} are."
    )
    return Chart("detection", drawing, said)


def _least(shares: dict[tuple[str, str], dict[str, float]], error: str) -> float:
    return min(row["seen_of_visible"] for (_, of), row in shares.items() if of == error)


def _alarms(rows: pl.DataFrame) -> str:
    whole = rows.filter(pl.col("code").str.starts_with("any ")).sort(
        "profile", "code", descending=[True, True], maintain_order=True
    )
    told = listed(
        [
            f"{row['share']:.2%} of {row['clean']:,} (`{row['profile']}`, "
            f"{'a likely KO' if row['severity'] == 'likely_ko' else 'an advice'})"
            for row in whole.iter_rows(named=True)
        ]
    )
    return f"Rows without any error that a finding is about nevertheless: {told}."


def _failures(rows: pl.DataFrame) -> str:
    is_seen = pl.col("is_seen").cast(pl.String) == "true"
    real = rows.filter(pl.col("failure") != "none")
    missed = real.filter(~is_seen)
    told = [f"`{row['failure']}` of {row['passages']:,} rows" for row in missed.iter_rows(named=True)]
    honest = rows.filter(pl.col("failure") == "none")
    return (
        "Failures of a whole file (columns shifted, names swapped, a column lost, an encoding…): "
        f"{real.filter(is_seen).height} of {real.height} are seen as "
        f"such{f', all but {listed(told)}' if told else ''}; of {honest.height} honest files, "
        f"{honest.filter(is_seen).height} {'is' if honest.filter(is_seen).height == 1 else 'are'} said to be one."
    )


def _table(rows: pl.DataFrame) -> str:
    shares = {(row["profile"], row["error"]): row for row in rows.iter_rows(named=True)}
    return table(
        ("error", "done, `typical`", "seen", "done, `poor`", "seen"),
        (
            (f"{error} {_sentence(error)}", *_done(shares.get(("typical", error))), *_done(shares.get(("poor", error))))
            for error in sorted({error for _, error in shares})
        ),
    )


def _done(row: dict[str, float] | None) -> tuple[str, str]:
    return (f"{row['damaged']:,}", f"{row['share']:.1%}") if row else ("–", "–")


def _forecast(stored: Stored) -> list[Section]:
    rows = stored.latest("forecast_summary", ["persons"])
    if rows.is_empty():
        return []
    files = stored.latest("forecast", ())
    how = (
        "The forecast reads a file and no register. It was fitted on simulated files; here are others, of all sizes, "
        "profiles and mixtures, with failures of the whole file too, beside what the funnel then answers."
    )
    lost = [
        f"The forecast's 90% interval holds {row['covered']:.0%} of the files of a register of {int(row['persons']):,}."
        for row in rows.iter_rows(named=True)
        if str(row["persons"]).isdigit() and row["covered"] < 0.9  # noqa: PLR2004 - what it promises
    ]
    parts: list[Chart | str] = [_summary(rows)] if files.is_empty() else [_coverage(files, rows), _summary(rows)]
    return [Section("Is the forecast right?", how, parts, dates(rows), "forecast", lost=lost)]


def _summary(rows: pl.DataFrame) -> str:
    return table(
        (
            "register",
            "files",
            "passages",
            "90% interval holds",
            "mean error",
            "largest",
            "interval's mean width",
            "somebody else's, forecast",
            "found",
        ),
        (
            (
                f"{int(row['persons']):,}" if str(row["persons"]).isdigit() else "all",
                f"{row['files']}",
                f"{row['passages']:,}",
                f"{row['covered']:.1%}",
                *(
                    f"{row[name]:.2f} points"
                    for name in ("mean_error_points", "largest_error_points", "mean_width_points")
                ),
                f"{row['wrong']:,.0f}",
                f"{row['found_wrong']:,.0f}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _coverage(files: pl.DataFrame, summary: pl.DataFrame) -> Chart:
    """Each file: how far what came back is from what was forecast."""
    told = files.with_columns(
        error=100 * (pl.col("found_ok") - pl.col("ok")),
        low_gap=100 * (pl.col("low") - pl.col("ok")),
        high_gap=100 * (pl.col("high") - pl.col("ok")),
    ).sort("ok", maintain_order=True)
    is_inside = pl.col("error").is_between(pl.col("low_gap") - 0.01, pl.col("high_gap") + 0.01)
    curves = []
    for name, ink, shape, which in (
        ("within its 90% interval", "green", "dot", is_inside),
        ("outside", "rust", "diamond", ~is_inside),
    ):
        part = told.filter(which)
        spans = list(part.select("low_gap", "high_gap").iter_rows())
        curves.append(Curve(name, ink, shape, list(part.select("ok", "error").iter_rows()), "", spans, 3.2))
    most = max(6.0, float(told.select(pl.col("error").abs().max()).item()) + 0.5)
    ticks = [(float(value), f"{value:+d}" if value else "0") for value in range(-int(most), int(most) + 1, 2)]
    low = int(20 * float(told["ok"].min() or 0.0)) / 20  # type: ignore[arg-type]
    drawing = plane(
        f"What came back against what was forecast, {files.height} files never seen before",
        curves,
        share_axis("OK rate that was forecast", low, 1.0, 0.05 if low > 0.4 else 0.1),  # noqa: PLR2004 - ticks that do not touch
        Axis("points of OK more or less than forecast; bars: the forecast's interval", -most, most, ticks),
        440,
    )
    row = summary.row(-1, named=True)
    sizes = listed([people(int(persons)) for persons in sorted(files["persons"].unique())])
    said = (
        f"The forecast is {row['mean_error_points']:.2f} points off on average, and its 90% interval holds "
        f"{row['covered']:.1%} of {row['files']} files (registers of {sizes}); of {row['passages']:,} passages it "
        f"forecast {row['wrong']:,.0f} OK for somebody else, and {row['found_wrong']:,.0f} were found."
    )
    return Chart("forecast", drawing, said)
