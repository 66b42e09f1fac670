"""Which share of the people of the register was born in which country, by birth cohort.

Example:
    >>> born_abroad().frame.columns
    ['cohort_start', 'cohort_end', 'country', 'french', 'share']

INSEE publishes how many residents were born abroad and where immigrants come from, not the two by birth cohort: the
profile by cohort is an assumption, scaled so that the published total comes out.
"""

from collections.abc import Callable

import polars as pl

from data.build_names import births
from data.provenance import Built

BORN_ABROAD_2020 = 0.127  # of the residents of France in 2020 (INSEE)

# First year, last year, relative level of births abroad, share of the cohort alive and resident in 2020. Assumptions.
COHORTS = (
    (1900, 1924, 0.9, 0.01),
    (1925, 1945, 1.25, 0.45),
    (1946, 1962, 1.35, 0.88),
    (1963, 1980, 1.25, 0.95),
    (1981, 1999, 1.05, 0.98),
    (2000, 2009, 0.6, 0.99),
    (2010, 2026, 0.3, 0.995),
)

# Country of birth of immigrants in % (2021), then how much more or less frequent in each cohort. The seven first
# figures and the totals of continents (Africa 47.5, Europe 33.1, Asia 13.6) are INSEE's; the rest are estimates.
_STEADY = (1, 1, 1, 1, 1, 1, 1)
_OLD_EUROPE = (8, 4, 1.0, 0.5, 0.4, 0.5, 0.5)
_SIXTIES = (0.3, 1.2, 1.7, 1.2, 0.6, 0.5, 0.5)
_MAGHREB = (0.7, 1.0, 1.2, 1.0, 1.0, 0.9, 0.9)
_RECENT = (0.1, 0.2, 0.5, 1.0, 1.5, 1.6, 1.6)
_NEIGHBOUR = (1, 1, 1, 1, 1, 1.2, 1.2)
IMMIGRANTS: dict[str, tuple[float, tuple[float, ...]]] = {
    "99352": (12.7, _MAGHREB),
    "99350": (12.0, _MAGHREB),
    "99139": (8.6, _SIXTIES),
    "99351": (4.5, _MAGHREB),
    "99127": (4.1, _OLD_EUROPE),
    "99208": (3.6, (0.1, 0.3, 0.9, 1.4, 1.1, 0.6, 0.6)),
    "99134": (3.5, _OLD_EUROPE),
    # Europe, 16.9 in all
    "99132": (2.2, _NEIGHBOUR),
    "99131": (2.1, _NEIGHBOUR),
    "99109": (2.0, _NEIGHBOUR),
    "99114": (2.0, _RECENT),
    "99122": (1.6, (9, 4, 0.7, 0.7, 0.9, 0.7, 0.7)),
    "99123": (1.5, (3, 1, 0.6, 1.0, 1.3, 1.2, 1.2)),
    "99121": (1.5, (0.5, 1, 1.4, 1.1, 0.8, 0.6, 0.6)),
    "99140": (1.2, _NEIGHBOUR),
    "99135": (0.8, _NEIGHBOUR),
    "99155": (0.6, _RECENT),
    "99111": (0.5, _RECENT),
    "99151": (0.3, _RECENT),
    "99125": (0.3, _RECENT),
    "99126": (0.3, _OLD_EUROPE),
    # Africa, 18.3 in all
    "99326": (2.0, _RECENT),
    "99341": (1.9, _RECENT),
    "99312": (1.6, _RECENT),
    "99335": (1.6, _RECENT),
    "99322": (1.6, _RECENT),
    "99333": (1.4, _STEADY),
    "99397": (1.3, _RECENT),
    "99330": (1.2, _RECENT),
    "99324": (1.1, _RECENT),
    "99301": (0.7, _RECENT),
    "99390": (0.6, _STEADY),
    "99327": (0.5, _RECENT),
    "99345": (0.5, _RECENT),
    "99336": (0.5, _RECENT),
    "99396": (0.4, _RECENT),
    "99328": (0.4, _RECENT),
    "99399": (0.3, _RECENT),
    "99323": (0.3, _RECENT),
    "99344": (0.2, _RECENT),
    "99331": (0.2, _RECENT),
    # Asia, 10.0 besides Turkey
    "99216": (1.8, _RECENT),
    "99243": (1.3, (0.5, 1, 1.3, 1.4, 0.7, 0.4, 0.4)),
    "99234": (0.8, (0.2, 0.9, 1.5, 1.4, 0.5, 0.3, 0.3)),
    "99235": (0.8, _RECENT),
    "99205": (0.7, _STEADY),
    "99223": (0.7, _STEADY),
    "99206": (0.6, _RECENT),
    "99212": (0.6, _RECENT),
    "99213": (0.5, _RECENT),
    "99241": (0.4, _SIXTIES),
    "99204": (0.4, _STEADY),
    "99252": (0.4, (3, 1, 0.6, 0.9, 1.2, 1, 1)),
    "99246": (0.4, _RECENT),
    "99220": (0.3, _RECENT),
    "99255": (0.3, _RECENT),
    # America and Oceania, 5.8
    "99410": (1.5, _RECENT),
    "99416": (1.2, _RECENT),
    "99404": (0.7, _NEIGHBOUR),
    "99419": (0.6, _RECENT),
    "99401": (0.3, _NEIGHBOUR),
    "99422": (0.3, _RECENT),
    "99437": (0.5, _RECENT),
    "99405": (0.2, _RECENT),
    "99408": (0.2, _RECENT),
    "99417": (0.2, _STEADY),
    "99501": (0.1, _NEIGHBOUR),
}

