"""``nirisation check`` from the file to the report: rows per second, memory, and the size of the page.

Each run is a process of its own, as a user would start it: imports, reading, control 1, rules and forecast are all in
its time; with ``-o``, so are the four files, of which the workbook takes most.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.draws import draw_into
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from benchmarks.process import measured

_SCRIPT = """
from click.testing import CliRunner
from matching.cli import main
done = CliRunner().invoke(main, ["check", *sys.argv[1:], "--quiet", "--fail-on", "never"])
assert done.exit_code == 0, done.output
"""


def run(register: Path, passages: int, runs: int, work: Path, kinds: Sequence[str] = ("xml", "csv")) -> None:
    """Measure a file of that many passages and one ten times smaller, of each kind; record in ``check_speed``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    rows: list[Row] = []
    for size in (max(1, passages // 10), passages):
        folder = draw_into(work / "check-speed" / str(size), register, size, "poor", 71)
        for kind in kinds:
            rows.append(_measure(folder / f"deposit.{kind}", size, runs))
            print(", ".join(f"{key} {value}" for key, value in rows[-1].items()))
    print(f"results: {record('check_speed', rows)}")


def _measure(file: Path, passages: int, runs: int) -> Row:
    with tempfile.TemporaryDirectory() as name:
        told = [measured(_SCRIPT, file) for _ in range(runs)]
        written = [measured(_SCRIPT, file, "-o", name) for _ in range(runs)]
        counted = json.loads((Path(name) / "run.json").read_text(encoding="utf-8"))["findings"]
        return {
            "file": file.suffix[1:],
            "passages": passages,
            "runs": runs,
            "rows_per_second": round(passages / median(one.seconds for one in told)),
            "rows_per_second_written": round(passages / median(one.seconds for one in written)),
            "peak_mb": round(max(one.peak_mb for one in [*told, *written])),
            "findings": sum(one["findings"] for one in counted.values()),
            "page_mb": round((Path(name) / "report.html").stat().st_size / 1e6, 2),
        }
