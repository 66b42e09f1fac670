"""What the register itself has wrong: a place code that had just changed, given names that were germanised.

Example:
    >>> germanised(pl.Series([["JEAN", "PIERRE"]]), np.array([True])).to_list()
    [['JOHANN', 'PETER']]

Assumptions. For five years after a commune was given another code (Seine and Seine-et-Oise in 1968, Corsica in 1976),
2 % of its births were still registered under the old one. In Moselle, Bas-Rhin and Haut-Rhin, half of the births under
German rule (before 1919, from August 1940 to November 1944) stand in the register with the German form of the given
names that have one, and no trace of the French one.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import communes
from sngi_mock.randomness import Floats, Ints

LATE_CODE = 0.02
LATE_FOR = np.timedelta64(5 * 365, "D")
GERMANISED = 0.5
ANNEXED = ("57", "67", "68")
GERMAN_RULE = (
    (np.datetime64("1900-01-01"), np.datetime64("1918-11-22")),
    (np.datetime64("1940-08-07"), np.datetime64("1944-11-23")),
)
GERMAN_FORMS = {
    "ANDRÉ": "ANDREAS", "ANNE": "ANNA", "ANTOINE": "ANTON", "CAROLINE": "KAROLINE", "CATHERINE": "KATHARINA",
    "CHARLES": "KARL", "FRANÇOIS": "FRANZ", "FRÉDÉRIC": "FRIEDRICH", "GEORGES": "GEORG", "GUILLAUME": "WILHELM",
    "HENRI": "HEINRICH", "HÉLÈNE": "HELENA", "JACQUES": "JAKOB", "JEAN": "JOHANN", "JEANNE": "JOHANNA",
    "JOSEPH": "JOSEF", "JOSÉPHINE": "JOSEFINE", "LOUIS": "LUDWIG", "LOUISE": "LUISE", "MADELEINE": "MAGDALENA",
    "MARGUERITE": "MARGARETHA", "MARIE": "MARIA", "MICHEL": "MICHAEL", "NICOLAS": "NIKOLAUS", "PHILIPPE": "PHILIPP",
    "PIERRE": "PETER", "SUZANNE": "SUSANNA", "THÉRÈSE": "THERESIA",
}  # fmt: skip


class LateCodes:
    """The place codes that had just changed, and what they were before.

    Args:
        codes: Every place code, in the order of their ranks.
    """

    def __init__(self, codes: list[str]) -> None:
        ranks = {code: rank for rank, code in enumerate(codes)}
        self._before = np.full(len(codes), -1)
        self._since = np.full(len(codes), np.datetime64("NaT", "D"))
        recoded = communes.links().filter(pl.col("relation") == "recoded")
        for before, after, since in recoded.select("before", "after", "date").iter_rows():
            if before in ranks and after in ranks:
                self._before[ranks[after]], self._since[ranks[after]] = ranks[before], np.datetime64(since)

    def place(self, place: Ints, date: NDArray[np.datetime64], uniform: Floats) -> Ints:
        """The ranks of the places as registered, some under the code of before."""
        age = date - self._since[place]  # not a time where the code never changed: every comparison is false
        late = (age >= np.timedelta64(0, "D")) & (age < LATE_FOR) & (uniform < LATE_CODE)
        return np.where(late, self._before[place], place)


def under_german_rule(departement: pl.Series, date: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Births in the annexed départements while they were."""
    annexed = departement.is_in(ANNEXED).to_numpy()
    return np.asarray(annexed & np.logical_or.reduce([(start <= date) & (date < end) for start, end in GERMAN_RULE]))


def germanised(given_names: pl.Series, concerned: NDArray[np.bool_]) -> pl.Series:
    """The lists of given names, those of the people concerned in their German forms."""
    at = np.flatnonzero(concerned)
    german = given_names.gather(at).list.eval(pl.element().replace(GERMAN_FORMS))
    position = np.full(concerned.size, -1)
    position[at] = np.arange(at.size)
    in_german = german.gather(pl.Series(position).set(pl.Series(~concerned), None))
    return pl.select(pl.coalesce(in_german, given_names)).to_series().rename(given_names.name)