# People born French in what is now another country, thousands per cohort: settlers' and officials' families.
BORN_FRENCH: dict[str, tuple[int, ...]] = {
    "99352": (250, 420, 330, 0, 0, 0, 0),
    "99350": (40, 90, 80, 8, 2, 0, 0),
    "99351": (40, 60, 40, 3, 1, 0, 0),
    "99109": (5, 15, 60, 60, 15, 3, 2),  # families of the forces stationed in Germany
    "99243": (10, 20, 12, 0, 0, 0, 0),
    "99333": (5, 8, 8, 3, 2, 1, 1),
    "99341": (3, 8, 10, 6, 3, 1, 1),
}

NOTES = (
    "country: present 99xxx code; the code of the time of birth is derived from it.",
    "french: born French there (families of settlers, officials, forces), with French names.",
    "The shares of a cohort add up to its share born abroad; the rest was born in France.",
    (
        "INSEE: 12.7 % of residents in 2020 were born abroad. Immigrants in 2021 by country: Algeria 12.7 %, Morocco "
        "12.0, Portugal 8.6, Tunisia 4.5, Italy 4.1, Turkey 3.6, Spain 3.5; Africa 47.5, Europe 33.1, Asia 13.6."
    ),
    (
        "Assumptions: the other countries within their continent's total; how cohorts differ; who of a cohort still "
        "lives in France; births of French people abroad (Algeria before 1963: one million)."
    ),
)


def born_abroad() -> Built:
    """One row per cohort, country and whether born French: share of the people of the register born in the cohort."""
    by_year = births().frame.group_by("year").agg(pl.col("births").sum())
    born = [int(by_year.filter(pl.col("year").is_between(first, last))["births"].sum()) for first, last, *_ in COHORTS]
    alive = [count * survival for count, (*_, survival) in zip(born, COHORTS, strict=True)]
    # level * scale is the share born abroad of a cohort; scaled so that the residents of 2020 have the published one.
    odds = [count * level for count, (_, _, level, _) in zip(alive, COHORTS, strict=True)]
    scale = BORN_ABROAD_2020 * sum(alive) / sum(odds)
    rows = []
    for cohort, (first, last, level, _) in enumerate(COHORTS):
        register = born[cohort] / (1 - level * scale)  # births in France and abroad
        french = {code: 1000 * counts[cohort] / register for code, counts in BORN_FRENCH.items() if counts[cohort]}
        tilted = {code: percent * tilt[cohort] for code, (percent, tilt) in IMMIGRANTS.items()}
        left = level * scale - sum(french.values())
        rows += [(first, last, code, True, round(share, 8)) for code, share in sorted(french.items())]
        whole = sum(tilted.values())
        rows += [(first, last, code, False, round(left * n / whole, 8)) for code, n in sorted(tilted.items())]
    schema = ["cohort_start", "cohort_end", "country", "french", "share"]
    return Built(
        pl.DataFrame(rows, schema=schema, orient="row").cast({"cohort_start": pl.Int16, "cohort_end": pl.Int16}),
        title="Share of the people of one birth cohort in the register who were born in one foreign country",
        licence="Licence Ouverte 2.0 (INSEE's published figures), estimates around them",
        notes=NOTES,
    )


TABLES: dict[str, Callable[[], Built]] = {"born_abroad": born_abroad}
