"""What the comparison levels ask of pairs, one function per question.

Each takes the pairs and the positions of those still undecided, and says which of them meet the level. A test may
count on those before it in its table: what an earlier level took is not there any more.
"""

import numpy as np
import polars as pl

from matching.linkage.arrays import Flags
from matching.linkage.pairs import FORMER, USAGE, At, Pairs
from matching.linkage.queries import UNSEEN
from matching.linkage.variants import is_variant

_ADULT = 18  # years a woman must have to bear a husband's name
_LONG = 6  # letters from which two edits mean anything
_CUT = 5  # letters of a cut surname
_LAST_BIRTHS = 2026  # a birth year this far is no adult's


def rest(_: Pairs, at: At) -> Flags:
    """Everything that is left."""
    return np.ones(at.size, np.bool_)


# --- birth date -----------------------------------------------------------------------------------------------------


def date_missing(p: Pairs, at: At) -> Flags:
    """A side has no year."""
    return (p.sent_date[0][at] == 0) | (p.date[0][at] == 0)


def date_exact(p: Pairs, at: At) -> Flags:
    """Year, month and day known on both sides, and equal."""
    return _year(p, at) & _month(p, at) & _day(p, at)


def day_unknown(p: Pairs, at: At) -> Flags:
    """Year and month equal, day unknown on a side."""
    return _year(p, at) & _month(p, at) & _unknown(p, at, 2)


def only_year_known(p: Pairs, at: At) -> Flags:
    """Year equal, month unknown on a side; days, when known, do not differ."""
    day = _unknown(p, at, 2) | _day(p, at)
    return _year(p, at) & _unknown(p, at, 1) & day


def day_month_swapped(p: Pairs, at: At) -> Flags:
    """Day and month exchanged."""
    (_, month, day), (_, sent_month, sent_day) = p.date, p.sent_date
    return _year(p, at) & (month[at] == sent_day[at]) & (day[at] == sent_month[at]) & (day[at] > 0)


def default_date(p: Pairs, at: At) -> Flags:
    """The year, with a date that is typed when the day is not known: 1 January, 31 December, the 1st or the 15th."""
    month, day = p.sent_date[1][at], p.sent_date[2][at]
    new_year = ((month == 1) & (day == 1)) | ((month == 12) & (day == 31))  # noqa: PLR2004 - a date
    middle = (day == 15) & ((p.date[1][at] == month) | (p.date[1][at] == 0))  # noqa: PLR2004 - same
    return _year(p, at) & (new_year | middle)


def one_digit_of_day(p: Pairs, at: At) -> Flags:
    """Year and month equal, one of the two digits of the day."""
    return _year(p, at) & _month(p, at) & (_digits(p.date[2][at], p.sent_date[2][at]) == 1)


def one_digit_of_month(p: Pairs, at: At) -> Flags:
    """Year and day equal, one of the two digits of the month."""
    return _year(p, at) & _day(p, at) & (_digits(p.date[1][at], p.sent_date[1][at]) == 1)


def digits_exchanged(p: Pairs, at: At) -> Flags:
    """Two neighbouring digits of ddmmyyyy exchanged."""
    ours, theirs = _ddmmyyyy(p.sent_date, at), _ddmmyyyy(p.date, at)
    found = np.zeros(at.size, np.bool_)
    for place in range(7):
        left, right = 10 ** (place + 1), 10**place
        gap = ours // left % 10 - ours // right % 10  # what moves from one digit to the other
        found |= (gap != 0) & (theirs == ours - gap * (left - right))
    return found & _known(p, at)


def year_off(p: Pairs, at: At) -> Flags:
    """Month and day equal; the year off by one, by ten or twenty, a century, or one digit."""
    apart = np.abs(p.date[0][at] - p.sent_date[0][at])
    near = np.isin(apart, (1, 2, 10, 20, 100)) | (_year_digits(p, at) == 1)
    return _month(p, at) & _day(p, at) & near


def only_day_differs(p: Pairs, at: At) -> Flags:
    """Year and month equal."""
    return _year(p, at) & _month(p, at)


def same_year(p: Pairs, at: At) -> Flags:
    """The year equal."""
    return _year(p, at)


