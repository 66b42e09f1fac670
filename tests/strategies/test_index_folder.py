"""An index is only used when it is whole, of this register as it is now, and of this code; else it is built again."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import polars as pl
import pytest

from matching.identity.errors import RegisterError
from matching.identity.frames import REGISTER_FILE
from matching.linkage import blocking
from matching.register.folder import open_register
from matching.strategies import index as index_module
from matching.strategies import index_build
from matching.strategies.index import FOLDER_VARIABLE, INDEX_FOLDER, facts_of, open_index
from tests.builders import person, register_of


@pytest.fixture
def register(tmp_path):
    register = register_of(tmp_path / "register", *(person(number) for number in range(4)), shards=2)
    open_index(register)
    return register


@pytest.fixture
def builds(monkeypatch):
    """The folders that were built."""
    built = []
    build = index_build.build
    monkeypatch.setattr(index_build, "build", lambda *args: (built.append(args[1]), build(*args)))
    return built


def test_an_index_that_stands_is_opened_as_it_is(register, builds):
    open_index(register, verify=True)
    open_index(open_register(register.folder))
    assert not builds


def other_digest(register):
    file = register.folder / REGISTER_FILE
    file.write_text(file.read_text(encoding="utf-8").replace(register.digest, "other"), encoding="utf-8")


def other_rows(register):
    pl.read_parquet(register.files[1]).head(1).write_parquet(register.files[1])


def foreign(register):
    other = register_of(register.folder.with_name("other"), *(person(number, sex="M") for number in range(4)), shards=2)
    (register.folder / INDEX_FOLDER).rename(other.folder / INDEX_FOLDER)
    register.folder.rename(register.folder.with_name("gone"))
    other.folder.rename(register.folder)


STALE = {
    "another digest": other_digest,
    "another shard": other_rows,
    "a shard written again": lambda register: os.utime(register.files[0], (1, 1)),
    "the index of another register": foreign,
    "an array cut": lambda register: os.truncate(register.folder / INDEX_FOLDER / "records.bin", 32),
    "an array missing": lambda register: (register.folder / INDEX_FOLDER / "nir.bin").unlink(),
}


@pytest.mark.parametrize("case", STALE)
def test_an_index_of_anything_else_is_built_again(register, builds, case):
    STALE[case](register)
    changed = open_register(register.folder)
    rows = pl.concat(list(changed.shards()))
    index = open_index(changed)
    assert len(builds) == 1
    assert index.records["person"].tolist() == rows["person"].to_list()
    assert index.nirs(index.records["person"]).to_list() == rows["nir"].to_list()


@pytest.mark.parametrize("version", ["INDEX_VERSION", "NAMES_VERSION"])
def test_an_index_of_another_version_is_built_again(register, builds, monkeypatch, version):
    monkeypatch.setattr(index_module, version, 10_000)
    open_index(register)
    assert len(builds) == 1


def test_an_index_of_other_passes_is_built_again(register, builds, monkeypatch):
    monkeypatch.setattr(blocking, "PASSES", {"names_year": blocking.Pass(("sound", "year"))})
    assert set(open_index(register)._buckets) == {"names_year"}
    assert len(builds) == 1


def test_a_damaged_index_is_found_and_built_again_when_asked_for(register, builds):
    file = register.folder / INDEX_FOLDER / "records.bin"
    sound = file.read_bytes()
    file.write_bytes(bytes(len(sound)))
    open_index(register)
    assert not builds
    open_index(register, verify=True)
    assert len(builds) == 1
    assert file.read_bytes() == sound


def test_a_build_that_is_interrupted_leaves_nothing_and_is_done_again(tmp_path, monkeypatch):
    register = register_of(tmp_path / "register", person(0))
    with monkeypatch.context() as interrupted:
        interrupted.setattr(index_build, "_write_passes", raise_keyboard_interrupt)
        with pytest.raises(KeyboardInterrupt):
            open_index(register)
    assert not list(register.folder.glob(f"{INDEX_FOLDER}*"))
    assert open_index(register).records.size == 1


def raise_keyboard_interrupt(*_):
    raise KeyboardInterrupt


def test_what_a_killed_build_left_is_no_index(register, builds):
    index = register.folder / INDEX_FOLDER
    index.rename(index.with_name(f"{INDEX_FOLDER}.abc.partial"))
    (index.with_name(f"{INDEX_FOLDER}.abc.partial") / "index.toml").unlink()
    open_index(register)
    assert len(builds) == 1


def test_the_same_register_gives_the_same_bytes(register, tmp_path):
    open_index(register, folder=tmp_path / "indexes")
    (other,) = (tmp_path / "indexes").iterdir()
    for file in (register.folder / INDEX_FOLDER).iterdir():
        assert (other / file.name).read_bytes() == file.read_bytes(), file.name


def test_indexes_may_stand_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "indexes"))
    for name in ("one", "two"):
        register = register_of(tmp_path / name, person(0))
        assert open_index(register).records.size == 1
        assert not (register.folder / INDEX_FOLDER).exists()
    assert len(list((tmp_path / "indexes").iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path, snapshot):
    (tmp_path / "file").touch()
    with pytest.raises(RegisterError) as caught:
        open_index(register_of(tmp_path / "register", person(0)), folder=tmp_path / "file")
    said = [caught.value.sentence(lang).replace(caught.value.facts["folder"], "…") for lang in ("fr", "en")]
    assert said == snapshot


def test_more_places_than_a_record_has_room_for_are_refused(tmp_path, monkeypatch, snapshot):
    monkeypatch.setattr("matching.strategies.index_places.MOST_PLACES", 100)
    with pytest.raises(RegisterError) as caught:
        open_index(register_of(tmp_path, person(0)))
    assert caught.value.code == "register.too_many_places"
    assert [caught.value.sentence(lang) for lang in ("fr", "en")] == snapshot


def test_an_index_that_goes_as_soon_as_it_is_built_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(index_build, "build", lambda *_: None)
    with pytest.raises(RegisterError) as caught:
        open_index(register_of(tmp_path, person(0)))
    assert caught.value.code == "register.index_lost"


def open_in_a_process(folder):
    return open_index(open_register(folder), verify=True).frequencies.persons


def test_processes_that_build_at_once_end_with_one_index(tmp_path):
    register = register_of(tmp_path / "register", *(person(number) for number in range(50)), shards=3)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(open_in_a_process, [register.folder] * 3)) == [50] * 3
    assert [entry.name for entry in register.folder.glob(f"{INDEX_FOLDER}*")] == [INDEX_FOLDER]
    assert facts_of(register).items() <= open_index(register).mapped.facts.items()
