"""The reference tables of places, prepared once for reading places: what a code, a name or a number can designate.

Example:
    >>> import polars as pl
    >>> reached().filter(pl.col("code") == "92044").sort("other")["other"].to_list()
    ['75044', '92044']

Years stand for dates: of a year in which a code changed, both codes are possible.
"""

from functools import cache

import polars as pl

from matching.normalize.text import words
from matching.reference import communes, countries, foreign

FIRST_YEAR, LAST_YEAR = 0, 9999
"""Open ends of an interval of years."""

_PREFECTURES = {"75000": "75056", "69000": "69123", "13000": "13055"}  # written of old, served by no post office
_ABBREVIATIONS = {"ST": "SAINT", "STE": "SAINTE", "STS": "SAINTS", "S": "SUR", "SS": "SOUS", "LES": "", "LEZ": ""}
_ARTICLES = "^(?:LE|LA|LES|L) "
_EMPTY_WORDS = ("DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "ET", "THE", "OF")
_CITY = r"^(?:PARIS|LYON|MARSEILLE) (\d{1,2})(?:ER?|E?ME|ERE)?\b"


@cache
def in_force() -> pl.DataFrame:
    """``code``, ``since``, ``until``: years in which a commune, arrondissement, country or territory had that code."""
    spans = [each.select("code", since="start", until="end") for each in (communes.table(), countries.table())]
    territories = _territories().select("code", since=pl.lit(None, dtype=pl.Date), until="until")
    return _in_years(pl.concat([*spans, territories])).unique().sort("code", "since")


@cache
def reached() -> pl.DataFrame:
    """``code``, ``other``, ``since``, ``until``: register codes that a code may stand for, for births of those years.

    Each code stands for itself, at any time: a register may be as late, or as early, as a file.
    """
    cities = communes.arrondissements().select(code="city_code", other="arrondissement_code")
    links = [
        communes.same_place_pairs().select("code", "other", "since", "until"),
        cities,
        cities.select(code="other", other="code"),
        countries.same_country_pairs().select("code", "other", "until"),
        _territories().select(code="country", other="code"),
        _territories().select("code", other="country"),
        _territories().join(_territories(), on="country", suffix="_other").select("code", other="code_other"),
    ]
    linked = _in_years(pl.concat(links, how="diagonal")).filter(pl.col("code") != pl.col("other"))
    then = linked.join(in_force(), left_on="other", right_on="code", suffix="_other").select(
        "code",
        "other",
        since=pl.max_horizontal("since", "since_other"),
        until=pl.min_horizontal("until", "until_other"),
    )
    itself = (
        in_force()
        .select("code", other="code")
        .unique()
        .with_columns(_years("since", FIRST_YEAR), _years("until", LAST_YEAR))
    )
    return pl.concat([itself, then.filter(pl.col("since") <= pl.col("until"))]).unique().sort("code", "other", "since")


@cache
def postal() -> pl.DataFrame:
    """``number``, ``code``: the communes that a postal code serves."""
    prefectures = pl.DataFrame({"number": list(_PREFECTURES), "code": list(_PREFECTURES.values())})
    return (
        pl.concat([communes.postal_codes().select(number="postal_code", code="code"), prefectures])
        .unique()
        .sort("number", "code")
    )


@cache
def french_names() -> pl.DataFrame:
    """``name``, ``code``: communes by every name that they had."""
    table = communes.table().filter(pl.col("kind") == "COM").select("label", "code")
    labels = pl.concat([table, communes.postal_codes().select("label", "code")])
    named = pl.DataFrame({"name": commune_name(labels["label"]), "code": labels["code"]})
    return named.drop_nulls().unique().sort("name", "code")


@cache
def arrondissement_names() -> pl.DataFrame:
    """``name`` (PARIS 7), ``code``."""
    city = {"75": "PARIS", "69": "LYON", "13": "MARSEILLE"}
    code = pl.col("arrondissement_code")
    number = code.str.slice(3).cast(pl.Int8) - pl.when(code.str.starts_with("69")).then(80).otherwise(0)
    name = pl.concat_str(code.str.head(2).replace_strict(city), pl.lit(" "), number)
    return communes.arrondissements().select(name=name, code=code)


def cities() -> list[str]:
    """The codes of Paris, Lyon and Marseille."""
    return communes.arrondissements()["city_code"].unique().sort().to_list()


@cache
def country_names() -> pl.DataFrame:
    """``name``, ``code``, ``reading``: countries by number, ISO code and every name, and by the towns in them."""
    table = countries.table()
    labels = pl.concat([table.select("code", name="label"), table.select("code", name="other_labels").explode("name")])
    parts = {
        "country_code": pl.concat(
            [table.select("code", name="code"), table.select("code", name=pl.col("code").str.slice(2))]
        ),
        "iso": pl.concat(table.select("code", name=column) for column in ("iso2", "iso3")),
        "country_label": labels.with_columns(country_name(labels["name"])),
    }
    found = [part.drop_nulls().select("name", "code", reading=pl.lit(reading)) for reading, part in parts.items()]
    return pl.concat(found).unique(["name", "code"], keep="first", maintain_order=True)


@cache
def foreign_towns() -> pl.DataFrame:
    """``name``, ``code`` of the country, the most populous town of that name only."""
    table = foreign.towns()
    both = pl.concat(
        [
            table.select("population", name="town", code="country"),
            table.select("population", name="alternates", code="country").explode("name"),
        ]
    ).drop_nulls()
    named = both.with_columns(commune_name(both["name"])).sort("population", "code", descending=[True, False])
    return named.unique("name", keep="first", maintain_order=True).select("name", "code")


def commune_name(labels: pl.Series) -> pl.Series:
    """The name without accents, case, punctuation, article and abbreviations; null when nothing is left."""
    text = words(labels).str.replace(_ARTICLES, "")
    apart = " " + text.str.replace_all(" ", "  ", literal=True) + " "
    short = {f" {word} ": f" {full} " for word, full in _ABBREVIATIONS.items()}
    name = apart.str.replace_many(list(short), list(short.values())).str.replace_all(" ", "", literal=True)
    return name.set(name == "", None)


def country_name(labels: pl.Series) -> pl.Series:
    """The same of a country, its words in alphabetical order: ILES FEROE is FEROE (ILES)."""
    split = words(labels).str.split(" ")
    kept = (
        pl.DataFrame({"word": split})
        .select(pl.col("word").list.set_difference(list(_EMPTY_WORDS)).list.sort().list.join(""))
        .to_series()
    )
    return kept.set(kept == "", None).alias("name")


def arrondissement_name(labels: pl.Series) -> pl.Series:
    """``PARIS 7`` for PARIS 7E ARRONDISSEMENT, Paris 07 …; null for any other label."""
    text = words(labels)
    number = text.str.extract(_CITY).cast(pl.Int16).cast(pl.String)
    return text.str.extract("^([A-Z]+)") + " " + number


def _territories() -> pl.DataFrame:
    """``code`` (département and the digits of the later country), ``country``, ``until``: North Africa before."""
    table = countries.former_territories()
    return table.select("country", "until", code=pl.col("department") + pl.col("country").str.slice(2))


def _years(name: str, value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int16).alias(name)


def _in_years(spans: pl.DataFrame) -> pl.DataFrame:
    """First and last year of spans whose end is excluded."""
    last = pl.col("until").dt.offset_by("-1d").dt.year()
    return spans.with_columns(
        since=pl.col("since").dt.year().fill_null(FIRST_YEAR).cast(pl.Int16),
        until=last.fill_null(LAST_YEAR).cast(pl.Int16),
    )
