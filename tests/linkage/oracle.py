"""The probabilistic search again, slow and obvious: one passage, one row of the register, one trait at a time.

Pairs come from plain joins, levels from comparing texts and numbers in the order of the table, weights from adding,
probabilities from a loop, the decision from ifs. Taken from the engine are only tables: the blocking passes and the
readings, how rare a value is (``linkage.values``), and which places are one (``strategies.index_places``).

Long on purpose: it is read from top to bottom beside the tables, and shares nothing with what it checks.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA

from matching.linkage import blocking
from matching.linkage.candidates import readings
from matching.linkage.levels import LEVELS
from matching.linkage.queries import Queries
from matching.linkage.score import LEAST
from matching.linkage.values import VALUES, bits
from matching.linkage.weights import Weights
from matching.normalize.dates import read_dates
from matching.normalize.given_names import given_forms
from matching.normalize.phonetics import phonetic_key
from matching.normalize.places import read_places
from matching.normalize.surnames import surname_forms
from matching.reference.variants import variants
from matching.strategies.index import LinkageIndex

ADULT_BEFORE = 2009
WITH_SOME_DATE = {"surname_place", "surname_place_year", "given_place_year"}
VARIANTS = {"spelling": "spelling", "diminutive": "usual", "francised": "usual", "gender": "other_sex"}
OR_SAME_GIVEN_NAME = {"surname_place", "surname_place_year"}


@dataclass
class Surname:
    """A surname as it is compared; all None when there is none."""

    text: str | None = None
    core: str | None = None
    parts: list[str] = field(default_factory=list)  # of a composed name
    sound: str | None = None


@dataclass
class Side:
    """What one side says of a person: a passage, or a row of the register."""

    surname: Surname
    words: list[str]  # of the given names
    first_words: int  # how many make the first given name
    sex: str | None
    date: tuple[int, int, int]  # 0 = unknown
    place: int  # code of the index's dictionary; 0 = none
    places: set[int]  # all that it can stand for
    is_abroad: bool
    usage: Surname = field(default_factory=Surname)  # of a passage
    first_given: str | None = None  # of a passage: the words of the first given name, together
    as_surname: str | None = None  # of a passage: the core of the first given name, read as a surname
    kind: str = ""  # of a row
    person: int = -1  # of a row


class Oracle:
    """A register, its weight table, and what they answer.

    Args:
        rows: Contract REGISTER, in the order of the index's records.
        index: Of that register.
        weights: The table.
    """

    def __init__(self, rows: pl.DataFrame, index: LinkageIndex, weights: Weights) -> None:
        self.index, self.weights = index, weights
        self.names, self._forms = Names(), dict[str, Surname]()
        self.names.read_surnames(rows["birth_name"])
        self.names.read_given(rows["given_names"].explode().drop_nulls())
        codes = np.arange(len(index.places), dtype=np.uint32)
        self._place = dict(zip(index.places.texts(codes).to_list(), codes.tolist(), strict=True))
        sides = [self._row(row) for row in rows.iter_rows(named=True)]
        self.register = [replace(side, surname=self._forms.get(side.surname.text, side.surname)) for side in sides]
        self.sounds = _sounds([word for side in self.register for word in side.words])

    # --- both sides -----------------------------------------------------------------------------------------------

    def _row(self, row: dict[str, object]) -> Side:
        names = [words for name in row["given_names"][:4] if (words := self.names.given[name])]
        year = row["birth_year"] if 1800 <= row["birth_year"] < 2060 else 0
        place = self._place.get(row["birth_place"], 0)
        known = self.names.surnames[row["birth_name"]][0]
        if known.text is not None:
            # Spellings of one text have one core: the shortest.
            self._forms[known.text] = min(known, self._forms.get(known.text, known), key=lambda it: len(it.core))
        return Side(
            surname=known,
            words=[word for name in names for word in name][:4],
            first_words=min(len(names[0]), 4) if names else 1,
            sex=row["sex"],
            date=(year, row["birth_month"] or 0, row["birth_day"] or 0),
            place=place,
            places={place},
            is_abroad=self._abroad(place, year),
            kind=row["kind"],
            person=row["person"],
        )

    def passages(self, passages: pl.DataFrame) -> list[Side]:
        """What each passage says."""
        dated = read_dates(passages)
        keys = ["place_kind", "place_code", "place_label", "country_code", "country_label", "birth_year"]
        places = {tuple(row[key] for key in keys): row["codes"] or [] for row in read_places(dated).to_dicts()}
        given = [dated[f"raw_given_name_{rank}"] for rank in (1, 2, 3)]
        self.names.read_surnames(pl.concat([dated["raw_birth_name"], dated["raw_usage_name"], *given]))
        self.names.read_given(pl.concat(given))
        surnames, found = self.names.surnames, []
        for row in dated.to_dicts():
            surname, beside = surnames[row["raw_birth_name"]]
            usage = row["raw_usage_name"] if (row["raw_usage_name"] or "").strip() else beside
            names = [self.names.given[row[f"raw_given_name_{rank}"]] for rank in (1, 2, 3)]
            year = max(row["birth_year"] or 0, 0)
            written = places[tuple(row[key] for key in keys)]
            codes = sorted(self._place[code] for code in written if code in self._place)
            place = codes[0] if codes else 0
            found.append(
                Side(
                    surname=self.registered(surname),
                    usage=self.registered(surnames[usage][0]),
                    words=[word for name in names for word in name],
                    first_words=min(len(names[0]), 6),
                    first_given="".join(names[0]) or None,
                    as_surname=surnames[row["raw_given_name_1"]][0].core,
                    sex=row["sex"],
                    date=(year, row["birth_month"] or 0, row["birth_day"] or 0),
                    place=place,
                    places=set(codes),
                    is_abroad=place > 0 and self._abroad(place, year),
                )
            )
        self.sounds |= _sounds([word for side in found for word in side.words])
        return found

    def registered(self, name: Surname) -> Surname:
        """The name as the register has it, if it has that text."""
        return self._forms.get(name.text or "", name)

    def _abroad(self, place: int, year: int) -> bool:
        return bool(self.index.places.born_abroad(np.array([place]), np.array([year]))[0])

    def _group(self, side: Side) -> int:
        return int(self.index.places.groups(np.array([side.place]), np.array([side.is_abroad]))[0])

    # --- pairs ----------------------------------------------------------------------------------------------------

    def pairs(self, queries: Queries, sent: list[Side]) -> set[tuple[int, int]]:
        """Every (passage, row) that shares the attributes of a blocking pass under some reading."""
        records, surnames, givens = self.index.records, self.index.surnames, self.index.givens
        first = records["given"][:, 0]
        known = pl.DataFrame({
            "row": np.arange(records.size), "is_official": [side.kind == "official" for side in self.register],
            "sound": surnames.sound[records["surname"]], "initials": surnames.initials[records["surname"]],
            "given_sound": givens.sound[first], "given_initial": givens.initial[first],
            "year": records["year"], "month": records["month"], "day": records["day"],
            "place": np.array([self._group(side) for side in self.register], np.uint16),
        })  # fmt: skip
        found: set[tuple[int, int]] = set()
        for passes, at, attributes in readings(queries):
            looked_up = pl.DataFrame(attributes | {"query": at})
            for name in passes:
                pass_ = blocking.PASSES[name]
                on = list(pass_.attributes)
                whole = pl.all_horizontal(pl.col(on) != 0)
                rows = known.filter(whole & (pl.col("is_official") | (not pass_.official_only)))
                met = looked_up.filter(whole).join(rows.cast(dict(looked_up.select(on).schema)), on=on)
                of_pass = set(met.select("query", "row").iter_rows())
                if name in WITH_SOME_DATE:
                    of_pass = {(q, r) for q, r in of_pass if self._worth_it(name, sent[q], self.register[r])}
                found |= of_pass
        return found

    def _worth_it(self, name: str, sent: Side, known: Side) -> bool:
        """The date says something too, or, where the given name is not in the key, the given names sound alike."""
        (year, month, day), (their_year, their_month, their_day) = sent.date, known.date
        equal = sum(ours == theirs for ours, theirs in zip(sent.date, known.date, strict=True))
        is_vague = not day or not their_day or day == 15 or (month, day) in {(1, 1), (12, 31)}
        is_swapped = (day, month) == (their_month, their_day)
        alike = self._given_sound(sent) == self._given_sound(known)
        return equal > 1 or (year == their_year and is_vague) or is_swapped or (alike and name in OR_SAME_GIVEN_NAME)

    def _given_sound(self, side: Side) -> str | None:
        has_first = side.first_words if side.person < 0 else side.words
        return self.sounds[side.words[0]] if has_first else None

    # --- levels ---------------------------------------------------------------------------------------------------

    def levels(self, sent: Side, known: Side) -> dict[str, str]:
        """Name of the level of each trait."""
        return {
            "birth_date": birth_date(sent.date, known.date),
            "given_names": self._given_names(sent, known),
            "other_names": other_names(sent, known),
            "usage_name": usage_name(sent, known),
            "sex": "missing" if sent.sex is None else "agree" if sent.sex == known.sex else "differ",
            "birth_place": self._birth_place(sent, known),
            "birth_name": birth_name(sent, known),
        }

    def _given_names(self, sent: Side, known: Side) -> str:  # noqa: C901, PLR0911, PLR0912 - the table, in its order
        if not sent.first_words or not known.words:
            return "missing"
        ours, theirs, text = sent.words, known.words, sent.first_given
        n, m = sent.first_words, known.first_words
        single, first = m == 1, "".join(theirs[: min(m, 3)])
        if n == m and ours[: min(m, 3)] == theirs[: min(m, 3)]:
            return "exact" if single else "compound_exact"
        if max(n, m) > 1 and len(theirs) > 1 and ours[:2] == theirs[:2]:
            return "regrouped"
        if len(theirs) > 1 and text == theirs[0] + theirs[1]:
            return "regrouped"
        if (m > 1 and ours[0] in theirs[:2]) or (n > 1 and theirs[0] in ours[:2]):
            return "half"
        if ours[0] in theirs and theirs[0] in ours[1:]:
            return "reordered"
        if ours[0] in theirs or theirs[0] in ours:
            return "another"
        if inverted(sent, known):
            return "inverted"
        for kind, level in VARIANTS.items():
            if single and (kind, text, theirs[0]) in known_variants():
                return level
        if self.sounds[ours[0]] == self.sounds[theirs[0]]:
            return "sound"
        if single and OSA.distance(text, theirs[0]) == 1:
            return "one_edit"
        same_initial = ours[0][0] == theirs[0][0]
        if len(text) == 1 and same_initial:
            return "initial"
        if len(text) > 1 and first != text and first.startswith(text):
            return "cut"
        if single and len(text) > 5 and OSA.distance(text, theirs[0]) == 2:
            return "two_edits"
        return "same_initial" if same_initial else "different"

    def _birth_place(self, sent: Side, known: Side) -> str:
        department = self.index.places.department
        if not sent.place or not known.place:
            return "missing"
        if known.place in sent.places:
            return "exact"
        if self._group(sent) == self._group(known):
            return "same_place"
        if department[sent.place] == department[known.place]:
            return "same_department"
        return "different" if sent.is_abroad or known.is_abroad else "both_in_france"

    # --- answers --------------------------------------------------------------------------------------------------

    def candidates(self, queries: Queries, sent: list[Side], pairs: set[tuple[int, int]]) -> list[list["Candidate"]]:
        """The persons of each passage worth keeping, best first."""
        rarity = bits(queries, self.index)
        of_passage: dict[int, list[int]] = defaultdict(list)
        for query, row in sorted(pairs):
            of_passage[query].append(row)
        found = []
        for query, side in enumerate(sent):
            rare = dict(zip(VALUES, rarity[query].tolist(), strict=True))
            met = []
            for row in of_passage[query]:
                levels = self.levels(side, self.register[row])
                met.append(Candidate(self.register[row].person, row, levels, self._bits(levels, side, rare)))
            found.append(self._persons(met, side, rare))
        return found

    def _bits(self, levels: dict[str, str], sent: Side, rare: dict[str, float]) -> dict[str, float]:
        """What each trait adds."""
        found = {}
        for rank, (trait, name) in enumerate(levels.items()):
            at = [level.name for level in LEVELS[trait]].index(name)
            slope, value = self.weights.slopes[rank, at], rare[LEVELS[trait][at].value]
            found[trait] = float(self.weights.offsets[int(sent.is_abroad), rank, at] + slope * value)
        return found

    def _persons(self, pairs: list["Candidate"], sent: Side, rare: dict[str, float]) -> list["Candidate"]:
        """Each person's best identity, of the pairs that may be somebody and the two best anyhow."""
        threshold = np.log2(self.index.frequencies.persons) + LEAST
        kinds = {"official": 0, "usage": 1, "former": 2}
        pairs = sorted(pairs, key=lambda pair: (-pair.own_weight, kinds[self.register[pair.row].kind], pair.row))
        second = pairs[1].own_weight if len(pairs) > 1 else -np.inf
        best: dict[int, Candidate] = {}
        for pair in pairs:
            if pair.own_weight < min(threshold, second - 1e-9):  # what fits as well as the second stays
                continue
            own = best.setdefault(pair.person, pair)
            if pair.levels["usage_name"] == "agree":
                own.levels = own.levels | {"usage_name": "agree"}
        for person in best.values():
            person.bits = self._bits(person.levels, sent, rare)
        return sorted(best.values(), key=lambda person: (-person.weight, person.row))