def _year(p: Pairs, at: At) -> Flags:
    return p.date[0][at] == p.sent_date[0][at]


def _month(p: Pairs, at: At) -> Flags:
    sent = p.sent_date[1][at]
    return (p.date[1][at] == sent) & (sent > 0)


def _day(p: Pairs, at: At) -> Flags:
    sent = p.sent_date[2][at]
    return (p.date[2][at] == sent) & (sent > 0)


def _unknown(p: Pairs, at: At, part: int) -> Flags:
    return (p.date[part][at] == 0) | (p.sent_date[part][at] == 0)


def _known(p: Pairs, at: At) -> Flags:
    return ~_unknown(p, at, 1) & ~_unknown(p, at, 2)


def _digits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many of the two digits differ; 3 where a number is unknown."""
    differ = (left // 10 != right // 10).astype(np.uint8) + (left % 10 != right % 10)
    return np.where((left > 0) & (right > 0), differ, 3)


def _year_digits(p: Pairs, at: At) -> np.ndarray:
    left, right = p.date[0][at], p.sent_date[0][at]
    return _digits(left // 100, right // 100) + _digits(left % 100 + 100, right % 100 + 100)


def _ddmmyyyy(date: tuple[np.ndarray, ...], at: At) -> np.ndarray:
    year, month, day = (part[at].astype(np.int64) for part in date)
    return day * 1_000_000 + month * 10_000 + year


# --- given names ----------------------------------------------------------------------------------------------------


def given_missing(p: Pairs, at: At) -> Flags:
    """A side has no given name, or a placeholder."""
    return (p.queries.given_names.first_words[p.query[at]] == 0) | (p.given[at, 0] == 0)


def given_exact(p: Pairs, at: At) -> Flags:
    """The first given names are equal, of one word."""
    return given_compound_exact(p, at) & (p.first_words[at] == 1)


def given_compound_exact(p: Pairs, at: At) -> Flags:
    """The first given names are equal, word by word."""
    sent, words = p.queries.given_names, p.first_words[at]
    tokens = sent.tokens[p.query[at]]
    same = (sent.first_words[p.query[at]] == words) & (tokens[:, 0] == p.given[at, 0])
    for rank in (1, 2):
        same &= (words <= rank) | (tokens[:, rank] == p.given[at, rank])
    return same


def given_regrouped(p: Pairs, at: At) -> Flags:
    """The same words grouped otherwise: JEAN-PIERRE, JEAN PIERRE, JEANPIERRE, or JEAN and PIERRE in two fields."""
    query = p.query[at]
    tokens = p.queries.given_names.tokens[query]
    words = np.maximum(p.first_words[at], p.queries.given_names.first_words[query])
    parted = (words > 1) & (tokens[:, 0] == p.given[at, 0]) & (tokens[:, 1] == p.given[at, 1]) & (p.given[at, 1] > 0)
    return parted | _glued(p, at)


def _glued(p: Pairs, at: At) -> Flags:
    """One word was sent for the first two of the register, or the reverse, letter for letter."""
    sent, lengths = p.queries.given_names, p.index.givens.length
    query = p.query[at]
    both = lengths[p.given[at, 0]] + lengths[p.given[at, 1]]
    may = (
        (sent.length[query] == both)
        & (p.given[at, 1] > 0)
        & (sent.initial[query] == p.index.givens.initial[p.given[at, 0]])
    )
    near = np.flatnonzero(may)
    found = np.zeros(at.size, np.bool_)
    if near.size:
        first, second = (p.index.givens.texts(p.given[at[near], rank]) for rank in (0, 1))
        found[near] = (sent.text.gather(query[near]) == first + second).fill_null(value=False).to_numpy()
    return found


def given_half(p: Pairs, at: At) -> Flags:
    """A word of a compound given name, on either side."""
    sent = p.queries.given_names
    tokens, words = sent.tokens[p.query[at]], p.first_words[at]
    theirs = ((tokens[:, 0] == p.given[at, 0]) | (tokens[:, 0] == p.given[at, 1])) & (words > 1)
    ours = (sent.first_words[p.query[at]] > 1) & ((tokens[:, 0] == p.given[at, 0]) | (tokens[:, 1] == p.given[at, 0]))
    return theirs | ours


def given_reordered(p: Pairs, at: At) -> Flags:
    """Another of the given names comes first, and the register's first one after it."""
    tokens, given = p.queries.given_names.tokens[p.query[at]], p.given[at]
    first_sent = ((tokens[:, :1] == given) & (given > 0)).any(axis=1)
    return first_sent & (tokens[:, 1:] == given[:, :1]).any(axis=1)


