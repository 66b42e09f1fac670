"""Which candidates are kept, and which row of a person: the order of a register decides nothing."""

import numpy as np

from matching.linkage.levels import TRAITS
from matching.linkage.score import Scored, _kept, one_row_per_person


def test_what_fits_as_well_as_the_second_is_kept():
    query, weight = np.array([0, 0, 0, 0, 1]), np.array([1.0, 5.0, 1.0, 0.5, -9.0])
    assert _kept(query, weight, least=100.0).tolist() == [0, 1, 2, 4]


def test_of_rows_that_fit_as_well_the_official_one_is_taken():
    rows = np.array([7, 8], np.uint32)
    scored = Scored(
        np.zeros(2, np.intp), rows, np.full(2, 3, np.uint32), np.zeros((2, len(TRAITS)), np.uint8), np.ones(2)
    )
    assert one_row_per_person(scored, np.array([1, 0])).row.tolist() == [8]
    assert one_row_per_person(scored, np.array([0, 2])).row.tolist() == [7]
