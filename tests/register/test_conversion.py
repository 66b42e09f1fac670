"""An extract becomes a register: every row is in it, or in the list of those that are not.

Long because every reason for leaving a row out has its row here.
"""

import datetime as dt
import json
import re
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.catalogue import LANGS, sentence
from matching.identity.frames import REGISTER
from matching.identity.nir import key
from matching.register import conversion
from matching.register.conversion import CONVERSION_FILE, REJECTED_FILE, convert
from matching.register.extract import open_extract
from matching.register.folder import open_register
from matching.register.mapping import read_mapping
from matching.register.rows import REASONS
from matching.strategies import cdc
from matching.strategies.settings import CdcSettings
from tests.builders import holder, passages_of, person, register_frame
from tests.register.desk import HEADER, MAPPING, Desk, nir_of, row

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


# The sample, whole.


@pytest.fixture
def sample(tmp_path):
    done = convert(
        SAMPLES / "register-extract.csv", SAMPLES / "register-mapping.toml", tmp_path / "register", simulated=True
    )
    return done, open_register(tmp_path / "register")


def test_the_sample_is_a_register_with_its_counts(sample):
    done, register = sample
    assert (done.rows, done.identities, done.persons, done.rejected) == (11, 8, 7, 3)
    assert (register.rows, register.persons, register.simulated) == (8, 7, True)
    assert done.reasons == {"impossible_date": 1, "second_official": 1, "unknown_value": 1}
    assert done.warnings == {"unknown_place": 1, "no_official": 0}
    told = json.loads((register.folder / CONVERSION_FILE).read_text(encoding="utf-8"))
    assert (told["rows"], told["identities"], told["rejected"]) == (11, 8, 3)
    assert told["unknown_places"] == {"29998": 1}


def test_the_sample_s_values_are_read(sample):
    _, register = sample
    (shard,) = register.shards()
    REGISTER.check(shard)
    columns = ["person", "nir", "status", "kind", "birth_name", "given_names", "sex"]
    assert shard.select(columns).row(0) == (
        0, "267147504401280", "alive", "official", "ROUVIERE", ["CAMILLE", "JEANNE"], "F",
    )  # fmt: skip
    assert shard["person"].to_list() == [0, 0, 1, 2, 3, 4, 5, 6]
    assert shard["kind"].to_list() == ["official", "usage", *["official"] * 6]
    assert shard["status"].to_list() == [*["alive"] * 3, "dead", "alive", "alive", "provisional", "alive"]
    dates = list(shard.select("birth_year", "birth_month", "birth_day").iter_rows())
    assert dates[3] == (1955, None, None)
    assert dates[6] == (2000, 2, 29)
    assert dates[7] == (1990, 6, None)


@pytest.mark.parametrize("lang", LANGS)
def test_the_rejected_rows_are_told_without_their_values(tmp_path, lang, snapshot):
    folder = tmp_path / "register"
    convert(SAMPLES / "register-extract.csv", SAMPLES / "register-mapping.toml", folder, lang=lang)
    told = (folder / REJECTED_FILE).read_text(encoding="utf-8-sig")
    assert told == snapshot
    for value in ("ROUVIERE", "CAMILLE", "31/02", "A-17", "75044"):
        assert value not in told
    assert not re.search(r"\d{7}", told)


def test_the_funnel_finds_a_person_in_the_sample(sample):
    _, register = sample
    (found,) = cdc.decide(passages_of(holder(insee_code="92044")), register, CdcSettings()).to_dicts()
    assert (found["outcome"], found["person"], found["nir"]) == ("FOUND", 0, "267147504401280")


def test_only_a_register_said_to_be_simulated_is(desk):
    desk.write(row(1))
    desk.convert(simulated=False)
    assert not open_register(desk.register).simulated


# Each reason why a row is rejected.

