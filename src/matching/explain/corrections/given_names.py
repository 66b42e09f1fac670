"""Corrections of the first given name: which of several it is, its hyphen, its form, one letter of it.

Example:
    >>> find(prepared(refused)).select("kind", "given_name_1").row(0)  # Jean Pierre
    ('compound_hyphen', 'JEAN-PIERRE')
"""

from functools import cache

import polars as pl

from matching.explain.corrections.facts import values
from matching.explain.corrections.frequency import given_names, own
from matching.explain.corrections.neighbours import letters, one_letter_away
from matching.explain.corrections.ways import LEFT_OUT, Way, built, together
from matching.normalize.phonetics import phonetic_key
from matching.normalize.text import funnel_text
from matching.reference import variants

_KEY = ("key_given_name_1", "sex", "decade")
_SEVERAL = r"^([A-Z'-]{2,})[ ,;/.+&]+([A-Z'-]{2,})(?:[ ,;/.+&]+([A-Z'-]{2,}))?.*$"
_COMPOUND = r"^([A-Z']{2,})-([A-Z'-]{2,})$"
_SHORT = r"^[A-Z]{1,4}\.?$"
_LETTERS = "^[A-Z]{3,}$"
_KNOWN = 1e-6  # share of a given name worth meaning
_MOST = 5  # alternatives of one kind
_MOST_ODDS = 1e5
_INITIAL, _CERTAIN = r"^[A-Z]\.?$", 3e3  # odds that an initial is not the whole name
_OTHER_SEX = 1e-7  # share of a name among those of the sex that it is not listed for
_FORM = {"spelling": 0.3, "gender": 0.3, "diminutive": 0.3, "francised": 0.1}  # chance of one form among a name's
_KINDS = {
    "spelling": "given_name_spelling",
    "gender": "form_of_other_sex",
    "diminutive": "usual_form",
    "francised": "usual_form",
}
_HEARD, _CUT, _HALF = 0.1, 0.1, 0.3  # chance of this spelling, of this cut, of this half

_first, _second, _third = (pl.col(f"key_given_name_{rank}") for rank in (1, 2, 3))
_text = {rank: pl.col(f"text_given_name_{rank}") for rank in (1, 2, 3)}
_words = [_first.str.extract(_SEVERAL, rank) for rank in (1, 2, 3)]
_halves = [_first.str.extract(_COMPOUND, rank) for rank in (1, 2)]
_hyphened = _first.str.replace_all(" ", "-", literal=True)
_has_blank, _has_hyphen = (_first.str.contains(f"^[A-Z]+(?:{sign}[A-Z]+)+$") for sign in (" ", "-"))
_alone = _second.is_null()

NAMES: tuple[Way, ...] = (
    Way("given_name_unsure", {}),
    Way("given_name_unsaid", {}, _first.str.contains(_INITIAL), _CERTAIN),
    # « MARIE ANNE »: two names, or a compound without its hyphen
    Way("first_of_several", {"given_name_1": _words[0]}, ~_alone),
    Way("first_of_several", {"given_name_1": _words[0], "given_name_2": _words[1]}, _alone & _words[2].is_null()),
    Way(
        "first_of_several",
        {"given_name_1": _words[0], "given_name_2": _words[1], "given_name_3": _words[2]},
        _alone & _third.is_null(),
    ),
    Way("compound_hyphen", {"given_name_1": _hyphened}, _has_blank),
    Way("compound_without_hyphen", {"given_name_1": _first.str.replace_all("-", " ", literal=True)}, _has_hyphen),
    Way("compound_without_hyphen", {"given_name_1": _first.str.replace_all("[ -]", "")}, _has_hyphen | _has_blank, 0.3),
    Way("half_of_compound", {"given_name_1": _halves[0]}, ~_alone),
    Way("half_of_compound", {"given_name_1": _halves[0], "given_name_2": _halves[1]}, _alone),
    Way("other_given_name_first", {"given_name_1": _text[2], "given_name_2": _text[1]}, _first != _second),
    Way("other_given_name_first", {"given_name_1": _text[3], "given_name_3": _text[1]}, _first != _third, 0.3),
    Way(
        "compound_completed",
        {"given_name_1": pl.concat_str(_first, pl.lit("-"), _second), "given_name_2": LEFT_OUT},
        _first.str.contains(_LETTERS) & _second.str.contains(_LETTERS) & (_first != _second),
        0.1,
    ),
)
"""Asked of each passage; what only frequencies tell is in ``find``."""


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """The corrections of first given names: columns ``BUILT``.

    Args:
        rows: As ``prepared`` gives them.
    """
    asked = values(rows, *_KEY).rename({"key_given_name_1": "key"})
    asked = asked.with_columns(own=_own(asked))
    told = pl.concat([_forms(asked), _heard(asked), _letters(asked), _begun(asked), _hyphens(asked)])
    on = ["key", "sex", "decade"]
    met = rows.select("passage", "sex", "decade", key="key_given_name_1").join(told, on=on, nulls_equal=True)
    spelled = [
        Way(kind, {"given_name_1": pl.col("name")}, pl.col("kind") == kind, pl.col("odds"))
        for kind in met["kind"].unique().sort()
    ]
    return together([built(rows, NAMES), built(met, spelled)])


