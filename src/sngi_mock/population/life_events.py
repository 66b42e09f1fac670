"""What happens to an identity after birth: the usage name that a woman takes at marriage.

Example:
    >>> bears_usage_name(np.array([1950]), np.array([0.99]))
    array([False])

Assumptions: the share of women who bear a usage name falls from 85 % (born before 1940) to 45 % (born 1990), with
marriages spread evenly between 20 and 45 years of age; a man never bears one. The register knows about 60 % of
them: the others exist in deposits only, which is how a usage name comes to match nobody.
"""

import numpy as np
from numpy.typing import NDArray

from sngi_mock.population.demography import REGISTER_DATE
from sngi_mock.randomness import Floats, Ints

KNOWN_TO_REGISTER = 0.6
_COHORTS = (1940, 1965, 1990)
_EVER_BEARS = (0.85, 0.7, 0.45)
_MARRIAGE_AGES = (20, 45)


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
