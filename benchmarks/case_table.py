"""The case table: pairs of a submitted and a registered identity, and whether they are one person.

Example:
    >>> cases = read_cases()
    >>> passages_of(cases)["id_technique"][0]
    'none-01'

``cases.csv`` was written by hand for this project, with fictional people; ``cases.md`` says its columns. A pair is a
passage to look for and a person of a register: the register that answers holds every registered identity of the table
and, around them, a simulated population, without which no name would be rare nor frequent.
"""

import tempfile
from pathlib import Path

import polars as pl

from matching.deposit.reader import with_read_values
from matching.identity.frames import PASSAGES, REGISTER
from matching.identity.mock_nir import mock_nir_of
from matching.register.folder import Register, open_register
from matching.register.shards import ShardWriter
from matching.tables.values import read_sexes
from sngi_mock.population.generate import generate

CASES = Path(__file__).parent / "cases.csv"

LABELS = ("case", "error", "same", "tier", "reason")
SUBMITTED = (
    *("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "sex"),
    *("birth_year", "birth_month", "birth_day"),
    *("insee_code", "postal_code", "place_label", "country_code", "country_label"),
)
REGISTERED = tuple(
    f"register_{name}"
    for name in (
        *("birth_name", "usage_name", "former_name", "given_names", "sex"),
        *("birth_year", "birth_month", "birth_day", "birth_place"),
    )
)

POPULATION, SEED = 300_000, 7
"""Of the simulated people around: enough for names to be as frequent as they are, quick enough for a test."""

_RANKS = 999  # of the people of one month and place, in a NIR


def read_cases(path: Path = CASES) -> pl.DataFrame:
    """Every case, in order: ``LABELS``, ``SUBMITTED``, ``REGISTERED`` as text, null where nothing is said."""
    return pl.read_csv(path, infer_schema=False).select(*LABELS, *SUBMITTED, *REGISTERED)


def passages_of(cases: pl.DataFrame) -> pl.DataFrame:
    """The submitted sides, read as a table's cells are: contract PASSAGES, passage ``n`` being case ``n``."""
    missing = {name: pl.lit(None, dtype) for name, dtype in PASSAGES.columns.items()}
    said = {f"raw_{name}": pl.col(name) for name in SUBMITTED}
    context = {
        "passage": pl.int_range(pl.len(), dtype=pl.UInt32),
        "id_technique": pl.col("case"),
        "line": pl.lit(0, pl.UInt32),
        "branch": pl.lit("titulaire", PASSAGES.columns["branch"]),
        "certification_index": pl.lit(0, pl.UInt32),
    }
    return as_read(cases.select(**(missing | said | context)))


def as_read(raw: pl.DataFrame) -> pl.DataFrame:
    """Passages whose ``raw_`` texts alone are filled, with the values that the reader of a table finds in them."""
    return PASSAGES.check(with_read_values(raw).with_columns(sex=read_sexes(raw["raw_sex"])))


def persons_of(cases: pl.DataFrame) -> pl.Series:
    """The register's number of each case's person; cases whose registered sides are equal are of one person."""
    return cases.select(pl.struct(REGISTERED).rank("dense").cast(pl.UInt32) - 1 + POPULATION).to_series()


def register_rows(cases: pl.DataFrame) -> pl.DataFrame:
    """The registered sides: contract REGISTER, a row for each official, usage and former name of a person."""
    people = cases.with_columns(person=persons_of(cases)).unique("person").sort("person")
    told = people.select("person", **{name.removeprefix("register_"): pl.col(name) for name in REGISTERED})
    kinds = {"official": told}
    for kind in ("usage", "former"):
        kinds[kind] = told.filter(pl.col(f"{kind}_name").is_not_null()).with_columns(birth_name=f"{kind}_name")
    rows = pl.concat(rows.with_columns(kind=pl.lit(kind)) for kind, rows in kinds.items())
    filled = rows.with_columns(pl.col("given_names").str.split(", "), status=pl.lit("alive"), nir=pl.lit(""))
    typed = filled.select(pl.col(name).cast(dtype) for name, dtype in REGISTER.columns.items())
    nir = mock_nir_of(
        sex=pl.col("sex"),
        year=pl.col("birth_year"),
        month=pl.col("birth_month"),
        place=pl.col("birth_place"),
        rank=(pl.col("person") - POPULATION) % _RANKS + 1,
    )
    return REGISTER.check(typed.with_columns(nir=nir))


def write_register(folder: Path, cases: pl.DataFrame) -> Register:
    """A register of the table's persons among the simulated population."""
    writer = ShardWriter(folder)
    with tempfile.TemporaryDirectory() as name:
        population = Path(name) / "population"
        generate(population, POPULATION, SEED)
        for shard in open_register(population).shards(list(REGISTER.columns)):
            writer.add(shard, persons=shard["person"].n_unique())
    rows = register_rows(cases)
    writer.add(rows, persons=rows["person"].n_unique())
    writer.describe({"simulated": True, "generator": "benchmarks/cases.csv", "seed": SEED})
    return open_register(folder)
