"""What the rules see of the errors of a deposit, and what they see where there is none, on truth.

A row is *damaged* by a type when the truth says so, *seen* when a finding stands on what was damaged, and *clean* when
nothing was done to it. The table beside the deposit is what is checked: it holds every error, those that no deposit
file can carry too. Failures of a whole file (E42) are drawn apart, one file each.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.draws import draw_into
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from benchmarks.measures import upper_bound, wilson
from matching.checking import findings_of
from matching.identity.rules import rules
from matching.reference import communes, names
from matching.tables.read import read_table
from sngi_mock.noise.catalogue import EVERY_TYPE
from sngi_mock.noise.files import FILE_ERRORS

VISIBLE = (
    *("E02", "E05m", "E11", "E15", "E19", "E21", "E22", "E23"),
    *("E28", "E30", "E32", "E33", "E34", "E36", "E37", "E41"),
)
"""Types that can be seen without a register; of the others, what happens to be seen is told."""

_NAMES = {f"given_name_{rank}": "given_names" for rank in (1, 2, 3)}
_DATES = dict.fromkeys(("birth_date", "birth_year", "birth_month", "birth_day"), "birth_date")
_PLACES = dict.fromkeys(
    ("insee_code", "postal_code", "place_kind", "place_code", "place_label", "country_code", "country_label"), "place"
)
_GROUPS = _NAMES | _DATES | _PLACES
"""Field of a finding or trait of the truth → what it is about; others are about themselves."""

_FILE_SIZES = (300, 5_000)
_NOT_A_TRAIT = ("E40", "E40t")  # nothing of what was sent is wrong
_MARKED = 0.99
_FEW = 3  # fields that a finding of one rule points at together
_MOJIBAKE = "[ÃÂ][\u0080-\u00bf©¨ªâ®´§¯«»´¶¼¹»‡‰Š‹Œ]|Å“|Ã"


def run(register: Path, passages: int, seed: int, work: Path, *, has_failures: bool = True) -> None:
    """Draw, check, compare with the truth; print, and record ``detection``, ``false_alarms``, ``file_failures``.

    Without ``has_failures`` the last is left out: it draws a file for each failure and size.
    """
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    seen: list[Row] = []
    alarms: list[Row] = []
    for profile in ("typical", "poor"):
        folder = _drawn(register, work, passages, profile, seed)
        findings, truth = findings_of(folder / "deposit.csv"), _truth(folder)
        seen += _detection(folder, findings, truth, profile)
        alarms += _false_alarms(findings, truth, passages, profile)
    for row in seen:
        told = f", of what can be seen {row['seen_of_visible']:.1%}" if row["visible"] else ""
        print(f"{row['profile']:8} {row['error']:5} {row['seen']:7} of {row['damaged']:7} {row['share']:.1%}{told}")
    for row in alarms:
        print(f"{row['profile']:8} {row['code']:45} {row['flagged']:6} of {row['clean']:7} {row['share']:.3%}")
    print(f"results: {record('detection', seen)}, {record('false_alarms', alarms)}")
    if not has_failures:
        return
    failures = list(_file_failures(register, work, seed))
    for row in failures:
        print(f"{row['failure']:30} {row['passages']:6} {row['codes'] or 'not seen'}")
    print(f"results: {record('file_failures', failures)}")


def _drawn(register: Path, work: Path, passages: int, profile: str, seed: int, failure: str = "") -> Path:
    name = "-".join(filter(None, (profile, str(passages), str(seed), failure.replace(":", "-"))))
    options = ("--file-error", failure) if failure else ()
    return draw_into(work / "checked" / name, register, passages, profile, seed, *options)


def _truth(folder: Path) -> pl.DataFrame:
    """``passage, error, group, is_visible``: what was done to each passage, and whether the file alone can tell.

    E05m are the accents that became two signs. A sex shows where the given name is of the other one nearly always, a
    default date on 1 January and 31 December, a late code where it was not in force at birth.
    """
    log = pl.read_parquet(folder / "truth.parquet").filter(pl.col("error").is_not_null())
    is_mojibake = (pl.col("error") == "E05") & pl.col("after").str.contains(_MOJIBAKE)
    sent = read_table(folder / "deposit.csv").passages
    context = sent.select("passage", "given_name_1", "birth_year", "birth_month", "birth_day", "place_code")
    told = log.join(context, on="passage", how="left")
    is_default = (pl.col("birth_month").cast(pl.Int32) * 100 + pl.col("birth_day")).is_in([101, 1231])
    seen = (
        pl.when(pl.col("error") == "E22")
        .then(communes.comparable_label(pl.col("given_name_1")).is_in(_marked_names()))
        .when(pl.col("error") == "E28")
        .then(is_default)
        .when(pl.col("error") == "E34")
        .then(~_was_in_force(told))
        .otherwise(pl.lit(value=True))
    )
    return told.select(
        "passage",
        error=pl.when(is_mojibake).then(pl.lit("E05m")).otherwise("error"),
        group=pl.col("trait").replace(_GROUPS),
        is_visible=seen.fill_null(value=False),
    ).unique()


def _marked_names() -> pl.Series:
    """Given names of which 99 in a hundred bearers are of one sex."""
    name = communes.comparable_label(pl.col("name"))
    births = names.given_names().group_by(name, "sex").agg(pl.col("births").sum())
    marked = births.filter(pl.col("births") >= _MARKED * pl.col("births").sum().over("name"))
    return marked["name"].implode()


def _was_in_force(told: pl.DataFrame) -> pl.Series:
    """Whether the code that was sent was somebody's code in the year of birth: nothing tells that it is a later one."""
    spans = communes.table().select(
        place_code="code", since=pl.col("start").dt.year().fill_null(0), until=pl.col("end").dt.year().fill_null(9999)
    )
    met = (
        told.with_row_index("row")
        .join(spans, on="place_code")
        .filter(pl.col("birth_year").cast(pl.Int32).is_between("since", "until"))
    )
    return told.with_row_index("row")["row"].is_in(met["row"].implode())


