"""The values laws are tested on: NIR bodies, partial dates, place codes, names as files carry them."""

from hypothesis import strategies as st

from matching.identity.dates import PartialDate
from tests.builders import holder, person

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆabcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæßłđøþı"

names = st.text(alphabet=LETTERS + " -'’.", min_size=1, max_size=60)
any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)

communes = st.one_of(
    st.from_regex(r"(?:0[1-9]|[1-8]\d|9[0-5])\d{3}", fullmatch=True),
    st.from_regex(r"2[AB]\d{3}", fullmatch=True),
    st.from_regex(r"9[78][0-9]\d{2}", fullmatch=True),
    st.from_regex(r"99\d{3}", fullmatch=True),
)


@st.composite
def nir_bodies(draw: st.DrawFn) -> str:
    """13 characters of any month code, real or mock."""
    sex = draw(st.sampled_from("12345678"))
    year, month = draw(st.integers(0, 99)), draw(st.integers(1, 99))
    return f"{sex}{year:02d}{month:02d}{draw(communes)}{draw(st.integers(1, 999)):03d}"


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """Dates that exist, with or without their day, or month and day."""
    date = draw(st.dates(min_value=PartialDate(1900).start, max_value=PartialDate(2099).end))
    precision = draw(st.sampled_from(["year", "month", "day"]))
    return PartialDate(
        date.year,
        date.month if precision != "year" else None,
        date.day if precision == "day" else None,
    )


SURNAMES = [
    "ROUVIERE", "ROUVIERES", "PERRIN", "PERRIN-ROUVIERE", "D'ARTEMARE", "DE LA TOUR", "DELATOUR", "TOUR",
    "MONTGAILLARD", "SAINT-XANDRE", "CAMILLE", "ZELLAGUI", "X",
]  # fmt: skip
WRITTEN_SURNAMES = [
    *SURNAMES, "Rouvière", "Riuviere", "Montgaill", "St Xandre", "Perrin épouse Zellagui", "Rouvière Perrin",
    "Artemare", "Zelagi", "Montgoillart", "",
]  # fmt: skip
GIVEN_NAMES = ["CAMILLE", "JEANNE", "JEAN-PIERRE", "PIERRE", "MICKAËL", "ABDELKADER", "LOUIS", "MARIE-LINE", "X"]
WRITTEN_GIVEN_NAMES = [
    *GIVEN_NAMES, "Camulle", "Cami", "C", "Jean Pierre", "Jean", "Jeanpierre", "Michael", "Kader", "Louise", "Rouvière",
    "Colombe", "MARIE", "Caimllo", "Sans prénom",
]  # fmt: skip
YEARS = [1955, 1956, 1965, 1967, 1976, 2012]
DAYS = [1, 2, 3, 12, 15, 20, 21, 31]
BIRTH_PLACES = ["75044", "92044", "29019", "29232", "13208", "99352", "91352", "2A004"]
WRITTEN_PLACES = [
    *({"insee_code": code} for code in [*BIRTH_PLACES, "13055", "99350", "ZZZZZ"]),
    {"postal_code": "29000"}, {"place_label": "Quimper (29)"}, {"country_label": "Algérie"}, {},
]  # fmt: skip


@st.composite
def identities(draw: st.DrawFn, number: int) -> list[dict[str, object]]:
    """The register's rows of one person, of values that resemble those of others: official, usage and former."""
    month = draw(st.sampled_from([None, 1, 2, 3, 12]))
    traits = {
        "birth_name": draw(st.sampled_from(SURNAMES)),
        "given_names": draw(st.lists(st.sampled_from(GIVEN_NAMES), max_size=3, unique=True)),
        "sex": draw(st.sampled_from("FM")),
        "birth_year": draw(st.sampled_from(YEARS)),
        "birth_month": month,
        "birth_day": draw(st.sampled_from([None, *DAYS])) if month else None,
        "birth_place": draw(st.sampled_from(BIRTH_PLACES)),
    }
    others = draw(st.lists(st.sampled_from(["usage", "former"]), max_size=2, unique=True))
    return [person(number, **traits)] + [
        person(number, **(traits | {"kind": kind, "birth_name": draw(st.sampled_from(SURNAMES))})) for kind in others
    ]


@st.composite
def registers(draw: st.DrawFn, most: int = 8) -> list[dict[str, object]]:
    """The rows of one to ``most`` persons."""
    return [row for number in range(draw(st.integers(1, most))) for row in draw(identities(number))]


@st.composite
def holders(draw: st.DrawFn) -> dict[str, str | None]:
    """Somebody who may be one of them, nearly, or lack a trait."""
    names = st.sampled_from([None, *WRITTEN_GIVEN_NAMES])
    return holder(
        birth_name=draw(st.sampled_from([None, *WRITTEN_SURNAMES])),
        usage_name=draw(st.sampled_from([None, None, *WRITTEN_SURNAMES])),
        **{f"given_name_{rank}": draw(names) for rank in (1, 2, 3)},
        sex=draw(st.sampled_from(["F", "M", None])),
        birth_year=draw(st.sampled_from([None, *map(str, YEARS)])),
        birth_month=draw(st.sampled_from([None, "1", "2", "3", "12"])),
        birth_day=draw(st.sampled_from([None, *map(str, DAYS)])),
        **({"insee_code": None} | draw(st.sampled_from(WRITTEN_PLACES))),
    )


deposits = st.lists(holders(), min_size=1, max_size=8)
