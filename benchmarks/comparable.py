"""The columns that the peers compare: the project's own normalisation, so that what differs is the linkage.

Example:
    >>> submitted(read_deposit("deposit.xml").passages).columns[:4]
    ['unique_id', 'surname', 'core', 'part_1']

Both sides have the columns of ``COLUMNS``. One row per passage; one row per (person, identity) of the register, usage
and former names included, ``unique_id`` being then ``person * 16 + rank of the identity``. A missing trait is null. The
register is prepared once and kept as Parquet: a peer has its index too.
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from matching import normalize
from matching.normalize.given_names import given_forms
from matching.normalize.phonetics import phonetic_key
from matching.normalize.places import present_country
from matching.normalize.surnames import surname_forms
from matching.normalize.text import funnel_text
from matching.reference import communes, countries
from matching.register.folder import Register

COLUMNS = (
    *("unique_id", "surname", "core", "part_1", "part_2", "sound", "usage_name"),
    *("given", "given_first", "given_sound", "given_second", "givens"),
    *("sex", "year", "month", "day", "date", "place", "department", "is_abroad"),
)
BLOCKING = (
    ("core", "given_first", "year"),
    ("core", "date"),
    ("given_first", "date"),
    ("sound", "given_sound", "year"),
    ("core", "given_first", "month", "day"),
    ("core", "given_first", "place"),
    ("core", "place", "year"),
    ("given_first", "place", "year"),
)
"""The passes of the project's own blocking that are equalities of these columns."""

IDENTITIES = 16
"""Of one person at most, hence the room left between two persons' ``unique_id``."""