def given_another(p: Pairs, at: At) -> Flags:
    """Another of the given names, or the first one sent at another rank."""
    tokens, given = p.queries.given_names.tokens[p.query[at]], p.given[at]
    first_sent = (tokens[:, :1] == given).any(axis=1)
    return first_sent | (tokens == given[:, :1]).any(axis=1)


def names_inverted(p: Pairs, at: At) -> Flags:
    """The surname stands in the given name's field, and the given name in the surname's."""
    surnames, sent = p.index.surnames, p.queries.given_names
    query, code = p.query[at], p.surname[at]
    as_surname = (sent.core[query] == surnames.core[code]) & (sent.core[query] > 0)
    given = p.index.givens.hashes[p.given[at, 0]]
    as_given = (p.queries.surnames.hash[query] == given) | (p.queries.surnames.parts[query, 0] == given)
    return as_surname & as_given & (given > 0)


def given_spelling(p: Pairs, at: At) -> Flags:
    """A known spelling of the same name: MICKAEL, MICHAEL."""
    return _variant(p, at, "spelling")


def given_usual(p: Pairs, at: At) -> Flags:
    """A diminutive or a francised name: BEA for BEATRICE, MAURICE for MOUSSA."""
    return _variant(p, at, "usual")


def given_other_sex(p: Pairs, at: At) -> Flags:
    """The other sex's form: DANIELLE for DANIEL."""
    return _variant(p, at, "gender")


def _variant(p: Pairs, at: At, kind: str) -> Flags:
    sent, registered = p.queries.given_names.hash[p.query[at]], p.index.givens.hashes[p.given[at, 0]]
    return (p.first_words[at] == 1) & is_variant(p.queries.variants[kind], sent, registered)


def given_sound(p: Pairs, at: At) -> Flags:
    """The first words sound alike."""
    sent = p.queries.given_names.sound[p.query[at]]
    return (sent == p.index.givens.sound[p.given[at, 0]]) & (sent > 0)


def given_one_edit(p: Pairs, at: At) -> Flags:
    """One letter typed, dropped, added or exchanged."""
    return p.given_edits(at, 1) == 1


def given_initial(p: Pairs, at: At) -> Flags:
    """One letter, the right one."""
    sent = p.queries.given_names
    return (sent.length[p.query[at]] == 1) & _same_given_initial(p, at)


def given_cut(p: Pairs, at: At) -> Flags:
    """The first letters of the name."""
    sent, query = p.queries.given_names, p.query[at]
    shorter = (sent.length[query] < p.index.givens.length[p.given[at, 0]]) | (p.first_words[at] > 1)
    near = np.flatnonzero(shorter & (sent.length[query] > 1) & _same_given_initial(p, at))
    found = np.zeros(at.size, np.bool_)
    if near.size:
        found[near] = _starts(p.first_given_text(at[near]), sent.text.gather(query[near]))
    return found


def given_two_edits(p: Pairs, at: At) -> Flags:
    """Two letters of a name that is long enough."""
    near = np.flatnonzero(p.queries.given_names.length[p.query[at]] >= _LONG)
    found = np.zeros(at.size, np.bool_)
    found[near] = p.given_edits(at[near], 2) == 2  # noqa: PLR2004 - two edits
    return found


def given_same_initial(p: Pairs, at: At) -> Flags:
    """The first letter."""
    return _same_given_initial(p, at)


def _same_given_initial(p: Pairs, at: At) -> Flags:
    return p.queries.given_names.initial[p.query[at]] == p.index.givens.initial[p.given[at, 0]]


