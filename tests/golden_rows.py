"""Golden rows: one CSV of facts per subject, for every implementation of it."""

import csv
from pathlib import Path

_GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[dict[str, str]]:
    """The rows of ``golden/<name>``, every value as text."""
    return list(csv.DictReader((_GOLDEN / name).read_text(encoding="utf-8").splitlines()))
