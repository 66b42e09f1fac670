"""The columns of a table, as a question: what each was taken for, an example of what it holds, and what lacks.

Example:
    >>> asked = question(Path("sent/0"), "promotion.xlsx", show_names=False)
    >>> asked.columns[0]
    Column(rank=0, letter='A', header='Nom de naissance', field='birth_name', example='R******')
    >>> answered(asked, {"c0": "birth_name", "c1": ""}, Path("columns.toml"))

The answer is the mapping that `--columns` takes: what a command line user would write by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from matching.identity.errors import InputError
from matching.report.masking import MASKED, mask
from matching.report.wording import shortened, visible
from matching.tables.fields import FIELDS, OF_ONE_HOLDER
from matching.tables.grid import letters
from matching.tables.mapping import DATE_ORDERS, toml_text
from matching.tables.read import read_table
from matching.tables.table import Table

_COMMON = ("certification_type", "certification_code", "validity_start")
"""What all rows may have in common, so that one answer stands for a column."""

_LONGEST = 40  # characters of an example


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        rank: 0-based.
        letter: As a spreadsheet calls it.
        header: As written.
        field: What it is taken for; "" when it is not read.
        example: A value that it holds, masked unless names are shown; "" when none is known.
    """

    rank: int
    letter: str
    header: str
    field: str
    example: str


@dataclass(frozen=True)
class Question:
    """What is asked of a table.

    Attributes:
        name: Of the file.
        columns: In the order of the table.
        missing: Mandatory fields that nothing gives.
        constants: Field → value of all rows, for those that may be asked so.
        date_order: As found, or as chosen.
        sheet: Of a workbook, the one that was read; "" for a text.
        sheets: Those that may be read instead.
        rows: How many.
        dialect: How the file is written: keys of a mapping, its date order aside.
    """

    name: str
    columns: Sequence[Column]
    missing: Sequence[str]
    constants: Mapping[str, str]
    date_order: str
    sheet: str
    sheets: Sequence[str]
    rows: int
    dialect: Mapping[str, str]

    fields = tuple(FIELDS)
    """What a column may be, in the order of the dictionary."""

    date_orders = DATE_ORDERS
    """How dates in digits may be written."""


def question(file: Path, name: str, *, show_names: bool, sheet: str | None = None) -> Question:
    """What to ask of a table.

    Args:
        file: Where it stands.
        name: What its owner calls it.
        show_names: Examples are shown as they are.
        sheet: Of a workbook; None = the first that looks like a table.

    Raises:
        InputError: it cannot be read as a table.
    """
    mapping = None
    if sheet is not None:
        mapping = file.with_name("sheet.toml")
        mapping.write_text(f"sheet = {toml_text(sheet)}\n", encoding="utf-8")
    table = read_table(file, mapping)
    said, columns = table.dialect, table.columns
    read = [
        Column(one.rank, letters(one.rank), one.header, one.field, _example(table, one.field, show_names))
        for one in columns.mapped
    ]
    left = [Column(one.rank, letters(one.rank), one.header, "", "") for one in columns.unmapped]
    dialect = {"sheet": said.sheet, "separator": said.separator, "encoding": said.encoding}
    return Question(
        name=name,
        columns=sorted([*read, *left], key=lambda column: column.rank),
        missing=columns.missing,
        constants={field: columns.constants.get(field, "") for field in _COMMON if field not in columns.fields},
        date_order=said.date_order,
        sheet=said.sheet or "",
        sheets=said.others,
        rows=table.passages.height,
        dialect={key: text for key, text in dialect.items() if text is not None},
    )


def with_choices(asked: Question, values: Mapping[str, str]) -> Question:
    """The question with what was chosen already, to be asked again."""
    columns = [replace(column, field=_chosen(column, values)) for column in asked.columns]
    constants = {field: values.get(f"k_{field}", text).strip() for field, text in asked.constants.items()}
    return replace(asked, columns=columns, constants=constants, date_order=values.get("ordre", asked.date_order))


def answered(asked: Question, values: Mapping[str, str], target: Path) -> Path:
    """The answer as a mapping, written.

    Args:
        asked: What was asked.
        values: The form: ``c0``, ``c1``, … fields of columns, ``k_…`` values of all rows, ``ordre`` of dates.
        target: Where the mapping goes.

    Raises:
        InputError: two columns are taken for the same field.
    """
    chosen = with_choices(asked, values)
    taken: dict[str, Column] = {}
    for column in chosen.columns:
        if column.field in taken:
            first, second = taken[column.field].header, column.header
            raise InputError("pages.field_twice", field=column.field, first=first, second=second)
        if column.field:
            taken[column.field] = column
    order = chosen.date_order if chosen.date_order in DATE_ORDERS else asked.date_order
    lines = [f"{key} = {toml_text(text)}" for key, text in {**asked.dialect, "date_order": order}.items()]
    lines += ["", "[columns]", *(f"{toml_text(one.header)} = {toml_text(one.field)}" for one in chosen.columns)]
    given = {field: text for field, text in chosen.constants.items() if text and field not in OF_ONE_HOLDER}
    lines += ["", "[constants]", *(f"{field} = {toml_text(text)}" for field, text in given.items())]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _chosen(column: Column, values: Mapping[str, str]) -> str:
    """The field that a form gives to a column; "" for one that nobody knows."""
    field = values.get(f"c{column.rank}", column.field)
    return field if field in FIELDS else ""


def _example(table: Table, field: str, show_names: bool) -> str:
    """The first value of a column, as it may be shown."""
    held = table.passages[FIELDS[field].column].drop_nulls()
    first = next((text for text in held.head(100).cast(pl.String) if text.strip()), "")
    masked = first if show_names or field not in MASKED | {"current_name", "place_code"} else mask(field, first)
    return shortened(visible(masked), _LONGEST)
