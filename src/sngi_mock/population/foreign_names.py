"""What people born abroad are called: the names of their country, as French files write them, in several spellings.

Example:
    >>> names = ForeignNames(["99139", "99352"])
    >>> names.surnames(np.array([1, 0]), np.array([0.3, 0.0])).to_list()
    ['BELKACEM', 'ALMEIDA']

Names and weights are those of ``matching.reference.foreign``; a country without a list takes a neighbour's. A name
from another alphabet, or with particles, reached France in several spellings: one bearer in four of a name that a
rule of ``SPELLINGS`` applies to has another one (assumption).
"""

from collections.abc import Sequence

import polars as pl

from matching.reference import foreign
from sngi_mock.randomness import Floats, Ints, WeightedDraw

_KINDS: tuple[foreign.Kind, ...] = ("surname", "given_m", "given_f")

OTHER_SPELLING = 0.25
"""Share of the bearers of a name who have one of its other spellings, in equal parts."""

_ARABIC = (
    ("^MOHAMED$", "MOHAMMED"), ("^MOHAMED$", "MOHAMMAD"), ("^MOHAMED$", "MOUHAMED"), ("^AHMED$", "AHMAD"),
    ("^BEN([A-Z]{4,})$", "BEN $1"), ("^BEN ", "BEN"), ("^EL ", "EL"), ("^AL ", "EL "), ("^AIT ", "AIT"),
    ("^ABDEL([A-Z]{3,})$", "ABD EL $1"), ("^OULD ", "OULD"), ("DJ", "J"), ("KH", "K"), ("OU", "U"), ("Q", "K"),
    ("DDINE$", "DINE"), ("SS", "S"), ("AIN$", "EIN"), ("IA$", "IYA"), ("CH", "SH"),
)  # fmt: skip
_SLAVIC = (
    ("OV$", "OFF"), ("EV$", "EFF"), ("SKY$", "SKI"), ("SKII$", "SKI"), ("TCH", "CH"), ("SH", "CH"), ("YU", "IOU"),
    ("IY$", "Y"), ("KS", "X"),
)  # fmt: skip
_PORTUGUESE = (("^(?:DA|DE|DO|DOS|DAS) ", ""), ("^D([AEO]S?) ", "D$1"))
_AFRICAN = (("^N'", "N"), ("^M'", "M"), ("OU", "U"), ("DIA", "JA"), ("^MAMADOU$", "MAMADU"), ("TRAORE", "TRAWALLY"))
_TURKISH = (("OGLU$", "OGLOU"), ("Y", "I"), ("^MEHMET$", "MEHMED"), ("^YUSUF$", "YOUSSOUF"))

SPELLINGS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("99205", "99301", "99350", "99351", "99352"), _ARABIC),
    **dict.fromkeys(("99121", "99122", "99123"), _SLAVIC),
    **dict.fromkeys(("99139", "99416"), _PORTUGUESE),
    **dict.fromkeys(("99322", "99324", "99326", "99327", "99330", "99335", "99341"), _AFRICAN),
    "99208": _TURKISH,
}
"""Country whose list it is → (pattern, what it becomes)."""


class ForeignNames:
    """Draws from the lists of each country; building it joins them once.

    Attributes:
        names: Every item of every list, in the order of ranks.
    """

    def __init__(self, countries: Sequence[str]) -> None:
        spelled = _with_spellings(foreign.names())
        source = pl.DataFrame({"rank": range(len(countries)), "country": [foreign.stand_in(c) for c in countries]})
        place = pl.col("kind").cast(pl.String).replace_strict(_KINDS, range(len(_KINDS)), return_dtype=pl.Int64)
        group = (pl.col("rank") * len(_KINDS) + place).alias("group")
        items = source.join(spelled, on="country").with_columns(group).sort("group", maintain_order=True)
        self.names = items["name"]
        self._draw = WeightedDraw(
            items["group"].to_numpy(), items["weight"].to_numpy(), groups=len(countries) * len(_KINDS)
        )

    def surnames(self, country: Ints, uniform: Floats) -> pl.Series:
        """A surname for people born in each country, given by its rank."""
        return self.names.gather(self._draw(country * len(_KINDS), uniform))

    def given_name_ranks(self, country: Ints, sex: Ints, uniform: Floats) -> Ints:
        """The rank in ``names`` of a given name for people born in each country, by sex (0 man, 1 woman)."""
        return self._draw(country * len(_KINDS) + 1 + sex, uniform)


def _with_spellings(lists: pl.DataFrame) -> pl.DataFrame:
    """The lists, each name followed by its other spellings, whose weight is taken from it."""
    others = pl.concat(
        lists.filter(pl.col("country") == country).with_columns(
            other=pl.col("name").str.replace(pattern, becomes), rule=pl.lit(rank)
        )
        for country, rules in SPELLINGS.items()
        for rank, (pattern, becomes) in enumerate(rules)
    ).filter(pl.col("other") != pl.col("name"), pl.col("other").str.len_chars() > 2)  # noqa: PLR2004 - letters
    key = ["country", "kind", "name"]
    others = others.with_columns(weight=OTHER_SPELLING * pl.col("weight") / pl.len().over(key))
    concerned = others.select(key).unique().with_columns(kept=1 - OTHER_SPELLING)
    weight = pl.col("weight") * pl.col("kept").fill_null(1.0)
    listed = lists.join(concerned, on=key, how="left", maintain_order="left").with_columns(weight=weight).drop("kept")
    spelled = others.with_columns(name="other").select(listed.columns)
    return pl.concat([listed, spelled])
