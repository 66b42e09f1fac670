"""A register that cannot be used says why, and what to do."""

import polars as pl
import pytest

from matching.identity.errors import RegisterError
from matching.identity.frames import REGISTER, REGISTER_FILE
from matching.register.folder import open_register
from tests.builders import person, register_of


@pytest.fixture
def folder(tmp_path):
    register_of(tmp_path / "register", person(0), person(1), person(2), shards=2)
    return tmp_path / "register"


def spoil_description(folder, old, new):
    file = folder / REGISTER_FILE
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_shards_are_read_in_order_and_keep_the_contract(folder):
    register = open_register(folder)
    assert (register.persons, register.rows, register.simulated) == (3, 3, True)
    assert [REGISTER.check(shard)["person"].to_list() for shard in register.shards()] == [[0, 2], [1]]
    assert [shard.columns for shard in register.shards(["nir"])] == [["nir"], ["nir"]]


def test_a_register_not_marked_simulated_is_not(folder):
    spoil_description(folder, "simulated = true", 'simulated = "yes"')
    assert not open_register(folder).simulated


SPOILED = {
    "no folder": lambda folder: folder.rename(folder.with_name("elsewhere")),
    "no description": lambda folder: (folder / REGISTER_FILE).unlink(),
    "no TOML": lambda folder: (folder / REGISTER_FILE).write_text("contract ="),
    "a key is missing": lambda folder: spoil_description(folder, "persons = 3", ""),
    "another contract": lambda folder: spoil_description(folder, "contract = 1", "contract = 99"),
    "a shard is missing": lambda folder: (folder / "register-00000.parquet").unlink(),
}


@pytest.mark.parametrize("case", SPOILED)
def test_what_is_no_register_is_refused_at_once(folder, case, snapshot):
    SPOILED[case](folder)
    with pytest.raises(RegisterError) as caught:
        open_register(folder)
    assert caught.value.sentence("fr").replace(str(folder.parent), "…") == snapshot


def test_a_shard_that_is_no_parquet_is_named(folder):
    (folder / "register-00000.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(RegisterError, match=r"register-00000\.parquet"):
        list(open_register(folder).shards())


def test_a_shard_without_a_column_is_named(folder):
    pl.read_parquet(folder / "register-00000.parquet").drop("nir").write_parquet(folder / "register-00000.parquet")
    with pytest.raises(RegisterError, match="nir"):
        list(open_register(folder).shards())


def test_a_shard_outside_the_folder_is_never_followed(folder):
    spoil_description(folder, "register-00000.parquet", "../../register-00000.parquet")
    assert all(file.parent == folder for file in open_register(folder).files)
