"""The table that a certifier keeps beside its deposit file: the same passages as CSV and XLSX, every cell a text.

Example:
    >>> write_tables(Path("january"), passages)
    [PosixPath('january/deposit.csv'), PosixPath('january/deposit.xlsx')]

Columns bear the names of the data dictionary. An XLSX of one sheet of texts is five small files in a zip: they are
written here in one pass per column, because a general writer goes cell by cell and takes longer than all the rest of
a draw (7 s for 100,000 passages). Nothing in them depends on the day.
"""

import zipfile
from pathlib import Path

import polars as pl

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

_FORMULA = r"^[=+\-@\t\r]"  # a spreadsheet would compute a cell that starts so
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip knows
_CHUNK = 20_000  # rows turned into text at once
_COMPRESSION = 1  # a higher one takes three times longer for a tenth less

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}">'
    '<sheets><sheet name="passages" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINK}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_tables(folder: Path, passages: pl.DataFrame) -> list[Path]:
    """Write ``deposit.csv`` (UTF-8 with a BOM, semicolons) and ``deposit.xlsx``.

    Args:
        folder: Receives both; files of these names are replaced.
        passages: The columns of ``COLUMNS``, as text.

    Returns:
        The paths.
    """
    table = passages.select(pl.col(column).alias(header) for column, header in COLUMNS.items())
    table = _safe_cells(table)
    csv, xlsx = folder / CSV_FILE, folder / XLSX_FILE
    table.write_csv(csv, separator=";", include_bom=True, line_terminator="\r\n")
    _write_xlsx(xlsx, table)
    return [csv, xlsx]


def _safe_cells(table: pl.DataFrame) -> pl.DataFrame:
    """The same table with an apostrophe before any text that a spreadsheet would take for a formula."""
    text = pl.all()
    return table.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())


def _write_xlsx(path: Path, table: pl.DataFrame) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        for name, content in _PARTS.items():
            archive.writestr(_entry(name), _HEAD + content, zipfile.ZIP_DEFLATED)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_rows(pl.DataFrame([table.columns], schema=table.columns, orient="row")))
            for start in range(0, table.height, _CHUNK):
                sheet.write(_rows(table[start : start + _CHUNK]))
            sheet.write(b"</sheetData></worksheet>")


def _entry(name: str) -> zipfile.ZipInfo:
    """A part of the archive that bears no date."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _rows(table: pl.DataFrame) -> bytes:
    """Rows of a sheet; cells follow one another, so an empty one is written too."""
    cells = (
        pl.concat_str(
            pl.lit('<c t="inlineStr"><is><t xml:space="preserve">'),
            pl.col(column).str.replace_many(_ESCAPES),
            pl.lit("</t></is></c>"),
        ).fill_null("<c/>")
        for column in table.columns
    )
    lines = table.select(pl.concat_str(pl.lit("<row>"), *cells, pl.lit("</row>"))).to_series()
    return "".join(lines).encode()
