"""Words typed where a name was not known: X, ND, INCONNU, SANS PRENOM, TEST, nil.

Example:
    >>> is_placeholder(pl.Series(["Sans prénom", "XXX", "n/a", "MARTIN"]), "given_name_1").to_list()
    [True, True, True, False]

Some are also names that people bear (NEANT is the surname of 864, INSEE): those of more than a few are left alone where
they may be true, and ``is_nil`` tells the words that no usage name is.
"""

import polars as pl

from matching.normalize.text import funnel_text


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_OF_ANY = _words(
    "X XX XXX XXXX XXXXX Z ZZ ZZZ ZZZZ ND NC NR NSP NA NSPP RAS",
    "NAN NEANT AUCUN AUCUNE VIDE RIEN UNKNOWN UNDEFINED UNDEF VOID EMPTY",
    "INCONNU INCONNUE NONCONNU NONCOMMUNIQUE NONRENSEIGNE NONRENSEIGNEE NONDEFINI NONDISPONIBLE NONDETERMINE",
    "SANSOBJET SANS ABSENT MANQUANT IDEM ARENSEIGNER ACOMPLETER AVERIFIER ADEFINIR DOUTE",
    "TEST TESTS TESTTEST ESSAI DEMO EXEMPLE TOTO TITI TATA FOO BAR AZERTY QWERTY QSDF AZER ASDF ABC ABCD",
    "ANONYME ANONYMISE SUPPRIME STAGIAIRE CANDIDAT APPRENANT",
)
_OF_GIVEN_NAMES = _words("SNP SPN SP SANSPRENOM SANSPRENOMS PRENOM PRENOMINCONNU PASDEPRENOM")
_OF_SURNAMES = _words("SANSPRENOM PRENOMINCONNU NOM SANSNOM NOMINCONNU PASDENOM NOMDENAISSANCE NOMDUSAGE NOMFAMILLE")
_NIL = _words("NIL NILL NULL NONE XSINIL NILTRUE XSINILTRUE")
_BORNE = {
    "birth_name": _words("SANS RAS TOTO TATA TITI DEMO VIDE NAN NA CANDIDAT BAR DOUTE RIEN NEANT AZER"),
    "usage_name": _words("SANS TOTO TATA TITI DEMO NAN CANDIDAT BAR DOUTE AZER"),
    **dict.fromkeys(("given_name_1", "given_name_2", "given_name_3"), _words("NIL NAN NA AZER ANONYME")),
}
"""Of the words of any field, those that are true names there, by INSEE's lists and those of ``reference.foreign``."""


def is_placeholder(tidied: pl.Series, field: str) -> pl.Series:
    """True where a text stands for no name; blank texts and null are not."""
    glued = funnel_text(tidied).str.replace_all("[^A-Z0-9]+", "")
    not_applicable = tidied.str.contains(r"^(?i:n[/.]a)\.?$")
    return (glued.is_in(placeholders(field)) | not_applicable | is_signs(tidied)).fill_null(value=False)


def placeholders(field: str) -> list[str]:
    """The words that stand for no name in a field, capitals without blanks."""
    of_field = _OF_GIVEN_NAMES if field.startswith("given") else _OF_SURNAMES
    return sorted((_OF_ANY | of_field | _NIL) - _BORNE.get(field, frozenset()))


def is_nil(tidied: pl.Series) -> pl.Series:
    """True for the word nil in one of its spellings, and for signs alone."""
    glued = funnel_text(tidied).str.replace_all("[^A-Z0-9]+", "")
    return (glued.is_in(sorted(_NIL)) | is_signs(tidied)).fill_null(value=False)


def is_signs(tidied: pl.Series) -> pl.Series:
    """True for a text without letter or digit: a hyphen, a point, question marks."""
    return (tidied.str.contains(r"^[^\p{L}\p{N}]+$") & (tidied.str.strip_chars() != "")).fill_null(value=False)
