"""People born abroad: from which country by cohort, under which names, in which towns.

Example:
    >>> names("99139", "surname").row(0)
    ('DA SILVA', 0.05410959)
    >>> towns("99352")["town"][0]
    'ALGER'
    >>> stand_in("99155")  # no names of Ukraine: those of Russia and Ukraine are together
    '99123'

Sources, read 2026-11-23: INSEE's published shares, INE (Spain), Wikidata, Statbel, Faker, GeoNames; see
``tables/born_abroad.toml``, ``foreign_names.toml`` and ``foreign_towns.toml`` for licences and assumptions.
"""

from functools import cache
from typing import Literal

import polars as pl

from matching.reference._load import load

Kind = Literal["surname", "given_m", "given_f"]

# Whose names stand in for those of a country that has none in the table.
_STAND_INS = {
    "99123": "99155 99148 99151 99252 99253 99255 99256 99257 99258 99259 99260 99106 99107 99108 99111",
    "99121": "99118 99119 99120 99145 99156 99157 99125",
    "99122": "99115 99116 99117 99112",
    "99109": "99110 99141 99142 99113 99101 99103 99104 99105 99102",
    "99131": "99137 99138",
    "99132": "99136 99144 99133 99254 99401 99501 99502 99303 99310 99338 99329 99342 99302 99332 99339 99346 99426",
    "99127": "99128 99129 99126",
    "99134": "99130 99314",
    "99139": "99319 99395 99393 99392 99394 99396",
    "99205": "99206 99207 99203 99222 99261 99201 99240 99247 99248 99249 99250 99251 99202 99233",
    "99301": "99343 99316",
    "99352": "99389",
    "99341": "99336 99304",
    "99335": "99337 99331 99344",
    "99327": "99345",
    "99324": "99323 99328 99340 99321",
    "99397": "99399 99318 99398",
    "99223": "99213 99246 99215 99212 99204 99390 99214 99224 99229",
    "99243": "99244 99245 99234 99241",
    "99216": "99236 99230 99232 99237 99238 99239 99217 99226 99242 99219 99227",
    "99410": "99438 99439 99434 99436 99435 99441",
}
_BY_CONTINENT = {"1": "99109", "2": "99223", "3": "99341", "4": "99419", "5": "99132"}  # third character of a code


def born_abroad() -> pl.DataFrame:
    """Share of the people of a birth cohort in the register, by country of birth.

    Returns:
        ``cohort_start``, ``cohort_end`` (birth years, both included), ``country`` (present 99xxx code), ``french``
        (born French there, under French names), ``share`` (0..1); a cohort's shares add up to its share born abroad.
    """
    return load("born_abroad")


def names(country: str | None = None, kind: Kind | None = None) -> pl.DataFrame:
    """Names of people born abroad, in capitals without accents.

    Args:
        country: 99xxx code; the names of ``stand_in(country)`` are given. All countries by default.
        kind: ``surname``, ``given_m`` or ``given_f``; all by default.

    Returns:
        The columns not asked for among ``country``, ``kind``, then ``name`` and ``weight``, most frequent first.
        Weights of one country and kind add up to 1.
    """
    frame = load("foreign_names")
    if country is not None:
        frame = frame.filter(pl.col("country") == stand_in(country)).drop("country")
    if kind is not None:
        frame = frame.filter(pl.col("kind") == kind).drop("kind")
    return frame


def stand_in(country: str) -> str:
    """The country whose names are used for a 99xxx code: itself, a neighbour in language, or one of its continent."""
    return _sources_of_names().get(country) or _BY_CONTINENT.get(country[2:3], "99109")


def towns(country: str | None = None) -> pl.DataFrame:
    """Towns of one country, or of all, most populous first.

    Returns:
        ``country`` unless asked for, ``town`` (as French files write it, capitals without accents), ``alternates``
        (present local or former names: BONE for ANNABA), ``population``.
    """
    frame = load("foreign_towns")
    return frame if country is None else frame.filter(pl.col("country") == country).drop("country")


@cache
def _sources_of_names() -> dict[str, str]:
    stand_ins = {code: used for used, codes in _STAND_INS.items() for code in codes.split()}
    return stand_ins | {code: code for code in load("foreign_names")["country"].unique()}
