"""``nirisation check`` from the file to the report: rows per second, memory, and the size of the page.

Each run is a process of its own, as a user would start it: imports, reading, control 1, rules and forecast are all in
its time; with ``-o``, so are the four files, of which the workbook takes most.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.funnel import sngi_mock
from benchmarks.judge import Row
from benchmarks.machine import machine, record

_RUN = """
import sys, time
started = time.perf_counter()
from click.testing import CliRunner
from matching.cli import main
done = CliRunner().invoke(main, ["check", *sys.argv[1:], "--quiet", "--fail-on", "never"])
assert done.exit_code == 0, done.output
seconds = time.perf_counter() - started
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(seconds, peak)
"""


def run(register: Path, passages: int, runs: int, work: Path) -> None:
    """Measure a file of that many passages and one ten times smaller, as XML and as CSV; record in ``check_speed``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    rows: list[Row] = []
    for size in (max(1, passages // 10), passages):
        folder = work / "check-speed" / str(size)
        if not (folder / "scenario.toml").is_file():
            choices = ("--passages", size, "--profile", "poor", "--seed", 71, "--no-xlsx")
            sngi_mock("draw", register, "-o", folder, *choices)
        for name in ("deposit.xml", "deposit.csv"):
            rows.append(_measure(folder / name, size, runs))
            print(", ".join(f"{key} {value}" for key, value in rows[-1].items()))
    print(f"results: {record('check_speed', rows)}")


def _measure(file: Path, passages: int, runs: int) -> Row:
    with tempfile.TemporaryDirectory() as name:
        told = [_spent(str(file)) for _ in range(runs)]
        written = [_spent(str(file), "-o", name) for _ in range(runs)]
        counted = json.loads((Path(name) / "run.json").read_text(encoding="utf-8"))["findings"]
        return {
            "file": file.suffix[1:],
            "passages": passages,
            "runs": runs,
            "rows_per_second": round(passages / median(seconds for seconds, _ in told)),
            "rows_per_second_written": round(passages / median(seconds for seconds, _ in written)),
            "peak_mb": round(max(peak for _, peak in [*told, *written])),
            "findings": sum(one["findings"] for one in counted.values()),
            "page_mb": round((Path(name) / "report.html").stat().st_size / 1e6, 2),
        }


def _spent(*arguments: str) -> tuple[float, float]:
    """Seconds and MB of one process."""
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], check=True, capture_output=True, text=True)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)
