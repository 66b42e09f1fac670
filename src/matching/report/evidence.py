"""Why one passage got its answer, in the terminal: ladder of bits or agreements, stages, and who came closest.

It takes the facts that ``--format json`` prints, so text and JSON never tell two stories.

Example:
    >>> in_tenths([1.26, 1.26, 1.26])  # their sum, 3.78, is shown 3.8
    [1.2, 1.3, 1.3]
"""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.identity.catalogue import Lang, count, sentence
from matching.identity.outcomes import TRAITS
from matching.report.columns import print_title, signed, titled_table

Facts = Mapping[str, Any]

_FINEST = 1e-6  # a probability nearer to 0 or to 1 is shown as beyond it


def in_tenths(parts: Sequence[float]) -> list[float]:
    """The parts with one decimal, such that those shown sum to their sum as shown.

    Each is rounded to the nearest; what is then missing from the sum is given, a tenth each, to the parts that were
    rounded furthest from it. So no part is off by a tenth or more, and a part that is nothing stays so.
    """
    shown = [round(10 * part) for part in parts]
    missing = round(10 * math.fsum(parts)) - sum(shown)
    step = 1 if missing > 0 else -1
    by_error = sorted(range(len(shown)), key=lambda at: step * (shown[at] - 10 * parts[at]))
    for at in by_error[: abs(missing)]:
        shown[at] += step
    return [tenths / 10 for tenths in shown]


def probability_text(share: float, lang: Lang) -> str:
    """A probability with as many decimals as its distance from 0 or from 1 asks for."""
    french = lang == "fr"
    if share in {0, 1}:
        text, sign = f"{100 * share:.0f}", ""
    elif 0 < share < _FINEST:
        text, sign = f"{100 * _FINEST:.4f}", "< "
    elif 1 - _FINEST < share < 1:
        text, sign = f"{100 * (1 - _FINEST):.4f}", "> "
    else:
        near = min(share, 1 - share)
        text, sign = f"{100 * share:.{1 if near > 0.001 else 3 if near > 0.00001 else 4}f}", ""  # noqa: PLR2004 - decimals
    return sign + (text.replace(".", ",") + "\u202f%" if french else text + "%")


def print_explanation(facts: Facts, lang: Lang, *, is_near_told: bool) -> None:
    """Print why a passage got its answer.

    Args:
        facts: What ``--format json`` prints of it.
        lang: Language of the text.
        is_near_told: Whether the register is one where who came closest may be told.
    """
    console = Console(highlight=False)
    named = {"id": _printable(facts["id_technique"]), "number": facts["passage"] + 1}
    print_title(console, sentence("linkage_report.passage", lang, **named))
    if "rungs" in facts:
        _print_ladder(console, facts, lang)
    else:
        console.print(_agreements(facts, lang))
        console.print(_outcome(facts, lang))
    console.print(_stages(facts, lang))
    _print_near(console, facts["nearest"], lang, is_told=is_near_told)


def _print_ladder(console: Console, facts: Facts, lang: Lang) -> None:
    """What the score is made of, who else competes, and why the answer is what it is."""
    if facts["rungs"]:
        console.print(_rungs(facts, lang))
    else:
        console.print(sentence("linkage_report.nobody_met", lang), soft_wrap=True)
    console.print(_alternatives(facts, lang))
    told = {"outcome": _outcome(facts, lang), "threshold": probability_text(facts["threshold"], lang)}
    console.print(sentence(f"linkage_report.why_{facts['reason']}", lang, **told), soft_wrap=True)
    if facts["ask_for"]:
        trait = sentence(f"linkage_report.trait_{facts['ask_for']}", lang)
        console.print(sentence("linkage_report.ask_for", lang, trait=trait), soft_wrap=True)


def _print_near(console: Console, near: Facts | None, lang: Lang, *, is_told: bool) -> None:
    """Who came closest without being accepted, and what kept them out."""
    if near is None:
        console.print(sentence(f"linkage_report.near_{'nobody' if is_told else 'not_told'}", lang), soft_wrap=True)
        return
    console.print(_near(near, lang))
    traits = [_trait(one["trait"], lang).lower() for one in near["traits"] if one["keeps_out"]]
    console.print(sentence(f"linkage_report.near_{near['reason']}", lang, traits=", ".join(traits)), soft_wrap=True)