def sexes(rows: pl.DataFrame) -> pl.DataFrame:
    """The other sex, with the odds that the given name gives it: columns ``BUILT``."""
    births = given_names().group_by("sex", "name").agg(pl.col("share").max())
    share = {sex: births.filter(pl.col("sex") == sex).select("name", pl.col("share").alias(sex)) for sex in "MF"}
    name = pl.col("key_given_name_1").str.replace_all(" ", "-", literal=True)
    told = rows.select("passage", "sex", name=name).join(share["M"], on="name", how="left", maintain_order="left")
    told = told.join(share["F"], on="name", how="left", maintain_order="left")
    men, women = (pl.col(sex).fill_null(0.0) + _KNOWN for sex in "MF")
    is_man = pl.col("sex") == "M"
    odds = pl.when(is_man).then(women / men).otherwise(men / women).clip(1e-3, _MOST_ODDS)
    other = pl.when(is_man).then(pl.lit("F")).otherwise(pl.lit("M"))
    return built(told, [Way("sex", {"sex": other}, pl.col("sex").is_not_null(), odds)])


def _own(asked: pl.DataFrame) -> pl.Series:
    """The share of each name among those of its sex and decade; by all lists where INSEE's does not have it."""
    names = given_names().rename({"name": "key"})
    told = asked.join(names, on=["key", "sex", "decade"], how="left", maintain_order="left")
    is_listed = asked["key"].is_in(names["key"].unique().implode())
    return (told["share"].fill_null(0.0) + _OTHER_SEX).zip_with(is_listed, own(asked["key"], "given"))


def _shared(met: pl.DataFrame) -> pl.DataFrame:
    """``key``, ``sex``, ``decade``, ``name``, ``kind``, ``odds``: the likeliest of the names met, by their cohort.

    Args:
        met: ``key``, ``sex``, ``decade``, ``own``, ``name``, ``kind``, ``chance``.
    """
    known = met.join(given_names(), on=["sex", "decade", "name"], how="left").filter(pl.col("name") != pl.col("key"))
    odds = (pl.col("chance") * pl.col("share").fill_null(_KNOWN / 10) / pl.col("own")).clip(0.0, _MOST_ODDS)
    best = known.with_columns(odds=odds).sort("odds", "name", descending=[True, False])
    columns = ["key", "sex", "decade"]
    best = best.unique([*columns, "name"], keep="first", maintain_order=True)
    return best.group_by(*columns, "kind", maintain_order=True).head(_MOST).select(*columns, "name", "kind", "odds")


def _forms(asked: pl.DataFrame) -> pl.DataFrame:
    """Other forms of the name: official for usual, another spelling, that of the sex."""
    met = asked.join(_variants(), on=["sex", "key"])
    return _shared(met)


@cache
def _variants() -> pl.DataFrame:
    table = variants.variants()
    told = table.select(
        "sex",
        key=funnel_text(table["variant"]),
        name=funnel_text(table["name"]),
        kind=pl.col("kind").cast(pl.String).replace_strict(_KINDS),
        chance=pl.col("kind").cast(pl.String).replace_strict(_FORM),
    )
    return told.unique(["sex", "key", "name"], keep="first", maintain_order=True)


