"""People, a shard at a time: every step of the population in order.

Example:
    >>> Population(seed=7).shard(rank=0, size=1000).height
    1000

Births come first, then places, families, names, and what happened since. Each step draws from a stream of its own.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.frames import SEX
from sngi_mock.population import life_events
from sngi_mock.population.birth_records import by_default, known_dates, statuses
from sngi_mock.population.demography import Births, Born, is_alive
from sngi_mock.population.families import Kin, families, lines
from sngi_mock.population.given_names import (
    MOST_GIVEN_NAMES,
    after_parents,
    given_names,
    how_many_given_names,
    older_fashion,
    told_apart,
)
from sngi_mock.population.names import founders, surnames, with_double_names
from sngi_mock.population.places import BornIn, Origin, places
from sngi_mock.population.register_faults import GERMANISED, LateCodes, germanised, under_german_rule
from sngi_mock.randomness import Ints, stream


@dataclass(frozen=True)
class _Settled:
    """Births of a shard with their places and families, relatives side by side."""

    born: Born
    origin: Origin
    born_in: BornIn
    kin: Kin


class Population:
    """Fictional people of one seed, as many as wanted, a shard at a time."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.places = places()
        self._codes = pl.Series(self.places.codes)
        self._late_codes = LateCodes(self.places.codes)
        self._births = Births(self.places.share_abroad)
        self._surnames, self._founders = surnames(), founders()
        self._given = given_names(tuple(self.places.countries))

    def shard(self, rank: int, size: int) -> pl.DataFrame:
        """People of one shard, one row each.

        Returns:
            The REGISTER contract without ``person``, ``nir`` and ``kind``, then

            - ``usage_name``: null when she bears none or the register knows none,
            - ``former_name``, ``former_given_names``: before a change, null where there was none,
            - ``family``, ``twin``, ``father``, ``mother``: rows of this frame, null for who has none,
            - ``place``: rank of the birth place in ``places.codes``.
        """
        settled = self._settled(rank, size)
        born, kin = settled.born, settled.kin
        month, day = known_dates(born, settled.origin, self.seed, rank)
        at_birth = self._birth_names(settled, rank)
        given, former_given, francised = self._given_names(settled, rank)
        name, former = self._changed_names(settled, at_birth, francised, rank)
        return pl.DataFrame(
            {
                "status": statuses(settled.origin, is_alive(born, self.seed, rank), self.seed, rank),
                "birth_name": name,
                "given_names": self._in_german(given, settled, rank),
                "sex": pl.Series(born.sex.astype(np.uint8)).cat.to(SEX),
                "birth_year": born.year.astype(np.int16),
                "birth_month": month,
                "birth_day": day,
                "birth_place": self._codes.gather(settled.born_in.place),
                "usage_name": self._usage_names(settled, at_birth, rank),
                "former_name": former,
                "former_given_names": former_given,
                "family": kin.eldest[kin.family],
                "twin": _known(_twins(born.is_second_twin)),
                "father": _known(kin.father[kin.family]),
                "mother": _known(kin.mother[kin.family]),
                "place": settled.born_in.place,
            }
        )

    def _settled(self, rank: int, size: int) -> _Settled:
        born = self._births.draw(size, self.seed, rank)
        origin = self.places.draw_origin(born, self.seed, rank)
        born = by_default(born, origin, self.seed, rank)  # the place is coded as of the date that the register has
        born_in = self.places.draw(born, origin, self.seed, rank)
        late = born.same_for_twins(stream(self.seed, "late_codes", rank))
        born_in = BornIn(self._late_codes.place(born_in.place, born.date, late), born_in.region)
        line, mate = lines(born_in.region, born, self.seed, rank)
        order = np.lexsort((born.date.astype(np.int64), line))  # stable: twins stay neighbours
        born = born.in_order(order)
        origin = Origin(origin.country[order], origin.has_french_names[order])
        born_in = BornIn(born_in.place[order], born_in.region[order])
        return _Settled(born, origin, born_in, families(line[order], mate[order], born, self.seed, rank))

    def _birth_names(self, settled: _Settled, rank: int) -> pl.Series:
        """One per family, by the decade of its eldest and the country of its births; its father's where he is known."""
        origin, kin = settled.origin, settled.kin
        roots, of_root = np.unique(kin.name_from, return_inverse=True)
        eldest = kin.eldest[roots]
        year, date = settled.born.year[eldest], settled.born.date[eldest]
        uniform = stream(self.seed, "surnames", rank).random((4, roots.size))
        french, second = self._founders(year, uniform[0]), self._surnames(year, uniform[1])
        names = with_double_names(french, date, second, uniform[2], spelling=uniform[3])
        foreign = np.flatnonzero(~origin.has_french_names[eldest])
        drawn = self._given.foreign_surnames(origin.country[eldest[foreign]], uniform[0, foreign])
        return names.scatter(foreign, drawn).gather(of_root[kin.family])

    def _given_names(self, settled: _Settled, rank: int) -> tuple[pl.Series, pl.Series, Ints]:
        """The lists of today, those of birth where they were francised (else null), and who took a French surname."""
        born, origin = settled.born, settled.origin
        uniform = stream(self.seed, "given_names", rank).random((4 + MOST_GIVEN_NAMES, born.year.size))
        older = older_fashion(born.year, uniform[-2])
        foreign = np.flatnonzero(~origin.has_french_names)
        codes = np.empty((born.year.size, MOST_GIVEN_NAMES), dtype=np.int64)
        for position in range(MOST_GIVEN_NAMES):
            drawn = uniform[position]
            codes[:, position] = self._given.french(older if position else born.year, born.sex, drawn)
            country, sex = origin.country[foreign], born.sex[foreign]
            codes[foreign, position] = self._given.foreign(country, sex, drawn[foreign])
        codes = after_parents(codes, settled.kin.parent_of_same_sex(born.sex), uniform[-3])
        codes = told_apart(codes, born.is_second_twin)
        counts = how_many_given_names(uniform[-1])
        francised = foreign[uniform[-4, foreign] < life_events.FRANCISED]
        at_birth = self._given.lists(codes[francised], counts[francised])
        again = stream(self.seed, "francised", rank).random((2, francised.size))
        codes[francised, 0] = self._given.french(born.year[francised], born.sex[francised], again[0])
        index = np.full(born.year.size, -1)
        index[francised] = np.arange(francised.size)
        surname_too = francised[again[1] < life_events.SURNAME_FRANCISED]
        return self._given.lists(codes, counts), at_birth.gather(_known(index)), surname_too

    def _in_german(self, given_names: pl.Series, settled: _Settled, rank: int) -> pl.Series:
        """Given names as the register has them of births in the annexed départements."""
        departement = self._codes.str.slice(0, 2).gather(settled.born_in.place)
        there = under_german_rule(departement, settled.born.date)
        uniform = stream(self.seed, "germanised", rank).random(there.size)
        return germanised(given_names, there & (uniform < GERMANISED))

    def _changed_names(
        self, settled: _Settled, at_birth: pl.Series, francised: Ints, rank: int
    ) -> tuple[pl.Series, pl.Series]:
        """Surnames of today, and those before where they changed (else null)."""
        year = settled.born.year
        uniform = stream(self.seed, "name_changes", rank).random((2, year.size))
        concerned = np.flatnonzero(life_events.may_change(at_birth, uniform[0]))
        other = self._surnames(year[concerned], uniform[1, concerned])
        after, before = life_events.name_changes(
            at_birth.gather(concerned), year[concerned], other, uniform[0, concerned]
        )
        name = at_birth.clone().scatter(concerned, after)  # scatter writes in place
        former = pl.Series([None], dtype=pl.String).new_from_index(0, year.size).scatter(concerned, before)
        name = name.scatter(francised, self._surnames(year[francised], uniform[1, francised]))
        return name, former.scatter(francised, at_birth.gather(francised))

    def _usage_names(self, settled: _Settled, at_birth: pl.Series, rank: int) -> pl.Series:
        """Of the women whose usage name the register knows, the name of their children if any; null for the others."""
        born, kin = settled.born, settled.kin
        uniform = stream(self.seed, "usage_names", rank).random((4, born.year.size))
        bears = (born.sex == 1) & life_events.bears_usage_name(born.year, uniform[0])
        at = np.flatnonzero(bears & (uniform[1] < life_events.KNOWN_TO_REGISTER))
        names = self._surnames(life_events.husband_year(born.year[at]), uniform[2, at])
        with_children = np.flatnonzero(kin.mother >= 0)
        child = np.full(born.year.size, -1)
        child[kin.mother[with_children]] = kin.eldest[with_children]
        mothers = np.flatnonzero(child[at] >= 0)
        names = names.scatter(mothers, at_birth.gather(child[at[mothers]]))
        double = np.flatnonzero(uniform[3, at] < life_events.DOUBLE_USAGE_NAME)
        names = names.scatter(double, at_birth.gather(at[double]) + "-" + names.gather(double))
        return pl.Series([None], dtype=pl.String).new_from_index(0, born.year.size).scatter(at, names)


def _twins(is_second: NDArray[np.bool_]) -> Ints:
    """Position of each one's twin, -1 for who has none."""
    twin = np.full(is_second.size, -1)
    second = np.flatnonzero(is_second)
    twin[second], twin[second - 1] = second - 1, second
    return twin


def _known(position: Ints) -> pl.Series:
    """Positions, -1 made null."""
    return pl.Series(position).set(pl.Series(position < 0), None)
