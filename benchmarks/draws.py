"""Deposits drawn for a measurement, kept in a work folder: the same choices are drawn once.

Example:
    >>> draw = drawn(register, work, present=30_000, profile="typical", strangers=0.10, seed=5)
    >>> draw.truth.columns
    ['passage', 'person', 'is_abroad']
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from benchmarks.funnel import sngi_mock
from benchmarks.question import Question, asked
from matching.deposit.reader import read_deposit
from matching.identity.digest import digest_of
from matching.normalize.places import present_country
from matching.register.folder import Register

SHORT = 12
"""Digits of a digest that are told, or name a folder."""

_NOT_DAMAGE = ("E40", "E40t", "E41")


@dataclass(frozen=True)
class Draw:
    """A deposit and its truth.

    Attributes:
        folder: Where it was drawn.
        register: From which register.
        profile: How it was damaged.
        strangers: Share of passages whose person is absent from the register.
        seed: Of the draw.
    """

    folder: Path
    register: Register
    profile: str
    strangers: float
    seed: int

    @cached_property
    def passages(self) -> pl.DataFrame:
        """Contract PASSAGES."""
        return read_deposit(self.folder / "deposit.xml").passages

    @cached_property
    def question(self) -> Question:
        """What a contender is asked."""
        return asked(self.passages, self.register, self.profile, self.truth)

    @cached_property
    def digest(self) -> str:
        """Of the deposit, its first 12 digits."""
        return digest_of(self.folder / "deposit.xml")[:SHORT]

    @cached_property
    def truth(self) -> pl.DataFrame:
        """``passage, person`` (null of a stranger), ``is_abroad`` (born abroad or in a former territory)."""
        who = self._log.filter(pl.col("error").is_null()).select("passage", "person")
        wanted = who["person"].drop_nulls().unique().implode()
        columns = ["person", "kind", "birth_place", "birth_year"]
        is_one = (pl.col("kind") == "official") & pl.col("person").is_in(wanted)
        people = pl.concat(shard.filter(is_one) for shard in self.register.shards(columns))
        born = people.select("person", place="birth_place", year="birth_year")
        sent = self.passages.select("passage", sent_place="place_code", sent_year="birth_year")
        place, year = pl.coalesce("place", "sent_place"), pl.coalesce("year", "sent_year")
        is_abroad = present_country(place, year).is_not_null()
        return (
            who.join(born, on="person", how="left", maintain_order="left")
            .join(sent, on="passage", how="left", maintain_order="left")
            .select("passage", "person", is_abroad=is_abroad)
        )

    @cached_property
    def errors(self) -> pl.DataFrame:
        """``passage, error``: the types done to each passage of a person of the register."""
        done = self._log.filter(pl.col("error").is_not_null(), ~pl.col("error").is_in(_NOT_DAMAGE))
        return done.filter(~pl.col("only_in_table"), pl.col("person").is_not_null()).select("passage", "error").unique()

    @property
    def _log(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth.parquet")


def short_digest(register: Register) -> str:
    """The first digits of a register's digest."""
    return register.digest.rpartition(":")[2][:SHORT]


def drawn(register: Register, work: Path, present: int, profile: str, strangers: float, seed: int) -> Draw:
    """The draw of those choices, made when it is not there.

    Args:
        register: Drawn from.
        work: Folder of the draws.
        present: About how many passages of people of the register; those of strangers come on top.
        profile: See ``sngi-mock draw --help``.
        strangers: Share of all passages, below 1.
        seed: Of the draw.
    """
    passages = round(present / (1 - strangers))
    folder = work / "draws" / f"{short_digest(register)}-{profile.replace(':', '-')}-{passages}-{strangers:g}-{seed}"
    draw_into(folder, register.folder, passages, profile, seed, "--strangers", strangers)
    return Draw(folder, register, profile, strangers, seed)


def draw_into(folder: Path, register: Path, passages: int, profile: str, seed: int, *options: object) -> Path:
    """The folder, with a draw in it that is made when it is not there.

    Args:
        folder: Named after every choice.
        register: Folder of the register.
        passages: How many.
        profile: See ``sngi-mock draw --help``, as for the other options.
        seed: Of the draw.
        options: Others.
    """
    if not (folder / "scenario.toml").is_file():  # written last: an unfinished draw is drawn again
        choices = ("--passages", passages, "--profile", profile, "--seed", seed, *options)
        sngi_mock("draw", register, "-o", folder, *choices, "--no-xlsx")
    return folder
