"""The linkage view of a surname: compact text, core without particles, the halves of a double name, sound.

Example:
    >>> import polars as pl
    >>> forms = surname_forms(pl.Series(["Le Gall", "LEGALL", "DURAND épouse St-Jean"]))
    >>> forms.select("text", "core", "usage").rows()
    [('LEGALL', 'GALL', None), ('LEGALL', 'GALL', None), ('DURAND', 'DURAND', 'SAINTJEAN')]

Of a name damaged in its format only (particle glued, dropped or moved, hyphens, apostrophes, accents, SAINT cut
short) the text or else the core stays what it was. Everything is made of passes over whole columns, in which each word
stands between two blanks of its own, so that `` LE `` is a word and nothing else.
"""

from functools import cache

import polars as pl

from matching.normalize.phonetics import phonetic_key
from matching.normalize.text import without_digits, words
from matching.reference import foreign, names

PARTICLES = frozenset(
    word
    for words_ in (
        "DE D DU DES LE LA LES L",
        "DA DO DOS DAS DEL DELL DELLA DELLE DEGLI DALLA DI LOS LAS E Y",
        "VAN DEN DER VANDEN VANDER TEN TER VER VON ZU ZUM ZUR",
        "EL AL BEN BENT BIN BINT IBN AIT OULD OULED ABU",
    )
    for word in words_.split()
)
_PLACEHOLDERS = ("X", "XX", "XXX", "ND", "NC", "NR", "SNP", "SANSNOM", "INCONNU", "INCONNUE", "NOMINCONNU")
_ABBREVIATIONS = {" ST ": " SAINT ", " STE ": " SAINTE "}
_ONE_NAME = {f" {first}  ": f" {first}" for first in ("SAINT", "SAINTE", "O", "MAC", "MC")}  # with the next word
_MARRIED = ("EPOUSE", "EPSE", "EPX", "EP", "VEUVE", "VVE", "DIVORCEE", "MARIEE")
_BORN = ("NEE",)
_SHORTEST_CORE = 2
_MOST_PARTS = 3
_HEARD_PARTICLE = "^(?:DELA|LE|LA|DE|DU|EL|B[EA]N)"


def surname_forms(values: pl.Series) -> pl.DataFrame:
    """The forms under which a surname is searched and compared, one row per value, in order.

    Args:
        values: Raw texts, best distinct; anything, null included.

    Returns:
        ``text``: ASCII capitals without punctuation, abbreviations in full; null when nothing was said. ``core``: the
        same without particles, even glued where the name is also known with its particle apart (LEGALL). ``parts``:
        the words of the core, three at most. ``phonetic``: the sound of the core, without glued particle. ``usage``:
        the text of the other name when the field holds both with a word between them (DURAND EPOUSE PETIT, PETIT NEE
        DURAND); the other columns then describe the birth name.
    """
    birth, usage = _two_names(without_digits(words(values)))
    birth = birth.set(_compact(birth).is_in(_PLACEHOLDERS), None)
    several = birth.str.contains(" ", literal=True).fill_null(value=False)
    order = pl.concat([(~several).arg_true(), several.arg_true()]).arg_sort()
    forms = pl.concat([_of_one_word(birth.filter(~several)), _of_words(birth.filter(several))])[order]
    return forms.with_columns(phonetic=_sound(forms["core"]), usage=usage)


def _of_one_word(words_: pl.Series) -> pl.DataFrame:
    """Columns ``text``, ``core``, ``parts`` of names without blank: nearly all."""
    core = words_.replace(*_glued())
    return pl.DataFrame({"text": words_, "core": core}).with_columns(
        parts=pl.when(pl.col("core").is_not_null()).then(pl.concat_list("core"))
    )


def _of_words(names_: pl.Series) -> pl.DataFrame:
    """The same of names of several words."""
    apart = _apart(names_).str.replace_many(_ONE_NAME)
    kept = apart.str.replace_many(*_without_particles())
    forms = pl.DataFrame(
        {"text": _compact(apart), "core": _compact(kept), "words": kept.str.strip_chars(" ").str.split("  ")}
    )
    is_core = pl.col("core").str.len_bytes() >= _SHORTEST_CORE
    return forms.select(
        "text",
        core=pl.when(is_core).then("core").otherwise("text"),
        parts=pl.when(is_core).then(pl.col("words").list.head(_MOST_PARTS)).otherwise(pl.concat_list("text")),
    )


def _sound(core: pl.Series) -> pl.Series:
    """The phonetic key without the particle that it starts with, unless a single sound would be left."""
    key = phonetic_key(core)
    bare = key.str.replace(_HEARD_PARTICLE, "")
    return bare.zip_with((bare.str.len_bytes() >= _SHORTEST_CORE).fill_null(value=True), key)


def _compact(spelled: pl.Series) -> pl.Series:
    return spelled.str.replace_all(" ", "", literal=True)


def _apart(spelled: pl.Series) -> pl.Series:
    """Each word in full, between two blanks of its own: ``ST JEAN`` → `` SAINT  JEAN ``."""
    apart = " " + spelled.str.replace_all(" ", "  ", literal=True) + " "
    return apart.str.replace_many(_ABBREVIATIONS)


def _two_names(spelled: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The birth name and the other one, apart when a word says which is which; a leading such word is left out."""
    usage = pl.Series([None], dtype=pl.String).new_from_index(0, len(spelled))
    worded = spelled.str.contains_any([f"{word} " for word in (*_MARRIED, *_BORN)]).fill_null(value=False).arg_true()
    if worded.is_empty():
        return spelled, usage
    married, born = ("(?:" + "|".join(group) + ")" for group in (_MARRIED, _BORN))
    text = pl.col("text").str.replace(f"^(?:{married}|{born}) ", "")
    both = pl.DataFrame({"text": spelled.gather(worded)}).select(
        birth=pl.coalesce(text.str.extract(f"^.+? {born} (.+)$"), text.str.extract(f"^(.+?) {married} .+$"), text),
        usage=pl.coalesce(text.str.extract(f"^(.+?) {born} .+$"), text.str.extract(f"^.+? {married} (.+)$")),
    )
    return spelled.clone().scatter(worded, both["birth"]), usage.scatter(worded, _compact(_apart(both["usage"])))


@cache
def _without_particles() -> tuple[pl.Series, pl.Series]:
    """What to replace in names whose words stand apart, and by what: particles, and names with a glued one."""
    glued, core = _glued()
    particles = pl.Series([f" {particle} " for particle in sorted(PARTICLES)])
    nothing = pl.Series([""]).new_from_index(0, len(particles))
    old, new = pl.concat([particles, " " + glued + " "]), pl.concat([nothing, " " + core + " "])
    return old.implode(), new.implode()


@cache
def _glued() -> tuple[pl.Series, pl.Series]:
    """Names of one word that are also known with their particle apart, and their core: LEGALL, GALL; saints in full."""
    known = pl.concat([names.surname_list(), foreign.names(kind="surname")["name"]])
    apart = known.filter(known.str.contains("[ '-]")).str.replace_all("[^A-Z]+", " ").unique().sort()
    glued = {short.strip(): full.strip() for short, full in _ABBREVIATIONS.items()}
    for name in apart:
        first, *others = name.split(" ")
        core = "".join(word for word in others if word not in PARTICLES)
        if first in PARTICLES and len(core) >= _SHORTEST_CORE:
            glued[first + "".join(others)] = core
            if first == "VAN" and len(others) > 1:
                glued["".join(others)] = core  # VAN DENBERGH
    return pl.Series(list(glued)), pl.Series(list(glued.values()))
