"""The linkage view of a given name: its words in order, compounds split.

Example:
    >>> import polars as pl
    >>> given_forms(pl.Series(["Jean-Pierre", "JB", "Sans prénom"])).rows()
    [(['JEAN', 'PIERRE'], 'JEANPIERRE'), (['JEAN', 'BAPTISTE'], 'JEANBAPTISTE'), (None, None)]
"""

from functools import cache

import polars as pl

from matching.normalize.text import without_digits, words
from matching.reference import names

_PLACEHOLDERS = frozenset(
    word
    for words_ in (
        "X XX XXX XXXX ND NC NR NEANT NULL NONE AUCUN",
        "SNP SP SPN SANS SANSPRENOM PRENOM",
        "INCONNU INCONNUE PRENOMINCONNU NONCONNU NONRENSEIGNE",
    )
    for word in words_.split()
)
_ABBREVIATIONS = {
    "JB": "JEAN BAPTISTE",
    "JBTE": "JEAN BAPTISTE",
    "JC": "JEAN CLAUDE",
    "JF": "JEAN FRANCOIS",
    "JJ": "JEAN JACQUES",
    "JL": "JEAN LOUIS",
    "JM": "JEAN MARIE",
    "JP": "JEAN PIERRE",
    "MC": "MARIE CLAUDE",
    "MF": "MARIE FRANCE",
    "MJ": "MARIE JOSE",
    "ML": "MARIE LOUISE",
    "MT": "MARIE THERESE",
    "MTH": "MARIE THERESE",
    "MTHERESE": "MARIE THERESE",
    "MMAD": "MARIE MADELEINE",
    "BTE": "BAPTISTE",
    "FCOIS": "FRANCOIS",
    "FCOISE": "FRANCOISE",
    "PH": "PHILIPPE",
    "CH": "CHARLES",
    "CHR": "CHRISTIAN",
    "MD": "MOHAMED",
    "MED": "MOHAMED",
    "MHD": "MOHAMED",
    "STE": "SAINTE",
    "ST": "SAINT",
}


def given_forms(values: pl.Series) -> pl.DataFrame:
    """The words of each given name, one row per value, in order.

    Args:
        values: Raw texts, best distinct; anything, null included.

    Returns:
        ``tokens``: ASCII capitals, compound names split at hyphens and blanks, or as they are most often written when
        they are glued or parted otherwise (JEANPIERRE, ABD-ALLAH); abbreviations in full; null when nothing was said,
        or only a placeholder. ``glued``: the tokens joined.
    """
    spelled = without_digits(words(values))
    glued = spelled.str.replace_all(" ", "", literal=True)
    spelled = spelled.set(glued.is_in(_PLACEHOLDERS), None).replace(_ABBREVIATIONS)
    usual = glued.replace_strict(_usual_spellings(), default=None, return_dtype=pl.String)
    spelled = usual.zip_with(usual.is_not_null(), spelled)
    return pl.DataFrame({"tokens": spelled.str.split(" "), "glued": spelled.str.replace_all(" ", "", literal=True)})


@cache
def _usual_spellings() -> dict[str, str]:
    """Compound names, glued → as they are most often written: JEANPIERRE → JEAN PIERRE, ABDALLAH → ABDALLAH."""
    births = names.given_names().group_by("name").agg(pl.col("births").sum())
    spelled = births.with_columns(words(births["name"]).alias("spelled")).sort("births", "name", descending=True)
    glued = spelled.with_columns(glued=pl.col("spelled").str.replace_all(" ", "", literal=True))
    compound = glued.filter((pl.col("spelled") != pl.col("glued")).any().over("glued"))
    return dict(compound.unique("glued", keep="first", maintain_order=True).select("glued", "spelled").iter_rows())
