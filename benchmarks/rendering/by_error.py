"""Which errors each strategy survives: match rate by type of error, ours beside the published funnel, then everybody.

From ``errors.csv``, files with one error each; without it from ``linkage_errors.csv``, files that have all of them.
"""

import polars as pl

from benchmarks.rendering.axes import share_axis, whole_percent
from benchmarks.rendering.contenders import FUNNEL, HELP, OURS, rank, shown
from benchmarks.rendering.page import Chart, Section, listed, people, table, wrong
from benchmarks.rendering.paired import met, tested, won_and_lost
from benchmarks.rendering.plots import Row, Series, dot_rows, heat_map
from benchmarks.rendering.stored import Stored, dates
from sngi_mock.noise.catalogue import EVERY_TYPE, HOMONYM, by_id

FAMILIES = {
    "surname": "Surname",
    "given_names": "Given names",
    "sex": "Sex",
    "date": "Date of birth",
    "place": "Place of birth",
    "household": "Relatives",
    "population": "Namesakes, without any error",
}
FEWEST = 30
"""Passages with an error below which no share is told: it would be chance."""


def rates(stored: Stored) -> pl.DataFrame:
    """``error, contender, rule, passages, right, right_share, low, high, persons, date`` of the largest register.

    A rule is ``own``, or how a promise of at most 0.1% of somebody else's is kept.
    """
    rows = _every(stored)
    return rows if rows.is_empty() else rows.filter(pl.col("persons") == pl.col("persons").max())


def with_everybody(stored: Stored) -> pl.DataFrame:
    """The same of the largest register among those that most contenders searched."""
    rows = _every(stored)
    if rows.is_empty():
        return rows
    met_there = pl.struct("contender", "rule").n_unique().over("persons")
    most = rows.filter(met_there == met_there.max())
    return most.filter(pl.col("persons") == pl.col("persons").max())


def _every(stored: Stored) -> pl.DataFrame:
    """The rates of all registers."""
    rows = stored.latest("errors", ["persons", "contender", "rule"], ["error"])
    if rows.is_empty():
        rows = stored.latest(
            "linkage_errors", ["persons", "profile", "strangers", "contender", "rule", "promise"], ["error"]
        )
        if rows.is_empty():
            return rows
        rows = rows.filter(pl.col("profile") == "typical", pl.col("rule").is_in(["own", "tuned"]))
        rows = rows.filter(pl.col("strangers") == pl.col("strangers").max())
    return rows.filter(pl.col("passages") >= FEWEST)


def _sentence(error: str) -> str:
    return "called like somebody else, born the same year" if error == HOMONYM.id else by_id()[error].sentence


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    told = with_everybody(stored)
    if told.is_empty():
        return []
    own = told.filter(pl.col("rule") == "own")
    of_largest = rates(stored).filter(pl.col("rule") == "own")
    parts: list[Chart | str] = [_heat(told)]
    if {OURS, FUNNEL} <= set(of_largest["contender"]):
        parts.insert(0, funnel_chart(of_largest))
    if "strangers" in told.columns:
        return [Section(_TITLE, _how_many(told), [*parts, _rest(told)], dates(told), "quality", lost=_low(own))]
    tests = stored.latest("errors_tests", ["persons", "contender", "other"], ["error"])
    parts.append(_wrong(told))
    pairs = met(tests.filter(pl.col("persons") == told["persons"][0]), set(own["contender"])) if tests.height else []
    won, lost = won_and_lost(pairs)
    if pairs:
        parts.append(tested(pairs))
    return [Section(_TITLE, _how_one(told), parts, dates(told, tests), "errors", won, [*lost, *_low(own)])]


_TITLE = "Which errors does each strategy survive?"


def _how_one(told: pl.DataFrame) -> str:
    numbers = told.group_by("error").agg(pl.col("passages").max())["passages"].to_list()
    return (
        f"For each type of error, people of a register (of {told['persons'][0]:,}, where not said otherwise) whose "
        f"record it changes, changed by it alone: up to {max(numbers):,} of each, at least {min(numbers):,}. Shown is "
        "the share whose OK is right, with its 95% interval. Everybody answers the same records; who has no decision "
        f"of its own is held to at most 0.1% of somebody else's among OK, on another draw. {HELP}"
    )


