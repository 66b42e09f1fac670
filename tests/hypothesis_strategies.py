"""The values laws are tested on: NIR bodies, partial dates, place codes, names as files carry them."""

from hypothesis import strategies as st

from matching.identity.dates import PartialDate

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