@dataclass
class Candidate:
    """A person for a passage."""

    person: int
    row: int
    levels: dict[str, str]
    bits: dict[str, float] = field(default_factory=dict)

    @property
    def own_weight(self) -> float:
        """The same without what another identity of the person may add."""
        return sum(value for trait, value in self.bits.items() if trait != "usage_name")

    @property
    def weight(self) -> float:
        """The sum of what the traits add."""
        return sum(self.bits.values())


def birth_date(sent: tuple[int, int, int], known: tuple[int, int, int]) -> str:  # noqa: C901, PLR0911 - same
    """The level of two dates."""
    (year, month, day), (their_year, their_month, their_day) = sent, known
    ours, theirs = f"{day:02}{month:02}{year:04}", f"{their_day:02}{their_month:02}{their_year:04}"
    same_year, same_month, same_day = year == their_year, month == their_month > 0, day == their_day > 0
    whole = all(sent) and all(known)
    if not year or not their_year:
        return "missing"
    if same_year and same_month and same_day:
        return "exact"
    if same_year and same_month and not (day and their_day):
        return "day_unknown"
    if same_year and not (month and their_month) and (same_day or not (day and their_day)):
        return "only_year_known"
    if same_year and (month, day) == (their_day, their_month) and day and month:
        return "swapped"
    if same_year and ((month, day) in {(1, 1), (12, 31)} or (day == 15 and their_month in {month, 0})):
        return "default"
    if same_year and same_month and day and their_day and others(ours[:2], theirs[:2]) == 1:
        return "digit_of_day"
    if same_year and same_day and month and their_month and others(ours[2:4], theirs[2:4]) == 1:
        return "digit_of_month"
    if whole and any(ours[:at] + ours[at + 1] + ours[at] + ours[at + 2 :] == theirs != ours for at in range(7)):
        return "digits_exchanged"
    if same_month and same_day and (abs(year - their_year) in {1, 2, 10, 20, 100} or others(ours[4:], theirs[4:]) == 1):
        return "year_off"
    if same_year:
        return "day_differs" if same_month else "same_year"
    return "different"


