"""Other forms of a given name: spellings that sound alike, diminutives, francised names, the other sex's name.

Example:
    >>> variants("spelling").filter(pl.col("name") == "MICKAËL").row(0)
    ('M', 'MICKAËL', 'MICHAEL', 81330)

Found in INSEE's *fichier des prénoms* or written by hand (``tables/given_name_variants.toml``), read 2026-11-23.
"""

from typing import Literal

import polars as pl

from matching.reference._load import load

Kind = Literal["spelling", "gender", "diminutive", "francised"]


def variants(kind: Kind | None = None) -> pl.DataFrame:
    """Pairs of a given name and another form of it, as INSEE writes names: capitals, accents, hyphens.

    Args:
        kind: ``spelling`` (MICKAËL, MICHAËL: both ways), ``gender`` (DANIEL, DANIELLE: both ways; ``sex`` is that
            of ``name``), ``diminutive`` (what the person is called) or ``francised`` (the French name borne); all
            kinds by default.

    Returns:
        ``sex``, ``name``, ``kind`` unless asked for, ``variant``, ``births`` (of the variant over 1900-2019, 1 when
        the table of given names does not have it), sorted by sex, name and kind, the most frequent variant first.
    """
    frame = load("given_name_variants")
    return frame if kind is None else frame.filter(pl.col("kind") == kind).drop("kind")
