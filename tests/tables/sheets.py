"""Tables written for tests: fictional people, one row each, as CSV, XLSX or ODS."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

HEADERS = (
    *("ID technique", "Code certification", "Début de validité", "Nom de naissance", "Nom d'usage", "Prénom"),
    *("Sexe", "Date de naissance", "Code INSEE", "CP naissance", "Commune de naissance", "Code pays naissance"),
)
ROW = {
    "ID technique": "2026-001",
    "Code certification": "RS6042",
    "Début de validité": "20/02/2026",
    "Nom de naissance": "ROUVIÈRE",
    "Prénom": "Camille",
    "Sexe": "F",
    "Date de naissance": "12/03/1967",
    "Code INSEE": "75044",
    "Commune de naissance": "L'Haÿ-les-Roses",
}

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def row(**cells: str) -> dict[str, str]:
    """The same fictional woman, changed where the test says; keywords are headers with _ for blanks."""
    return ROW | {name.replace("_", " "): text for name, text in cells.items()}


def cells_of(*rows: dict[str, str], headers: Sequence[str] = HEADERS) -> list[list[str]]:
    """A line of headers and a line per row."""
    return [list(headers), *([one.get(header, "") for header in headers] for one in rows)]


def write_csv(
    path: Path, lines: Iterable[Sequence[str]], *, encoding: str = "utf-8", newline: str = "\r\n", **dialect: object
) -> Path:
    """Write a CSV; semicolons by default."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, **{"delimiter": ";", "lineterminator": newline} | dialect)  # type: ignore[arg-type]
    writer.writerows(lines)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """Write a workbook; dates as real dates, numbers as numbers, None as no cell."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)})  # the same bytes at any time
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for rank, line in enumerate(lines):
                for column, value in enumerate(line):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(rank, column, dt.datetime.combine(value, dt.time()), date)
                    elif value is not None:
                        sheet.write(rank, column, value)
    return path


def write_ods(path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, manifest: str = "") -> Path:
    """Write an ODS as LibreOffice does, with the blank rows that it repeats down to the last one of a sheet."""
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in lines)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for name, lines in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def _ods_cell(value: object) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
