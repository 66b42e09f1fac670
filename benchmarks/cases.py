"""The case table run: what each strategy answers to each labelled pair, and what changed since the frozen run.

``python -m benchmarks cases`` looks every passage of ``cases.csv`` up in one small register, prints how many pairs each
strategy gets right by tier and by error, and every answer that is not that of ``results/cases.csv``. It writes nothing:
``--freeze`` accepts the answers as the frozen run, to be committed with the change that made them; ``--check`` exits
with 1 when an answer changed; ``--failures NAME`` lists the pairs that a strategy gets wrong.

An answer is an outcome, followed by ``other`` when it is OK with somebody who is not the pair's. The register is small:
who looks like nobody in it may have a namesake among 115 million, so probabilities are higher than they would be.
"""

import sys
import tempfile
from pathlib import Path

import polars as pl

from benchmarks.case_table import SUBMITTED, passages_of, persons_of, read_cases, write_register
from benchmarks.machine import COMMITTED
from matching.identity.outcomes import Outcome
from matching.strategies.table import strategy

STRATEGIES = ("cdc", "insi", "csns", "probabilistic")
FROZEN = COMMITTED / "cases.csv"

_OTHER = " other"
_OK = [str(outcome) for outcome in Outcome if outcome.is_ok]
_VERDICTS = ("right", "missed", "wrong")


def run(*, freeze: bool = False, check: bool = False, failures: str | None = None) -> None:
    """Answer every case; print the counts and what changed.

    Args:
        freeze: Keep the answers as the frozen run.
        check: Exit with 1 when an answer is not that of the frozen run.
        failures: A strategy whose wrong and missed pairs are listed.
    """
    cases = read_cases()
    found = answers(cases)
    print(_counts(cases, found))
    if failures:
        print(_failures(cases, found, failures))
    frozen = pl.read_csv(FROZEN, infer_schema=False) if FROZEN.exists() else found.clear()
    changed = changes(frozen, found)
    print("\n".join(f"{case:14} {what:13} {before} → {after}" for case, what, before, after in changed.iter_rows()))
    print(f"{cases.height} cases, {changed.height} answers changed since the frozen run")
    if freeze:
        found.write_csv(FROZEN)
        print(f"frozen: {FROZEN}")
    elif check and changed.height:
        sys.exit(1)


def answers(cases: pl.DataFrame) -> pl.DataFrame:
    """``case``, the answer of each strategy, and the ``probability`` of the best person, to three digits."""
    passages, person = passages_of(cases), persons_of(cases)
    with tempfile.TemporaryDirectory() as folder:
        register = write_register(Path(folder), cases)
        decided = {name: strategy(name).run(passages, register) for name in STRATEGIES}
    outcome = pl.col("outcome").cast(pl.String)
    is_other = (pl.col("person") != pl.lit(person)).fill_null(value=False)
    answer = pl.when(is_other).then(outcome + _OTHER).otherwise(outcome)
    columns = {name: decisions.select(answer).to_series() for name, decisions in decided.items()}
    probability = decided["probabilistic"].select(pl.format("{}", pl.col("probability").round(3))).to_series()
    return cases.select("case", **columns, probability=probability)


def verdicts(cases: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """``case``, and per strategy ``right``, ``missed`` (KO, the person is in the register) or ``wrong`` (another one).

    Somebody else than the pair's person is right where that is what another case says of the same submitted identity.
    """
    both = cases.join(found, on="case", maintain_order="left")
    is_same = pl.col("same") == "yes"
    is_told_elsewhere = is_same.any().over(*SUBMITTED) & ~is_same

    def verdict(name: str) -> pl.Expr:
        is_pair, is_other = pl.col(name).is_in(_OK), pl.col(name).str.ends_with(_OTHER)
        is_right = (is_pair & is_same) | (is_other & is_told_elsewhere) | ~(is_pair | is_other | is_same)
        return (
            pl.when(is_right)
            .then(pl.lit("right"))
            .when(is_pair | is_other)
            .then(pl.lit("wrong"))
            .otherwise(pl.lit("missed"))
        )

    return both.select("case", **{name: verdict(name) for name in STRATEGIES})


def changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """``case``, ``what`` (a strategy or ``probability``), ``before``, ``after``; a case that one lacks: ``absent``."""
    said = [
        each.unpivot(index="case", variable_name="what", value_name=name)
        for name, each in (("before", before), ("after", after))
    ]
    both = said[1].join(said[0], on=["case", "what"], how="full", coalesce=True, maintain_order="left_right")
    differing = both.with_columns(pl.col("before", "after").fill_null("absent"))
    return differing.filter(pl.col("before") != pl.col("after")).select("case", "what", "before", "after")


def _counts(cases: pl.DataFrame, found: pl.DataFrame) -> str:
    """A line per tier and answer, then per error: right, missed and wrong of each strategy."""
    judged = cases.join(verdicts(cases, found), on="case", maintain_order="left")
    tiers = judged.with_columns(group=pl.concat_str("tier", "same", separator=" "))
    errors = judged.with_columns(group=pl.col("error").str.split(" ")).explode("group")
    head = f"{'':12} {'pairs':>5}" + "".join(f" | {name:^20}" for name in STRATEGIES)
    under = " " * 18 + (" | " + " ".join(f"{verdict:>6}" for verdict in _VERDICTS)) * len(STRATEGIES)
    return "\n".join([head, under, *_lines(tiers), "", *_lines(errors), ""])


def _lines(judged: pl.DataFrame) -> list[str]:
    counted = judged.group_by("group", maintain_order=True).agg(
        pl.len(),
        *((pl.col(name) == verdict).sum().alias(f"{name} {verdict}") for name in STRATEGIES for verdict in _VERDICTS),
    )
    rows = (
        (group, pairs, [counts[at : at + len(_VERDICTS)] for at in range(0, len(counts), len(_VERDICTS))])
        for group, pairs, *counts in counted.sort("group").iter_rows()
    )
    return [
        f"{group:12} {pairs:5}" + "".join(" | " + " ".join(f"{n or '':>6}" for n in each) for each in by_strategy)
        for group, pairs, by_strategy in rows
    ]


def _failures(cases: pl.DataFrame, found: pl.DataFrame, name: str) -> str:
    """The pairs that a strategy misses or gets wrong, a line each."""
    judged = cases.join(verdicts(cases, found), on="case", maintain_order="left")
    answer = found.select("case", answer=name)
    failed = judged.rename({name: "verdict"}).join(answer, on="case", maintain_order="left")
    line = "{case:14} {same:3} {tier:6} {verdict:6} {answer:15} {reason}"
    rows = failed.filter(pl.col("verdict") != "right").iter_rows(named=True)
    return "\n".join([*(line.format_map(row) for row in rows), ""])