def others(left: str, right: str) -> int:
    """How many characters differ, place by place."""
    return sum(a != b for a, b in zip(left, right, strict=True))


def other_names(sent: Side, known: Side) -> str:
    """The level of the given names beyond the first."""
    ours, theirs = sent.words[sent.first_words :], known.words[min(known.first_words, 3) :]
    if not sent.first_words or not ours or not theirs:
        return "missing"
    if ours[0] == theirs[0]:
        return "agree"
    return "some_agree" if set(ours) & set(known.words) else "differ"


def usage_name(sent: Side, known: Side) -> str:
    """The level of the usage name."""
    agree = known.kind == "usage" and sent.usage.core is not None and sent.usage.core == known.surname.core
    return "agree" if agree and sent.usage.core != sent.surname.core else "missing"


def inverted(sent: Side, known: Side) -> bool:
    """Whether the surname and the first given name stand in each other's field."""
    if sent.as_surname is None or sent.as_surname != known.surname.core or not known.words:
        return False
    return known.words[0] in {sent.surname.text, *sent.surname.parts[:1]}


def birth_name(sent: Side, known: Side) -> str:  # noqa: C901, PLR0911, PLR0912 - same
    """The level of two surnames."""
    ours, theirs, usage = sent.surname, known.surname, sent.usage
    if ours.text is None or theirs.text is None:
        return "missing"
    if known.kind != "official" and (ours.text == theirs.text or ours.core == theirs.core):
        return {"usage": "usage_exact", "former": "former_exact"}[known.kind]
    if ours.text == theirs.text:
        return "exact"
    if ours.core == theirs.core:
        return "particle"
    if inverted(sent, known):
        return "inverted"
    if {ours.core, *ours.parts[:2]} & {theirs.core, *theirs.parts[:2]}:
        return "half"
    if usage.text and known.kind == "official" and (usage.text == theirs.text or usage.core == theirs.core):
        return "sent_as_usage"
    if ours.sound and ours.sound == theirs.sound:
        return "sound"
    edits = OSA.distance(ours.text, theirs.text)
    if edits == 1:
        return "one_edit"
    is_start = ours.text.startswith(theirs.text) or theirs.text.startswith(ours.text)
    if is_start and ours.core[:2] == theirs.core[:2] and min(len(ours.text), len(theirs.text)) > 4:
        return "cut"
    if edits == 2 and len(ours.text) > 5:
        return "two_edits"
    if usage.text == ours.text:
        return "usage_twice"
    if usage.text is None and known.sex == "F" and sent.date[0] < ADULT_BEFORE:
        return "woman_no_usage"
    return "different"


