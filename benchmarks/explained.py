"""How well refusals are explained: true causes, right corrections, and what a corrected deposit brings.

``python -m benchmarks explain --register DIR`` draws deposits whose truth is known, lets the funnel refuse what it
refuses, and explains each refusal twice: from the file alone, and with the register at hand. It adds rows to
``explain.csv``, ``explain_errors.csv`` (by type of error, in files that have many) and ``explain_round_trip.csv`` (the
refused passages corrected, sent again and matched again).

A cause is *true* when its datum contradicts the true person, or lacks where several people remain; for a stranger, when
it says that nobody is there. A first correction is *right* when all that it writes agrees with the true person and did
not before; a safe one is *wrong* when something it writes contradicts that person and did not before.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from benchmarks.judge import Row
from benchmarks.machine import machine, record
from benchmarks.measures import calibration_error, upper_bound
from benchmarks.refusals import ABOUT, Refusals, judged, refusals
from matching.chain import match_deposit
from matching.deposit.resend import write_resend
from matching.explain.cause_table import REST
from matching.explain.causes import Explanation, weighed
from matching.explain.corrections import propose
from matching.identity.rules import ELEMENTS
from matching.register.folder import open_register
from matching.strategies.table import strategy
from matching.trying import Searched, tried
from sngi_mock.noise.catalogue import CATALOGUE

SINGLES = tuple(f"single:{error.id}" for error in CATALOGUE if not error.only_in_table)
WITHOUT, WITH = "none", "register"
_FIRST, _THREE = 1, 3
_LIKELY = 0.5
_FEW = 30
"""Refusals of a type of error below which no share is told of it."""


def run(registers: Sequence[Path], work: Path, passages: int, profiles: Sequence[str], seed: int) -> None:
    """Measure on each register and profile; print, and record as it goes."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        for profile in profiles:
            met = refusals(register, work, passages, profile, seed)
            where: Row = {"persons": register.persons, "profile": profile, "seed": seed, "sent": met.sent}
            if met.refused.is_empty():
                print(f"{register.persons:>11,} {profile:11} nothing is refused")
                continue
            _measure(met, where, work, is_single=profile in SINGLES)


def _measure(met: Refusals, where: Row, work: Path, *, is_single: bool) -> None:
    corrections = propose(met.refused, met.findings, met.exposed)
    known = tried(met.refused, corrections, Searched(met.register, strategy("cdc")))
    grid: list[Row] = []
    errors: list[Row] = []
    trips: list[Row] = []
    for at_hand, of_register in ((WITHOUT, None), (WITH, known)):
        told = weighed(met.refused, corrections, met.findings, of_register)
        here: Row = {**where, "at_hand": at_hand}
        ranks = _ranks(met, told)
        grid.append({**here, **_causes(ranks), **_corrections(met, told), **_certainty(met, told)})
        _print(grid[-1])
        if not is_single:
            errors += [{**here, **row} for row in _by_error(met, ranks)]
            trips += [{**here, **row} for row in _round_trips(met, told, work)]
    record("explain", grid)
    if not is_single:
        record("explain_errors", errors)
        record("explain_round_trip", trips)


def _true(met: Refusals, told: Explanation) -> pl.DataFrame:
    """The causes with ``about`` and ``is_true``; what nothing shows is no cause."""
    causes = told.causes.filter(pl.col("kind") != REST).with_columns(about=pl.col("trait").replace(ABOUT))
    wrong = met.wrong.select("passage", about="trait", is_wrong=pl.lit(value=True))
    causes = causes.join(wrong, on=["passage", "about"], how="left", maintain_order="left")
    is_stranger = pl.col("passage").is_in(met.strangers["passage"].implode())
    is_nobody = pl.col("kind") == "not_in_register"
    is_wrong = pl.col("is_wrong").fill_null(value=False) & ~is_stranger
    return causes.with_columns(is_true=pl.when(is_nobody).then(is_stranger).otherwise(is_wrong))


def _ranks(met: Refusals, told: Explanation) -> pl.DataFrame:
    """``passage``, ``is_stranger``, ``rank`` of the first true cause; null when none is told."""
    best = _true(met, told).filter("is_true").group_by("passage").agg(pl.col("rank").min())
    told_of = met.holders.select("passage", is_stranger=pl.col("person").is_null())
    return told_of.join(best, on="passage", how="left", maintain_order="left")


def _causes(ranks: pl.DataFrame) -> Row:
    """Shares of refusals whose true cause is first, and among the first three; of people of the register apart."""
    row: Row = {"refused": ranks.height, "strangers": int(ranks["is_stranger"].sum())}
    for name, part in {"": ranks, "_present": ranks.filter(~pl.col("is_stranger"))}.items():
        for limit, word in ((_FIRST, "first"), (_THREE, "three")):
            share = (part["rank"] <= limit).fill_null(value=False).mean() if part.height else None
            row[f"cause_{word}{name}"] = round(float(share), 4) if isinstance(share, float) else ""
    return row


