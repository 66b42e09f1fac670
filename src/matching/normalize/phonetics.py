"""How a French ear hears a name: one key for PHILIPPEAU and FILIPO, for WAHABI and OUAHABI.

Example:
    >>> import polars as pl
    >>> phonetic_key(pl.Series(["MOREAU", "MORAULT", "MORO", None])).to_list()
    ['MORO', 'MORO', 'MORO', None]

A name is read in passes over groups of letters, the longest group first, the whole name at each pass. What the ear
cannot tell apart is written alike: mute finals, doubled letters, EAU, AU and O, PH and F, EN and AN; and, in names from
abroad, what registrars write in several ways: OU, U and W, DJ and J, KH, Q and K, SCH and CH. The key is for finding
names, not for reading them: ``Soundex`` and ``Metaphone`` hear English, and find fewer names in larger heaps.
"""

import polars as pl

Rules = dict[str, str]


def _rules(table: str) -> Rules:
    """Group of letters → sound, from lines of a sound and the groups that are heard so; ``-`` is no sound."""
    lines = (line.split() for line in table.strip().splitlines())
    return {group: sound.replace("-", "") for sound, *groups in lines for group in groups}


# "<" and ">" are the ends of the name, "c" is the sound of CH, "h" is not heard but keeps two vowels apart.
_CONSONANT_SOUNDS = _rules("""
    B   BB
    D   DD DH
    F   FF PH PPH
    G   GG
    J   DJ DG JJ
    K   C CC CK CQ CQU K KH KK CKH Q QU QQ CE> CES>
    L   LL
    M   MM
    N   NN GN
    P   PP
    R   RR RH RRH GH
    S   SS Z ZZ TZ DZ X> XE> XES> XS>
    T   TT TH TTH DT
    V   VV W WW
    c   CH SH SCH SSH TCH TSCH CZ SZ
    h   H HH
    KS  X XX
    KR  CHR
    KL  CHL
    KAEL CHAEL
    SE  CE SCE
    SI  CI SCI
    SY  CY SCY
    JE  GE
    JI  GI
    JY  GY
    JO  GEO
    JA  GEA
    GE  GUE GHE
    GI  GUI GHI
    GY  GUY GHY
    G>  GU> GUE>
    J>  G> GE> GES> GH> GHE>
    NT> NC> NG> NCE> NGE> NCES> NGES>
    EF> EV> EW>
    OF> OV> OW>
""")
_VOWEL_SOUNDS = _rules("""
    E   AI AY EI EY AE EE EU OEU
    I   Y II
    O   AU EAU OO
    O>  AUL> AULT> EAULT> OLT> EO> EOS>
    U   OU UU
    VA  OUA UA
    VE  OUE UE OUAI UAI
    VI  OUI UI OUY UY
    VO  OUO UO OUAU UAU OUEAU UEAU
    AVA AOUA AUA
    AVI AOUI AUI
    IN> AIN> AINE> EIN> EINE> AYN> AYNE> EYN> EYNE>
    -   h
""") | {
    # Nasal vowels before another consonant, and M for N before B and P.
    **{f"EN{letter}": f"AN{letter}" for letter in "BcDFGJKLPRSTV"},
    **{f"{group}{letter}": f"IN{letter}" for group in ("AIN", "EIN", "AYN", "EYN") for letter in "BcDFGJKLPRSTV"},
    **{f"{vowel}M{letter}": f"{heard}N{letter}" for vowel, heard in ("AA", "EA", "II", "OO", "YI") for letter in "BP"},
}
_DOUBLED = {2 * letter: letter for letter in "AEIOUBDFGJKLMNPRSTV"}
_MUTE_END = "(?:ER|[DEST])+$"
_SHORTEST = 2  # letters of a key from which no end is taken: LETT is not L


def phonetic_key(values: pl.Series) -> pl.Series:
    """The key of each text; null stays null, and a text of no sound at all is its own key.

    Args:
        values: ASCII capitals without blanks, as ``surname_forms`` and ``given_forms`` give them.
    """
    sounds = _read(_read("<" + values + ">", _CONSONANT_SOUNDS), _VOWEL_SOUNDS).str.strip_chars("<>")
    bare = sounds.str.replace(_MUTE_END, "")
    bare = bare.zip_with(bare.str.len_bytes() >= _SHORTEST, sounds.str.head(_SHORTEST))
    key = _read(bare, _DOUBLED).str.to_uppercase()
    return key.zip_with(key != "", values).alias(values.name)


def _read(texts: pl.Series, rules: Rules) -> pl.Series:
    groups = sorted(rules, key=len, reverse=True)
    return texts.str.replace_many(groups, [rules[group] for group in groups], leftmost=True)
