"""What a result was measured on.

Example:
    >>> record("control", [{"passages": 200000, "passages_per_second": 61000}])
"""

import csv
import json
import os
import platform
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from lxml import etree

import matching

RESULTS_VARIABLE = "BENCHMARKS_RESULTS"
COMMITTED = Path(__file__).parent / "results"
RESULTS = Path(os.environ.get(RESULTS_VARIABLE, COMMITTED))
"""Where measurements go; elsewhere when the environment says so, as it does for small runs."""


_PEERS = ("splink", "duckdb", "recordlinkage", "pandas")


def machine() -> dict[str, str | int]:
    """Versions, of the peers too where they are installed, and processors."""
    return {
        "nirisation": matching.__version__,
        "python": platform.python_version(),
        "lxml": version("lxml"),
        "libxml2": ".".join(map(str, etree.LIBXML_VERSION)),
        "polars": pl.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count() or 0,
        **{name: version(name) for name in _PEERS if find_spec(name) is not None},
    }


def record(name: str, rows: list[dict[str, float | int | str]]) -> Path:
    """Add the rows to ``results/<name>.csv`` and describe the machine in ``results/machine.toml``.

    Columns that the file lacks are added to it, empty in the rows before.

    Returns:
        The CSV.
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    described = RESULTS / "machine.toml"
    before = tomllib.loads(described.read_text(encoding="utf-8")) if described.exists() else {}
    facts = before | machine()  # a run without the peers leaves what they were measured with
    described.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in facts.items()), encoding="utf-8")
    path = RESULTS / f"{name}.csv"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    new: list[dict[str, float | int | str]] = [{"date": today, **row} for row in rows]
    old = _rows(path) if path.exists() else []
    columns = list(dict.fromkeys(column for row in [*old[:1], *new] for column in row))
    is_wider = bool(old) and columns != list(old[0])
    with path.open("w" if is_wider or not old else "a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        if is_wider or not old:
            writer.writeheader()
        writer.writerows([*old, *new] if is_wider else new)
    return path


def _rows(path: Path) -> list[dict[str, float | int | str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
