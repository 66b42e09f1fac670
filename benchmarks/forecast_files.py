"""Simulated files for the forecast: drawn, checked, answered by the funnel, with what was wrong in each passage.

Example:
    >>> file = file_of(How(Path("register"), passages=2_000, profile="typical", seed=5), Path("work"))
    >>> answers([file], open_register("register"))[0]["message"].null_count()
    1808
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from matching.deposit.reader import read_deposit
from matching.quality.check import check
from matching.quality.submitted import Submitted
from matching.register.folder import Register
from matching.strategies import agreement
from matching.strategies.admission import Admission, admit
from matching.strategies.candidates import KEY, find_candidates, submitted_keys, usage_names
from matching.strategies.settings import CdcSettings
from matching.strategies.table import strategy
from sngi_mock.scenario import TRUTH_FILE, draw

PROFILES = ("none", "clean", "typical", "poor", "ocr")
FAILURES = (
    *("name_swap", "usage_for_birth", "given_names_together", "sex_swap", "encoding", "day_month"),
    *("filler_postal_code", "empty_column:birth_day", "empty_column:place_code"),
)
"""Failures of the whole file that a deposit file can carry."""

SIZES = (500, 20_000)
MIXED = 0.3
"""Share of files put together from two of different profiles."""

OWN_STRANGERS, STRANGERS = 0.25, (0.002, 0.05)
"""Share of files whose share of strangers is not their profile's, and what it is then, uniform on a log scale.

That visible errors tell the share of strangers of the other files is an assumption, as the profiles are.
"""


@dataclass(frozen=True)
class Drawn:
    """A file as it was drawn.

    Attributes:
        profile: How it was damaged, and its failure when the whole file has one.
        submitted: What is checked.
        findings: Contract FINDINGS.
        person: True person of each passage, null of a stranger.
    """

    profile: str
    submitted: Submitted
    findings: pl.DataFrame
    person: pl.Series


@dataclass(frozen=True)
class How:
    """How to draw a file.

    Attributes:
        register: Folder of the register.
        passages: How many.
        profile: See ``sngi-mock draw --help``.
        seed: Of the draw.
        failure: Of the whole file; none by default.
        strangers: Their share; the profile's by default.
    """

    register: Path
    passages: int
    profile: str
    seed: int
    failure: str | None = None
    strangers: float | None = None


def file_of(how: How, folder: Path) -> Drawn:
    """Draw a file into a folder, read it and check it."""
    draw(
        how.register, folder, how.passages, how.profile, how.seed,
        file_error=how.failure, strangers=how.strangers, xlsx=False,
    )  # fmt: skip
    submitted = Submitted.of(read_deposit(folder / "deposit.xml").passages)
    truth = pl.read_parquet(folder / TRUTH_FILE).filter(pl.col("error").is_null()).sort("passage")
    return Drawn(how.failure or how.profile, submitted, check(submitted), truth["person"])


def together(first: Drawn, second: Drawn) -> Drawn:
    """One file of two, as when two services export into one: checked anew."""
    size = first.submitted.passages.height
    shifted = second.submitted.passages.with_columns(pl.col("passage") + size)
    passages = pl.concat([first.submitted.passages, shifted], rechunk=True)
    submitted = replace(first.submitted, passages=passages)
    person = pl.concat([first.person, second.person])
    return Drawn(f"{first.profile}+{second.profile}", submitted, check(submitted), person)


def answers(files: list[Drawn], register: Register) -> list[pl.DataFrame]:
    """What the funnel answers to each file of one register, which is read once for all.

    Returns:
        For each file ``passage, message`` (null = OK) and ``is_right`` (an OK of the true person).
    """
    sizes = [file.submitted.passages.height for file in files]
    starts = np.cumsum([0, *sizes]).tolist()
    moved = [
        file.submitted.passages.with_columns(pl.col("passage") + start)
        for file, start in zip(files, starts, strict=False)
    ]
    found = strategy("cdc").run(pl.concat(moved), register)
    told = []
    for file, start, size in zip(files, starts, sizes, strict=False):
        own = found[start : start + size].with_columns(pl.col("passage") - start)
        judged = admit(own, file.submitted.passages, Admission()).sort("passage").with_columns(true=file.person)
        is_right = (pl.col("person") == pl.col("true")).fill_null(value=False) & pl.col("message").is_null()
        told.append(judged.select("passage", "message", is_right=is_right))
    return told


def events(file: Drawn, register: Register) -> pl.DataFrame:
    """What was wrong, by the truth: ``passage, absent, date, place``; date and place are null of who is absent."""
    settings = CdcSettings()
    keyed = submitted_keys(file.submitted.passages, settings).with_columns(true=file.person)
    pairs = keyed.join(find_candidates(keyed, register, settings), on=KEY).filter(pl.col("person") == pl.col("true"))
    pairs = pairs.join(usage_names(register, pairs["person"].unique(), settings), on="person", how="left")
    pairs = agreement.with_places(pairs, settings.places)
    others = [
        agreement.usage_name(),
        *(agreement.given_name(rank, settings) for rank in (2, 3)),
        pl.col("country_agrees"),
    ]
    place = (pl.col("agree_birth_place") == "differ") | pl.any_horizontal(
        ~each.fill_null(value=True) for each in others
    )
    date = pl.any_horizontal(_contradicts(part) for part in ("month", "day"))
    there = pairs.select("passage", absent=pl.lit(value=False), date=date, place=place)
    return (
        keyed.select("passage")
        .join(there, on="passage", how="left", maintain_order="left")
        .with_columns(pl.col("absent").fill_null(value=True))
    )


def own_strangers(generator: np.random.Generator) -> float:
    """A share of strangers that is not a profile's."""
    return float(np.exp(generator.uniform(*np.log(STRANGERS))))


def _contradicts(part: str) -> pl.Expr:
    sent, known = pl.col(f"birth_{part}"), pl.col(f"register_{part}")
    return (sent.is_not_null() & (known.is_null() | (sent != known))).fill_null(value=False)