def _corrections(met: Refusals, told: Explanation) -> Row:
    """What the first corrections of people of the register are, and how many safe ones are wrong."""
    present = met.holders.drop_nulls("person").select("passage")
    judgement = judged(met, told.corrections)
    once = told.corrections.unique(["passage", "rank"], keep="first", maintain_order=True)
    known = once.join(present, on="passage", how="semi").join(
        judgement, on=["passage", "rank"], how="left", maintain_order="left"
    )
    first = known.filter(pl.col("rank") == _FIRST)
    asks = first["after"].is_null()
    about = first.filter(asks).select("passage", trait=pl.col("field").replace(ABOUT))
    good = about.join(met.wrong, on=["passage", "trait"], how="semi").height
    right, whole = (int((~asks & first[name].fill_null(value=False)).sum()) for name in ("is_right", "is_whole"))
    safe = known.filter("is_safe")
    wrong = int(safe["is_harmful"].sum())
    return {
        "first_right": round(right / max(present.height, 1), 4),
        "first_repairs_all": round(whole / max(present.height, 1), 4),
        "first_asks_rightly": round(good / max(present.height, 1), 4),
        "first_asks": round(int(asks.sum()) / max(present.height, 1), 4),
        "safe": safe.height,
        "safe_wrong": wrong,
        "safe_wrong_upper": round(upper_bound(wrong, max(safe.height, 1)), 5),
    }


def _certainty(met: Refusals, told: Explanation) -> Row:
    """How far probabilities of data being wrong are from the truth."""
    causes = _true(met, told).group_by("passage", pl.coalesce("about", "kind"))
    of_data = causes.agg(pl.col("probability").sum().clip(0.0, 1.0), pl.col("is_true").any())
    error = calibration_error(of_data["probability"].to_numpy(), of_data["is_true"].to_numpy())
    return {"calibration_error": round(error, 4)}


def _by_error(met: Refusals, ranks: pl.DataFrame) -> Iterator[Row]:
    """The shares of causes for the refusals that have each type of error; those without any, and strangers."""
    strangers = ranks.filter("is_stranger").select("passage", error=pl.lit("stranger"))
    present = ranks.filter(~pl.col("is_stranger"))
    damaged = met.errors.join(present, on="passage", how="semi")
    none = present.join(damaged, on="passage", how="anti").select("passage", error=pl.lit("none"))
    every = pl.concat([damaged, strangers, none]).join(ranks, on="passage")
    for part in every.sort("error", maintain_order=True).partition_by("error", maintain_order=True):
        if part.height >= _FEW:
            shares = _causes(part)
            yield {
                "error": part["error"][0],
                **{name: shares[name] for name in ("refused", "cause_first", "cause_three")},
            }


def _round_trips(met: Refusals, told: Explanation, work: Path) -> Iterator[Row]:
    """The refused passages sent again with the safe corrections, the likely ones, all first ones; matched again."""
    kept = met.refused["passage"].to_list()
    written = told.corrections.filter(pl.col("after").is_not_null())
    first = written.filter(pl.col("rank") == _FIRST)
    chosen_ones = {"safe": written.filter("is_safe"), "likely": first.filter(pl.col("probability") >= _LIKELY)}
    for name, chosen in {**chosen_ones, "first": first}.items():
        once = chosen.unique(["passage", "field"], keep="first", maintain_order=True)
        changes = once.select("passage", element=pl.col("field").replace_strict(ELEMENTS), value="after")
        target = work / "resend.xml"
        write_resend(
            met.folder / "deposit.xml", kept, changes, target, id_flux="R1", timestamp="2026-05-04T09:15:00+02:00"
        )
        again = match_deposit(target, met.register, strategy("cdc")).decisions
        target.unlink()
        if again is None:
            raise SystemExit(f"the deposit to send again is refused by control 1 ({met.folder})")
        found = again.select(passage=pl.Series(kept, dtype=pl.UInt32), found="person", refused="message")
        found = found.join(met.holders, on="passage").filter(pl.col("refused").is_null())
        right = int((found["found"] == found["person"]).fill_null(value=False).sum())
        changed = once["passage"].n_unique()
        trip: Row = {"applied": name, "resent": len(kept), "changed": changed, "ok": found.height, "right": right}
        trip["false"] = found.height - right
        print(
            "    {applied:6} corrections: {resent} sent again, {ok} OK, {false} of them somebody else".format_map(trip)
        )
        yield trip


def _print(row: Row) -> None:
    what = "{persons:>11,} {profile:11} {at_hand:8} refused {refused:6}: cause first {cause_first:.1%}, in three "
    more = "{cause_three:.1%}; first correction right {first_right:.1%}, asks {first_asks:.1%}; safe {safe}, "
    print((what + more + "wrong {safe_wrong}").format_map(row), flush=True)