def probabilities(found: list[Candidate], presence: float, twin: float, persons: int) -> tuple[list[float], float]:
    """Of each candidate, and of nobody or an absent twin."""
    alike = {"exact", "particle", "half", "sound", "one_edit"}
    birthday = {"exact", "day_unknown", "only_year_known"}
    same_given_name = {"exact", "compound_exact", "regrouped", "reordered", "spelling"}
    candidates = [presence / persons * 2**one.weight for one in found]
    nobody = (1 - presence) * (1 - twin)
    for one in found:
        levels = one.levels
        is_family = levels["birth_name"] in alike and levels["birth_date"] in birthday
        if is_family and levels["given_names"] not in same_given_name:
            shared = one.bits["birth_name"] + one.bits["birth_date"] + max(one.bits["birth_place"], 0)
            nobody += (1 - presence) * twin / persons * 2**shared
    total = sum(candidates) + nobody
    return [candidate / total for candidate in candidates], nobody / total


def decision(found: list[Candidate], shares: list[float], sent_traits: int) -> tuple[str, int | None]:
    """Outcome and person, by the default rule: a false match costs a thousand KOs, 2 % are plausible."""
    if sent_traits < 2:
        return "INVALID", None
    if not found:
        return "NONE", None
    best, share, next_share = found[0], shares[0], (*shares, 0, 0)[1]
    agreements = {
        trait: next(level.agreement.value for level in LEVELS[trait] if level.name == name)
        for trait, name in best.levels.items()
    }
    other_name = best.levels["birth_name"] in {"different", "woman_no_usage", "usage_twice"}
    other_year = best.levels["birth_date"] in {"different", "year_off"}
    if share >= 0.999 and not (other_name and other_year):
        sure = ("birth_date", "given_names", "sex", "other_names")
        if best.levels["birth_name"] == "usage_exact" and not (
            all(agreements[trait] == "agree" for trait in sure[:3]) and agreements["other_names"] != "differ"
        ):
            return "USAGE_NAME_ONLY", None
        return ("FOUND_RECTIFIED" if "differ" in agreements.values() else "FOUND"), best.person
    if next_share >= 0.02:
        return "SEVERAL", None
    return ("WEAK_ECHO" if share >= 0.02 else "NONE"), None


