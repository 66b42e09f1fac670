"""What blocking does on a deposit: how many pairs it leaves to compare, and which pass is worth what.

Example:
    >>> report = blocking_report(passages, open_register("register"), ProbabilisticSettings())
    >>> report.pairs, round(report.reduction, 6)
    (1482213, 0.999926)
    >>> report.passes.select("pass", "lookups", "pairs", "only_here", "dropped")

A pair is a passage and a person, whatever the number of identities under which they meet. Who is lost takes the truth,
which this stage never reads: ``python -m benchmarks blocking`` joins it with ``pairs_met``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage import blocking
from matching.linkage.arrays import Rows
from matching.linkage.candidates import Lookups, chunks, expand, look_up, readings
from matching.linkage.queries import Queries
from matching.register.folder import Register
from matching.strategies.index import LinkageIndex, open_index
from matching.strategies.lookups import Progress
from matching.strategies.queries import queries_of
from matching.strategies.settings import ProbabilisticSettings

BIT_OF = {name: np.uint16(1 << rank) for rank, name in enumerate(blocking.PASSES)}
"""The bit of each blocking pass in ``Met.passes``."""

_PERCENTILES = (50, 90, 99)
_PERSON = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Met:
    """Pairs that blocking finds, ordered by passage and person, each once.

    Attributes:
        query: Row of the passage, among those searched.
        person: Of the register.
        passes: One bit (``BIT_OF``) per blocking pass that finds the pair.
    """

    query: Rows
    person: NDArray[np.uint32]
    passes: NDArray[np.uint16]


@dataclass(frozen=True)
class BlockingReport:
    """What blocking leaves.

    Attributes:
        passages: Looked up.
        persons: In the register.
        pairs: Passage and person, met at least once.
        per_passage: ``p50``, ``p90``, ``p99`` and ``max`` of the pairs of a passage.
        passes: One row per pass: ``pass``; ``lookups`` made; ``met`` of them that met a bucket with somebody in it;
            ``dropped`` for a bucket too large; ``rows`` of the register reached; ``pairs`` kept; ``only_here``, those
            that no other pass finds.
    """

    passages: int
    persons: int
    pairs: int
    per_passage: dict[str, int]
    passes: pl.DataFrame

    @property
    def possible(self) -> int:
        """Every passage with every person."""
        return self.passages * self.persons

    @property
    def reduction(self) -> float:
        """Share of the possible pairs that need no comparison, 0..1."""
        return 1 - self.pairs / self.possible if self.possible else 0.0


def blocking_report(
    passages: pl.DataFrame, register: Register, settings: ProbabilisticSettings, progress: Progress | None = None
) -> BlockingReport:
    """Look every passage up, and count.

    Args:
        passages: Contract PASSAGES; holders not given by their traits are left out.
        register: An opened register; its index is built beside it the first time.
        settings: Of the strategy.
        progress: Called as passages are done.
    """
    index = open_index(register, progress)
    queries = queries_of(passages.filter(pl.col("branch") == "titulaire"), index)
    lookups = look_up(queries, index, settings.most_per_bucket)
    per_passage = np.zeros(queries.size, np.int64)
    pairs, only = np.zeros((2, len(blocking.PASSES)), np.int64)
    for met in _met(lookups, queries, index):
        per_passage += np.bincount(met.query, minlength=queries.size)
        pairs += [(met.passes & bit > 0).sum() for bit in BIT_OF.values()]
        only += [(met.passes == bit).sum() for bit in BIT_OF.values()]
        if progress is not None and met.query.size:
            progress(int(met.query[-1]) + 1, queries.size)
    passes = _of_lookups(lookups, queries).with_columns(pairs=pl.Series(pairs), only_here=pl.Series(only))
    return BlockingReport(queries.size, register.persons, int(per_passage.sum()), _quantiles(per_passage), passes)


def pairs_met(queries: Queries, index: LinkageIndex, most_per_bucket: int) -> Iterator[Met]:
    """The pairs that blocking finds, in chunks of whole passages, with the passes that find them."""
    yield from _met(look_up(queries, index, most_per_bucket), queries, index)


def _met(lookups: Lookups, queries: Queries, index: LinkageIndex) -> Iterator[Met]:
    for span in chunks(lookups, queries.size):
        found, passes = [], []
        for name, bit in BIT_OF.items():
            query, row = expand(_of_pass(lookups, name), span, queries, index)
            pair = np.unique(query.astype(np.uint64) << _HALF | index.records["person"][row].astype(np.uint64))
            found.append(pair)
            passes.append(np.full(pair.size, bit))
        every, at = np.unique(np.concatenate(found), return_inverse=True)
        together = np.bincount(at, np.concatenate(passes), every.size).astype(np.uint16)  # one bit from each pass
        yield Met((every >> _HALF).astype(np.intp), (every & _PERSON).astype(np.uint32), together)


def _of_pass(lookups: Lookups, name: str) -> Lookups:
    return Lookups(tuple(block for block in lookups.blocks if block.pass_ == name), lookups.dropped)


def _of_lookups(lookups: Lookups, queries: Queries) -> pl.DataFrame:
    """Per pass, under every reading: keys looked up, those that met somebody, buckets dropped, rows reached."""
    made = dict.fromkeys(blocking.PASSES, 0)
    for passes, _, attributes in readings(queries):
        for name in passes:
            made[name] += int(np.count_nonzero(blocking.keys(blocking.PASSES[name], attributes)))
    met, rows = dict(lookups.dropped), dict.fromkeys(blocking.PASSES, 0)
    for block in lookups.blocks:
        met[block.pass_] += block.query.size
        rows[block.pass_] += int(block.count.sum())
    columns = {"lookups": made, "met": met, "dropped": lookups.dropped, "rows": rows}
    told = {column: [of[name] for name in blocking.PASSES] for column, of in columns.items()}
    return pl.DataFrame({"pass": list(blocking.PASSES), **told})


def _quantiles(per_passage: NDArray[np.int64]) -> dict[str, int]:
    """Nearest-rank percentiles, and the largest."""
    if not per_passage.size:
        return {f"p{of}": 0 for of in _PERCENTILES} | {"max": 0}
    told = np.percentile(per_passage, [*_PERCENTILES, 100], method="inverted_cdf")
    return dict(zip([*(f"p{of}" for of in _PERCENTILES), "max"], map(int, told), strict=True))
