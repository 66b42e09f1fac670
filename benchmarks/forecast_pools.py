"""Files composed of passages of a few drawn ones, for the fit of the forecast: thousands of files, a dozen draws.

Example:
    >>> pools = [pools_of(folder, work, seed=5, scale=1, has_failures=True)]
    >>> compose(pools, largest=2_000, generator=np.random.default_rng(5)).ok
    1211

What is found in a passage and what comes back for it do not depend on the others, but for what the file does as a
whole: how careful it is, which is counted anew in each composed file, and its share of strangers, which is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.forecast_files import (
    FAILURES,
    MIXED,
    OWN_STRANGERS,
    PROFILES,
    SIZES,
    Drawn,
    How,
    answers,
    events,
    file_of,
    own_strangers,
)
from matching.identity.outcomes import Message
from matching.quality.forecasting.expectation import Expectation
from matching.quality.forecasting.exposure import exposure
from matching.quality.forecasting.features import by_passage, composed, facts, whole_file
from matching.quality.forecasting.funnel import Namesakes
from matching.quality.forecasting.model import ForecastModel
from matching.register.folder import open_register
from sngi_mock.noise.catalogue import STRANGER

Rows = NDArray[np.int64]

POOL, FAILED_POOL = 12_000, 3_000
POOL_STRANGERS = 0.15
FAILED = 0.06
"""Share of composed files that failed as a whole: more than there are, so that the model meets them."""

NO_MODEL = ForecastModel("", {}, 0.0, 0.0, 0.0, {})


@dataclass(frozen=True)
class Pool:
    """A drawn file as passages to compose others from; one element per passage.

    Attributes:
        profile: Its profile or failure.
        told: ``facts``.
        found: Findings of passages, as ``by_passage`` gives them.
        whole: Features of the findings about the whole file.
        namesakes: Expected in its register.
        unsearchable: A searched trait is missing.
        refused: KO without the funnel: sent twice.
        is_stranger: By the truth.
        events: By the truth: absent, date, place; the last two are null of who is absent.
        is_ok: What came back.
    """

    profile: str
    told: pl.DataFrame
    found: pl.DataFrame
    whole: dict[str, float]
    namesakes: Namesakes
    unsearchable: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    is_stranger: NDArray[np.bool_]
    events: pl.DataFrame
    is_ok: NDArray[np.bool_]


@dataclass(frozen=True)
class Composed:
    """A file composed of passages of pools.

    Attributes:
        expectation: Its expectation, whose model is replaced when there is one.
        events: As in the pools.
        ok: Number of OK.
        is_failed: It failed as a whole.
    """

    expectation: Expectation
    events: pl.DataFrame
    ok: int
    is_failed: bool


def pools_of(folder: Path, work: Path, seed: int, scale: float, *, has_failures: bool) -> list[Pool]:
    """One pool of each profile, in the order of ``PROFILES``, then, smaller, of each failure.

    Args:
        folder: Of the register.
        work: Folder for the draws.
        seed: Of the draws.
        scale: Of the pools: 1 = as large as they are.
        has_failures: Whether to draw failures too.
    """
    register = open_register(folder)
    hows = [How(folder, int(POOL * scale), profile, seed, strangers=POOL_STRANGERS) for profile in PROFILES]
    hows += [How(folder, int(FAILED_POOL * scale), "typical", seed, failure) for failure in FAILURES if has_failures]
    files = [file_of(how, work / "forecast") for how in hows]
    return [
        _pool(file, answered, events(file, register), register.persons)
        for file, answered in zip(files, answers(files, register), strict=True)
    ]


def _pool(file: Drawn, answered: pl.DataFrame, wrong: pl.DataFrame, persons: int) -> Pool:
    holders = file.submitted.holders.select("passage").with_row_index("row")
    exposed = exposure(file.submitted, persons)
    return Pool(
        file.profile,
        facts(file.submitted, exposed["namesakes"] / persons),
        by_passage(file.findings, holders),
        whole_file(file.findings),
        Namesakes(*(exposed[name].fill_null(0).to_numpy() for name in exposed.columns[1:])),
        exposed["namesakes"].is_null().to_numpy(),
        (answered["message"] > int(Message.SEVERAL)).fill_null(value=False).to_numpy(),
        file.person.is_null().to_numpy(),
        wrong,
        answered["message"].is_null().to_numpy(),
    )


def compose(pools: Sequence[Sequence[Pool]], largest: int, generator: np.random.Generator) -> Composed:
    """A file of one register: of one pool, or of two with the passages of both one after the other.

    Args:
        pools: Of each register.
        largest: Passages, at most; sizes are uniform on a log scale.
        generator: Of the choices.
    """
    register = pools[int(generator.integers(len(pools)))]
    size = int(np.exp(generator.uniform(np.log(SIZES[0]), np.log(largest))))
    if generator.random() < FAILED:
        failed = [pool for each in pools for pool in each[len(PROFILES) :]]
        chosen = [failed[int(generator.integers(len(failed)))]]
    else:
        number = 2 if generator.random() < MIXED else 1
        chosen = [register[at] for at in generator.choice(len(PROFILES), number, replace=False)]
    first = size if len(chosen) == 1 else int(size * generator.uniform(0.1, 0.9))
    parts = [(pool, sampled(pool, part, generator)) for pool, part in zip(chosen, (first, size - first), strict=False)]
    return _joined(parts)


def sampled(pool: Pool, size: int, generator: np.random.Generator) -> Rows:
    """Ranks of passages of a pool, as many of strangers as the file has."""
    strangers, others = np.flatnonzero(pool.is_stranger), np.flatnonzero(~pool.is_stranger)
    is_own = generator.random() < OWN_STRANGERS
    share = own_strangers(generator) if is_own else stranger_share(pool.profile)
    number = min(generator.binomial(size, share), strangers.size)
    rest = generator.choice(others, size - number, replace=size - number > others.size)
    return np.concatenate([generator.choice(strangers, number, replace=False), rest])


def stranger_share(profile: str) -> float:
    """Share of strangers in files of a profile, one passage in eight being of somebody born abroad."""
    here, there = STRANGER.rates(profile if profile in PROFILES and profile != "none" else "typical")
    return 0.0 if profile == "none" else here + (there - here) / 8


def _joined(parts: Sequence[tuple[Pool, Rows]]) -> Composed:
    size = sum(rows.size for _, rows in parts)
    told: list[pl.DataFrame] = []
    found: list[pl.DataFrame] = []
    start = 0
    whole: dict[str, float] = {}
    for pool, rows in parts:
        at = pl.DataFrame({"row": rows.astype(np.uint32), "new": np.arange(start, start + rows.size, dtype=np.uint32)})
        for source, kept in ((pool.told, told), (pool.found, found)):
            moved = at.join(source, on="row", maintain_order="left").drop("row").rename({"new": "row"})
            kept.append(moved)
        whole |= pool.whole
        start += rows.size
    features = composed(pl.concat(told), pl.concat(found), size, whole)
    arrays = {
        name: np.concatenate([getattr(pool, name)[rows] for pool, rows in parts])
        for name in ("unsearchable", "refused", "is_ok")
    }
    namesakes = Namesakes(
        *(np.concatenate(each) for each in zip(*([n[r] for n in p.namesakes] for p, r in parts), strict=True))
    )
    expectation = Expectation(
        NO_MODEL, features, pl.concat(found), namesakes, arrays["unsearchable"],
        np.zeros(size, np.int64), arrays["refused"],
    )  # fmt: skip
    return Composed(
        expectation,
        pl.concat([pool.events[rows] for pool, rows in parts]),
        int(arrays["is_ok"].sum()),
        parts[0][0].profile in FAILURES,
    )
