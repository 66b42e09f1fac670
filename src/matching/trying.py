"""What a register tells of refused passages: who the holder may be, and whether a corrected passage would be found.

Example:
    >>> known = tried(refused, corrections, Searched(open_register("register"), strategy("cdc")))
    >>> known.corrections.row(0, named=True)
    {'passage': 17, 'rank': 1, 'passes': True, 'again': None, 'elsewhere': False, 'repairs': True}

Who was found, and all that the register holds of them, stays here: what is returned names data of the passage, and no
value of the register.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.explain.corrections import apply
from matching.explain.holders import HOLDERS, TESTED, Tried
from matching.identity.frames import PASSAGES
from matching.register.folder import Register
from matching.strategies.contradictions import CONTRADICTIONS, contradictions
from matching.strategies.probabilistic import search_passages
from matching.strategies.settings import CdcSettings, ProbabilisticSettings
from matching.strategies.table import Strategy

LIKELY = 0.5
"""Probability from which a person counts as the likely holder."""

_ELEMENTS = {"birth_place": "insee_code", "country": "country_code"}
_TRAITS = {
    **dict.fromkeys(("birth_month", "birth_day"), "birth_date"),
    **dict.fromkeys(("insee_code", "postal_code"), "birth_place"),
    "country_code": "country",
}
"""Trait of ``CONTRADICTIONS`` → the field that tells it, where it has another name; and back."""


@dataclass(frozen=True)
class Searched:
    """A register to look for the holders in, and how corrections are tried.

    Attributes:
        register: Its index is built beside it the first time.
        strategy: That decides whether a corrected passage is found.
    """

    register: Register
    strategy: Strategy

    @property
    def funnel(self) -> CdcSettings:
        """How data are compared."""
        return self.strategy.settings if isinstance(self.strategy.settings, CdcSettings) else CdcSettings()


def tried(refused: pl.DataFrame, corrections: pl.DataFrame, searched: Searched) -> Tried:
    """What the register tells of each holder, and of each correction that says what to write.

    Args:
        refused: Contract PASSAGES and ``message``; holders told otherwise than by their traits are left out.
        corrections: Columns ``CORRECTIONS``, of these passages.
        searched: Where, and how.
    """
    told = refused.filter((pl.col("branch") == "titulaire") & pl.col("message").is_between(1, 4))
    told = told.select(list(PASSAGES.columns))
    if told.is_empty():
        return Tried(pl.DataFrame(schema=TESTED), pl.DataFrame(schema=HOLDERS))
    likely = _likely(told, searched.register)
    known = likely.filter(pl.col("likely") >= LIKELY).select("passage", "person")
    before = contradictions(told, likely.select("passage", "person").drop_nulls(), searched.register, searched.funnel)
    holders = likely.join(_wrong(before), on="passage", how="left", maintain_order="left")
    tested = _tested(told, corrections, known, before, searched)
    return Tried(tested, holders.select(pl.col(name).cast(dtype) for name, dtype in HOLDERS.items()))


def _likely(passages: pl.DataFrame, register: Register) -> pl.DataFrame:
    """``passage``, ``person`` (the likeliest, null when nobody is met), ``likely``, ``nobody``."""
    found = search_passages(passages, register, ProbabilisticSettings(presence="file")).found
    best, posterior = found.posterior.best, found.posterior
    is_met = best >= 0
    person = np.zeros(best.size, np.uint32)
    person[is_met] = found.candidates.person[best[is_met]]
    return pl.DataFrame(
        {
            "passage": passages["passage"],
            "person": pl.Series(person, dtype=pl.UInt32).set(pl.Series(~is_met), None),
            "likely": np.where(is_met, posterior.probability, 0.0),
            "nobody": np.where(is_met, posterior.nobody, 1.0),
        }
    )


def _wrong(told: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``wrong``: the data that contradict, of the first stage where any does."""
    each = told.unpivot(list(CONTRADICTIONS), index="passage", variable_name="trait", value_name="is_wrong")
    each = each.filter("is_wrong").with_columns(stage=pl.col("trait").replace_strict(CONTRADICTIONS))
    first = each.filter(pl.col("stage") == pl.col("stage").min().over("passage"))
    return first.group_by("passage").agg(wrong=pl.col("trait").replace(_ELEMENTS))


def _tested(
    passages: pl.DataFrame, corrections: pl.DataFrame, known: pl.DataFrame, before: pl.DataFrame, searched: Searched
) -> pl.DataFrame:
    """Columns ``TESTED``. All corrections of all passages are looked for together: the register is read once."""
    asked = corrections.filter(pl.col("after").is_null()).select("passage", "rank").unique()
    written = corrections.join(asked, on=["passage", "rank"], how="anti")
    parts = []
    for rank in written["rank"].unique().sort():
        chosen = written.filter(pl.col("rank") == rank)
        parts.append(apply(passages.join(chosen, on="passage", how="semi"), chosen).with_columns(rank=pl.lit(rank)))
    if not parts:
        return pl.DataFrame(schema=TESTED)
    tries = pl.concat(parts).with_columns(of="passage").drop("passage").with_row_index("passage")
    sent = tries.select(list(PASSAGES.columns))
    decided = searched.strategy.run(sent, searched.register).select("passage", "message", met="person")
    likely = tries.select("passage", "of").join(known.rename({"passage": "of"}), on="of")
    after = contradictions(sent, likely.drop("of"), searched.register, searched.funnel)
    repairing = _repairing(before, after.join(tries.select("passage", "of", "rank"), on="passage"), written)
    is_found, is_likely = pl.col("message").is_null(), pl.col("person").is_not_null()
    is_other = is_found & is_likely & (pl.col("met") != pl.col("person")).fill_null(value=False)
    return (
        tries.select("passage", "of", "rank")
        .join(decided, on="passage", maintain_order="left")
        .join(likely.drop("of"), on="passage", how="left", maintain_order="left")
        .join(repairing, on="passage", how="left", maintain_order="left")
        .select(
            "rank", passage="of", passes=is_found & ~is_other, again="message", elsewhere=is_other,
            repairs=pl.col("repairs").fill_null(value=False),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in TESTED.items())
    )  # fmt: skip


def _repairing(before: pl.DataFrame, after: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``repairs``: all that a try wrote agrees with the likely holder, and did not before."""
    changed = written.select("rank", of="passage", trait=pl.col("field").replace(_TRAITS)).unique()
    sides = [
        told.unpivot(list(CONTRADICTIONS), index=index, variable_name="trait", value_name=name)
        for told, index, name in ((before, ["passage"], "was_wrong"), (after, ["passage", "of", "rank"], "is_wrong"))
    ]
    met = changed.join(sides[1], on=["of", "rank", "trait"]).join(
        sides[0].rename({"passage": "of"}), on=["of", "trait"]
    )
    return met.group_by("passage").agg(repairs=~pl.col("is_wrong").any() & pl.col("was_wrong").any())
