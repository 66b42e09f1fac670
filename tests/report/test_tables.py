import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from matching.identity.cells import safe_cells
from matching.identity.frames import DECISIONS
from matching.report.tables import write_decisions
from matching.strategies.table import strategy
from tests.builders import holder, passages_of, person, register_of


def decisions_of(tmp_path):
    register = register_of(tmp_path / "register", person(0))
    return strategy("cdc").run(passages_of(holder(id_technique="=1+1"), holder(birth_name="PERSONNE")), register)


@given(st.lists(st.text(max_size=8)))
def test_no_cell_starts_as_a_formula(texts):
    safe = safe_cells(pl.DataFrame({"text": texts}, schema={"text": pl.String}))["text"].to_list()
    assert not [cell for cell in safe if cell.startswith(tuple("=+-@\t\r"))]
    assert [cell.removeprefix("'") for cell in safe if cell] == [text.removeprefix("'") for text in texts if text]


def test_simulated_numbers_are_named_so(tmp_path):
    decisions = decisions_of(tmp_path)
    parquet, csv = write_decisions(decisions, tmp_path, simulated=True)
    assert DECISIONS.check(pl.read_parquet(parquet)).equals(decisions)
    table = pl.read_csv(csv, separator=";", infer_schema=False)
    assert table["nir_simule"].to_list() == decisions["nir"].to_list()
    assert table["id_technique"].to_list() == ["'=1+1", "T1"]


def test_candidates_left_read_as_they_fall(tmp_path):
    register = register_of(tmp_path / "register", person(0), person(1, birth_month=7))
    told = passages_of(holder(), holder(birth_name="PERSONNE"), holder(branch="dossier_formation"))
    _, csv = write_decisions(strategy("cdc").run(told, register), tmp_path, simulated=True)
    assert pl.read_csv(csv, separator=";", infer_schema=False)["stages"].to_list() == ["2 > 1", "0", None]


def test_numbers_of_a_register_not_marked_simulated_are_masked_everywhere(tmp_path):
    decisions = decisions_of(tmp_path)
    number = decisions["nir"][0]
    for file in write_decisions(decisions, tmp_path, simulated=False):
        assert number.encode() not in file.read_bytes()
    masked = pl.read_parquet(tmp_path / "decisions.parquet")["nir"]
    assert masked[0].endswith("*** *** **")
    assert masked[1] is None
