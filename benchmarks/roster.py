"""Contenders by name: the baseline, the project's strategies, the peers, and anybody's function.

Example:
    >>> contender("probabilistic", Ring(register, work))
    >>> contender("splink_labels", Ring(register, work, learnt_on=drawn(register, work, 30_000, "typical", 0.01, 103)))
    >>> contender("mymodule:run", Ring(register, work))

``exact`` is the baseline. Peers need the extra bench: ``recordlinkage_documented`` follows its manual; ``splink_em``,
``splink_labels`` and ``recordlinkage`` are tuned, and each answers under a second name, ``…+posterior``: its weights
under the project's decision layer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import Contender, ours, theirs
from benchmarks.draws import Draw
from matching.register.folder import Register
from matching.strategies.table import STRATEGIES

BASELINE = "exact"
OURS = tuple(STRATEGIES)
PEERS = ("splink_em", "splink_labels", "recordlinkage", "recordlinkage_documented")
LARGEST_IN_PANDAS = 2_000_000
"""Persons of the largest register that recordlinkage is given: it holds it in memory as pandas frames."""


@dataclass(frozen=True)
class Ring:
    """Where contenders meet.

    Attributes:
        register: Which all search.
        work: Folder where peers keep the register as they read it.
        learnt_on: A draw that nobody is judged on: labels of ``splink_labels``; None when that one is not asked.
        once: Peers that learn without labels learn on that draw too, once, instead of on what they answer.
    """

    register: Register
    work: Path
    learnt_on: Draw | None = None
    once: bool = False


def contender(name: str, ring: Ring) -> Contender:
    """The contender of that name.

    Raises:
        ValueError: there is none.
    """
    if name == BASELINE:
        return theirs("benchmarks.exact:run", BASELINE)
    if name in OURS:
        return ours(name)
    if name in PEERS:
        return _peer(name, ring)
    if ":" in name:
        return theirs(name)
    known = ", ".join([BASELINE, *OURS, *PEERS])
    raise ValueError(f"expected one of {known}, or module:function, found {name!r}")


def contenders(names: Sequence[str], ring: Ring) -> Iterator[Contender]:
    """Those of these names that can search so large a register."""
    for name in names:
        if name.startswith("recordlinkage") and ring.register.persons > LARGEST_IN_PANDAS:
            print(f"{name} is left out: {ring.register.persons:,} persons do not fit in its memory")
            continue
        yield contender(name, ring)


def _peer(name: str, ring: Ring) -> Contender:
    from benchmarks import recordlinkage_contender, splink_contender  # noqa: PLC0415 - libraries of the extra bench

    learnt_on = ring.learnt_on.question if ring.once and ring.learnt_on else None
    if name == "recordlinkage_documented":
        return recordlinkage_contender.as_documented(ring.work)
    if name == "recordlinkage":
        return recordlinkage_contender.by_ecm(ring.work, learnt_on)
    if name == "splink_em":
        return splink_contender.splink_em(ring.work, learnt_on)
    if ring.learnt_on is None:
        raise ValueError(f"{name} learns on labels: it needs a draw to learn on")
    return splink_contender.splink_labels(ring.work, ring.learnt_on)
