"""The history of the communes as plain records: what was in force when, what became what, what lay inside what.

Two sources are put end to end: a history of every change from 1943 to 2019-01-01, then one snapshot a year, where a
change is only known to lie between two snapshots and is dated from the second.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from data.sources import Source, member
from matching.reference.communes import comparable

ETALAB = {
    version: Source(
        "npm",
        "@etalab/decoupage-administratif",
        version,
        f"etalab-decoupage-administratif-{version}.tgz",
        sha256,
        "Licence Ouverte 2.0",
    )
    for version, sha256 in {
        "0.8.0": "3731209f86aab7c92a7de236caa6c5cc70c2ca0c4e21407e7e132b7483d04fe5",
        "1.1.1": "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23",
        "2.3.1": "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f",
        "3.1.1": "225079c8cd185379fd494993e99fe712523e2f16e4a1170d8391a76a304e7073",
        "4.1.0": "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a",
        "5.3.0": "149cd9096f70915c02e5d39ef6045f0900d94c782ee9f1c1941703092fe72636",
        "6.0.0": "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    }.items()
}
# The day each snapshot describes, as the package's own README gives it (there is none of 2020).
SNAPSHOTS = {
    "0.8.0": date(2019, 1, 1),
    "1.1.1": date(2021, 1, 1),
    "2.3.1": date(2022, 1, 1),
    "3.1.1": date(2023, 1, 1),
    "4.1.0": date(2024, 1, 1),
    "5.3.0": date(2025, 1, 1),
    "6.0.0": date(2026, 1, 1),
}
# Overseas codes whose first two characters are shared with the départements but that the history does not follow.
COLLECTIVITIES = ("975", "977", "978", "984", "986", "987", "988", "989")
# Written by hand, from INSEE's general documentation: the packages know only the present codes.
MAYOTTE = date(2011, 3, 31)  # collectivité 985 → département 976
SAINT_BARTH_SAINT_MARTIN = date(2007, 7, 15)  # communes of Guadeloupe → collectivités 977 and 978
LEFT_GUADELOUPE = {"97701": "97123", "97801": "97127"}


@dataclass(frozen=True)
class Interval:
    """A code, its label, and when both were in force: ``start`` included, ``end`` excluded, None = open."""

    code: str
    label: str
    start: date | None
    end: date | None


@dataclass(frozen=True, order=True)
class Link:
    """``before`` gave ``after`` on ``date``: recoded, merged into it, or restored out of it."""

    before: str
    after: str
    date: date
    relation: str


@dataclass(frozen=True)
class Inside:
    """What ``child`` names lay in what ``parent`` names, from ``start`` to ``end`` excluded."""

    child: str
    parent: str
    start: date = date.min
    end: date = date.max
    recoded: bool = False  # child and parent are one territory under two codes


@dataclass
class History:
    """Everything known about the communes through time."""

    intervals: list[Interval] = field(default_factory=list)
    links: set[Link] = field(default_factory=set)
    insides: list[Inside] = field(default_factory=list)

    def recode(self, before: str, after: str, day: date) -> None:
        """The same commune under another code."""
        self.links.add(Link(before, after, day, "recoded"))
        self.insides += _recoded(before, after, day)


def history() -> History:
    """From 1943 to the last snapshot."""
    snapshots = {version: snapshot(version) for version in SNAPSHOTS}
    found = _until_2019(json.loads(member(ETALAB["0.8.0"], "data/historique-communes.json")), snapshots["6.0.0"])
    for earlier, later in pairwise(SNAPSHOTS):
        _advance(found, snapshots[earlier], snapshots[later], SNAPSHOTS[later])
    _overseas(found, snapshots["6.0.0"])
    return found


@cache
def snapshot(version: str) -> list[dict[str, Any]]:
    """``communes.json`` of one version, its useful fields."""
    entries: list[dict[str, Any]] = json.loads(member(ETALAB[version], "data/communes.json"))
    useful = ("code", "nom", "type", "chefLieu", "anciensCodes", "codesPostaux", "population")
    return [{key: entry[key] for key in useful if key in entry} for entry in entries]


def present(entries: list[dict[str, Any]]) -> dict[str, str]:
    """Code → label of the communes of a snapshot that the history follows."""
    return {
        e["code"]: e["nom"]
        for e in entries
        if e["type"] in {"commune-actuelle", "COM"} and not e["code"].startswith(COLLECTIVITIES)
    }


def heirs(entries: list[dict[str, Any]]) -> dict[str, str]:
    """Code that was → code of the commune that holds its territory in a snapshot."""
    return {old: e["code"] for e in entries for old in e.get("anciensCodes", [])}


def _until_2019(entries: list[dict[str, Any]], last: list[dict[str, Any]]) -> History:
    found = History()
    communes = sorted((e for e in entries if e["type"] == "COM"), key=lambda e: (e["code"], _start(e)))
    for entry in communes:
        interval = Interval(entry["code"], entry["nom"], _day(entry.get("dateDebut")), _day(entry.get("dateFin")))
        previous = found.intervals[-1] if found.intervals else None
        if previous and (previous.code, previous.label, previous.end) == (*_named(entry), interval.start):
            found.intervals[-1] = replace(previous, end=interval.end)
        else:
            found.intervals.append(interval)
    by_id = {e["id"]: e for e in entries}
    for entry in entries:
        if entry["type"] != "COM" and (parent := by_id[entry["pole"]]["code"]) != entry["code"]:
            found.insides.append(Inside(entry["code"], parent, _start(entry), _day(entry.get("dateFin")) or date.max))
    for entry in communes:
        _link(found, entry, by_id)
    _unfollowed(found, communes, heirs(last))
    return found


def _link(found: History, entry: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> None:
    """What this commune came out of, and what it became, when the history says so."""
    code = entry["code"]
    origin = by_id.get(entry.get("predecesseur", ""))
    if origin and origin["type"] != "COM":
        parent = by_id[origin["pole"]]
        while parent.get("dateFin", "9999") < entry["dateDebut"]:  # the group may have been recoded meanwhile
            parent = by_id[parent["successeur"]]
        if parent["code"] != code:
            found.links.add(Link(parent["code"], code, _start(entry), "restored"))
    heir = by_id.get(entry.get("successeur", ""))
    if heir and heir["type"] == "COM" and heir["code"] != code:
        found.recode(code, heir["code"], date.fromisoformat(entry["dateFin"]))
    elif heir and heir["type"] != "COM" and (group := by_id[heir["pole"]]["code"]) != code:
        found.links.add(Link(code, group, date.fromisoformat(entry["dateFin"]), "merged"))
        if heir["code"] != code:  # merged into another département: a delegated commune under a new code
            found.insides += _recoded(code, heir["code"], date.fromisoformat(entry["dateFin"]))


def _unfollowed(found: History, communes: list[dict[str, Any]], heir_of: Mapping[str, str]) -> None:
    """Communes suppressed without a successor: the snapshots name the one that holds most of their territory."""
    for entry in communes:
        if entry.get("raisonFin") == "suppression":
            day = date.fromisoformat(entry["dateFin"])
            found.links.add(Link(entry["code"], heir_of[entry["code"]], day, "merged"))
            found.insides.append(Inside(entry["code"], heir_of[entry["code"]], start=day))


def _advance(found: History, earlier: list[dict[str, Any]], later: list[dict[str, Any]], day: date) -> None:
    """Bring the history from one snapshot to the next."""
    before, after, heir_of = present(earlier), present(later), heirs(later)
    group_of = {e["code"]: e["chefLieu"] for e in earlier if e.get("chefLieu")}
    for place, interval in enumerate(found.intervals):
        label = after.get(interval.code)
        if interval.end is None and label is None:
            found.intervals[place] = replace(interval, end=day)
        elif interval.end is None and label != interval.label and label is not None:
            if comparable(label) == comparable(interval.label):  # another spelling is not another name
                found.intervals[place] = replace(interval, label=label)
            else:
                found.intervals[place] = replace(interval, end=day)
                found.intervals.append(Interval(interval.code, label, day, None))
    recoded = set()
    for code in sorted(before.keys() - after.keys()):
        heir = heir_of[code]
        if heir not in before and comparable(before[code]) == comparable(after[heir]):
            found.recode(code, heir, day)
            recoded.add(heir)
        else:
            found.links.add(Link(code, heir, day, "merged"))
            found.insides.append(Inside(code, heir, start=day))
    for code in sorted(after.keys() - before.keys()):
        found.intervals.append(Interval(code, after[code], day, None))
        if code not in recoded:
            found.links.add(Link(group_of[code], code, day, "restored"))
        found.insides = [replace(i, end=day) if i.child == code and i.start < day < i.end else i for i in found.insides]


def _overseas(found: History, last: list[dict[str, Any]]) -> None:
    """The collectivities, and the codes that Mayotte, Saint-Barthélemy and Saint-Martin had before."""
    for entry in last:
        code, label = entry["code"], entry["nom"]
        if entry["type"] == "commune-actuelle" and code.startswith(COLLECTIVITIES):
            left = SAINT_BARTH_SAINT_MARTIN if code in LEFT_GUADELOUPE else None
            found.intervals.append(Interval(code, label, left, None))
            if left:
                found.intervals.append(Interval(LEFT_GUADELOUPE[code], label, None, left))
                found.recode(LEFT_GUADELOUPE[code], code, left)
    for place, interval in enumerate(found.intervals):
        if interval.code.startswith("976") and interval.start is None:
            former = "985" + interval.code[3:]
            found.intervals[place] = replace(interval, start=MAYOTTE)
            found.intervals.append(Interval(former, interval.label, None, MAYOTTE))
            found.recode(former, interval.code, MAYOTTE)


def _recoded(before: str, after: str, day: date) -> list[Inside]:
    """One territory under two codes: each lies in the other, in the other's epoch."""
    return [Inside(before, after, start=day, recoded=True), Inside(after, before, end=day, recoded=True)]


def _named(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["code"], entry["nom"]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _start(entry: dict[str, Any]) -> date:
    return _day(entry.get("dateDebut")) or date.min
