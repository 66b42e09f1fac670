"""The columns of names as wholes: exchanged, one in the place of the other, the same name for too many.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "detail").row(0)
    ('file_names_swapped', '287', '291')
"""

import polars as pl

from matching.normalize.text import words
from matching.quality.chance import rare_bits
from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted
from matching.quality.whole_file.name_tables import given_name_births, surname_shares

_FEWEST = 5  # rows that tell, below which nothing is said of the file
_MOST = 0.8  # of them
_CLEAR = 3.0  # nats by which one reading of two names must win to tell
_UNLISTED = 1e-7  # share of a name that a table does not have
_FEWEST_WOMEN = 12
_REPEATED = 0.03  # share of a file
_TIMES_USUAL = 5
_COMMONEST = {"birth_name": 0.01, "given_name_1": 0.05}  # shares that names of some public may have
_BITS = 20
_EMPTY = 0.5


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on birth and usage names, and on names that come too often."""
    birth, given = (_counted(submitted.holders, column) for column in ("birth_name", "given_name_1"))
    swapped = _swapped(submitted.holders, birth, given)
    repeated = [] if swapped else [*_repeated(birth, "surname"), *_repeated(given, "given")]
    return together([*swapped, *_usage_names(submitted.holders), *repeated])


def _counted(holders: pl.DataFrame, column: str) -> pl.DataFrame:
    """The distinct values of a column, with ``rows``, and their shares among ``surname`` and ``given`` names, 0..1."""
    values = holders.drop_nulls(column).group_by(column).agg(rows=pl.len())
    values = values.with_columns(words(values[column]).alias("name"))
    for table in (surname_shares(), given_name_births().select("name", given="share")):
        values = values.join(table, on="name", how="left", maintain_order="left")
    return values.with_columns(pl.col("surname", "given").fill_null(0))


def _swapped(holders: pl.DataFrame, birth: pl.DataFrame, given: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows whose two names are likelier the other way round, among those where one way is clearly likelier."""
    log = {table: pl.col(table).clip(_UNLISTED).log() for table in ("surname", "given")}
    by_birth = birth.select("birth_name", for_given=log["given"] - log["surname"])
    by_given = given.select("given_name_1", for_surname=log["surname"] - log["given"])
    rows = (
        holders.select("birth_name", "given_name_1").join(by_birth, on="birth_name").join(by_given, on="given_name_1")
    )
    gain = rows["for_given"] + rows["for_surname"]
    exchanged, straight = int((gain > _CLEAR).sum()), int((gain < -_CLEAR).sum())
    if exchanged < _FEWEST or exchanged < _MOST * (exchanged + straight):
        return []
    return [of_file("file_names_swapped", value=str(exchanged), detail=str(exchanged + straight))]


def _usage_names(holders: pl.DataFrame) -> list[pl.DataFrame]:
    """Usage names of women that are also their birth names, or stand alone: who bears one seldom has it from birth."""
    women = holders.filter(pl.col("usage_name").is_not_null(), (pl.col("sex") == "F").fill_null(value=True))
    same = words(women["birth_name"]).fill_null("") == words(women["usage_name"])
    missing = women["birth_name"].is_null()
    copied = int((same | missing).sum())
    if holders["birth_name"].is_null().all():  # an empty column, which is said elsewhere
        return []
    if women.height < _FEWEST_WOMEN or copied < _MOST * women.height:
        return []
    return [of_file("file_usage_name_in_birth_name", "birth_name", value=str(copied), detail=str(women.height))]


def _repeated(values: pl.DataFrame, table: str) -> list[pl.DataFrame]:
    """The most frequent name of a column, when it is far too frequent; a column of one value is said elsewhere."""
    column = values.columns[0]
    if values.height < 2:  # noqa: PLR2004 - one value
        return []
    top = values.sort("rows", column, descending=True).row(0, named=True)
    size = int(values["rows"].sum())
    usual = max(top[table] * _TIMES_USUAL, _COMMONEST[column])
    if top["rows"] < max(_FEWEST, _REPEATED * size) or rare_bits(top["rows"], size, usual) < _BITS:
        return []
    return [of_file("file_same_name", column, value=str(top["rows"]), detail=str(size))]
