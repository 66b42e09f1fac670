"""Everything that the rules of places ask, worked out once for each distinct place and year of birth.

Example:
    >>> facts(submitted.places).select("place_code", "birth_year", "the_code").row(0)
    ('92044', 1960, '75044')
"""

import polars as pl

from matching.normalize.places import PLACE
from matching.quality.places.abroad import abroad
from matching.quality.places.at_birth import at_birth
from matching.quality.places.labels import labels, merged_since
from matching.quality.places.slips import one_slip_away
from matching.quality.places.written import written

_INSEE_READINGS = ("code", "code_of_another_time", "city_code")
_SETTLED = ("code", "contradiction", "missing")  # readings from which no other code follows
_FILLER = r"^(?:0+|9{5,}|X+|12345|NIL|NULL|NC|ND|N/?A|NEANT|INCONNUE?|[-.?]+)$"
_PARIS_POST = r"^750(?:0[1-9]|1\d|20)$"  # also the first communes of the Seine, which INSEE renumbered in 1968
_CITY_NAMES = ("PARIS", "LYON", "MARSEILLE")
_CITY_POST = ("75000", "69000", "13000")  # served by no post office, written all the same
_NORTH_AFRICA = ("99350", "99351", "99352")
_FORMER = r"^9[1-6]"
_RENUMBERED = 1968  # 91 to 95 were in North Africa before, around Paris since


def facts(places: pl.DataFrame) -> pl.DataFrame:
    """The places with what is known of them.

    Args:
        places: What ``read_places`` gives.

    Returns:
        Its rows and columns; ``kind`` and ``reading``, which say as text how the place was given and read; the columns
        of ``written``, ``at_birth``, ``labels``, ``merged_since`` and ``abroad``; ``insee_code`` and ``postal_code`` as
        submitted; and what several rules share.
    """
    rows = places.with_row_index("row").with_columns(
        kind=pl.col("place_kind").cast(pl.String), reading=pl.col("place_reading").cast(pl.String)
    )
    rows = rows.join(written(places), on=list(PLACE), how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(is_post=_is_post()).with_columns(is_unserved=_is_unserved())
    # A contradiction gives no code, but where one side of it is no code at all.
    is_open = ~pl.col("reading").is_in(_SETTLED) | pl.col("is_unserved")
    is_settled = (pl.col("reading") == "code") & (pl.col("kind") == "insee")
    known = (at_birth(rows.filter(is_open)), merged_since(rows.filter(is_settled)), labels(rows), abroad(rows))
    for each in known:
        rows = rows.join(each, on="row", how="left", maintain_order="left")
    unread = one_slip_away(rows.filter(pl.col("reading") == "unreadable")["told"])
    return _shared(rows.join(unread, on="told", how="left", maintain_order="left"))


def _shared(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what several rules share."""
    padded, told = pl.col("padded"), pl.col("told")
    return rows.with_columns(
        insee_code=pl.when(pl.col("kind") == "insee").then("place_code"),
        postal_code=pl.when(pl.col("kind") == "postal").then("place_code"),
        is_filler=pl.col("code").str.contains(_FILLER).fill_null(value=False),
        is_foreign=pl.col("said_country").is_not_null(),
        is_french=_is_french(),
        is_city=pl.when(padded.is_null()).then(told.is_in(_CITY_NAMES)).otherwise(padded.is_in(_CITY_POST)),
        # Without a name, 75007 is not Bagneux for somebody born when Bagneux was 92007.
        paris=pl.when(padded.str.contains(_PARIS_POST) & told.is_null()).then("751" + padded.str.slice(3)),
    )


def _is_post() -> pl.Expr:
    """The code is meant as the post's: it stands in that field, unless it reads otherwise."""
    reads_insee = pl.col("reading").is_in(_INSEE_READINGS)
    return (pl.col("reading") == "postal_code") | ((pl.col("kind") == "postal") & ~reads_insee)


def _is_unserved() -> pl.Expr:
    """In the post's field stands no postal code, nor one of INSEE's that goes with the name: often a Cedex code."""
    return (pl.col("kind") == "postal") & pl.col("is_post") & ~pl.col("is_postal")


def _is_french() -> pl.Expr:
    """A commune, by INSEE or by the post; a code of 91 to 96 may be of North Africa before the départements changed."""
    former = pl.col("padded").str.contains(_FORMER) & (pl.col("birth_year") < _RENUMBERED)
    was_abroad = former & pl.col("said_country").is_in(_NORTH_AFRICA)
    known = (pl.col("is_insee") & pl.col("code_country").is_null()) | pl.col("is_postal")
    return known & ~was_abroad.fill_null(value=False)