def _heard(asked: pl.DataFrame) -> pl.DataFrame:
    """Given names of the same sound and sex; another sex's form is a kind of its own."""
    sound = phonetic_key(asked["key"].str.replace_all("[^A-Z]", ""))
    met = asked.with_columns(sound=sound).join(_sounds(), on=["sex", "sound"])
    forms = _variants().filter(pl.col("kind") == _KINDS["gender"])
    met = met.join(forms, on=["sex", "key", "name"], how="anti").filter(letters("key") != letters("name"))
    return _shared(met.with_columns(kind=pl.lit("given_name_spelling"), chance=pl.lit(_HEARD)))


@cache
def _sounds() -> pl.DataFrame:
    names = _common()
    sound = phonetic_key(names["name"].str.replace_all("[^A-Z]", ""))
    return names.select("sex", "name", sound=sound).filter(pl.col("sound").str.len_bytes() > 1)


def _letters(asked: pl.DataFrame) -> pl.DataFrame:
    """Given names one slip away."""
    texts = asked.filter(pl.col("key").str.contains(_LETTERS)).select("key", "sex").unique(maintain_order=True)
    names = _common().filter(pl.col("name").str.contains(_LETTERS))
    near = one_letter_away(texts.drop_nulls(), names, on=("sex",)).select("key", "sex", "name", "chance")
    return _shared(asked.join(near, on=["key", "sex"]).with_columns(kind=pl.lit("given_name_letter")))


def _begun(asked: pl.DataFrame) -> pl.DataFrame:
    """Names that a few letters begin, and compounds that a name does."""
    cut = asked.filter(pl.col("key").str.contains(_SHORT)).with_columns(start=pl.col("key").str.strip_chars("."))
    cut = cut.join(_starts(), on=["sex", "start"]).with_columns(kind=pl.lit("given_name_cut"), chance=pl.lit(_CUT))
    cut = cut.with_columns(pl.col("own").clip(_KNOWN))  # few people are called V., but some are
    half = asked.join(_compounds(), on=["sex", "key"])
    half = half.with_columns(kind=pl.lit("compound_completed"), chance=pl.lit(_HALF))
    columns = ["key", "sex", "decade", "own", "name", "kind", "chance"]
    return _shared(pl.concat([cut.select(columns), half.select(columns)]))


@cache
def _starts() -> pl.DataFrame:
    """``sex``, ``start`` (one to four letters), ``name``: the thirty most frequent names that begin so."""
    names = _common()
    parts = (names.with_columns(start=pl.col("name").str.head(length)) for length in (1, 2, 3, 4))
    begun = pl.concat(parts).filter(pl.col("start") != pl.col("name"))
    return begun.group_by("sex", "start", maintain_order=True).head(30).select("sex", "start", "name")


@cache
def _compounds() -> pl.DataFrame:
    """``sex``, ``key`` (first half), ``name``."""
    compound = _common().with_columns(key=pl.col("name").str.extract(_COMPOUND)).drop_nulls("key")
    return compound.group_by("sex", "key", maintain_order=True).head(10).select("sex", "key", "name")


def _hyphens(asked: pl.DataFrame) -> pl.DataFrame:
    """Compounds of the same letters, with their hyphen."""
    met = asked.with_columns(letters=letters("key")).join(_by_letters(), on=["sex", "letters"])
    return _shared(met.with_columns(kind=pl.lit("compound_hyphen"), chance=pl.lit(1.0)))


@cache
def _by_letters() -> pl.DataFrame:
    compound = _common().filter(pl.col("name").str.contains("-", literal=True))
    return compound.select("sex", "name", letters=letters("name"))


@cache
def _common() -> pl.DataFrame:
    """``sex``, ``name``, ``share``, most frequent first: the highest share of any decade."""
    names = given_names().group_by("sex", "name").agg(pl.col("share").max())
    return names.filter(pl.col("share") >= _KNOWN).sort("share", "name", descending=[True, False])
