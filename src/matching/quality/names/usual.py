"""The spelling of a surname that is more frequent than the one submitted: signs between its parts, particle.

Example:
    >>> usual(pl.Series(["SILVA DA", "LE-GUENNEC", "JEAN LOUIS"])).sort("key").select("usual", "kind").rows()
    [('JEAN-LOUIS', 'punctuation'), ('LE GUENNEC', 'particle'), ('DA SILVA', 'particle')]

Odds are how many times more frequent the other spelling is. A form that French names never take has odds by rule,
``BY_RULE``, when no list holds it: a hyphen after a particle, a letter that has lost its apostrophe.
"""

from functools import cache

import polars as pl

from matching.quality.names.lexicon import shares, surnames

BY_RULE = 100.0

_PARTICLES = "DE LA|DE|DU|DES|LE|LA|LES|DA|DO|DOS|DAS|DI|DEL|DELLA|EL|AL|BEN|AIT|OULD|VAN DEN|VAN DER|VAN DE|VAN|VON"
_PARTICLE = rf"^((?:{_PARTICLES}) |[DL]')([A-Z].+)$"
_HYPHEN = "(^|-)(DE LA|DE-LA|DE|DU|DES|LE|LA|DA|DO|DOS|DI|VAN|VAN-DEN|VAN-DER|VON)-([A-Z]{2,})"
_HYPHENED = rf"'|^(?:{_PARTICLES}|[DL])-"  # nobody adds an apostrophe by mistake
_APOSTROPHE = "(^|[ -])([DLNMO]) ([A-Z]{2,})"
_BRETON = "([A-Z]{3,}C) H$"
_SHORT_SAINT = r"\bSTE?\b"
_OTHER_SIGN = 10  # times that a hyphen for a blank, or the reverse, is likelier than both forgotten
_UNLISTED = 1e-8  # share of a name that no list holds


def usual(keys: pl.Series) -> pl.DataFrame:
    """The likeliest other spelling of each surname that has one.

    Args:
        keys: Distinct texts as ``tidy_key`` gives them.

    Returns:
        ``key``, ``usual``, ``kind`` (particle or punctuation), ``odds`` above 1.
    """
    asked = pl.DataFrame({"key": keys, "share": shares(keys, "surname")})
    asked = asked.filter(~pl.col("key").str.contains(_SHORT_SAINT))  # a rule of its own
    signs = (_other_sign(asked, "-", " "), _other_sign(asked, " ", "-"))
    parts = [_same_letters(asked), *signs, _without_particle(asked), *_by_rule(asked)]
    found = pl.concat(part.select("key", "usual", "odds") for part in parts)
    found = found.filter((pl.col("usual") != pl.col("key")) & (pl.col("odds") > 1))
    best = found.sort("odds", "usual", descending=[True, False]).unique("key", keep="first", maintain_order=True)
    has_particle = pl.col("usual").str.contains(rf"^(?:{_PARTICLES}) ")
    return best.with_columns(kind=pl.when(has_particle).then(pl.lit("particle")).otherwise(pl.lit("punctuation")))


def _same_letters(asked: pl.DataFrame) -> pl.DataFrame:
    parted = asked.filter(~pl.col("key").str.contains(_HYPHENED))
    letters = parted.with_columns(letters=pl.col("key").str.replace_all("[^A-Z]", ""))
    known = letters.join(_by_letters(), on="letters").filter(pl.col("usual") != pl.col("key"))
    return known.with_columns(odds=pl.col("usual_share") / (pl.col("share") + _UNLISTED))


def _other_sign(asked: pl.DataFrame, sign: str, other: str) -> pl.DataFrame:
    has_sign = asked.filter(pl.col("key").str.contains(sign, literal=True))
    changed = has_sign.with_columns(usual=pl.col("key").str.replace_all(sign, other, literal=True))
    return _with_odds(changed).with_columns(pl.col("odds") * _OTHER_SIGN)


@cache
def _by_letters() -> pl.DataFrame:
    """``letters``, ``usual``, ``usual_share``: the most frequent spelling of the letters of each listed name."""
    listed = surnames().with_columns(letters=pl.col("key").str.replace_all("[^A-Z]", ""))
    return listed.unique("letters", keep="first", maintain_order=True).select(
        "letters", usual="key", usual_share="share"
    )


def _without_particle(asked: pl.DataFrame) -> pl.DataFrame:
    """The particle dropped, or behind the name."""
    known = asked.join(_by_rest(), on="key", maintain_order="left_right")
    return known.with_columns(odds=pl.col("usual_share") / (pl.col("share") + _UNLISTED))


@cache
def _by_rest() -> pl.DataFrame:
    """``key``, ``usual``, ``usual_share``: listed names with a particle, by the same without it or with it behind."""
    listed = surnames().rename({"key": "usual", "share": "usual_share"})
    parts = listed.with_columns(
        particle=pl.col("usual").str.extract(_PARTICLE, 1).str.strip_chars(" '"),
        rest=pl.col("usual").str.extract(_PARTICLE, 2),
    ).drop_nulls("rest")
    dropped = parts.select("usual", "usual_share", key="rest")
    moved = [
        parts.select("usual", "usual_share", key=pl.col("rest") + sign + pl.col("particle")) for sign in (" ", "-")
    ]
    return pl.concat([dropped, *moved]).select("key", "usual", "usual_share")


def _with_odds(named: pl.DataFrame) -> pl.DataFrame:
    whole = named.join(surnames().rename({"key": "usual", "share": "usual_share"}), on="usual", maintain_order="left")
    return whole.with_columns(odds=pl.col("usual_share") / (pl.col("share") + _UNLISTED))


def _by_rule(asked: pl.DataFrame) -> list[pl.DataFrame]:
    unlisted = asked.filter(pl.col("share") == 0)
    forms = ((_HYPHEN, "${1}${2} ${3}"), (_APOSTROPHE, "${1}${2}'${3}"), (_BRETON, "${1}'H"))
    return [
        unlisted.filter(pl.col("key").str.contains(form)).with_columns(
            usual=pl.col("key").str.replace_all(form, spelled), odds=BY_RULE
        )
        for form, spelled in forms
    ]
