"""What is checked: the passages as submitted, with their dates read, and what the file says once.

Example:
    >>> submitted = Submitted.of(passages, {"id_flux": "0001", "timestamp": "2026-03-02T09:15:00+01:00"})
    >>> submitted.passages["date_reading"][0]
    'plain'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from matching.normalize.dates import read_dates
from matching.normalize.places import PLACE, read_places


@dataclass(frozen=True)
class Submitted:
    """A file to check.

    Attributes:
        passages: Contract PASSAGES, with the columns that ``read_dates`` fills and adds.
        header: ``id_flux``, ``timestamp``, ``issuer``, ``certifier``, ``contract`` as submitted; empty for a table,
            which has none.
        accepted: Keys of passages that earlier receipts say are acquired.
        known_codes: Certification codes that exist, as ``RS6042``; None when nobody told.
        is_order_told: Somebody said how the dates in digits are written; they are read so, the day first here.
    """

    passages: pl.DataFrame
    header: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    known_codes: frozenset[str] | None = None
    is_order_told: bool = False

    @classmethod
    def of(
        cls,
        passages: pl.DataFrame,
        header: Mapping[str, str] | None = None,
        *,
        accepted: frozenset[str] = frozenset(),
        known_codes: frozenset[str] | None = None,
        is_order_told: bool = False,
    ) -> "Submitted":
        """From a frame of contract PASSAGES, dates not read yet."""
        return cls(read_dates(passages), header or {}, accepted, known_codes, is_order_told)

    @cached_property
    def holders(self) -> pl.DataFrame:
        """The passages that tell a holder by their traits: the others have nothing to check but the name."""
        return self.passages.filter(pl.col("branch") == "titulaire")

    @cached_property
    def places(self) -> pl.DataFrame:
        """One row per distinct place and birth year: what ``read_places`` gives."""
        return read_places(self.holders)

    def with_places(self, places: pl.DataFrame) -> pl.DataFrame:
        """The holders with columns that were worked out on ``places``, one row each, in order."""
        return self.holders.join(places, on=[*PLACE, "birth_year"], how="left", nulls_equal=True, maintain_order="left")
