"""The two lists a user may give: passages already accepted, and certification codes that exist.

Example:
    >>> read_codes("codes.txt")
    frozenset({'RS6042'})
"""

from pathlib import Path

import polars as pl

from matching.identity.errors import InputError
from matching.strategies.admission import Admission


def read_admission(accepted: Path | None, codes: Path | None) -> Admission:
    """What the portal remembers and knows, from the lists that are given.

    Raises:
        InputError: one cannot be read.
    """
    known = None if codes is None else read_codes(codes)
    return Admission(known_codes=known) if accepted is None else Admission(read_accepted(accepted), known)


def read_accepted(file: Path) -> pl.DataFrame:
    """Columns ``issuer, id_technique`` of a CSV (comma or semicolon); without an issuer column, issuer is null.

    ``accepted.csv``, which every match writes, is such a file.

    Raises:
        InputError: it cannot be read, or has no column id_technique.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        table = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise InputError("cli.bad_accepted", file=str(file), reason=_reason(error)) from error
    if "id_technique" not in table.columns:
        raise InputError("cli.accepted_columns", file=str(file), found=", ".join(table.columns))
    issuer = pl.col("issuer") if "issuer" in table.columns else pl.lit(None, pl.String).alias("issuer")
    return table.select(issuer, "id_technique")


def read_codes(file: Path) -> frozenset[str]:
    """The codes of a text, one per line; blank lines are skipped.

    Raises:
        InputError: it cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cli.bad_codes", file=str(file), reason=_reason(error)) from error
    return frozenset(line.strip() for line in lines if line.strip())


def _reason(error: Exception) -> str:
    """Why a file could not be read, without its path: the sentence names it already."""
    return (isinstance(error, OSError) and error.strerror) or str(error).splitlines()[0]
