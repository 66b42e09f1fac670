"""Given names sent under another form: a diminutive, a francised name, another spelling, the other sex's name.

Example:
    >>> rows = pl.DataFrame({"given_name_1": ["Mickaël"], "sex": ["M"], "u1": [0.99]}, schema_overrides={"sex": SEX})
    >>> spelling(rows)["given_name_1"].item()
    'Mikaël'

Forms are those of ``matching.reference.variants``, drawn by how often each is given.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from matching.reference import variants as tables
from sngi_mock.randomness import WeightedDraw

_KINDS: dict[str, tuple[tables.Kind, ...]] = {
    "usual": ("diminutive", "francised"),
    "spelling": ("spelling",),
    "gender": ("gender",),
}


@cache
def _forms(which: str) -> tuple[dict[str, int], pl.Series, WeightedDraw]:
    """Sex and name → its group; the forms of every group; their draw."""
    table = pl.concat(tables.variants(kind) for kind in _KINDS[which]).unique(["sex", "name", "variant"])
    table = table.select(pl.concat_str("sex", pl.lit(" "), "name").alias("key"), "variant", "births")
    table = table.sort("key", "births", "variant", descending=[False, True, False])
    keys = table["key"].unique(maintain_order=True)
    group = table["key"].replace_strict(keys, np.arange(len(keys)), return_dtype=pl.Int64).to_numpy()
    draw = WeightedDraw(group, table["births"].to_numpy().astype(np.float64), groups=len(keys))
    return dict(zip(keys, range(len(keys)), strict=True)), table["variant"], draw


def _key() -> pl.Expr:
    return pl.concat_str("sex", pl.lit(" "), pl.col("given_name_1").str.to_uppercase())


def _can(which: str) -> Callable[[], pl.Expr]:
    def can() -> pl.Expr:
        return _key().is_in(list(_forms(which)[0]))

    can.__doc__ = f"People whose first given name has a form of kind {which}."
    return can


def _form(which: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    def form(rows: pl.DataFrame) -> pl.DataFrame:
        groups, names, draw = _forms(which)
        group = rows.select(_key().replace_strict(groups, return_dtype=pl.Int64)).to_series().to_numpy()
        found = names.gather(draw(group, rows["u1"].to_numpy()))
        return rows.with_columns(found.str.to_titlecase().alias("given_name_1"))

    form.__doc__ = f"The first given name under a form of kind {which}."
    return form


can_usual, usual = _can("usual"), _form("usual")
can_spelling, spelling = _can("spelling"), _form("spelling")
can_gender, gender = _can("gender"), _form("gender")