REAL_BODY = "2670375044012"  # month 03: no mock number, and nobody's that this project knows
FAULTS = {
    "missing name": (row(2, nom="  "), "missing", "nom"),
    "missing given names": (row(2, prenoms=" , ,"), "missing", "prenoms"),
    "missing sex": (row(2, sexe=""), "missing", "sexe"),
    "missing date": (row(2, jour=""), "missing", "jour"),
    "missing place": (row(2, lieu=""), "missing", "lieu"),
    "missing NIR": (row(2, nir=" . "), "missing", "nir"),
    "missing person": (row(2, id=""), "missing", "id"),
    "missing kind": (row(2, type=""), "missing", "type"),
    "sex not in the values": (row(2, sexe="M"), "unknown_value", "sexe"),
    "status not in the values": (row(2, etat="Z"), "unknown_value", "etat"),
    "two-digit year": (row(2, jour="12/03/67"), "unreadable_date", "jour"),
    "another format": (row(2, jour="1967-03-12"), "unreadable_date", "jour"),
    "year too early": (row(2, jour="12/03/1849"), "year_out_of_range", "jour"),
    "year too late": (row(2, jour="12/03/2101"), "year_out_of_range", "jour"),
    "31 February": (row(2, jour="31/02/1967"), "impossible_date", "jour"),
    "29 February 1900": (row(2, jour="29/02/1900"), "impossible_date", "jour"),
    "31 April": (row(2, jour="31/04/1967"), "impossible_date", "jour"),
    "day 32 of no month": (row(2, jour="32/00/1967"), "impossible_date", "jour"),
    "month 13": (row(2, jour="01/13/1967"), "impossible_date", "jour"),
    "leading zero lost": (row(2, lieu="1053"), "malformed_place", "lieu"),
    "label for a code": (row(2, lieu="PARIS"), "malformed_place", "lieu"),
    "département 00": (row(2, lieu="00123"), "malformed_place", "lieu"),
    "14 characters": (row(2, nir=nir_of(2)[:14]), "malformed_nir", "nir"),
    "rank 000": (row(2, nir="2671475044000"), "malformed_nir", "nir"),
    "wrong key": (row(2, nir=nir_of(2)[:13] + "98"), "wrong_nir_key", "nir"),
    "real month": (row(2, nir=f"{REAL_BODY}{key(REAL_BODY):02d}"), "not_a_mock_nir", "nir"),
    "NIR of another": (row(2, nir=nir_of(1)), "nir_of_another", "nir"),
    "second NIR": (row(2, id="P1", type="U"), "second_nir", "nir"),
    "second official identity": (row(1, nom="ROUVIER"), "second_official", "id"),
    "field missing": ({"all": "P2;" + nir_of(2) + ";V"}, "fields", ""),
    "field too many": (row(2, lieu="75044;"), "fields", ""),
    "quotation mark left open": (row(2, nom='"ROUVIERE'), "quotes", ""),
    "quotation marks inside": (row(2, nom='LE "PETIT"'), "quotes", ""),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_row_that_cannot_be_converted_is_listed(desk, case):
    wrong, reason, column = FAULTS[case]
    desk.write(row(1), wrong, row(3))
    done = desk.convert()
    assert (done.rows, done.identities, done.rejected, done.reasons) == (3, 2, 1, {reason: 1})
    (told,) = desk.rejected()
    assert (told["line"], told["column"], told["reason"]) == ("3", column, reason)
    assert told["sentence"]
    assert desk.shard()["nir"].to_list() == [nir_of(1), nir_of(3)]


def test_every_reason_is_tested_and_has_its_sentence():
    assert {reason for _, reason, _ in FAULTS.values()} == set(REASONS.categories)
    for reason in REASONS.categories:
        assert sentence(f"conversion.rejected_{reason}", column="c", name="n")


def test_no_row_of_another_person_falls_with_one_at_fault(desk):
    taken = row(2, nir=nir_of(1))
    desk.write(row(1), taken, row(2), row(1, type="U", nom="MONTGAILLARD"))
    done = desk.convert()
    assert desk.shard()["nir"].to_list() == [nir_of(1), nir_of(2), nir_of(1)]
    assert desk.shard()["person"].to_list() == [0, 1, 0]
    assert done.reasons == {"nir_of_another": 1}


# What is kept.


@pytest.mark.parametrize(
    ("changed", "column", "value"),
    [
        ({"nir": nir_of(1)[:13]}, "nir", nir_of(1)),
        ({"nir": "2 67 14 75 044 001"}, "nir", nir_of(1)),
        ({"lieu": "2a004", "nir": nir_of(1, place="2A004").lower()}, "nir", nir_of(1, place="2A004")),
        ({"lieu": " 2a004 "}, "birth_place", "2A004"),
        ({"etat": ""}, "status", "alive"),
        ({"etat": "D"}, "status", "dead"),
        ({"jour": "1/3/1967"}, "birth_day", 1),
        ({"jour": "00/03/1967"}, "birth_day", None),
        ({"jour": "00/00/1967"}, "birth_month", None),
        ({"jour": "29/02/2000"}, "birth_day", 29),
        ({"jour": "31/12/1850"}, "birth_year", 1850),
        ({"prenoms": " ANNE MARIE,, ÉLODIE "}, "given_names", ["ANNE MARIE", "ÉLODIE"]),
        ({"nom": '"D\'ARTEMARE; ""dite"" LEROY"'}, "birth_name", 'D\'ARTEMARE; "dite" LEROY'),
        ({"nom": " Œuvrard "}, "birth_name", "Œuvrard"),
    ],
)
def test_values_are_read_as_the_mapping_says(desk, changed, column, value):
    desk.write(row(1, **changed))
    assert desk.convert().rejected == 0
    assert desk.shard()[column].to_list() == [value]


@pytest.mark.parametrize(
    ("place", "year", "unknown"),
    [("75044", 1967, 0), ("92001", 1955, 0), ("99123", 1967, 0), ("95999", 1990, 1), ("29998", 1967, 1)],
)
def test_an_unknown_place_is_kept_and_counted(desk, place, year, unknown):
    desk.write(row(1, lieu=place, jour=f"12/03/{year}"))
    done = desk.convert()
    assert (done.identities, done.warnings["unknown_place"]) == (1, unknown)


def test_a_person_without_official_identity_is_kept_and_counted(desk):
    desk.write(row(1, type="U"), row(2))
    assert desk.convert().warnings["no_official"] == 1


def test_without_person_a_nir_is_a_person_and_without_kind_all_are_official(desk):
    desk.map(MAPPING.replace('person = "id"\n', "").replace("kind =", "# kind ="))
    desk.write(row(1), row(2, id="P1"), row(1, nom="ROUVIER"))
    done = desk.convert()
    assert desk.shard()["person"].to_list() == [0, 1]
    assert [(told["line"], told["column"]) for told in desk.rejected()] == [("4", "nir")]
    assert json.loads((desk.register / CONVERSION_FILE).read_text("utf-8"))["unread_columns"] == ["id", "type"]
    assert done.reasons == {"second_official": 1}


# Files as they come.


def test_windows_1252_with_carriage_returns(desk):
    desk.map(MAPPING + 'encoding = "cp1252"\n')
    desk.write(row(1, nom="BÉNÉTEAU", prenoms="ŒDIPE"), encoding="cp1252", newline="\r\n")
    desk.convert()
    assert desk.shard().select("birth_name", "given_names", "birth_place").row(0) == ("BÉNÉTEAU", ["ŒDIPE"], "75044")


def test_a_byte_order_mark_and_blank_lines_are_no_data(desk):
    desk.write(row(1), encoding="utf-8-sig")
    with desk.table.open("a", encoding="utf-8") as file:
        file.write("\n\n  \n" + ";".join(row(2, sexe="9").values()) + "\n\n")
    done = desk.convert()
    assert (done.rows, done.identities) == (2, 1)
    assert [told["line"] for told in desk.rejected()] == ["5"]


def test_without_quoting_a_mark_is_a_character(desk):
    desk.map(MAPPING + 'quote = ""\n')
    desk.write(row(1, nom='LE "PETIT'))
    desk.convert()
    assert desk.shard()["birth_name"].to_list() == ['LE "PETIT']


PARQUET_MAPPING = """
[columns]
nir = ["nir", "cle"]
birth_name = "nom"
given_names = "prenoms"
sex = { column = "sexe", values = { 1 = "M", 2 = "F" } }
birth_date = { column = "jour", format = "%d/%m/%Y" }
birth_place = "lieu"
"""


def test_parquet_with_its_own_types(desk):
    desk.map(PARQUET_MAPPING)
    frame = {
        "nir": [int(nir_of(1)[:13]), int(nir_of(2)[:13]), int(nir_of(3)[:13])],
        "cle": [nir_of(1)[13:], nir_of(2)[13:], nir_of(3)[13:]],
        "nom": ["ROUVIERE", "PERRIN", None],
        "prenoms": [["CAMILLE", "JEANNE"], ["ANNE MARIE"], ["INES"]],
        "sexe": [2.0, 1.0, 2.0],
        "jour": [dt.date(1967, 3, 12), dt.date(1967, 4, 1), dt.date(1967, 4, 2)],
        "lieu": ["75044", "75044", "75044"],
    }
    desk.table = desk.table.with_suffix(".parquet")
    pl.DataFrame(frame).write_parquet(desk.table)
    done = desk.convert()
    assert (done.rows, done.reasons) == (3, {"missing": 1})
    assert desk.rejected()[0]["line"] == "3"
    columns = ["nir", "given_names", "sex", "birth_year", "birth_month", "birth_day"]
    assert list(desk.shard().select(columns).iter_rows()) == [
        (nir_of(1), ["CAMILLE", "JEANNE"], "F", 1967, 3, 12),
        (nir_of(2), ["ANNE MARIE"], "M", 1967, 4, 1),
    ]


def test_a_date_in_three_columns_and_given_names_in_two(desk):
    desk.map(
        MAPPING.replace('birth_date = { column = "jour", format = "%d/%m/%Y" }', DATE_PARTS)
        .replace('{ column = "prenoms", separator = "," }', '["p1", "p2"]')
        .replace('separator = ";"', 'separator = ","')
    )
    given_dates = [(1967, 3, 12), (1967, None, None), (1967, 0, 0), (None, 3, 1), (1967, "mars", 1), (1967, 2, 30)]
    rows = [
        {**row(rank), "p1": "ANNE MARIE", "p2": None, "a": year, "m": month, "j": day}
        for rank, (year, month, day) in enumerate(given_dates, start=1)
    ]
    pl.DataFrame(rows, strict=False).write_csv(desk.table)
    desk.convert()
    dates = desk.shard().select("birth_year", "birth_month", "birth_day", "given_names")
    assert list(dates.iter_rows()) == [
        (1967, 3, 12, ["ANNE MARIE"]), (1967, None, None, ["ANNE MARIE"]), (1967, None, None, ["ANNE MARIE"]),
    ]  # fmt: skip
    assert [(told["column"], told["reason"]) for told in desk.rejected()] == [
        ("a", "missing"), ("m", "unreadable_date"), ("j", "impossible_date"),
    ]  # fmt: skip


DATE_PARTS = 'birth_year = "a"\nbirth_month = "m"\nbirth_day = "j"'


@pytest.mark.parametrize("format_", ["%Y%m%d", "%d.%m.%Y", "%Y le %d (%m)", "%m-%d-%Y"])
def test_any_order_of_the_parts_of_a_date(desk, format_):
    desk.map(MAPPING.replace("%d/%m/%Y", format_))
    desk.write(row(1, jour=dt.date(1967, 3, 12).strftime(format_)), row(2, jour="1967312"))
    assert desk.convert().reasons == {"unreadable_date": 1}
    assert desk.shard().select("birth_year", "birth_month", "birth_day").row(0) == (1967, 3, 12)


# Laws.

cells = st.sampled_from(["", " ", "9", "00/00/1950", "31/02/1950", "7504", '"', ";", "2A004", "N", "U"])
changes = st.dictionaries(st.sampled_from(HEADER), cells, max_size=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), changes), min_size=1, max_size=12))
def test_rows_in_are_rows_out_and_rejected(drawn):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.write(row(900), *(row(rank, **changed) for rank, changed in drawn))
        done = desk.convert()
        shard, told = desk.shard(), desk.rejected()
        assert done.rows == len(drawn) + 1 == shard.height + len(told)
        assert (done.identities, done.rejected) == (shard.height, len(told))
        assert sum(done.reasons.values()) == done.rejected
        lines = [int(line["line"]) for line in told]
        assert lines == sorted(set(lines))
        assert set(shard["person"]) == set(range(done.persons))
        assert shard.group_by("person").agg(pl.col("nir").n_unique())["nir"].to_list() == [1] * done.persons
        assert shard["nir"].n_unique() == done.persons
        officials = shard.filter(pl.col("kind") == "official")
        assert officials["person"].is_unique().all()


