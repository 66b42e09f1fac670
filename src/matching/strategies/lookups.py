"""Looking passages up by several keys at once, in one reading of the register.

A look-up is a set of equalities between what a passage sends and what a register's identity holds. Reading keeps,
shard by shard, the identities that some passage reaches by some look-up, so memory follows the deposit.

Example:
    >>> by_name = Lookup("birth_name", {"text": "sent_text", "sex": "sex", "year": "birth_year"})
    >>> pairs = find_pairs(asked, (by_name,), register, surnames=SURNAMES, given_names=GIVEN_NAMES)
    >>> pairs.select("passage", "reached_by", "person", "kind", "register_text")

In the pairs the passage's columns keep their names and the identity's start with ``register_``, but for ``person``,
``nir`` and ``kind``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from matching.register.folder import Register

Progress = Callable[[int, int], None]
"""Called with (shards read, shards in all)."""


@dataclass(frozen=True)
class Forms:
    """Comparable forms of a text, made once per distinct text.

    Attributes:
        names: What they are called.
        of: Texts in, one column per form out, one row per text in order; a null stays null.
    """

    names: tuple[str, ...]
    of: Callable[[pl.Series], pl.DataFrame]


@dataclass(frozen=True)
class Lookup:
    """One way to reach an identity.

    Attributes:
        name: What ``reached_by`` says of the pairs it finds.
        equal: Register side → the passage's column. The register side is a form of the surname, ``given`` (the form
            of any one given name), ``sex``, ``year``, ``month`` or ``day``. A null equals nothing.
    """

    name: str
    equal: Mapping[str, str]


def scan(
    register: Register,
    columns: Sequence[str],
    keep: Callable[[pl.DataFrame], pl.DataFrame],
    progress: Progress | None = None,
) -> pl.DataFrame:
    """What ``keep`` keeps of each shard, together: a shard in, its rows that matter out.

    Args:
        register: An opened register.
        columns: Columns to read.
        keep: Called with each shard.
        progress: Called after each shard.
    """
    kept = []
    for done, shard in enumerate(register.shards(columns), start=1):
        kept.append(keep(shard))
        if progress is not None:
            progress(done, len(register.files))
    return pl.concat(kept)


def with_forms(frame: pl.DataFrame, forms: Forms, prefixes: Mapping[str, str]) -> pl.DataFrame:
    """The frame with the forms of some text columns.

    Args:
        frame: Any.
        forms: Which.
        prefixes: Text column → prefix of the columns of its forms.
    """
    table = pl.concat([frame[column].unique().alias("") for column in prefixes]).unique().to_frame()
    table = pl.concat([table, forms.of(table[""]).select(forms.names)], how="horizontal")
    made = []
    for column, prefix in prefixes.items():
        found = frame.select(column).join(
            table, left_on=column, right_on="", how="left", maintain_order="left", nulls_equal=True
        )
        made += [found[name].alias(prefix + name) for name in forms.names]
    return frame.with_columns(made)


def find_pairs(
    asked: pl.DataFrame,
    lookups: Sequence[Lookup],
    register: Register,
    *,
    surnames: Forms,
    given_names: Forms,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Every (passage, identity) that some look-up reaches; one reached by several keeps the first.

    Args:
        asked: One row per passage: ``passage`` and the columns that the look-ups and the caller compare.
        lookups: In order of preference.
        register: An opened register.
        surnames: Forms of the register's surnames; a form ``x`` is the column ``register_x``.
        given_names: Forms of its given names, ``given`` among them; a form ``x`` is the list ``register_x``, one entry
            per given name in order.
        progress: Called after each shard.

    Returns:
        The columns of ``asked``, ``reached_by``, ``person``, ``nir``, ``kind``, ``register_sex``, ``_year``,
        ``_month``, ``_day``, ``_place``, and the forms.
    """
    wanted = [
        asked.select(pl.col(sent).alias(side) for side, sent in lookup.equal.items()).drop_nulls().unique()
        for lookup in lookups
    ]
    keep = partial(_reached, wanted=wanted, surnames=surnames, given_names=given_names)
    rows = scan(register, _READ, keep, progress).with_row_index("identity")
    return _joined(asked, lookups, _with_given_lists(rows, given_names))


_SIDES = {"sex": "sex", "year": "birth_year", "month": "birth_month", "day": "birth_day", "place": "birth_place"}
_READ = ("person", "nir", "kind", "birth_name", "given_names", *_SIDES.values())


def _reached(shard: pl.DataFrame, wanted: Sequence[pl.DataFrame], surnames: Forms, given_names: Forms) -> pl.DataFrame:
    """The shard's identities that some key reaches, with the forms of their surname."""
    sides = shard.select("birth_name", **{side: pl.col(column) for side, column in _SIDES.items()})
    sides = with_forms(sides.with_row_index("at"), surnames, {"birth_name": ""})
    kept = pl.concat(_hits(shard, sides, keys, given_names) for keys in wanted).unique().sort()
    told = sides.select(pl.col(name).alias(f"register_{name}") for name in (*_SIDES, *surnames.names))
    return pl.concat([shard.select("person", "nir", "kind", "given_names")[kept], told[kept]], how="horizontal")


def _hits(shard: pl.DataFrame, sides: pl.DataFrame, keys: pl.DataFrame, given_names: Forms) -> pl.Series:
    """Row numbers of the identities that have one of the keys; given names are unfolded where the rest is equal."""
    others = [side for side in keys.columns if side != "given"]
    near = sides.join(keys.select(others).unique(), on=others, how="semi")
    if "given" in keys.columns:
        near = near.with_columns(shard["given_names"][near["at"]].alias("name")).explode("name")
        near = with_forms(near, given_names, {"name": ""}).join(keys, on=keys.columns, how="semi")
    return near["at"]


def _with_given_lists(rows: pl.DataFrame, given_names: Forms) -> pl.DataFrame:
    """``given_names`` as the lists of their forms; a name without form is not in them."""
    single = rows.select("identity", "given_names").explode("given_names")
    single = with_forms(single, given_names, {"given_names": "register_"}).drop_nulls("register_given")
    lists = single.group_by("identity", maintain_order=True).agg(pl.col("^register_.*$"))
    return rows.drop("given_names").join(lists, on="identity", how="left")


def _joined(asked: pl.DataFrame, lookups: Sequence[Lookup], rows: pl.DataFrame) -> pl.DataFrame:
    """Passages beside the identities they reach; found narrow first, so that the wide columns are gathered once."""
    found = []
    for lookup in lookups:
        sides = {f"side_{side}": f"register_{side}" for side in lookup.equal}
        known = rows.select("identity", **{name: pl.col(column) for name, column in sides.items()})
        if "side_given" in sides:
            known = known.explode("side_given")
        sent = list(lookup.equal.values())
        pairs = asked.select("passage", *sent).join(known, left_on=sent, right_on=list(sides))
        found.append(pairs.select("passage", "identity", reached_by=pl.lit(lookup.name)))
    pairs = pl.concat(found).unique(["passage", "identity"], keep="first", maintain_order=True)
    return pairs.join(asked, on="passage").join(rows, on="identity").drop("identity")
