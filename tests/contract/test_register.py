"""What a register on disk keeps, whoever wrote it: the generator, or the conversion of a user's own extract."""

import hashlib
import tomllib
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from matching.cli import main as nirisation
from matching.identity import nir
from matching.identity.frames import REGISTER, REGISTER_FILE
from matching.register.folder import open_register
from sngi_mock.cli import main as sngi_mock

SAMPLES = Path(__file__).parents[2] / "data/samples"


def generated(folder):
    CliRunner().invoke(sngi_mock, ["generate", str(folder), "--size", "3000", "--quiet"], catch_exceptions=False)


def imported(folder):
    extract, mapping = SAMPLES / "register-extract.csv", SAMPLES / "register-mapping.toml"
    words = ["import", str(extract), "--mapping", str(mapping), "-o", str(folder), "--simulated"]
    CliRunner().invoke(nirisation, words, catch_exceptions=False)


@pytest.fixture(scope="module", params=[generated, imported], ids=lambda writer: writer.__name__)
def folder(request, tmp_path_factory):
    written = tmp_path_factory.mktemp("register") / "register"
    request.param(written)
    return written


def test_the_engine_reads_it_and_the_counts_are_true(folder):
    register = open_register(folder)
    rows = pl.concat(REGISTER.check(shard) for shard in register.shards())
    assert (rows.height, rows["person"].n_unique()) == (register.rows, register.persons)
    assert register.simulated


def test_the_digests_are_those_of_the_shards(folder):
    facts = tomllib.loads((folder / REGISTER_FILE).read_text(encoding="utf-8"))
    whole = hashlib.blake2b(digest_size=16)
    for shard in facts["shards"]:
        content = (folder / shard["file"]).read_bytes()
        whole.update(content)
        assert shard["digest"] == "blake2b:" + hashlib.blake2b(content, digest_size=16).hexdigest()
        assert pl.read_parquet(content).height == shard["rows"]
    assert facts["digest"] == "blake2b:" + whole.hexdigest()


def test_a_person_has_one_nir_and_one_official_identity(folder):
    rows = pl.concat(open_register(folder).shards())
    assert rows.group_by("person").agg(pl.col("nir").n_unique())["nir"].unique().to_list() == [1]
    official = rows.filter(pl.col("kind") == "official")
    assert official["person"].is_unique().all()
    assert official["nir"].is_unique().all()
    assert all(nir.parse(number).is_mock for number in official["nir"])
