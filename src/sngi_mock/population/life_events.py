"""What happens to an identity after birth: a usage name at marriage, a name rectified, changed or francised.

Example:
    >>> bears_usage_name(np.array([1950]), np.array([0.99]))
    array([False])

Assumptions. Usage names: the share of women who bear one falls from 85 % (born before 1940) to 45 % (born 1990), with
marriages spread evenly between 20 and 45 years of age; a man never bears one; one in sixteen is double
(own-husband's). The register knows about 60 % of them: the others exist in deposits only, which is how a usage name
comes to match nobody. Other changes, after which the old identity stays in the register beside the new one: 8 % of the
names with ``--`` were rewritten with a space once that was allowed; the spelling of 2 names in 1,000 was rectified;
1.5 in 1,000 people born since 1945 took another name (decree, or since 2022 the other parent's); 4 % of people born
abroad under foreign names took French given names, a quarter of them a French surname too.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sngi_mock.population.demography import REGISTER_DATE
from sngi_mock.population.names import DOUBLE_HYPHEN
from sngi_mock.randomness import Floats, Ints

KNOWN_TO_REGISTER = 0.6
DOUBLE_USAGE_NAME = 1 / 16
REWRITTEN, RECTIFIED, CHANGED, FRANCISED, SURNAME_FRANCISED = 0.08, 0.002, 0.0015, 0.04, 0.25
CHANGED_SINCE_BORN = 1945

_COHORTS = (1940, 1965, 1990)
_EVER_BEARS = (0.85, 0.7, 0.45)
_MARRIAGE_AGES = (20, 45)
_DOUBLED = {2 * letter: letter for letter in "LNMRTSPF"}


def usage_name_share(year: Ints) -> Floats:
    """The share, 0..1, of women born in a year who bear a usage name on the register's date."""
    youngest, oldest = _MARRIAGE_AGES
    married_by_now = np.clip((REGISTER_DATE.year - year - youngest) / (oldest - youngest), 0, 1)
    return np.interp(year, _COHORTS, _EVER_BEARS) * married_by_now


def bears_usage_name(year: Ints, uniform: Floats) -> NDArray[np.bool_]:
    """For women born in each year: does she bear a usage name?"""
    return uniform < usage_name_share(year)


def bears_unknown_usage_name(year: Ints, uniform: Floats) -> NDArray[np.bool_]:
    """For women without a usage name in the register: does she bear one all the same?"""
    share = usage_name_share(year)
    unknown, known = share * (1 - KNOWN_TO_REGISTER), share * KNOWN_TO_REGISTER
    return uniform < unknown / (1 - known)


def husband_year(year: Ints) -> Ints:
    """The year of birth whose surnames usage names are drawn from: husbands are two years older."""
    return year - 2


def may_change(names: pl.Series, uniform: Floats) -> NDArray[np.bool_]:
    """Whom ``name_changes`` may concern: a few, found at once."""
    is_double = names.str.contains(DOUBLE_HYPHEN, literal=True).to_numpy()
    return np.asarray(uniform < np.where(is_double, REWRITTEN, RECTIFIED + CHANGED))


def name_changes(names: pl.Series, year: Ints, other: pl.Series, uniform: Floats) -> tuple[pl.Series, pl.Series]:
    """The surnames after the changes, and before where there was one (null elsewhere).

    Args:
        names: At birth.
        year: Of birth.
        other: The name that each would take.
        uniform: Of 0..1, one per person.
    """
    rewritten = names.str.contains(DOUBLE_HYPHEN, literal=True).to_numpy() & (uniform < REWRITTEN)
    rectified = ~rewritten & (uniform < RECTIFIED)
    taken = ~rewritten & ~rectified & (uniform < RECTIFIED + CHANGED) & (year >= CHANGED_SINCE_BORN)
    frame = pl.DataFrame(
        {"name": names, "other": other, "rewritten": rewritten, "rectified": rectified, "taken": taken}
    )
    name = pl.col("name")
    misspelt = name.str.replace_many(_DOUBLED)
    misspelt = pl.when(misspelt == name).then(name + pl.lit("E")).otherwise(misspelt)
    after = pl.when("rewritten").then(name.str.replace(DOUBLE_HYPHEN, " ", literal=True))
    before = pl.when("rectified").then(misspelt).when(pl.col("rewritten") | pl.col("taken")).then(name)
    changed = frame.select(after.when("taken").then("other").otherwise("name").alias("after"), before.alias("before"))
    return changed["after"], changed["before"]