def other_names_missing(p: Pairs, at: At) -> Flags:
    """A side has no given name beyond the first."""
    sent = p.queries.given_names
    words = sent.first_words[p.query[at]].astype(np.intp)
    beyond = np.take_along_axis(sent.tokens[p.query[at]], words[:, None], axis=1)[:, 0]
    theirs = np.take_along_axis(p.given[at], np.minimum(p.first_words[at], 3)[:, None].astype(np.intp), axis=1)[:, 0]
    return (words == 0) | (beyond == 0) | (theirs == 0)


def other_names_agree(p: Pairs, at: At) -> Flags:
    """The second given names are equal."""
    sent = p.queries.given_names
    ours = np.take_along_axis(sent.tokens[p.query[at]], sent.first_words[p.query[at]][:, None].astype(np.intp), axis=1)
    theirs = np.take_along_axis(p.given[at], np.minimum(p.first_words[at], 3)[:, None].astype(np.intp), axis=1)
    return (ours == theirs)[:, 0]


def other_names_some(p: Pairs, at: At) -> Flags:
    """Some given name beyond the first stands among the register's."""
    sent, given = p.queries.given_names, p.given[at]
    tokens, words = sent.tokens[p.query[at]], sent.first_words[p.query[at]]
    found = np.zeros(at.size, np.bool_)
    for rank in range(1, tokens.shape[1]):
        found |= ((tokens[:, rank : rank + 1] == given) & (given > 0)).any(axis=1) & (rank >= words)
    return found


def usage_name_missing(p: Pairs, at: At) -> Flags:
    """The row is no usage identity, or its name was not sent as usage name, or was sent as birth name too."""
    sent, query = p.queries.usage_names, p.query[at]
    same = (sent.core[query] == p.index.surnames.core[p.surname[at]]) & (sent.length[query] > 0)
    twice = sent.core[query] == p.queries.surnames.core[query]
    return ~same | twice | (p.kind[at] != USAGE)


# --- sex ------------------------------------------------------------------------------------------------------------


def sex_missing(p: Pairs, at: At) -> Flags:
    """No sex was sent."""
    return p.queries.sex[p.query[at]] > 1


def sex_agrees(p: Pairs, at: At) -> Flags:
    """The same."""
    return p.queries.sex[p.query[at]] == p.sex[at]


# --- birth place ----------------------------------------------------------------------------------------------------


def place_missing(p: Pairs, at: At) -> Flags:
    """No place was sent, or one that means nothing."""
    return (p.queries.places.code[p.query[at]] == 0) | (p.place[at] == 0)


def place_exact(p: Pairs, at: At) -> Flags:
    """The register's code is one that the submitted place stands for at the birth date."""
    return p.is_accepted_place(at)


def place_same_group(p: Pairs, at: At) -> Flags:
    """Codes of one place through time; a city and its arrondissements; a country and the states it came from."""
    return p.queries.places.group[p.query[at]] == p.index.places.groups(p.place[at], p.born_abroad[at])


def place_same_department(p: Pairs, at: At) -> Flags:
    """The same département."""
    return p.queries.places.department[p.query[at]] == p.index.places.department[p.place[at]]


def place_both_in_france(p: Pairs, at: At) -> Flags:
    """Two places of France."""
    return ~p.queries.places.is_abroad[p.query[at]] & ~p.born_abroad[at]


# --- birth name -----------------------------------------------------------------------------------------------------


def surname_missing(p: Pairs, at: At) -> Flags:
    """A side has no birth name, or a placeholder."""
    return (p.queries.surnames.length[p.query[at]] == 0) | (p.surname[at] == 0)


def surname_exact(p: Pairs, at: At) -> Flags:
    """The same letters; the register's official identity."""
    return _same_surname(p, at) & (p.kind[at] == 0)


def surname_known_usage(p: Pairs, at: At) -> Flags:
    """The usage name that the register knows."""
    return (_same_surname(p, at) | _same_core(p, at)) & (p.kind[at] == USAGE)


def surname_former(p: Pairs, at: At) -> Flags:
    """A name borne before it was changed."""
    return (_same_surname(p, at) | _same_core(p, at)) & (p.kind[at] == FORMER)


