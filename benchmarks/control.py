"""Control 1 on files of two sizes: passages per second, and memory that must not grow with the file.

The files are written as programs write them, and such passages are told valid without being parsed. Each run is a
process of its own (see ``process``).
"""

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.deposit_generator import generate
from benchmarks.machine import machine, record
from benchmarks.process import measured

_SCRIPT = """
from matching.deposit.control import control
report = control(sys.argv[1])
print(report.passages)
print(*(error.code for error in report.errors))
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
    found = [measured(_SCRIPT, path) for _ in range(runs)]
    passages, errors = found[0].printed
    unexpected = set(errors.split()) - {"control.too_large"}
    if unexpected:
        raise SystemExit(f"the generated file is refused: {unexpected}")
    return {
        "passages": int(passages),
        "file_mb": round(path.stat().st_size / 1e6),
        "runs": runs,
        "passages_per_second": round(int(passages) / median(one.seconds for one in found)),
        "peak_mb": round(max(one.peak_mb for one in found)),
    }
