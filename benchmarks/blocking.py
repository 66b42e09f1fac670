"""Who is lost in blocking: true pairs that no pass finds, that a pass alone does not find, that only one pass finds.

``python -m benchmarks blocking --register DIR`` draws deposits, looks every passage up, joins the truth, and adds
rows to ``blocking.csv``: one per draw (see ``linkage``), ``stratum`` and ``pass``, and one for all passes together
(``pass`` = ``all``). ``present``: passages of people of the register; ``lost``: those whose person the pass does not
find, with its share and 95 % interval; ``only_here``: those whom no other pass finds; ``pairs``, ``rows`` read,
``dropped`` buckets, and, for all passes, ``reduction`` and pairs per passage.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.draws import Draw, drawn
from benchmarks.linkage import where
from benchmarks.machine import machine, record
from benchmarks.measures import wilson
from matching.register.folder import open_register
from matching.strategies.blocking_report import BIT_OF, BlockingReport, blocking_report, pairs_met
from matching.strategies.index import open_index
from matching.strategies.queries import queries_of
from matching.strategies.settings import ProbabilisticSettings

Row = dict[str, float | int | str]


def run(
    registers: Sequence[Path], present: int, profiles: Sequence[str], *, strangers: float, seed: int, work: Path
) -> None:
    """Measure on each register and profile; print, and record in ``blocking``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        for profile in profiles:
            draw = drawn(register, work, present, profile, strangers, seed)
            rows = measured(draw, ProbabilisticSettings())
            for row in rows:
                print("  ".join(f"{key} {value}" for key, value in row.items()))
            record("blocking", rows)


def measured(draw: Draw, settings: ProbabilisticSettings) -> list[Row]:
    """What blocking leaves of a draw, and which of its true pairs it loses."""
    report = blocking_report(draw.passages, draw.register, settings)
    truth = draw.truth.filter(pl.col("person").is_not_null())
    found = finders(draw, settings)[truth["passage"].to_numpy()]
    abroad = truth["is_abroad"].to_numpy()
    strata = {"all": np.ones(found.size, np.bool_), "france": ~abroad, "abroad": abroad}
    return [row for name, of in strata.items() for row in _rows(draw, report, name, found[of])]


def finders(draw: Draw, settings: ProbabilisticSettings) -> NDArray[np.uint16]:
    """Per passage, one bit for each pass that finds its own person; 0 when none does."""
    index = open_index(draw.register)
    queries = queries_of(draw.passages, index)
    person = draw.truth["person"].cast(pl.Int64).fill_null(-1).to_numpy()
    found = np.zeros(queries.size, np.uint16)
    for met in pairs_met(queries, index, settings.most_per_bucket):
        is_true = met.person.astype(np.int64) == person[met.query]
        found[met.query[is_true]] = met.passes[is_true]
    return found


def _rows(draw: Draw, report: BlockingReport, stratum: str, found: NDArray[np.uint16]) -> list[Row]:
    facts: Row = {**where(draw), "stratum": stratum, "present": found.size}
    lost = int((found == 0).sum())
    low, high = wilson(lost, found.size)
    per_passage = {f"pairs_{name}": n for name, n in report.per_passage.items()}
    together: Row = {
        "pass": "all", "lost": lost, "lost_share": _share(lost, found), "lost_low": round(low, 6),
        "lost_high": round(high, 6),
        "only_here": "", "pairs": report.pairs, "rows": int(report.passes["rows"].sum()),
        "dropped": int(report.passes["dropped"].sum()), "reduction": round(report.reduction, 9), **per_passage,
    }  # fmt: skip
    rows = [facts | together]
    of_pass = {row["pass"]: row for row in report.passes.iter_rows(named=True)}
    for name, bit in BIT_OF.items():
        alone = int((found & bit == 0).sum())
        low, high = wilson(alone, found.size)
        told = {key: of_pass[name][key] for key in ("pairs", "rows", "dropped")}
        blank = dict.fromkeys(["reduction", *per_passage], "")
        of: Row = {
            "pass": name, "lost": alone, "lost_share": _share(alone, found), "lost_low": round(low, 6),
            "lost_high": round(high, 6), "only_here": int((found == bit).sum()), **told, **blank,
        }  # fmt: skip
        rows.append(facts | of)
    return rows


def _share(n: int, found: NDArray[np.uint16]) -> float:
    return round(n / max(found.size, 1), 6)
