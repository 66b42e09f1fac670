"""The folder of a conversion is a whole register or none, and what cannot be used says why."""

import os
import re
import subprocess
import sys

import pytest

from matching.identity.catalogue import LANGS
from matching.identity.errors import InputError, UsageError
from matching.identity.frames import REGISTER_FILE
from matching.register.folder import open_register
from tests.register.desk import HEADER, MAPPING, nir_of, row

# The folder is a whole register or none.

KILLED = """
import os, sys
from matching.register.conversion import convert
convert(*sys.argv[1:], simulated=True, progress=lambda done, total: os._exit(9))
"""


def test_a_conversion_that_is_killed_leaves_what_was_there(desk):
    desk.write(row(1))
    paths = [desk.table, desk.mapping, desk.register]
    assert subprocess.run([sys.executable, "-c", KILLED, *paths], check=False).returncode == 9
    assert not desk.register.exists()
    assert not list(desk.register.parent.rglob(REGISTER_FILE))
    desk.convert()
    desk.write(row(1), row(2))
    subprocess.run([sys.executable, "-c", KILLED, *paths], check=False)
    assert open_register(desk.register).rows == 1
    desk.convert()
    assert open_register(desk.register).rows == 2
    assert {path.name for path in desk.register.parent.iterdir()} == {"table.csv", "mapping.toml", "register"}


def test_an_interrupted_conversion_cleans_up(desk):
    desk.write(row(1))

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.convert(progress=interrupt)
    assert {path.name for path in desk.register.parent.iterdir()} == {"table.csv", "mapping.toml"}


def refused(desk, error, snapshot):
    with pytest.raises(error) as caught:
        desk.convert()
    told = [caught.value.sentence(lang).replace(str(desk.register.parent), "…") for lang in LANGS]
    assert told == snapshot
    return " ".join(told)


def test_a_folder_that_is_no_register_is_never_replaced(desk, snapshot):
    desk.write(row(1))
    desk.register.mkdir()
    (desk.register / "lettre.txt").write_text("à garder", encoding="utf-8")
    refused(desk, UsageError, snapshot)
    assert [file.name for file in desk.register.iterdir()] == ["lettre.txt"]


def test_a_file_is_no_folder(desk, snapshot):
    desk.write(row(1))
    desk.register.write_text("", encoding="utf-8")
    refused(desk, UsageError, snapshot)


def test_a_register_that_holds_the_extract_is_not_replaced(desk, snapshot):
    desk.write(row(1))
    desk.convert()
    desk.table = desk.table.rename(desk.register / "table.csv")
    refused(desk, UsageError, snapshot)
    assert desk.table.exists()


# What cannot be used says why.


def spoil_mapping(old, new):
    return lambda desk: desk.map(MAPPING.replace(old, new))


UNUSABLE = {
    "no mapping": lambda desk: desk.mapping.unlink(),
    "mapping is no TOML": lambda desk: desk.map("[columns"),
    "mapping is not UTF-8": lambda desk: desk.mapping.write_bytes(b"\xe9 = 1"),
    "unknown section": spoil_mapping("[csv]", "[cvs]"),
    "unknown column of the register": spoil_mapping("birth_name =", "birthname ="),
    "unknown key of CSV": lambda desk: desk.map(MAPPING + "delimiter = 1"),
    "unknown option": spoil_mapping("format =", "forma ="),
    "columns is no table": lambda desk: desk.map("columns = 1"),
    "no name column": spoil_mapping('birth_name = "nom"\n', ""),
    "no NIR column": spoil_mapping('nir = "nir"\n', ""),
    "no date column": spoil_mapping("birth_date =", "# birth_date ="),
    "two dates": spoil_mapping("birth_place =", 'birth_year = "jour"\nbirth_place ='),
    "column is a number": spoil_mapping('birth_name = "nom"', "birth_name = 4"),
    "no column in an entry": spoil_mapping('column = "sexe", ', ""),
    "several columns for one": spoil_mapping('birth_name = "nom"', 'birth_name = ["nom", "lieu"]'),
    "value that the register does not know": spoil_mapping('1 = "M"', '1 = "H"'),
    "two-digit year": spoil_mapping("%d/%m/%Y", "%d/%m/%y"),
    "format is no text": spoil_mapping('format = "%d/%m/%Y"', "format = 1"),
    "separator too long": spoil_mapping('separator = ";"', 'separator = "||"'),
    "unknown encoding": lambda desk: desk.map(MAPPING + 'encoding = "windows"'),
    "quote is a number": lambda desk: desk.map(MAPPING + "quote = 0"),
    "no table": lambda desk: desk.table.unlink(),
    "table is a folder": lambda desk: (desk.table.unlink(), desk.table.mkdir()),
    "table is empty": lambda desk: desk.table.write_text("", encoding="utf-8"),
    "table has a header only": lambda desk: desk.table.write_text(";".join(HEADER) + "\n", encoding="utf-8"),
    "table of another encoding": lambda desk: desk.write(row(1, nom="BÉNÉTEAU"), encoding="cp1252"),
    "table is a broken Parquet": lambda desk: desk.table.write_bytes(b"PAR1 not really"),
    "column missing, one like it": spoil_mapping('"nom"', '"NON"'),
    "column missing, none like it": spoil_mapping('"nom"', '"patronyme"'),
    "column there twice": lambda desk: desk.table.write_text("nom;" + desk.table.read_text("utf-8"), "utf-8"),
    "another separator": spoil_mapping('separator = ";"', 'separator = ","'),
    "not one row holds": lambda desk: desk.write(row(1, sexe="9"), row(2, sexe="9")),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_used_says_why(desk, case, snapshot):
    desk.write(row(1))
    UNUSABLE[case](desk)
    told = refused(desk, InputError, snapshot)
    for value in ("ROUVIERE", "CAMILLE", nir_of(1)):
        assert value not in told
    assert not desk.register.exists()


def test_a_table_without_header_is_not_repeated(desk):
    desk.table.write_text(";".join(row(1).values()), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        desk.convert()
    for lang in LANGS:
        assert not re.search(r"ROUVIERE|\d{5}", caught.value.sentence(lang).replace(os.fspath(desk.table), ""))
