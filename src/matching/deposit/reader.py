"""Read a deposit file into a frame of passages.

Example:
    >>> deposit = read_deposit("janvier.xml")
    >>> deposit.header.issuer, deposit.passages.height
    ('41QRT905', 12480)

Reading is tolerant, control 1 is not: elements in any order, any prefix, unknown ones ignored, missing ones null. What
control 1 refuses is read all the same, as long as it is XML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from lxml import etree

from matching.deposit.dictionary import Version
from matching.deposit.extraction import extracted
from matching.deposit.header import DepositHeader
from matching.deposit.pipeline import in_order
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import Slice, Stopped, slices
from matching.deposit.wellformed import first_fault
from matching.identity.errors import DepositError
from matching.identity.frames import PASSAGES, PLACE_KIND, SEX


@dataclass(frozen=True)
class Deposit:
    """A deposit file.

    Attributes:
        header: What the file says once.
        version: 1.1.5 when the file holds what came with it, else 1.1.2.
        passages: A frame of the PASSAGES contract, in file order.
    """

    header: DepositHeader
    version: Version
    passages: pl.DataFrame


def read_deposit(path: str | Path) -> Deposit:
    """The whole file.

    Raises:
        DepositError: the file cannot be read, or is no XML from a certain point on.
    """
    skeleton = Skeleton()
    frames = list(_frames(path, skeleton))
    passages = _in_context(pl.concat(frames), skeleton) if frames else PASSAGES.empty()
    header = _header(skeleton)
    is_newer = header.action is not None or (passages["branch"] == "identifiant_national").any()
    return Deposit(header, "1.1.5" if is_newer else "1.1.2", passages)


def read_header(path: str | Path) -> DepositHeader:
    """What the file says once; the passages are passed over.

    Raises:
        DepositError: as for ``read_deposit``.
    """
    return _header(_skeleton(path))


def iter_passages(path: str | Path, chunk: int = 50_000) -> Iterator[pl.DataFrame]:
    """The passages in frames of about ``chunk`` rows, in file order: memory does not grow with the file.

    The file is read twice, since a certification may tell its code after its passages.

    Raises:
        DepositError: as for ``read_deposit``, possibly after some frames.
    """
    skeleton = _skeleton(path)
    frames: list[pl.DataFrame] = []
    for frame in _frames(path, Skeleton()):
        frames.append(frame)
        if sum(held.height for held in frames) >= chunk:
            yield _in_context(pl.concat(frames), skeleton)
            frames.clear()
    if frames:
        yield _in_context(pl.concat(frames), skeleton)


def with_read_values(raw: pl.DataFrame) -> pl.DataFrame:
    """The values of the ``raw_*`` columns: trimmed, empty made null, numbers read, what cannot be read made null."""
    texts = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
    places = ("place_label", "country_code", "country_label")
    insee, postal = _trimmed("raw_insee_code"), _trimmed("raw_postal_code")
    month, day = _number("raw_birth_month", pl.Int8), _number("raw_birth_day", pl.Int8)
    return raw.with_columns(
        *(_trimmed(f"raw_{name}").alias(name) for name in (*texts, *places)),
        sex=_trimmed("raw_sex").cast(SEX, strict=False),
        birth_year=_number("raw_birth_year", pl.Int16),
        birth_month=pl.when(month.is_between(1, 12)).then(month),
        birth_day=pl.when(day.is_between(1, 31)).then(day),
        place_kind=pl.when(insee.is_not_null())
        .then(pl.lit("insee"))
        .when(postal.is_not_null())
        .then(pl.lit("postal"))
        .otherwise(pl.lit("none"))
        .cast(PLACE_KIND),
        place_code=pl.coalesce(insee, postal),
    )


def _trimmed(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def _number(column: str, dtype: type[pl.DataType]) -> pl.Expr:
    return _trimmed(column).cast(dtype, strict=False)


def _frames(path: str | Path, skeleton: Skeleton) -> Iterator[pl.DataFrame]:
    """One frame per slice; every way of not being XML turned into the one error a reader raises."""
    try:
        for _, frame in in_order(slices(path, skeleton), _frame):
            yield frame
    except (Stopped, etree.XMLSyntaxError) as error:
        raise _not_readable(path, error) from None


def _frame(part: Slice) -> pl.DataFrame:
    """The passages of one slice: text columns, line, rank; the certification is known by its rank only."""
    rows = len(part.starts)
    return extracted(part).with_columns(
        pl.col("id_technique").fill_null(""),
        pl.int_range(part.first, part.first + rows, dtype=pl.UInt32).alias("passage"),
        pl.Series("line", _lines(part), dtype=pl.UInt32),
        pl.lit(part.rank, dtype=pl.UInt32).alias("certification_index"),
    )


def _lines(part: Slice) -> npt.NDArray[np.intp]:
    """The line of each passage's start tag."""
    data = part.piece.data
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    if b"\r" in data:  # alone, a carriage return ends a line as well; before a line feed it is part of its end
        ends = np.array([end.start() for end in re.finditer(rb"\r\n?|\n", data)])
    return part.piece.line + np.searchsorted(ends, part.starts)


def _skeleton(path: str | Path) -> Skeleton:
    """What stands around the passages, which are passed over."""
    skeleton = Skeleton()
    try:
        for _ in slices(path, skeleton):
            pass
    except Stopped as error:
        raise _not_readable(path, error) from None
    return skeleton


def _not_readable(path: str | Path, error: Exception) -> DepositError:
    if isinstance(error, Stopped) and error.code is not None:
        line, column = error.line, error.column
    else:
        fault = first_fault(path, str(error))
        line, column = fault.line, fault.column
    return DepositError("deposit.not_readable", file=Path(path).name, line=line, column=column)


def _in_context(passages: pl.DataFrame, skeleton: Skeleton) -> pl.DataFrame:
    """The PASSAGES contract: issuer and certification joined to each passage, values read."""
    certifications = pl.DataFrame(
        {
            "certification_type": [item.certification.get("type") for item in skeleton.lists],
            "certification_code": [item.certification.get("code") for item in skeleton.lists],
        },
        schema={"certification_type": pl.String, "certification_code": pl.String},
    ).with_row_index("certification_index")
    issuer = skeleton.values.get(("flux", "emetteur", "idClient"))
    joined = passages.join(certifications, on="certification_index", how="left", maintain_order="left")
    return PASSAGES.check(with_read_values(joined.with_columns(pl.lit(issuer, dtype=pl.String).alias("issuer"))))


def _header(skeleton: Skeleton) -> DepositHeader:
    values = skeleton.values
    certifier = ("flux", "emetteur", "certificateurs", "certificateur")
    return DepositHeader(
        id_flux=values.get(("flux", "idFlux"), ""),
        timestamp=values.get(("flux", "horodatage"), ""),
        issuer=values.get(("flux", "emetteur", "idClient"), ""),
        certifier=values.get((*certifier, "idClient"), ""),
        contract=values.get((*certifier, "idContrat"), ""),
        action=values.get(("flux", "action")),
    )