def surname_particle(p: Pairs, at: At) -> Flags:
    """The same but for a particle."""
    return _same_core(p, at)


def surname_half(p: Pairs, at: At) -> Flags:
    """A half of a double name, its halves in another order, or both names of a woman in the field."""
    sent, known, query, code = p.queries.surnames, p.index.surnames, p.query[at], p.surname[at]
    found = np.zeros(at.size, np.bool_)
    for part in (known.part_1[code], known.part_2[code], known.core[code]):
        for rank in range(2):
            found |= (sent.parts[query, rank] == part) & (part > 0)
        found |= (sent.core[query] == part) & (part > 0)
    return found


def surname_sent_as_usage(p: Pairs, at: At) -> Flags:
    """The register's birth name stands in the usage name's field."""
    sent, query = p.queries.usage_names, p.query[at]
    core = p.index.surnames.core[p.surname[at]]
    return (
        ((sent.code[query] == p.surname[at]) | (sent.core[query] == core))
        & (sent.length[query] > 0)
        & (p.kind[at] == 0)
    )


def surname_sound(p: Pairs, at: At) -> Flags:
    """The names sound alike."""
    sent = p.queries.surnames.sound[p.query[at]]
    return (sent == p.index.surnames.sound[p.surname[at]]) & (sent > 0)


def surname_one_edit(p: Pairs, at: At) -> Flags:
    """One letter typed, dropped, added or exchanged."""
    return p.surname_edits(at, 1) == 1


def surname_cut(p: Pairs, at: At) -> Flags:
    """The first letters of the name, or of the one that was sent."""
    sent, known, query, code = p.queries.surnames, p.index.surnames, p.query[at], p.surname[at]
    shorter = np.minimum(sent.length[query], known.length[code])
    near = np.flatnonzero(
        (shorter >= _CUT) & (sent.initials[query] == known.initials[code]) & (sent.length[query] != known.length[code])
    )
    found = np.zeros(at.size, np.bool_)
    if near.size:
        ours, theirs = sent.text.gather(query[near]), known.texts(code[near])
        found[near] = _starts(theirs, ours) | _starts(ours, theirs)
    return found


def surname_two_edits(p: Pairs, at: At) -> Flags:
    """Two letters of a name that is long enough."""
    near = np.flatnonzero(p.queries.surnames.length[p.query[at]] >= _LONG)
    found = np.zeros(at.size, np.bool_)
    found[near] = p.surname_edits(at[near], 2) == 2  # noqa: PLR2004 - two edits
    return found


def surname_sent_twice(p: Pairs, at: At) -> Flags:
    """Another name, sent both as birth name and as usage name: it is a usage name."""
    query = p.query[at]
    return (p.queries.surnames.code[query] == p.queries.usage_names.code[query]) & _both_sent(p, at)


def surname_of_a_woman(p: Pairs, at: At) -> Flags:
    """Another name, sent for an adult woman without a usage name: it may be one."""
    query = p.query[at]
    adult = p.queries.year[query] <= _LAST_BIRTHS - _ADULT
    return adult & (p.sex[at] == 1) & (p.queries.usage_names.length[query] == 0)


def _same_surname(p: Pairs, at: At) -> Flags:
    return p.queries.surnames.code[p.query[at]] == p.surname[at]


def _same_core(p: Pairs, at: At) -> Flags:
    sent = p.queries.surnames.core[p.query[at]]
    return (sent == p.index.surnames.core[p.surname[at]]) & (sent > 0)


def _both_sent(p: Pairs, at: At) -> Flags:
    """Both names, and equal even where the register has neither."""
    query = p.query[at]
    surnames, usages = p.queries.surnames, p.queries.usage_names
    unseen = surnames.code[query] == UNSEEN
    return (usages.length[query] > 0) & (~unseen | (surnames.hash[query] == usages.hash[query]))


def _starts(texts: pl.Series, beginnings: pl.Series) -> np.ndarray:
    frame = pl.DataFrame({"text": texts, "beginning": beginnings})
    starts = frame.select(pl.col("text").str.starts_with(pl.col("beginning")).fill_null(value=False))
    return starts.to_series().to_numpy()
