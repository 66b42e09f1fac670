"""What a result was measured on.

Example:
    >>> record("control", [{"passages": 200000, "passages_per_second": 61000}])
"""

import csv
import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import polars as pl
from lxml import etree

import matching

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, str | int]:
    """Versions and processors."""
    return {
        "nirisation": matching.__version__,
        "python": platform.python_version(),
        "lxml": version("lxml"),
        "libxml2": ".".join(map(str, etree.LIBXML_VERSION)),
        "polars": pl.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count() or 0,
    }


def record(name: str, rows: list[dict[str, float | int | str]]) -> Path:
    """Add the rows to ``results/<name>.csv`` and describe the machine in ``results/machine.toml``.

    Returns:
        The CSV.
    """
    RESULTS.mkdir(exist_ok=True)
    described = (f"{key} = {json.dumps(value)}" for key, value in machine().items())
    (RESULTS / "machine.toml").write_text("\n".join(described) + "\n", encoding="utf-8")
    path = RESULTS / f"{name}.csv"
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["date", *rows[0]], lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerows({"date": f"{datetime.now(UTC):%Y-%m-%d}"} | row for row in rows)
    return path
