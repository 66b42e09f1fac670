"""The sample table: what a French Excel saves, with a title, a note and two rows that cannot be deposited."""

from pathlib import Path

from matching.tables.build import build
from matching.tables.read import read_table
from tests.builders import HEADER

SAMPLE = Path(__file__).parents[2] / "data/samples/passages.csv"


def test_the_sample_is_read_and_built(tmp_path, snapshot):
    table = read_table(SAMPLE)
    built = build(table, tmp_path / "a.xml", header=HEADER)
    assert built.report.is_ok
    assert (built.rows, built.written) == (7, 5)
    assert built.left_out.select("line", "field", "value", "sentence").rows() == snapshot
    assert table.sentences("fr") == snapshot
    assert built.changed == snapshot
