"""Files to send again, as the tests ask for them."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from matching.deposit.resend import CHANGES, Resent, write_resend

NEW = {"id_flux": "a-new-one", "timestamp": "2026-04-01T08:00:00+02:00"}
OLD_FLUX, OLD_TIME = "6f0c1f2e-7a54-4a0b-9d57-2d3c0b8e4a11", "2026-03-02T09:15:00+01:00"


def changes(*rows: tuple[int, str, str | None]) -> pl.DataFrame:
    """Changes: passage, element, value."""
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def resent_text(
    folder: Path, text: str, *rows: tuple[int, str, str | None], keep: Iterable[int] = (0, 1, 2, 3)
) -> tuple[Resent, str]:
    """The text sent again with these changes: what is said of it, and the new text."""
    source, target = folder / "source.xml", folder / "resend.xml"
    source.write_bytes(text.encode())
    done = write_resend(source, keep, changes(*rows), target, **NEW)
    return done, target.read_bytes().decode()