def _how_many(told: pl.DataFrame) -> str:
    return (
        f"People of a register of {told['persons'][0]:,} (`typical` profile, {told['strangers'][0]:.0%} of passages of "
        "strangers), by the type of error done to their passage: the share whose OK is right. A passage with several "
        f"errors counts under each; types met fewer than {FEWEST} times are left out. Intervals are Wilson's, 95%. "
        f"{HELP}"
    )


def funnel_chart(own: pl.DataFrame) -> Chart:
    """Ours beside the published funnel, by their own decisions."""
    both = _beside(own)
    groups = []
    for family, name in FAMILIES.items():
        part = both.filter(pl.col("family") == family).sort("right_share", descending=True, maintain_order=True)
        rows = [
            Row(
                f"{row['sentence']}  {row['error']}",
                [(row["right_share"], row["low"], row["high"]), (row["funnel"], row["funnel_low"], row["funnel_high"])],
                [whole_percent(row["right_share"]), whole_percent(row["funnel"]), f"{row['passages']:,}"],
            )
            for row in part.iter_rows(named=True)
        ]
        if rows:
            groups.append((name, rows))
    series = [Series(shown(name).name, shown(name).ink, shown(name).shape) for name in (OURS, FUNNEL)]
    size = people(own["persons"][0])
    drawing = dot_rows(
        f"Who is rightly found when one thing is wrong? Register of {size}",
        groups,
        series,
        share_axis("share of people of the register whose OK is right, with its 95% interval"),
        ["ours", "funnel", "passages"],
    )
    return Chart("match-rate-by-error", drawing, _answer(both))


def _beside(own: pl.DataFrame) -> pl.DataFrame:
    """Ours and the funnel on one row per type, with its sentence and family."""
    ours, funnel = (own.filter(pl.col("contender") == name) for name in (OURS, FUNNEL))
    its = funnel.select("error", funnel="right_share", funnel_low="low", funnel_high="high")
    known = {id_: (_sentence(id_), each.family) for id_, each in by_id().items()}
    told = pl.DataFrame([(error, *of) for error, of in known.items()], ["error", "sentence", "family"], orient="row")
    return ours.join(its, on="error").join(told, on="error")


def _answer(both: pl.DataFrame) -> str:
    more = both.filter(pl.col("low") > pl.col("funnel_high")).height
    fewer = both.filter(pl.col("funnel_low") > pl.col("high")).sort("error", maintain_order=True)
    hopeless = both.filter(pl.col("funnel") < 0.01)  # noqa: PLR2004 - none, but for chance
    found = sum(hopeless["right"]) / max(sum(hopeless["passages"]), 1)
    told = (
        f"Of {both.height} types of error, `{OURS}` finds more people than the published funnel on {more}, about as "
        f"many on {both.height - more - fewer.height} (the intervals meet) and fewer on {fewer.height}"
    )
    where = [
        f"{error} ({sentence})" if fewer.height <= _MOST_NAMED else error
        for error, sentence in fewer.select("error", "sentence").iter_rows()
    ]
    told += f": {listed(where)}." if where else "."
    return f"{told} {hopeless.height} types leave the funnel nobody, and `{OURS}` {found:.0%} of the people."


_MOST_NAMED = 5


def _low(own: pl.DataFrame) -> list[str]:
    """Types where ours finds few people, and where the funnel finds more."""
    if not {OURS, FUNNEL} <= set(own["contender"]):
        return []
    both = _beside(own)
    ahead = both.filter(pl.col("funnel_low") > pl.col("high")).sort("error", maintain_order=True)
    low = both.filter(pl.col("right_share") < _FEW).sort("right_share", maintain_order=True)
    shares = ahead.select("error", "funnel", "right_share").iter_rows()
    found = [f"{error} ({theirs:.1%}, ours {ours:.1%})" for error, theirs, ours in shares]
    told = listed([f"{error} {share:.0%}" for error, share in low.select("error", "right_share").iter_rows()])
    lost = [f"The funnel finds more people than `{OURS}`, intervals apart, on {listed(found)}."] if found else []
    if low.height:
        lost.append(f"Types where `{OURS}` finds fewer than {_FEW:.0%} by its own decision: {told}.")
    return lost


_FEW = 0.7


