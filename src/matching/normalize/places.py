"""Which register places a submitted place agrees with: codes through time, cities, postal codes, countries.

The register holds the code in force at birth; a file holds today's code, a city's code, or a postal code. So a
submitted place is compared as the *set* of register codes it can stand for.

Example:
    >>> import polars as pl
    >>> submitted = pl.DataFrame({"place_kind": ["insee"], "place_code": ["92044"]})
    >>> sorted(accepted_places(submitted, PlaceRules())["accepted"])
    ['75044', '92044']
"""

from dataclasses import dataclass

import polars as pl

from matching.normalize import place_tables as tables
from matching.normalize.text import words
from matching.reference import communes, countries


@dataclass(frozen=True)
class PlaceRules:
    """When two different codes are the same place. Each is a hypothesis: nothing public settles it.

    Attributes:
        history: Codes of the same place through time agree (75044 and 92044; a commune and the one it merged into).
        cities: The code of Paris, Lyon or Marseille agrees with its arrondissements.
        postal_sets: A postal code agrees with any commune of its set.
        countries: A country agrees with the states it came from or split into, and with the former départements
            and protectorates (91–94 Algeria, 95 Morocco, 96 Tunisia) for births before independence.
    """

    history: bool = True
    cities: bool = True
    postal_sets: bool = True
    countries: bool = True


def accepted_places(submitted: pl.DataFrame, rules: PlaceRules) -> pl.DataFrame:
    """Every register code that each submitted place agrees with.

    Args:
        submitted: Columns ``place_kind`` and ``place_code``; distinct values are handled once.
        rules: Which differences of code are none.

    Returns:
        ``place_kind, place_code, accepted``, without duplicates. A place without code has no row.
    """
    key = ["place_kind", "place_code"]
    places = submitted.select(pl.col("place_kind").cast(pl.String), "place_code").drop_nulls().unique()
    start = places.with_columns(accepted=pl.col("place_code")).filter(pl.col("place_kind") == "insee")
    if rules.postal_sets:
        of_postal = communes.postal_codes().select(place_code="postal_code", accepted="code")
        postal = places.filter(pl.col("place_kind") == "postal").join(of_postal, on="place_code")
        start = pl.concat([start, postal.select(start.columns)])
    links = [_pairs("city_code", "arrondissement_code", communes.arrondissements())] if rules.cities else []
    if rules.history:
        links.append(_pairs("code", "other", communes.same_place_pairs()))
    if rules.countries:
        links.append(_pairs("code", "other", countries.same_country_pairs()))
    reached = [start.join(link, on="accepted").select(*key, accepted="other") for link in links]
    return pl.concat([start, *reached]).unique().sort(*key, "accepted")