class Names:
    """The linkage view of names, each distinct one read once."""

    def __init__(self) -> None:
        self.surnames: dict[str | None, tuple[Surname, str | None]] = {}
        self.given: dict[str | None, list[str]] = {}

    def read_surnames(self, names: pl.Series) -> None:
        """Know these, and the usage names that stand beside them."""
        distinct = names.unique()
        for name, (text, core, parts, sound, usage) in zip(distinct, surname_forms(distinct).iter_rows(), strict=True):
            composed = parts if parts and len(parts) > 1 else []
            self.surnames[name] = Surname(text, core, composed, sound), usage
        beside = _series([usage for _, usage in self.surnames.values() if usage not in self.surnames])
        if len(beside):
            self.read_surnames(beside)

    def read_given(self, names: pl.Series) -> None:
        """Know these."""
        distinct = names.unique()
        self.given |= dict(
            zip(distinct, [words or [] for words in given_forms(distinct)["tokens"].to_list()], strict=True)
        )


def _sounds(words: list[str]) -> dict[str, str]:
    distinct = sorted(set(words))
    return dict(zip(distinct, phonetic_key(_series(distinct)).to_list(), strict=True))


@cache
def known_variants() -> set[tuple[str, str, str]]:
    """Kind, form sent, form registered."""
    table = variants()
    distinct = pl.concat([table["name"], table["variant"]]).unique()
    glued = dict(zip(distinct, given_forms(distinct)["glued"], strict=True))
    return {
        (kind, glued[variant], glued[name])
        for name, variant, kind in table.select("name", "variant", "kind").iter_rows()
    }


def _series(texts: list[str | None]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)