def level_text(trait: str, level: str, lang: Lang) -> str:
    """A level of agreement in words."""
    return sentence(f"linkage.{trait}_{level}", lang)


def _outcome(facts: Facts, lang: Lang) -> str:
    return sentence(f"linkage_report.outcome_{facts['outcome'].lower()}", lang)


def _trait(trait: str, lang: Lang) -> str:
    return sentence(f"linkage_report.trait_{trait}", lang)


def _agreements(facts: Facts, lang: Lang) -> Table:
    table = titled_table(["trait", "agreement"], lang)
    for trait in TRAITS:
        agreement = facts["agreements"][trait] or "none"
        table.add_row(_trait(trait, lang), sentence(f"linkage_report.agreement_{agreement}", lang))
    return table


def _stages(facts: Facts, lang: Lang) -> Table | str:
    """Candidates left after each stage that ran."""
    if facts["stages"] is None:
        return sentence("linkage_report.no_stage", lang)
    table = titled_table(["stage", "left"], lang, numbers={"left"})
    for stage, left in facts["stages"].items():
        table.add_row(sentence(f"linkage_report.stage_{stage}", lang), count(left, lang))
    return table


def _near(near: Facts, lang: Lang) -> Table:
    is_revealed = any(one["registered"] is not None for one in near["traits"])
    columns = ["near", "sent", *(["registered"] if is_revealed else []), "level", "keeps_out"]
    table = titled_table(columns, lang)
    for one in near["traits"]:
        told = [one["sent"], one["registered"]] if is_revealed else [one["sent"]]
        kept_out = sentence("linkage_report.keeps_out", lang) if one["keeps_out"] else ""
        values = [escape(_printable(text or "–")) for text in told]
        table.add_row(_trait(one["trait"], lang), *values, level_text(one["trait"], one["level"], lang), kept_out)
    return table


def _rungs(facts: Facts, lang: Lang) -> Table:
    revealed = any(rung["registered"] is not None for rung in facts["rungs"])
    columns = ["trait", "sent", *(["registered"] if revealed else []), "level", "level_bits", "value_bits", "total"]
    table = titled_table(columns, lang, numbers={"level_bits", "value_bits", "total"})
    blank = [""] * (columns.index("level_bits") - 1)
    parts = [part for rung in facts["rungs"] for part in (rung["level_bits"], rung["value_bits"])]
    shown = in_tenths([*parts, facts["persons_bits"], facts["presence_bits"]])
    totals = [round(total, 1) for total in accumulate(shown)]
    for at, rung in enumerate(facts["rungs"]):
        told = [_printable(rung["sent"] or "–")] + ([_printable(rung["registered"] or "–")] if revealed else [])
        table.add_row(
            _trait(rung["trait"], lang),
            *map(escape, told),
            level_text(rung["trait"], rung["level"], lang),
            signed(shown[2 * at], lang),
            signed(shown[2 * at + 1], lang),
            signed(totals[2 * at + 1], lang),
        )
    for code, at in (("row_persons", -2), (f"row_presence_{facts['stratum']}", -1)):
        text = sentence(f"linkage_report.{code}", lang)
        table.add_row(text, *blank, signed(shown[at], lang), "", signed(totals[at], lang))
    table.add_section()
    table.add_row(sentence("linkage_report.row_score", lang), *blank, "", "", signed(totals[-1], lang), style="bold")
    return table


def _alternatives(facts: Facts, lang: Lang) -> Table:
    table = titled_table(["who", "probability"], lang, numbers={"probability"})
    for one in facts["alternatives"]:
        levels = "; ".join(
            f"{_trait(trait, lang)}: {level_text(trait, level, lang)}" for trait, level in one["differs"]
        )
        code = f"who_{one['who']}" + ("_differs" if levels else "")
        who = sentence(f"linkage_report.{code}", lang, levels=levels)
        table.add_row(who, probability_text(one["probability"], lang))
    return table


def _printable(text: str) -> str:
    """A value of the file without characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