def _about(findings: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """``passage, group``: what the findings of each passage are about.

    Two fields that contradict each other are both pointed at, and so are two rows that are one person: the finding
    stands on one of them and names the key of the other (``keys``: ``passage, id_technique``).
    """
    fields = [
        (code, _GROUPS.get(field, field))
        for code, rule in rules().items()
        if len(rule.fields) <= _FEW
        for field in rule.fields
    ]
    table = pl.DataFrame(fields, schema=["code", "group"], orient="row").unique()
    own = findings.select("passage", group=pl.col("field").replace(_GROUPS))
    by_rule = findings.join(table, on="code").select("passage", "group")
    between = findings.filter(pl.col("code").is_in([code for code, rule in rules().items() if rule.family == "rows"]))
    named = between.select(id_technique="detail").join(keys, on="id_technique").select("passage")
    twice = pl.concat([between.select("passage"), named]).with_columns(group=pl.lit("id_technique"))
    return pl.concat([own, by_rule, twice]).unique()


def _detection(folder: Path, findings: pl.DataFrame, truth: pl.DataFrame, profile: str) -> Iterator[Row]:
    told = truth.filter(~pl.col("error").is_in(_NOT_A_TRAIT))
    keys = pl.read_parquet(folder / "truth.parquet", columns=["passage", "id_technique"]).unique()
    hits = told.join(_about(findings, keys).with_columns(is_seen=True), on=["passage", "group"], how="left")
    rows = hits.group_by("error", "passage").agg(
        pl.col("is_seen").any().fill_null(value=False), pl.col("is_visible").any()
    )
    both = (pl.col("is_seen") & pl.col("is_visible")).sum().alias("both")
    counted = rows.group_by("error").agg(pl.len(), pl.col("is_seen").sum(), pl.col("is_visible").sum(), both)
    shares = {error: (damaged, seen, visible, both) for error, damaged, seen, visible, both in counted.rows()}
    for error in (*(each.id for each in EVERY_TYPE), "E05m"):
        if error not in shares:
            continue
        damaged, seen, visible, both = shares[error]
        low, high = wilson(both, visible)
        yield {
            "profile": profile,
            "error": error,
            "damaged": damaged,
            "seen": seen,
            "share": round(seen / damaged, 4),
            "visible": visible if error in VISIBLE else "",
            "seen_of_visible": round(both / max(visible, 1), 4) if error in VISIBLE else "",
            "low": round(low, 4) if error in VISIBLE else "",
            "high": round(high, 4) if error in VISIBLE else "",
        }


def _false_alarms(findings: pl.DataFrame, truth: pl.DataFrame, passages: int, profile: str) -> Iterator[Row]:
    touched = truth["passage"].unique()
    clean = passages - touched.len()
    alarms = findings.filter(pl.col("passage").is_not_null(), ~pl.col("passage").is_in(touched.implode()))
    by_code = alarms.group_by("code", "severity").agg(pl.col("passage").n_unique()).sort("passage", descending=True)
    whole = alarms.group_by("severity").agg(pl.col("passage").n_unique()).sort("severity")
    counts = [(f"any {severity}", severity, n) for severity, n in whole.rows()] + by_code.rows()
    for code, severity, flagged in counts:
        yield {
            "profile": profile,
            "code": code,
            "severity": severity,
            "clean": clean,
            "flagged": flagged,
            "share": round(flagged / clean, 6),
            "at_most": round(upper_bound(flagged, clean), 6),
        }


def _file_failures(register: Path, work: Path, seed: int) -> Iterator[Row]:
    """Each failure at each size, and honest files beside: what the rules of the whole file say."""
    empty = ("usage_name", "given_name_2", "birth_month", "birth_day", "place_code", "sex", "birth_name")
    failures = ("", *FILE_ERRORS, *(f"empty_column:{trait}" for trait in empty))
    for passages in _FILE_SIZES:
        for failure in failures:
            folder = _drawn(register, work, passages, "typical", seed, failure)
            findings = findings_of(folder / "deposit.csv").filter(pl.col("passage").is_null())
            yield {
                "failure": failure or "none",
                "passages": passages,
                "is_seen": str(not findings.is_empty()).lower(),
                "codes": " ".join(findings["code"].unique(maintain_order=True)),
            }
