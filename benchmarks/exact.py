"""The baseline: every trait that is sent equals the register's. A contender in one file, as a user would add one.

Example:
    >>> run(draw.passages, draw.register).columns
    ['passage', 'person', 'outcome']

Birth name, the first three given names, sex, birth date and place code, without accents nor case; what neither side
knows is equal. One person is found, two or more are several.
"""

import polars as pl

from matching.identity.outcomes import Outcome
from matching.normalize.text import funnel_text
from matching.register.folder import Register
from matching.strategies.lookups import scan

_NAMES = ("birth_name", "given_name_1", "given_name_2", "given_name_3")
_OTHERS = ("sex", "birth_year", "birth_month", "birth_day", "place_code")


def run(passages: pl.DataFrame, register: Register) -> pl.DataFrame:
    """One answer per passage.

    Args:
        passages: Contract PASSAGES.
        register: Where to search.

    Returns:
        ``passage``, ``person`` (null when nobody or several are equal), ``outcome``.
    """
    sent = _comparable(passages.select("passage", *_NAMES, *_OTHERS))
    columns = ("person", "kind", "birth_name", "given_names", *_OTHERS[:-1], "birth_place")

    def keep(shard: pl.DataFrame) -> pl.DataFrame:
        rows = shard.filter(pl.col("kind") == "official").rename({"birth_place": "place_code"})
        rows = rows.join(sent, on=_OTHERS, how="semi", nulls_equal=True)
        given = {name: pl.col("given_names").list.get(rank, null_on_oob=True) for rank, name in enumerate(_NAMES[1:])}
        return _comparable(rows.select("person", "birth_name", *_OTHERS, **given))

    equal = sent.join(scan(register, columns, keep), on=[*_NAMES, *_OTHERS], nulls_equal=True)
    counted = equal.group_by("passage").agg(pl.len(), pl.col("person").first())
    found = sent.select("passage").join(counted, on="passage", how="left", maintain_order="left")
    number = pl.col("len").fill_null(0)
    return found.select(
        "passage",
        person=pl.when(number == 1).then("person"),
        outcome=pl.when(number == 1)
        .then(pl.lit(str(Outcome.FOUND)))
        .when(number > 1)
        .then(pl.lit(str(Outcome.SEVERAL)))
        .otherwise(pl.lit(str(Outcome.NONE))),
    )


def _comparable(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(funnel_text(rows[name]).alias(name) for name in _NAMES)