people = st.builds(
    lambda **traits: traits,
    birth_name=st.text("ABÉŒ '-;\"", min_size=1).map(str.strip).filter(bool),
    given_names=st.lists(st.text("ABÉ '-;\"", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=3),
    status=st.sampled_from(["alive", "dead", "provisional"]),
    birth_year=st.integers(1850, 2100),
    birth_month=st.none() | st.integers(1, 12),
    birth_day=st.none() | st.integers(1, 28),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(people, min_size=1, max_size=6))
def test_what_is_converted_reads_back_the_same(drawn):
    wanted = register_frame(*(person(number, **traits) for number, traits in enumerate(drawn)))
    flat = wanted.with_columns(pl.col("given_names").list.join("|"))
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        names = [name for name in REGISTER.columns if name != "given_names"]
        columns = [f'{name} = "{name}"' for name in names] + [
            'given_names = { column = "given_names", separator = "|" }'
        ]
        desk.map("\n".join(["[columns]", *columns]))
        flat.write_csv(desk.table)
        assert desk.convert().rejected == 0
        assert desk.shard().equals(wanted)


def test_the_size_of_chunks_and_shards_changes_nothing(desk, monkeypatch):
    desk.write(*(row(rank % 5 + 1, type="U", nom=f"NOM{rank}") for rank in range(11)), row(7, sexe="9"))
    whole = desk.convert()
    rows = desk.shard()
    extract = open_extract(desk.table, read_mapping(desk.mapping))
    chunks = [chunk for chunk, _ in extract.chunks(4)]
    assert [chunk.height for chunk in chunks] == [4, 4, 4]
    assert pl.concat(chunks).equals(next(extract.chunks())[0])
    monkeypatch.setattr(conversion, "ROWS_PER_SHARD", 3)
    assert desk.convert() == whole
    assert [shard.height for shard in open_register(desk.register).shards()] == [3, 3, 3, 2]
    assert desk.shard().equals(rows)
    assert open_register(desk.register).persons == 5


def test_same_extract_same_bytes(desk):
    desk.write(row(1), row(2, sexe="9"), row(3))
    desk.convert()
    before = {file.name: file.read_bytes() for file in desk.register.iterdir()}
    desk.convert()
    assert {file.name: file.read_bytes() for file in desk.register.iterdir()} == before


def test_progress_tells_how_much_was_read(desk):
    desk.write(row(1), row(2))
    told = []
    desk.convert(progress=lambda *step: told.append(step))
    size = desk.table.stat().st_size
    assert told == [(size, size)]
