"""The passage itself: its key, its certification, its dates, what it announces; and who deposits, told once.

Example:
    >>> find(Submitted.of(passages, accepted=frozenset({"A-0001"}))).select("code", "value").row(0)
    ('passage_already_accepted', 'A-0001')

Messages 5, 6 and 7 refuse a passage before anybody is looked for: those rules are blocking. Most others are advice:
the official sample of a deposit shows several of these oddities. Columns beyond the PASSAGES contract (``access``,
``score`` …, as the data dictionary names them) are looked at where a frame has them.
"""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from matching.quality.finders import Finder, found, of_file, together
from matching.quality.passages import certifications, dates, keys
from matching.quality.submitted import Submitted

_NIL_WORDS = ("NIL", "NULL", "NONE", "NAN", "N/A", "#N/A", "NA", "ND", "NÉANT", "NEANT", "VIDE")
_TRUE = ("true", "1")
_FILE_NUMBER_SHAPE = r"^\d{11,13}$"
_LONGEST_NAME, _LONGEST_GIVEN_NAME = 30, 20  # that the branch of the CPF file number takes

_BODY = re.compile(r"\d{2}[A-Z]{3}\d{3}")
_HEADER_SHAPES = {
    "issuer": ("depositor_shape", _BODY),
    "certifier": ("depositor_shape", _BODY),
    "contract": ("contract_shape", re.compile(r"MCFCER\d{6}")),
}
"""Field of the header → rule of an unusual shape, and the usual one."""

_has_number = pl.col("branch") == "dossier_formation"
_number = pl.col("file_number").str.strip_chars()
_level, _score = pl.col("language_level"), pl.col("score").str.strip_chars()
_is_announced = pl.col("has_language_level").is_in(_TRUE)
_is_vae = (pl.col("access") == "VAE").fill_null(value=False)


def _is_cut(name: str, longest: int) -> Finder:
    is_full = pl.col(f"raw_{name}").str.len_chars() == longest
    return Finder("file_number_name_cut", name, _has_number & is_full, detail=pl.lit(longest))


# Each with the columns that it looks at.
_FINDERS: tuple[tuple[tuple[str, ...], Finder], ...] = (
    (
        ("file_number",),
        Finder("file_number_shape", "file_number", _has_number & ~_number.str.contains(_FILE_NUMBER_SHAPE)),
    ),
    (("raw_birth_name",), _is_cut("birth_name", _LONGEST_NAME)),
    (("raw_given_name_1",), _is_cut("given_name_1", _LONGEST_GIVEN_NAME)),
    (
        ("vae_route", "access"),
        Finder(
            "vae_path_without_vae", "vae_path", pl.col("vae_route").is_not_null() & ~_is_vae, value=pl.col("vae_route")
        ),
    ),
    (
        ("has_language_level", "language_level"),
        Finder("language_level_missing", "language_level", _is_announced & _level.is_null()),
    ),
    (
        ("has_language_level", "language_level"),
        Finder("language_level_unannounced", "language_level", ~_is_announced & _level.is_not_null()),
    ),
    (("score",), Finder("score_word_nil", "score", _score.str.to_uppercase().is_in(_NIL_WORDS), proposal=pl.lit(""))),
    (
        ("score", "obtained_by"),
        Finder(
            "score_missing", "score", (pl.col("obtained_by") == "PAR_SCORING") & (_score.is_null() | (_score == ""))
        ),
    ),
)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of passages, whoever the holder is.

    Returns:
        Columns ``FOUND``; findings about who deposits are of the whole file.
    """
    rows = submitted.passages
    finders = [finder for needed, finder in _FINDERS if set(needed) <= set(rows.columns)]
    return together(
        [
            *_of_depositor(submitted.header),
            certifications.find(submitted),
            keys.find(submitted),
            dates.find(submitted),
            found(rows, finders),
        ]
    )


def _of_depositor(header: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    """Findings on the identifiers of the header; an absent one is for control 1 to refuse."""
    for field, (code, shape) in _HEADER_SHAPES.items():
        value = header.get(field) or ""
        if value != value.strip():
            yield of_file("depositor_blanks", field, value=value)
        elif value and not shape.fullmatch(value):
            yield of_file(code, field, value=value)