def person_of(unique_id: pl.Expr) -> pl.Expr:
    """The person of a register row."""
    return (unique_id // IDENTITIES).cast(pl.UInt32)


def submitted(passages: pl.DataFrame) -> pl.DataFrame:
    """The passages (contract PASSAGES) in comparable columns."""
    names = _surnames(passages["birth_name"])
    usage = _surnames(passages["usage_name"])["surname"]
    given = [passages[f"given_name_{rank}"] for rank in (1, 2, 3)]
    rows = passages.select(
        unique_id=pl.col("passage").cast(pl.Int64),
        sex=pl.col("sex").cast(pl.String),
        year=pl.col("birth_year").cast(pl.Int32),
        month=pl.col("birth_month").cast(pl.Int32),
        day=pl.col("birth_day").cast(pl.Int32),
        code=_code_of(passages),
    )
    rows = pl.concat([rows, names, _given_names(given)], how="horizontal")
    return _with_dates_and_places(rows.with_columns(usage_name=pl.coalesce("both", usage)))


def registered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the register (contract REGISTER, all the rows of their persons) in comparable columns."""
    listed = rows["given_names"]
    given = [listed.list.get(rank, null_on_oob=True) for rank in range(3)]
    typed = rows.select(
        "person",
        unique_id=pl.col("person").cast(pl.Int64) * IDENTITIES + pl.int_range(pl.len()).over("person"),
        sex=pl.col("sex").cast(pl.String),
        year=pl.col("birth_year").cast(pl.Int32),
        month=pl.col("birth_month").cast(pl.Int32),
        day=pl.col("birth_day").cast(pl.Int32),
        code=pl.col("birth_place"),
        kind=pl.col("kind").cast(pl.String),
    )
    wide = pl.concat([typed, _surnames(rows["birth_name"]), _given_names(given)], how="horizontal")
    is_usage = pl.col("kind") == "usage"
    usage = wide.filter(is_usage).select("person", usage_name="surname").unique("person", keep="first")
    wide = wide.join(usage, on="person", how="left", maintain_order="left")
    # The row of a usage name has it as surname: counted there, it is not counted twice.
    return _with_dates_and_places(wide.with_columns(usage_name=pl.when(~is_usage).then("usage_name")))


def prepared(register: Register, folder: Path) -> Path:
    """The register in comparable columns, one Parquet file per shard; made when it is not there."""
    target = folder / "comparable" / f"{register.digest.rpartition(':')[2]}-{_recipe()}"
    for number, shard in enumerate(register.shards()):
        file = target / f"{number:05}.parquet"
        if not file.is_file():
            target.mkdir(parents=True, exist_ok=True)
            half_made = file.with_suffix(".part")
            registered(shard).write_parquet(half_made)
            half_made.rename(file)
    return target


def _recipe() -> str:
    """Of the code that makes the columns: another recipe, other columns."""
    files = [Path(__file__), *sorted(Path(normalize.__file__).parent.glob("*.py"))]
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=4).hexdigest()


def _surnames(values: pl.Series) -> pl.DataFrame:
    """``surname``, ``core``, ``part_1`` and ``part_2`` of a double name, ``sound``, ``both``: Y of X ÉPOUSE Y."""
    distinct, is_double = values.unique(), pl.col("parts").list.len() > 1
    forms = surname_forms(distinct.clone()).select(
        raw=distinct,
        surname="text",
        core="core",
        part_1=pl.when(is_double).then(pl.col("parts").list.get(0, null_on_oob=True)),
        part_2=pl.when(is_double).then(pl.col("parts").list.get(1, null_on_oob=True)),
        sound="phonetic",
        both="usage",
    )
    return _each(values, forms)


def _given_names(values: list[pl.Series]) -> pl.DataFrame:
    """``given``, ``given_first``: its first word, ``given_sound``, ``given_second``, ``givens``: all of them."""
    distinct = pl.concat(values).unique()
    forms = given_forms(distinct.clone()).select(
        raw=distinct, words="tokens", glued="glued", first=pl.col("tokens").list.first()
    )
    listed = pl.concat_list(pl.col("words").fill_null([]), "glued").list.drop_nulls()
    forms = forms.with_columns(sound=phonetic_key(forms["first"]), listed=listed)
    first, second, third = (_each(each, forms).with_columns(pl.col("listed").fill_null([])) for each in values)
    every = pl.DataFrame({"1": first["listed"], "2": second["listed"], "3": third["listed"]})
    return first.select(given="glued", given_first="first", given_sound="sound").with_columns(
        given_second=second["glued"],
        givens=every.select(" " + pl.concat_list(pl.all()).list.unique().list.join(" ") + " ").to_series(),
    )


def _each(values: pl.Series, forms: pl.DataFrame) -> pl.DataFrame:
    """The forms of each value, in order."""
    return (
        pl.DataFrame({"raw": values})
        .join(forms, on="raw", how="left", nulls_equal=True, maintain_order="left")
        .drop("raw")
    )


def _with_dates_and_places(rows: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("year") * 10_000 + pl.col("month") * 100 + pl.col("day")
    code = pl.coalesce(present_country(pl.col("code"), pl.col("year")), "code")
    rows = rows.with_columns(date=whole.cast(pl.String), code=code)
    groups = place_groups().rename({"group": "place"})
    is_abroad = pl.col("code").str.starts_with("99")
    return (
        rows.join(groups, on="code", how="left", maintain_order="left")
        .with_columns(
            place=pl.coalesce("place", "code"),
            department=pl.when(is_abroad).then(pl.coalesce("place", "code")).otherwise(pl.col("code").str.slice(0, 2)),
            is_abroad=is_abroad,
        )
        .select(COLUMNS)
    )


def _code_of(passages: pl.DataFrame) -> pl.Series:
    """The place code, found by the label among those of a postal code; the country's when there is none."""
    asked = passages.select(
        "place_code", kind=pl.col("place_kind").cast(pl.String), label=funnel_text(passages["place_label"])
    ).with_columns(pl.col("label").str.replace_all(r"[^A-Z0-9]", ""))
    postal = communes.postal_codes().select(place_code="postal_code", served="code", label="label")
    postal = postal.with_columns(label=funnel_text(postal["label"]).str.replace_all(r"[^A-Z0-9]", ""))
    by_label = postal.unique(["place_code", "label"], keep="first", maintain_order=True)
    any_one = postal.unique("place_code", keep="first", maintain_order=True).select("place_code", first="served")
    asked = asked.join(by_label, on=["place_code", "label"], how="left", maintain_order="left")
    asked = asked.join(any_one, on="place_code", how="left", maintain_order="left")
    country = "99" + passages["country_code"]
    code = (
        pl.when(pl.col("kind") == "insee")
        .then("place_code")
        .when(pl.col("kind") == "postal")
        .then(pl.coalesce("served", "first"))
    )
    return asked.select(code).to_series().fill_null(country)


@cache
def place_groups() -> pl.DataFrame:
    """``code``, ``group``: the smallest code of those that are one place through time, cities and states."""
    cities = communes.arrondissements()
    pairs = pl.concat(
        [
            communes.same_place_pairs().select("code", "other"),
            cities.select(code="city_code", other="arrondissement_code"),
            countries.same_country_pairs().select("code", "other"),
        ]
    )
    codes = pl.concat([pairs["code"], pairs["other"]]).unique().sort()
    one, two = (codes.search_sorted(pairs[side]).to_numpy() for side in ("code", "other"))
    group, before = np.arange(codes.len()), np.arange(0)
    while not np.array_equal(group, before):
        before = group.copy()
        np.minimum.at(group, one, group[two])
        np.minimum.at(group, two, group[one])
    return pl.DataFrame({"code": codes, "group": codes.gather(group)})
