"""The table that a certifier keeps beside its deposit file: the same passages as CSV and XLSX, every cell a text.

Example:
    >>> write_tables(Path("january"), passages)
    [PosixPath('january/deposit.csv'), PosixPath('january/deposit.xlsx')]

Columns bear the names of the data dictionary. Nothing in the files depends on the day.
"""

from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.workbooks import new_workbook

CSV_FILE, XLSX_FILE = "deposit.csv", "deposit.xlsx"

COLUMNS = {
    "id_technique": "idTechnique",
    "certification_type": "type",
    "certification_code": "code",
    "exam_start": "dateDebutExamen",
    "exam_end": "dateFinExamen",
    "validity_start": "dateDebutValidite",
    "raw_birth_name": "nomNaissance",
    "raw_usage_name": "nomUsage",
    "raw_given_name_1": "prenom1",
    "raw_given_name_2": "prenom2",
    "raw_given_name_3": "prenom3",
    "raw_birth_year": "anneeNaissance",
    "raw_birth_month": "moisNaissance",
    "raw_birth_day": "jourNaissance",
    "raw_sex": "sexe",
    "raw_insee_code": "codeInsee",
    "raw_postal_code": "codePostal",
    "raw_place_label": "libelleCommuneNaissance",
    "raw_country_code": "codePaysNaissance",
    "raw_country_label": "libellePaysNaissance",
}
"""Columns of the PASSAGES contract → headers."""


def write_tables(folder: Path, passages: pl.DataFrame, *, xlsx: bool = True) -> list[Path]:
    """Write ``deposit.csv`` (UTF-8 with a BOM, semicolons) and ``deposit.xlsx``.

    Args:
        folder: Receives both; files of these names are replaced.
        passages: The columns of ``COLUMNS``, as text.
        xlsx: Write the workbook too: it is written cell by cell, and takes longer than all the rest of a large draw.

    Returns:
        The paths.
    """
    table = passages.select(pl.col(column).alias(header) for column, header in COLUMNS.items())
    table = safe_cells(table)
    paths = [folder / CSV_FILE]
    table.write_csv(paths[0], separator=";", include_bom=True, line_terminator="\r\n")
    if xlsx:
        paths.append(folder / XLSX_FILE)
        _write_xlsx(paths[1], table)
    else:
        (folder / XLSX_FILE).unlink(missing_ok=True)  # of an earlier draw: it would tell other passages
    return paths


def _write_xlsx(path: Path, table: pl.DataFrame) -> None:
    with new_workbook(path) as book:
        sheet = book.add_worksheet("passages")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, table.height, table.width - 1)
        sheet.write_row(0, 0, table.columns, book.add_format({"bold": True}))
        for number, row in enumerate(table.iter_rows(), start=1):
            sheet.write_row(number, 0, row)
