"""Control 1 on files of two sizes: passages per second, and memory that must not grow with the file.

The files are written as programs write them, and such passages are told valid without being parsed. Each run is a
process of its own, as a user would start it: its time includes the imports, its memory is the peak of the whole
process, as Linux counts it (``getrusage`` would count the parent's too).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.deposit_generator import generate
from benchmarks.machine import machine, record

_RUN = """
import json, sys, time
start = time.perf_counter()
from matching.deposit.control import control
report = control(sys.argv[1])
elapsed = time.perf_counter() - start
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps({"passages": report.passages, "errors": [e.code for e in report.errors], "s": elapsed, "mb": peak}))
"""


def run(passages: int, runs: int) -> None:
    """Measure a file of that many passages and one ten times smaller; print, and add to ``results/control.csv``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    rows: list[dict[str, float | int | str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in (max(1, passages // 10), passages):
            path = generate(Path(folder) / f"{size}.xml", size)
            rows.append(_measure(path, runs))
            path.unlink()
            print(
                "{passages:,} passages, {file_mb} MB: {passages_per_second:,} passages/s, {peak_mb} MB".format(
                    **rows[-1]
                )
            )
    print(f"results: {record('control', rows)}")


def _measure(path: Path, runs: int) -> dict[str, float | int | str]:
    found = [
        json.loads(
            subprocess.run([sys.executable, "-c", _RUN, path], check=True, capture_output=True, text=True).stdout
        )
        for _ in range(runs)
    ]
    unexpected = set(found[0]["errors"]) - {"control.too_large"}
    if unexpected:
        raise SystemExit(f"the generated file is refused: {unexpected}")
    return {
        "passages": found[0]["passages"],
        "file_mb": round(path.stat().st_size / 1e6),
        "runs": runs,
        "passages_per_second": round(found[0]["passages"] / median(one["s"] for one in found)),
        "peak_mb": round(max(one["mb"] for one in found)),
    }