def _heat(told: pl.DataFrame) -> Chart:
    shares = {(row["error"], row["contender"], row["rule"]): row["right_share"] for row in told.iter_rows(named=True)}
    columns: list[tuple[str, list[tuple[str, str]]]] = []
    for is_own, name in ((True, "own decision"), (False, "promise: ≤ 0.1% wrong")):
        found = {key[1:] for key in shares if (key[2] == "own") is is_own and key[1] not in _NOT_SHOWN}
        if found:
            columns.append((name, sorted(found, key=lambda column: rank(column[0]))))
    known = by_id()
    groups = []
    for family, name in FAMILIES.items():
        errors = sorted({key[0] for key in shares if key[0] in known and known[key[0]].family == family})
        rows = [
            (f"{_sentence(error)}  {error}", [shares.get((error, *column)) for _, of in columns for column in of])
            for error in errors
        ]
        if rows:
            groups.append((name, rows))
    others = [
        (words, [shares.get((error, *column)) for _, of in columns for column in of])
        for error, words in (("none", "no error"), ("two or more", "two real errors or more"))
        if any(key[0] == error for key in shares)
    ]
    groups.append(("Passages with", others))
    heads = [(name, [shown(each).short for each, _ in of]) for name, of in columns]
    drawing = heat_map(
        f"Rightly found by type of error and strategy, %, register of {people(told['persons'][0])}", heads, groups
    )
    return Chart("match-rate-heat-map", drawing, _heat_answer(told, [each for _, of in columns for each in of]))


def _heat_answer(told: pl.DataFrame, columns: list[tuple[str, str]]) -> str:
    """On how many types each contender finds most, of those of the chart."""
    known = told.filter(pl.col("error").is_in([error.id for error in EVERY_TYPE]))
    known = known.filter(pl.concat_str("contender", "rule").is_in([name + rule for name, rule in columns]))
    held = known.filter(pl.col("rule") != "own")
    is_fair = OURS in set(held["contender"])
    best = held if is_fair else known
    best = best.filter(pl.col("right_share") == pl.col("right_share").max().over("error"))
    firsts = best.group_by("contender").len().sort("len", "contender", descending=[True, False], maintain_order=True)
    said = listed([f"`{name}` on {count}" for name, count in firsts.iter_rows()])
    start = "Held to the same promise, of" if is_fair else "Of"
    return f"{start} {known['error'].n_unique()} types most people are found by {said}; ties count for each."


def _wrong(told: pl.DataFrame) -> str:
    """What each contender's OK are worth over all types together."""
    known = told.with_columns(ok=pl.col("passages") - pl.col("missed"))
    counted = known.group_by("contender", "rule").agg(pl.col("passages", "right", "ok", "wrong").sum())
    worst = {
        (row["contender"], row["rule"]): f"{row['error']}: {row['wrong']:,} of {row['ok']:,}"
        for row in known.filter(pl.col("wrong") > 0).sort("wrong", maintain_order=True).iter_rows(named=True)
    }
    return table(
        ("contender", "decides by", "passages", "right", "somebody else's among OK", "most on"),
        (
            (
                f"`{row['contender']}`",
                _RULES.get(row["rule"], row["rule"]),
                f"{row['passages']:,}",
                f"{row['right'] / row['passages']:.2%}",
                wrong(row["wrong"], row["ok"]),
                worst.get((row["contender"], row["rule"]), "–"),
            )
            for row in sorted(
                counted.iter_rows(named=True), key=lambda row: (row["rule"] != "own", rank(row["contender"]))
            )
        ),
    )


_RULES = {"own": "itself", "tuned": "a score, ≤ 0.1%", "probability": "a probability, ≤ 0.1%"}
_NOT_SHOWN = ("splink_em+posterior", "recordlinkage+posterior", "cdc+date", "cdc+date+place")
"""Left out of the heat map, which has room for so many; they are in the CSV."""


def _rest(told: pl.DataFrame) -> str:
    """Everybody together with passages that have none, in numbers."""
    rows = told.filter(pl.col("error").is_in(["none", "none abroad", "two or more", "two or more abroad"]))
    names = sorted(set(zip(rows["contender"], rows["rule"], strict=True)), key=lambda pair: (pair[1], rank(pair[0])))
    words = ("none", "none abroad", "two or more", "two or more abroad")
    cells = {(r["contender"], r["rule"], r["error"]): f"{r['right_share']:.2%}" for r in rows.iter_rows(named=True)}
    body = [
        (f"`{name}`", "own" if rule == "own" else "≤ 0.1%", *(cells.get((name, rule, word), "–") for word in words))
        for name, rule in names
    ]
    return table(("contender", "decision", "no error", "born abroad", "two real errors or more", "born abroad"), body)
