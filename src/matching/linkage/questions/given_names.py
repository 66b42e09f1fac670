"""The questions about the first given name, and about those beyond it (``others_…``)."""

import numpy as np

from matching.linkage.arrays import Flags
from matching.linkage.pairs import At, Pairs
from matching.linkage.questions.texts import starts, two_apart
from matching.linkage.variants import is_variant


def missing(p: Pairs, at: At) -> Flags:
    """A side has no given name, or a placeholder."""
    return (p.queries.given_names.first_words[p.query[at]] == 0) | (p.given[at, 0] == 0)


def exact(p: Pairs, at: At) -> Flags:
    """The first given names are equal, of one word."""
    return compound_exact(p, at) & (p.first_words[at] == 1)


def compound_exact(p: Pairs, at: At) -> Flags:
    """The first given names are equal, word by word."""
    sent, words = p.queries.given_names, p.first_words[at]
    tokens = sent.tokens[p.query[at]]
    same = (sent.first_words[p.query[at]] == words) & (tokens[:, 0] == p.given[at, 0])
    for rank in (1, 2):
        same &= (words <= rank) | (tokens[:, rank] == p.given[at, rank])
    return same


def regrouped(p: Pairs, at: At) -> Flags:
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


def half(p: Pairs, at: At) -> Flags:
    """A word of a compound given name, on either side."""
    sent = p.queries.given_names
    tokens, words = sent.tokens[p.query[at]], p.first_words[at]
    theirs = ((tokens[:, 0] == p.given[at, 0]) | (tokens[:, 0] == p.given[at, 1])) & (words > 1)
    ours = (sent.first_words[p.query[at]] > 1) & ((tokens[:, 0] == p.given[at, 0]) | (tokens[:, 1] == p.given[at, 0]))
    return theirs | ours


def reordered(p: Pairs, at: At) -> Flags:
    """Another of the given names comes first, and the register's first one after it."""
    tokens, given = p.queries.given_names.tokens[p.query[at]], p.given[at]
    first_sent = ((tokens[:, :1] == given) & (given > 0)).any(axis=1)
    return first_sent & (tokens[:, 1:] == given[:, :1]).any(axis=1)


def another(p: Pairs, at: At) -> Flags:
    """Another of the given names, or the first one sent at another rank."""
    tokens, given = p.queries.given_names.tokens[p.query[at]], p.given[at]
    first_sent = (tokens[:, :1] == given).any(axis=1)
    return first_sent | (tokens == given[:, :1]).any(axis=1)


def spelling(p: Pairs, at: At) -> Flags:
    """A known spelling of the same name: MICKAEL, MICHAEL."""
    return _variant(p, at, "spelling")


def usual(p: Pairs, at: At) -> Flags:
    """A diminutive or a francised name: BEA for BEATRICE, MAURICE for MOUSSA."""
    return _variant(p, at, "usual")


def other_sex(p: Pairs, at: At) -> Flags:
    """The other sex's form: DANIELLE for DANIEL."""
    return _variant(p, at, "gender")


def _variant(p: Pairs, at: At, kind: str) -> Flags:
    sent, registered = p.queries.given_names.hash[p.query[at]], p.index.givens.hashes[p.given[at, 0]]
    return (p.first_words[at] == 1) & is_variant(p.queries.variants[kind], sent, registered)


def sound(p: Pairs, at: At) -> Flags:
    """The first words sound alike."""
    sent = p.queries.given_names.sound[p.query[at]]
    return (sent == p.index.givens.sound[p.given[at, 0]]) & (sent > 0)


def one_edit(p: Pairs, at: At) -> Flags:
    """One letter typed, dropped, added or exchanged."""
    return p.given_edits(at, 1) == 1


def initial(p: Pairs, at: At) -> Flags:
    """One letter, the right one."""
    sent = p.queries.given_names
    return (sent.length[p.query[at]] == 1) & same_initial(p, at)


def cut(p: Pairs, at: At) -> Flags:
    """The first letters of the name."""
    sent, query = p.queries.given_names, p.query[at]
    shorter = (sent.length[query] < p.index.givens.length[p.given[at, 0]]) | (p.first_words[at] > 1)
    near = np.flatnonzero(shorter & (sent.length[query] > 1) & same_initial(p, at))
    found = np.zeros(at.size, np.bool_)
    if near.size:
        found[near] = starts(p.first_given_text(at[near]), sent.text.gather(query[near]))
    return found


def two_edits(p: Pairs, at: At) -> Flags:
    """Two letters of a name that is long enough."""
    return two_apart(p.queries.given_names.length[p.query[at]], p.given_edits, at)


def same_initial(p: Pairs, at: At) -> Flags:
    """The first letter."""
    return p.queries.given_names.initial[p.query[at]] == p.index.givens.initial[p.given[at, 0]]


def others_missing(p: Pairs, at: At) -> Flags:
    """A side has no given name beyond the first."""
    sent, query = p.queries.given_names, p.query[at]
    return (sent.first_words[query] == 0) | (sent.after_first[query] == 0) | (p.given_after_first[at] == 0)


def others_agree(p: Pairs, at: At) -> Flags:
    """The second given names are equal."""
    return p.queries.given_names.after_first[p.query[at]] == p.given_after_first[at]


def others_some_agree(p: Pairs, at: At) -> Flags:
    """Some given name beyond the first stands among the register's."""
    sent, given = p.queries.given_names, p.given[at]
    tokens, words = sent.tokens[p.query[at]], sent.first_words[p.query[at]]
    found = np.zeros(at.size, np.bool_)
    for rank in range(1, tokens.shape[1]):
        found |= ((tokens[:, rank : rank + 1] == given) & (given > 0)).any(axis=1) & (rank >= words)
    return found
