"""The README's figures, taken from the committed results: ``python -m benchmarks figures`` writes them.

The last row of each measurement counts; a test fails when the README says something else.
"""

import re
import tomllib
from pathlib import Path

import polars as pl

from benchmarks.machine import RESULTS
from sngi_mock.noise.catalogue import EVERY_TYPE

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"(<!-- figures: begin -->\n).*(<!-- figures: end -->)", re.DOTALL)


def with_figures(text: str) -> str:
    """The README's text with the figures of the committed results."""
    return _BLOCK.sub(lambda found: found[1] + _figures() + found[2], text)


def write() -> None:
    """Put the figures in the README."""
    README.write_text(with_figures(README.read_text(encoding="utf-8")), encoding="utf-8")


def _figures() -> str:
    machine = tomllib.loads((RESULTS / "machine.toml").read_text(encoding="utf-8"))
    return "\n".join(
        [
            f"On {machine['processors']} cores ({machine['system']}, Python {machine['python']}), by `make bench`:",
            "",
            *_control(),
            "",
            *_funnel(),
            "",
            *_linkage(),
            "",
            *_linkage_speed(),
            "",
            *_febrl(),
            "",
            *_detection(),
            "",
            *_forecast(),
            "",
            *_check_speed(),
            "",
        ]
    )


def _control() -> list[str]:
    rows = _last("control", ["passages"]).sort("passages")
    return [
        "| control 1 | passages/s, median | peak memory |",
        "|---|---|---|",
        *(
            f"| {row['passages']:,} passages, {row['file_mb']} MB "
            f"| {row['passages_per_second']:,} | {row['peak_mb']} MB |"
            for row in rows.iter_rows(named=True)
        ),
    ]


def _funnel() -> list[str]:
    rows = _last("funnel", ["persons", "profile", "strategy"]).sort("persons", "profile", "strategy")
    rows = rows.filter((pl.col("profile") != "none") | (pl.col("strategy") == "cdc"))  # the variants find the same
    return [
        "| register | deposit | strategy | right OK among present | somebody else's among OK | of which flagged |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row['persons']:,} persons | {row['passages']:,} passages, `{row['profile']}` | `{row['strategy']}` "
            f"| {row['right_ok']:.2%} | {_wrong(row['wrong'], row['ok'])} | {row['wrong_flagged']} of {row['wrong']} |"
            for row in rows.iter_rows(named=True)
        ),
    ]


def _linkage() -> list[str]:
    """Every contender at each promise, on the largest register."""
    rows = _last("linkage", ["persons", "profile", "strangers", "contender", "rule", "promise"])
    rows = rows.filter(pl.col("persons") == rows["persons"].max(), pl.col("profile") == "typical")
    rows = rows.filter(pl.col("rule").is_in(["own", "tuned"]), pl.col("strangers") == _STRANGERS)
    rows = rows.filter(~pl.col("contender").is_in(_NOT_SHOWN))
    rows = rows.sort("promise", "right_share", descending=[True, True], nulls_last=False)
    told = (
        f"Register of {rows['persons'][0]:,}, `typical`: 30,000 people of it, and {_STRANGERS:.0%} of passages "
        "of strangers, some of whose twins are in it. A promise is a share of somebody else's among OK; its threshold "
        "is tuned on another draw. Without one, the contender decides. The whole grid: `results/linkage.csv`."
    )
    return [
        told,
        "",
        "| promise | contender | right among present | born abroad | somebody else's among OK |",
        "|---|---|---|---|---|",
        *(
            f"| {_promise(row['promise'])} | `{row['contender']}` | {row['right_share']:.2%} "
            f"| {row['right_share_abroad']:.2%} | {_wrong(row['wrong'], row['ok'])} |"
            for row in rows.iter_rows(named=True)
        ),
    ]


_STRANGERS = 0.10  # the hardest column of the grid
_NOT_SHOWN = ("splink_em+posterior",)  # between the two rows beside it


def _promise(promise: float | None) -> str:
    return f"≤ {promise:.2%}" if promise else "–"


def _linkage_speed() -> list[str]:
    rows = _last("linkage_speed", ["persons", "passages", "contender"]).sort("persons", "passages", "seconds")
    return [
        "| from XML to decisions, in | passages | contender | seconds, median | times slower | memory of its own |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row['persons']:,} | {row['passages']:,} | {row['contender']} | {row['seconds']} "
            f"| {row['times_slower']} | {row['anonymous_mb']:,} MB |"
            for row in rows.iter_rows(named=True)
        ),
    ]


def _febrl() -> list[str]:
    rows = _last("febrl", ["linker", "traits"]).sort("traits", "f1", descending=[False, True])
    return [
        "| FEBRL4, an outside data set | compared on | F1 |",
        "|---|---|---|",
        *(f"| `{row['linker']}` | {row['traits']} | {row['f1']:.4f} |" for row in rows.iter_rows(named=True)),
    ]


def _detection() -> list[str]:
    """What the rules see of the types that can be seen, and what they see where nothing was done."""
    rows = _last("detection", ["profile", "error"]).filter(pl.col("visible").is_not_null())
    alarms = _last("false_alarms", ["profile", "code"]).filter(pl.col("code") == "any likely_ko")
    names = {each.id: each.sentence for each in EVERY_TYPE} | {"E05m": "accents that became two signs"}
    found = rows.pivot("profile", index="error", values="seen_of_visible").sort("error")
    clean = (f"{row['share']:.2%} of {row['clean']:,} (`{row['profile']}`)" for row in alarms.iter_rows(named=True))
    told = (
        "`nirisation check`, errors that can be seen without a register, of those that were made. "
        f"Rows without any error that are said a likely KO: {', '.join(clean)}."
    )
    return [
        told,
        "",
        "| error | seen, `typical` | `poor` |",
        "|---|---|---|",
        *(
            f"| {row['error']} {names[row['error']]} | {row['typical']:.1%} | {row['poor']:.1%} |"
            for row in found.iter_rows(named=True)
        ),
    ]


def _forecast() -> list[str]:
    rows = _last("forecast_summary", ["persons"])
    return [
        "| forecast, on unseen files | files | 90% interval holds | mean error | wrong person, forecast | found |",
        "|---|---|---|---|---|---|",
        *(
            f"| {_register(row['persons'])} | {row['files']} | {row['covered']:.1%} "
            f"| {row['mean_error_points']:.2f} points | {row['wrong']:,.0f} | {row['found_wrong']:,.0f} |"
            for row in rows.iter_rows(named=True)
        ),
    ]


def _register(persons: str) -> str:
    return f"register of {int(persons):,}" if persons.isdigit() else "all"


def _check_speed() -> list[str]:
    rows = _last("check_speed", ["file", "passages"]).sort("file", "passages")
    return [
        "| `nirisation check` | rows/s | with the files | peak memory | page |",
        "|---|---|---|---|---|",
        *(
            f"| {row['passages']:,} rows, {row['file'].upper()} | {row['rows_per_second']:,} "
            f"| {row['rows_per_second_written']:,} | {row['peak_mb']} MB | {row['page_mb']} MB |"
            for row in rows.iter_rows(named=True)
        ),
    ]


def _wrong(wrong: int, ok: int) -> str:
    """The share; of none seen, what it may still be, at 95 % (rule of three)."""
    return f"{wrong / ok:.3%}" if wrong else f"none seen, at most {3 / ok:.3%}"


def _last(name: str, key: list[str]) -> pl.DataFrame:
    """The last measurement of each key."""
    return pl.read_csv(RESULTS / f"{name}.csv").unique(key, keep="last", maintain_order=True)
