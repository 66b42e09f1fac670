"""Simulated receipts whose truth is known: passages that the funnel refuses, who they are, and what of them is wrong.

Example:
    >>> met = refusals(register, work, passages=100_000, profile="typical", seed=772)
    >>> met.refused.height, met.wrong.filter(pl.col("passage") == 17)["trait"].to_list()
    (10991, ['birth_name'])
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.draws import draw_into
from matching.deposit.reader import read_deposit
from matching.explain.corrections import apply
from matching.identity.outcomes import Message
from matching.quality.check import check
from matching.quality.forecasting.exposure import exposure
from matching.quality.submitted import Submitted
from matching.register.folder import Register
from matching.strategies.contradictions import CONTRADICTIONS, contradictions
from matching.strategies.settings import CdcSettings
from matching.strategies.table import strategy
from sngi_mock.scenario import TRUTH_FILE

FUNNEL = CdcSettings()

ABOUT = {
    **dict.fromkeys(("birth_month", "birth_day"), "birth_date"),
    **dict.fromkeys(("insee_code", "postal_code", "country_code", "birth_place", "country"), "place"),
    **dict.fromkeys(("given_name_2", "given_name_3"), "further_given_names"),
}
"""Field of a correction, trait of a cause or of ``CONTRADICTIONS`` → what it is about; others are about themselves."""

_LACKING = {
    "birth_date": pl.col("birth_month").is_null() | pl.col("birth_day").is_null(),
    "place": pl.col("place_code").is_null(),
    "further_given_names": pl.col("raw_given_name_2").is_null(),
    "usage_name": pl.col("raw_usage_name").is_null(),
}


@dataclass(frozen=True)
class Refusals:
    """The refused passages of one drawn deposit.

    Attributes:
        folder: Of the draw.
        register: It was drawn from, and that the funnel looked in.
        sent: Passages of the deposit.
        refused: Contract PASSAGES and ``message``; holders told by their traits, messages 1 to 4.
        findings: Contract FINDINGS of them.
        exposed: Their expected namesakes.
        holders: ``passage``, ``person``; null of a stranger.
        wrong: ``passage``, ``trait`` (of ``ABOUT``): what contradicts the true person; of message 4, what lacks.
        errors: ``passage``, ``error``: types done to each.
    """

    folder: Path
    register: Register
    sent: int
    refused: pl.DataFrame
    findings: pl.DataFrame
    exposed: pl.DataFrame
    holders: pl.DataFrame
    contradicted: pl.DataFrame
    errors: pl.DataFrame

    @property
    def wrong(self) -> pl.DataFrame:
        """See the class."""
        told = self.contradicted.unpivot(list(CONTRADICTIONS), index="passage", variable_name="trait")
        several = self.refused.filter(pl.col("message") == int(Message.SEVERAL))
        lacking = (several.filter(lacks).select("passage", trait=pl.lit(trait)) for trait, lacks in _LACKING.items())
        wrong = told.filter("value").select("passage", pl.col("trait").replace(ABOUT))
        return pl.concat([wrong, *lacking]).unique(maintain_order=True)

    @property
    def first_wrong(self) -> pl.DataFrame:
        """The same; of message 4, of what lacks, what an earlier stage looks at."""
        order = {trait: at for at, trait in enumerate(_LACKING)}
        several = self.refused.filter(pl.col("message") == int(Message.SEVERAL)).select("passage", several=True)
        told = self.wrong.join(several, on="passage", how="left", maintain_order="left")
        at = pl.col("trait").replace_strict(order, default=len(order))
        return told.filter(pl.col("several").is_null() | (at == at.min().over("passage"))).select("passage", "trait")

    @property
    def strangers(self) -> pl.DataFrame:
        """``passage`` of those whose person is not in the register."""
        return self.holders.filter(pl.col("person").is_null()).select("passage")


def refusals(register: Register, work: Path, passages: int, profile: str, seed: int) -> Refusals:
    """Draw a deposit, once, and let the funnel refuse what it refuses."""
    digest = register.digest.rpartition(":")[2][:12]
    name = f"{digest}-{profile.replace(':', '-')}-{passages}-{seed}"
    folder = draw_into(work / "draws" / name, register.folder, passages, profile, seed)
    submitted = Submitted.of(read_deposit(folder / "deposit.xml").passages)
    decided = strategy("cdc").run(submitted.passages, register)
    answers = decided.filter(pl.col("message").is_between(1, 4)).select("passage", "message")
    refused = submitted.passages.join(answers, on="passage", how="inner", maintain_order="left")
    log = pl.read_parquet(folder / TRUTH_FILE).join(answers, on="passage", how="semi")
    holders = log.filter(pl.col("error").is_null()).select("passage", "person")
    findings = check(submitted).join(answers, on="passage", how="semi")
    return Refusals(
        folder=folder,
        register=register,
        sent=submitted.passages.height,
        refused=refused,
        findings=findings,
        exposed=exposure(Submitted(refused), register.persons),
        holders=holders,
        contradicted=contradictions(refused, holders.drop_nulls(), register, FUNNEL),
        errors=log.filter(pl.col("error").is_not_null()).select("passage", "error").unique(maintain_order=True),
    )


def judged(met: Refusals, corrections: pl.DataFrame) -> pl.DataFrame:
    """What each correction of a person of the register does, by the truth.

    Args:
        met: The refusals.
        corrections: Columns ``CORRECTIONS``, one per passage and ``rank``; those that ask are left out.

    Returns:
        ``passage``, ``rank``, ``is_right`` (all that it writes agrees with the person, and some did not before),
        ``is_harmful`` (some that it writes contradicts, and did not before), ``is_whole`` (nothing contradicts then).
    """
    asked = corrections.filter(pl.col("after").is_null()).select("passage", "rank").unique()
    written = corrections.join(asked, on=["passage", "rank"], how="anti")
    parts = []
    for rank in written["rank"].unique().sort():
        chosen = written.filter(pl.col("rank") == rank)
        parts.append(
            apply(met.refused.join(chosen, on="passage", how="semi"), chosen).with_columns(rank=pl.lit(rank, pl.UInt8))
        )
    tries = pl.concat(parts).rename({"passage": "of"}).with_row_index("passage")
    who = tries.select("passage", "of").join(met.holders.rename({"passage": "of"}), on="of").drop_nulls("person")
    after = contradictions(tries.select(met.refused.columns), who.drop("of"), met.register, FUNNEL)
    sides = [
        told.unpivot(list(CONTRADICTIONS), index=index, variable_name="trait", value_name=name)
        .group_by(*index, pl.col("trait").replace(ABOUT))
        .agg(pl.col(name).any())
        for told, index, name in (
            (met.contradicted.rename({"passage": "of"}), ["of"], "before"),
            (after.join(tries.select("passage", "of", "rank"), on="passage").drop("passage"), ["of", "rank"], "after"),
        )
    ]
    each = sides[1].join(sides[0], on=["of", "trait"])
    changed = written.select("rank", of="passage", trait=pl.col("field").replace(ABOUT)).unique()
    of_changed = each.join(changed, on=["of", "rank", "trait"], how="semi").group_by("of", "rank")
    told = of_changed.agg(
        is_right=~pl.col("after").any() & pl.col("before").any(),
        is_harmful=(pl.col("after") & ~pl.col("before")).any(),
    )
    whole = each.group_by("of", "rank").agg(is_whole=~pl.col("after").any())
    return told.join(whole, on=["of", "rank"]).rename({"of": "passage"})
