"""A folder with an extract, its mapping, and the register to be; rows of fictional people to put in it."""

import csv

import polars as pl

from matching.identity.mock_nir import mock_nir_of
from matching.register.conversion import REJECTED_FILE, convert
from matching.register.folder import open_register

HEADER = ["id", "nir", "etat", "type", "nom", "prenoms", "sexe", "jour", "lieu"]
MAPPING = """
[columns]
person = "id"
nir = "nir"
status = { column = "etat", values = { V = "alive", D = "dead", "" = "alive" } }
kind = { column = "type", values = { N = "official", U = "usage" } }
birth_name = "nom"
given_names = { column = "prenoms", separator = "," }
sex = { column = "sexe", values = { 1 = "M", 2 = "F" } }
birth_date = { column = "jour", format = "%d/%m/%Y" }
birth_place = "lieu"
[csv]
separator = ";"
"""


def nir_of(rank, *, sex="F", year=1967, month=3, place="75044"):
    """A mock NIR."""
    traits = {"sex": sex, "year": year, "month": month, "place": place, "rank": rank}
    return pl.select(mock_nir_of(**{name: pl.lit(value) for name, value in traits.items()})).item()


def row(rank, **changed):
    """A row of an extract that can be converted, changed where the test says."""
    values = (f"P{rank}", nir_of(rank), "V", "N", "ROUVIERE", "CAMILLE,JEANNE", "2", "12/03/1967", "75044")
    return dict(zip(HEADER, values, strict=True)) | changed


class Desk:
    """A folder with an extract, its mapping, and the register to be."""

    def __init__(self, folder):
        self.table, self.mapping, self.register = folder / "table.csv", folder / "mapping.toml", folder / "register"
        self.map(MAPPING)

    def map(self, text):
        self.mapping.write_text(text, encoding="utf-8")

    def write(self, *rows, encoding="utf-8", newline="\n"):
        lines = [HEADER, *(list(row.values()) for row in rows)]
        self.table.write_text(newline.join(";".join(line) for line in lines), encoding=encoding, newline="")

    def convert(self, **options):
        return convert(self.table, self.mapping, self.register, **{"simulated": True} | options)

    def shard(self):
        return pl.concat(open_register(self.register).shards())

    def rejected(self):
        text = (self.register / REJECTED_FILE).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(text.splitlines(), delimiter=";"))
