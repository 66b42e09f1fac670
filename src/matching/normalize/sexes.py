"""What people write for a sex, codes and civilities included.

Example:
    >>> SEX_OF["MADAME"], SEX_OF["1"]
    ('F', 'M')
"""

_WORDS = {
    "M": "M H 1 HOMME MASCULIN MASC GARCON MONSIEUR MR MISTER MALE MAN",
    "F": "F 2 FEMME FEMININ FEMININE FEM FILLE MADAME MME MLLE MADEMOISELLE MISS MRS MS FEMALE WOMAN",
}

SEX_OF = {word: sex for sex, words in _WORDS.items() for word in words.split()}
"""Word, in capitals without accents nor dots → sex; 1 and 2 as in the NIR and in ISO 5218."""