def present_country(place: pl.Expr, birth_year: pl.Expr) -> pl.Expr:
    """99xxx for a birth abroad or in a territory before its independence; null for a birth in France.

    91–94 before 1962 is Algeria and not the Île-de-France: those départements exist since 1968. A birth in the
    year of independence itself is left to the code: 91–94 can only be Algeria until 1967.
    """
    department = place.str.slice(0, 2)
    return (
        pl.when(department == "99")
        .then(place)
        .when(department.is_in(["91", "92", "93", "94"]) & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99352"))
        .when((department == "95") & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99350"))
        .when((department == "96") & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99351"))
    )


_ILE_DE_FRANCE_SPLIT = 1968  # 91 to 95 were given to the new départements on 1968-01-01


def _pairs(code: str, other: str, table: pl.DataFrame) -> pl.DataFrame:
    return table.select(accepted=code, other=other)


PLACE_READING = pl.Enum(
    [
        "code",  # an INSEE code in force in the year of birth, or 99xxx
        "code_of_another_time",  # an INSEE code that was not
        "city_code",  # Paris, Lyon or Marseille
        "postal_code",
        "label",
        "country_code",
        "country_label",
        "iso",
        "town_abroad",
        "contradiction",  # code, name and country cannot be one place: the codes of each are kept
        "unreadable",  # something is written, nothing comes out of it
        "missing",
    ]
)
PLACE = ("place_kind", "place_code", "place_label", "country_code", "country_label")
"""Columns of PASSAGES that say where somebody was born."""

_HERE = ("FRANCE", "FR", "FRA", "100", "99100", "000")
_HINT = r"(?:^|[^0-9A-Z])(97\d|98\d|\d{2}|2[AB]|\d{5})(?:$|[^0-9A-Z])"  # département or postal code beside a name
_SHORTEST_NAME = 3  # letters of a name that may be the beginning of another


def read_places(passages: pl.DataFrame) -> pl.DataFrame:
    """The register's codes that each submitted place can stand for at the birth, and how the place was read.

    A French place is told by its code (INSEE's, else the post's, whatever the column; where both exist, the one that
    goes with the name) or else by its name; a foreign one by its code, its country or else the name of a town.

    Args:
        passages: The columns ``PLACE`` and ``birth_year`` (null = any year) of the PASSAGES contract.

    Returns:
        One row per distinct place and year, in order of appearance: these columns, ``codes`` (sorted; null when nothing
        was read) and ``place_reading``. Codes of another time are kept when they were written, or are those of the
        name or postal code that was: registers carry some too.
    """
    keys = passages.select(*PLACE, "birth_year").unique(maintain_order=True).with_row_index("row")
    places = keys.select(PLACE).unique(maintain_order=True).with_row_index("place")
    read, readings = _read(_cleaned(places))
    years = keys.join(places, on=PLACE, nulls_equal=True, maintain_order="left").select("row", "place", "birth_year")
    codes = (
        _in_year(years.join(read, on="place").join(tables.reached(), on="code"))
        .group_by("row")
        .agg(codes=pl.col("other").unique().sort())
    )
    in_force = _in_year(years.join(read, on="place").join(tables.in_force(), on="code"))["row"].unique()
    reading = pl.col("place_reading")
    is_late = (reading == "code") & ~pl.col("row").is_in(in_force.implode())
    return (
        keys.with_columns(years.join(readings, on="place", how="left", maintain_order="left")["place_reading"])
        .join(codes, on="row", how="left", maintain_order="left")
        .select(
            *PLACE,
            "birth_year",
            "codes",
            pl.when(is_late)
            .then(pl.lit("code_of_another_time"))
            .otherwise(reading)
            .cast(PLACE_READING)
            .alias("place_reading"),
        )
    )


def _in_year(spans: pl.DataFrame) -> pl.DataFrame:
    return spans.filter(pl.col("birth_year").is_between("since", "until").fill_null(value=True))


def _cleaned(places: pl.DataFrame) -> pl.DataFrame:
    """Columns ``place``, ``is_postal``, ``code``, ``name``, …: what was written, made comparable."""
    code = pl.col("place_code").str.to_uppercase().str.replace(r"[.,]0+$", "").str.replace_all("[^0-9A-Z]", "")
    upper = pl.col("place_label").str.to_uppercase()
    hint = upper.str.extract(_HINT)
    name = upper.str.replace(r"\(.*\)", " ").str.replace_all(r"\b(?:97\d|98\d|\d{2}|2[AB]|\d{5})\b|\bCEDEX\b", " ")
    texts = places.select(
        "place",
        is_postal=(pl.col("place_kind") == "postal").fill_null(value=False),
        code=pl.coalesce(
            pl.when(code != "").then(pl.when(code.str.contains(r"^\d{4}$")).then("0" + code).otherwise(code)),
            pl.when(hint.str.len_bytes() == 5).then(hint),  # noqa: PLR2004 - the length of a code
        ),
        name=name,
        hint=pl.when(hint.str.len_bytes() < 5).then(hint),  # noqa: PLR2004 - same
    )
    country = words(places["country_code"]).str.replace_all(" ", "", literal=True)
    label = tables.country_name(places["country_label"])
    return texts.with_columns(
        tables.commune_name(texts["name"]).alias("name"),
        tables.arrondissement_name(places["place_label"]).alias("arrondissement"),
        tables.country_name(places["place_label"]).alias("named_country"),
        country.set(country.is_in(_HERE), None).alias("country"),
        label.set(label.is_in(_HERE), None).alias("label"),
    )


def _read(written: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The codes of each place (``place``, ``code``) and its ``place_reading``, whatever the year."""
    by_name, by_country = _by_name(written), _by_country(written)
    by_code = _by_code(written, by_name)
    french = by_code.filter(~pl.col("code").str.starts_with("99"))
    apart = pl.concat(
        [
            _strangers(by_code, by_country),
            _strangers(french, by_name.join(_shortened(written, french), on="place", how="anti")),
        ]
    ).unique()
    only_country = by_country.join(by_code, on="place", how="anti")
    only_name = by_name.join(pl.concat([by_code, by_country]), on="place", how="anti")
    told = pl.concat([by_code, only_country, only_name])
    told = pl.concat([told, _by_foreign_name(written.join(told, on="place", how="anti"))])
    others = pl.concat([by_name, by_country]).join(apart, on="place", how="semi")
    is_written = pl.any_horizontal(pl.col("code", "name", "country", "label").is_not_null())
    reading = pl.coalesce(
        pl.when(pl.col("place").is_in(apart["place"].implode())).then(pl.lit("contradiction")),
        "reading",
        pl.when(is_written).then(pl.lit("unreadable")),
        pl.lit("missing"),
    )
    one = told.group_by("place").agg(pl.col("reading").min())
    readings = written.join(one, on="place", how="left").select("place", place_reading=reading)
    return pl.concat([told, others]).select("place", "code").unique(), readings


def _by_code(written: pl.DataFrame, by_name: pl.DataFrame) -> pl.DataFrame:
    """``place``, ``code``, ``reading`` of the places whose code is known, to INSEE or to the post.

    Of two ways to read a code, and of the communes that a postal code serves, the name beside it decides.
    """
    known = tables.in_force().select("code").unique()
    is_city = pl.col("code").is_in(tables.cities())
    insee = (
        written.select("place", "code", rank="is_postal")
        .join(known, on="code")
        .select("place", "code", "rank", reading=pl.when(is_city).then(pl.lit("city_code")).otherwise(pl.lit("code")))
    )
    postal = (
        written.select("place", rank=~pl.col("is_postal"), number="code")
        .join(tables.postal(), on="number")
        .select("place", "code", "rank", reading=pl.lit("postal_code"))
    )
    both = pl.concat([insee, postal])
    named = _met(both, by_name).select("place", "code", "reading", misnamed=False).unique()
    ranked = both.join(named, on=["place", "code", "reading"], how="left")
    merit = 2 * pl.col("misnamed").fill_null(value=True).cast(pl.Int8) + pl.col("rank").cast(pl.Int8)
    return ranked.filter(merit == merit.min().over("place")).select("place", "code", "reading")


def _by_name(written: pl.DataFrame) -> pl.DataFrame:
    """The same of the places whose name is that of a commune, of the département that stands beside it if any."""
    full = written.join(tables.french_names(), on="name", suffix="_found").select("place", "hint", code="code_found")
    numbered = written.join(tables.arrondissement_names(), left_on="arrondissement", right_on="name", suffix="_found")
    numbered = numbered.select("place", hint=pl.lit(None, dtype=pl.String), code="code_found")
    found = pl.concat([numbered, full.join(numbered, on="place", how="anti")])
    there = pl.col("code").str.starts_with(pl.col("hint")).fill_null(value=False)
    found = found.filter(there | ~there.any().over("place"))
    return found.select("place", "code", reading=pl.lit("label"))


def _by_country(written: pl.DataFrame) -> pl.DataFrame:
    """The same of the places whose country is known: by its code, else by its name, else by the town in its place."""
    names = tables.country_names()
    by_code = written.join(names, left_on="country", right_on="name", suffix="_found")
    by_label = written.join(names, left_on="label", right_on="name", suffix="_found")
    by_town = written.join(tables.foreign_towns(), left_on="label", right_on="name", suffix="_found")
    parts = [by_code, by_label, by_town.with_columns(reading=pl.lit("town_abroad"))]
    found = pl.concat(
        part.select("place", "code_found", "reading", rank=pl.lit(rank)) for rank, part in enumerate(parts)
    )
    best = found.filter(pl.col("rank") == pl.col("rank").min().over("place"))
    return best.select("place", "code_found", "reading").rename({"code_found": "code"})


def _by_foreign_name(written: pl.DataFrame) -> pl.DataFrame:
    """The same of the places whose name is that of a town abroad, or of a country."""
    towns = written.join(tables.foreign_towns(), on="name", suffix="_found").with_columns(reading=pl.lit("town_abroad"))
    names = tables.country_names()
    states = written.join(towns, on="place", how="anti").join(
        names, left_on="named_country", right_on="name", suffix="_found"
    )
    return pl.concat(each.select("place", "code_found", "reading") for each in (towns, states)).rename(
        {"code_found": "code"}
    )


def _met(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``left`` whose code stands for a code of ``right`` for the same place, at some time."""
    steps = left.join(tables.reached().select("code", "other"), on="code")
    return steps.join(right, left_on=["place", "other"], right_on=["place", "code"], how="semi")


def _strangers(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Column ``place``: those that both frames have, with no code in common at any time."""
    both = left.join(right, on="place", how="semi").select("place").unique()
    return both.join(_met(left, right), on="place", how="anti")


def _shortened(written: pl.DataFrame, by_code: pl.DataFrame) -> pl.DataFrame:
    """Column ``place``: those whose name is the beginning of that of their code: VILLENEUVE for VILLENEUVE-SUR-LOT."""
    named = written.select("place", written="name").filter(pl.col("written").str.len_bytes() >= _SHORTEST_NAME)
    full = by_code.join(named, on="place").join(tables.french_names(), on="code")
    return full.filter(pl.col("name").str.starts_with(pl.col("written"))).select("place").unique()
