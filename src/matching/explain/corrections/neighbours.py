"""Names that a name was probably meant to be: one letter away, heard alike, or cut; the most frequent ones.

Example:
    >>> surname_neighbours(pl.Series(["DUPOMT"])).select("name", "kind").row(0)
    ('DUPONT', 'surname_letter')

Two texts are one letter apart when they are equal once a letter is left out of one or of both, or two neighbouring
letters are exchanged: no name is compared with all others. Odds are share × chance of the slip ÷ share of the text.
"""

from functools import cache

import polars as pl

from matching.explain.corrections.frequency import own
from matching.normalize.phonetics import phonetic_key
from matching.quality.names.lexicon import surnames

MOST = 6
"""Names kept for one text and kind."""

_COMMON = 3e-7  # share of a surname that is worth meaning
_LETTERS = "^[A-Z][A-Z' -]+[A-Z]$"
_WIDTHS = (10, 12, 15, 20, 25, 30)  # of columns that cut names
_USUAL, _ODD = 0.2, 0.02  # chance of a slip of a kind and place, by the length: letter lost or doubled, any other
_HEARD = 0.05  # chance of one spelling among those of a sound


def surname_neighbours(keys: pl.Series) -> pl.DataFrame:
    """``key``, ``name``, ``kind``, ``odds``: frequent surnames that each text may have been meant for.

    Args:
        keys: Distinct texts in the funnel's view.
    """
    asked = keys.filter(keys.str.contains(_LETTERS)).drop_nulls().unique(maintain_order=True)
    texts = pl.DataFrame({"key": asked, "own": own(asked, "surname")})
    sound = _sound(asked)
    letter = one_letter_away(texts.select("key"), _common())
    heard = texts.select("key", sound=sound).join(_by_sound(), on="sound")
    heard = heard.select("key", "name", "share", chance=pl.lit(_HEARD))
    cut = texts.select("key").join(_starts(), left_on="key", right_on="start", coalesce=False)
    cut = cut.select("key", "name", "share", chance=pl.lit(1.0))
    parts = [(letter, "surname_letter"), (heard, "surname_sound"), (cut, "surname_cut")]
    told = pl.concat(part.with_columns(kind=pl.lit(kind)) for part, kind in parts)
    return likeliest(told.join(texts, on="key"))


def likeliest(met: pl.DataFrame) -> pl.DataFrame:
    """``key``, ``name``, ``kind``, ``odds``: the best of ``met``, whose columns are those of odds and ``own``."""
    met = met.filter(letters("key") != letters("name"))  # a sign between the same letters is another kind
    best = met.with_columns(odds=pl.col("chance") * pl.col("share") / pl.col("own"))
    best = best.sort("odds", "name", descending=[True, False]).unique(
        ["key", "name"], keep="first", maintain_order=True
    )
    return best.group_by("key", "kind", maintain_order=True).head(MOST).select("key", "name", "kind", "odds")


def letters(column: str) -> pl.Expr:
    """The letters of a name alone."""
    return pl.col(column).str.replace_all("[^A-Z]", "")


def one_letter_away(texts: pl.DataFrame, names: pl.DataFrame, on: tuple[str, ...] = ()) -> pl.DataFrame:
    """``key``, ``name``, ``share``, ``chance``, and ``on``: the names a slip away from each text.

    Args:
        texts: ``key`` and the columns ``on``.
        names: ``name``, ``share`` and the columns ``on``, which must be equal.
        on: Sex, for instance.
    """
    length = pl.col("name").str.len_bytes()
    left, of_names = _one_left_out(texts, "key"), _shorter(names, on)
    replaced = left.join(of_names, on=["at", "rest", *on]).with_columns(likely=pl.lit(_ODD))
    added = left.join(names, left_on=["rest", *on], right_on=["name", *on], coalesce=False)
    added = added.with_columns(name="rest", likely=pl.lit(_USUAL))
    dropped = of_names.join(texts, left_on=["rest", *on], right_on=["key", *on], coalesce=False)
    dropped = dropped.with_columns(key="rest", likely=pl.lit(_USUAL))
    exchanged = _exchanged(texts).join(names, on=["name", *on]).with_columns(likely=pl.lit(_USUAL))
    columns = ["key", "name", "share", *on]
    return pl.concat(
        part.select(*columns, chance=pl.col("likely") / length) for part in (replaced, added, dropped, exchanged)
    )


def _shorter(names: pl.DataFrame, on: tuple[str, ...]) -> pl.DataFrame:
    return _one_left_out(names, "name").select("name", "share", "at", "rest", *on)


@cache
def _common() -> pl.DataFrame:
    common = surnames().filter(pl.col("share") >= _COMMON, pl.col("key").str.contains(_LETTERS))
    return common.select("share", name="key")


@cache
def _by_sound() -> pl.DataFrame:
    """``sound``, ``name``, ``share``: the ``MOST`` most frequent surnames of each sound."""
    listed = _common()
    heard = listed.with_columns(sound=_sound(listed["name"])).filter(pl.col("sound").str.len_bytes() > 1)
    return heard.group_by("sound", maintain_order=True).head(MOST)


@cache
def _starts() -> pl.DataFrame:
    """``start``, ``name``, ``share``: what each long surname is cut to."""
    name = pl.col("name")
    long = (_common().filter(name.str.len_bytes() > width) for width in _WIDTHS)
    cut = (part.with_columns(start=name.str.head(width)) for part, width in zip(long, _WIDTHS, strict=True))
    return pl.concat(cut).with_columns(pl.col("start").str.strip_chars_end(" -'")).select("start", "name", "share")


def _sound(names: pl.Series) -> pl.Series:
    return phonetic_key(names.str.replace_all("[^A-Z]", ""))


def _one_left_out(texts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Each text once per letter: ``at`` and the ``rest``."""
    text, at = pl.col(column), pl.col("at")
    each = texts.with_columns(at=pl.int_ranges(0, text.str.len_bytes().cast(pl.Int64))).explode("at")
    return each.with_columns(rest=text.str.slice(0, at) + text.str.slice(at + 1))


def _exchanged(texts: pl.DataFrame) -> pl.DataFrame:
    """Each text once per pair of neighbouring letters, with ``name``, the text where they are exchanged."""
    text, at = pl.col("key"), pl.col("at")
    each = texts.with_columns(at=pl.int_ranges(0, text.str.len_bytes().cast(pl.Int64) - 1)).explode("at")
    swapped = (text.str.slice(0, at), text.str.slice(at + 1, 1), text.str.slice(at, 1), text.str.slice(at + 2))
    return each.with_columns(name=pl.concat_str(swapped))
