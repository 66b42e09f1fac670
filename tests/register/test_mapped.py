"""A folder of arrays is used whole or not at all."""

import os
import time

import numpy as np
import pytest

from matching.register import mapped
from matching.register.mapped import DESCRIPTION, ArrayWriter, building, discard, open_mapped, publish

FACTS = {"version": 1, "register": "blake2b:00"}
RECORD = np.dtype([("person", "<u4"), ("given", "<u2", (2,))])
ARRAYS = {
    "numbers": np.arange(10, dtype=np.uint64),
    "flags": np.array([True, False]),
    "table": np.arange(6, dtype=np.uint16).reshape(2, 3),
    "records": np.zeros(3, RECORD),
    "nothing": np.empty(0, np.uint32),
    "owner.name": np.ones(1, np.uint8),
}


def write(folder, facts=FACTS, arrays=ARRAYS):
    with building(folder) as partial:
        writer = ArrayWriter(partial)
        for name, array in arrays.items():
            writer.write(name, array)
        writer.describe(facts)
        publish(partial, folder, facts)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "index")
    return tmp_path / "index"


def test_arrays_come_back_as_they_were_written_and_cannot_be_written(folder):
    found = open_mapped(folder, FACTS, verify=True)
    assert found.facts == FACTS
    for name, array in ARRAYS.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)
    with pytest.raises(ValueError, match="read-only"):
        found.arrays["numbers"][0] = 1


def test_the_same_arrays_and_facts_give_the_same_bytes(folder, tmp_path):
    write(tmp_path / "other")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "other").iterdir()
    }


SPOILED = {
    "absent": lambda folder: folder.rename(folder.with_name("elsewhere")),
    "no description": lambda folder: (folder / DESCRIPTION).unlink(),
    "empty description": lambda folder: (folder / DESCRIPTION).write_text(""),
    "description cut": lambda folder: os.truncate(folder / DESCRIPTION, 200),
    "description of no text": lambda folder: (folder / DESCRIPTION).write_bytes(b"\xff\n\xfe"),
    "description touched": lambda folder: (folder / DESCRIPTION).write_text(
        (folder / DESCRIPTION).read_text(encoding="utf-8").replace('shape = "10"', 'shape = "09"'), encoding="utf-8"
    ),
    "array cut": lambda folder: os.truncate(folder / "numbers.bin", 79),
    "array longer": lambda folder: os.truncate(folder / "numbers.bin", 81),
    "array missing": lambda folder: (folder / "nothing.bin").unlink(),
}


@pytest.mark.parametrize("case", SPOILED)
def test_what_is_not_whole_is_not_opened_and_is_replaced(folder, case):
    SPOILED[case](folder)
    assert open_mapped(folder, FACTS) is None
    write(folder)
    assert open_mapped(folder, FACTS, verify=True) is not None


@pytest.mark.parametrize("fact", FACTS)
def test_other_facts_are_another_folder(folder, fact):
    assert open_mapped(folder, {**FACTS, fact: "other"}) is None
    assert open_mapped(folder, {**FACTS, "more": 1}) is None
    assert open_mapped(folder, {fact: FACTS[fact]}) is not None


def test_a_byte_that_changed_is_found_when_asked_for(folder):
    content = bytearray((folder / "numbers.bin").read_bytes())
    content[5] ^= 1
    (folder / "numbers.bin").write_bytes(content)
    assert open_mapped(folder, FACTS) is not None
    assert open_mapped(folder, FACTS, verify=True) is None


def test_a_work_that_fails_leaves_what_was_there(folder):
    with pytest.raises(KeyboardInterrupt):
        interrupted(folder)
    assert [entry.name for entry in folder.parent.iterdir()] == ["index"]
    assert open_mapped(folder, FACTS, verify=True) is not None


def interrupted(folder):
    with building(folder) as partial:
        ArrayWriter(partial).write("numbers", np.zeros(1))
        raise KeyboardInterrupt


def test_what_a_killed_work_left_is_removed_but_not_what_another_writes(folder):
    killed, alive = (folder.with_name(f"index.{name}.partial") for name in ("killed", "alive"))
    for partial in (killed, alive):
        partial.mkdir()
        (partial / "numbers.bin").touch()
    long_ago = time.time() - 2 * mapped._LEFT_ALONE
    for path in (killed, killed / "numbers.bin"):
        os.utime(path, (long_ago, long_ago))
    os.utime(alive, (long_ago, long_ago))
    write(folder)
    assert not killed.exists()
    assert alive.exists()


def test_of_two_works_at_once_the_first_to_end_stays(folder):
    facts = {"version": 2}
    with building(folder) as first, building(folder) as second:
        for number, partial in enumerate((first, second)):
            writer = ArrayWriter(partial)
            writer.write("number", np.array([number]))
            writer.describe(facts)
        publish(first, folder, facts)
        publish(second, folder, facts)
    assert open_mapped(folder, facts).arrays["number"].item() == 0
    assert [entry.name for entry in folder.parent.iterdir()] == ["index"]


def test_who_reads_an_index_goes_on_when_it_is_replaced(folder):
    found = open_mapped(folder, FACTS)
    discard(folder)
    write(folder, {"version": 2}, {"numbers": np.zeros(10, np.uint64)})
    np.testing.assert_array_equal(found.arrays["numbers"], ARRAYS["numbers"])


def test_a_name_that_cannot_be_taken_is_an_error(tmp_path):
    with building(tmp_path / "index") as partial, pytest.raises(OSError, match="cannot be replaced"):
        publish(partial, tmp_path / "index", FACTS)  # nothing was written there
