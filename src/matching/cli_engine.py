"""The commands of ``nirisation`` that look into the engine: ``blocking``, ``weights``, and ``match --explain``."""

import datetime as dt
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.identity.catalogue import Lang, sentence
from matching.identity.digest import digest_of
from matching.identity.errors import UsageError

if TYPE_CHECKING:
    from matching.deposit.control import ControlReport
    from matching.deposit.dictionary import Version
    from matching.register.folder import Register
    from matching.report.terminal import Bar
    from matching.strategies.explanation import Explanation
    from matching.strategies.settings import ProbabilisticSettings
    from matching.strategies.table import Strategy

_SHOWN = 12
"""Levels that the terminal shows of those that moved."""

_PROBABILISTIC = "probabilistic"


@click.command()
@options.file
@options.register
@options.settings
@options.output
@options.quiet
@options.common
def blocking(
    file: Path, folder: Path, settings: Path | None, output: Path | None, lang: Lang, form: Format, quiet: bool
) -> None:
    """How many pairs of FILE and a register are compared at all, and what each blocking pass is worth."""
    from matching.deposit.reader import read_deposit
    from matching.register.folder import open_register
    from matching.report.linkage import print_blocking
    from matching.report.terminal import Bar, print_files
    from matching.strategies.blocking_report import blocking_report

    with Bar(lang, quiet=quiet or form == "json") as bar:
        chosen, own = _chosen(settings)
        register = open_register(folder)
        passages = read_deposit(file).passages
        prepare(register, chosen, bar)
        report = blocking_report(passages, register, own, partial(bar, "match"))
    facts = {**asdict(report), "possible": report.possible, "reduction": report.reduction}
    facts["passes"] = report.passes.to_dicts()

    def write(folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        report.passes.write_csv(folder / "blocking.csv", separator=";", include_bom=True)
        return [folder / "blocking.csv"]

    paths = options.written(write, output)
    if form == "json":
        print_json({**facts, "files": list(map(str, paths))})
        return
    print_blocking(facts, file.name, lang)
    if paths:
        print_files(paths, lang)


@click.command()
@options.file
@options.register
@options.settings
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The table, a .toml file.")
@click.option(
    "--trust", type=click.IntRange(min=1), default=50, show_default=True,
    help="Pairs of each level that the stored table stands for.",
)  # fmt: skip
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day in the table (default: today).")
@options.quiet
@options.common
def weights(
    file: Path,
    folder: Path,
    settings: Path | None,
    output: Path,
    trust: int,
    day: dt.datetime | None,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> None:
    """Re-estimate the weight table on FILE, without labels: how often its holders and their traits err."""
    from matching.deposit.reader import read_deposit
    from matching.register.folder import open_register
    from matching.report.linkage import print_weights
    from matching.report.terminal import Bar
    from matching.strategies.reestimate import reestimate

    with Bar(lang, quiet=quiet or form == "json") as bar:
        chosen, own = _chosen(settings)
        register = open_register(folder)
        passages = read_deposit(file).passages
        prepare(register, chosen, bar)
        today = (day or dt.datetime.now().astimezone()).date()
        source = {"deposit": f"blake2b:{digest_of(file)}", "date": today.isoformat()}
        done = reestimate(passages, register, own, trust=trust, source=source, progress=partial(bar, "match"))
    try:
        output.write_text(done.toml(), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("linkage_report.no_table", file=str(output), reason=reason) from error
    facts = {"name": done.weights.name, "provenance": dict(done.weights.provenance), "moved": done.moved.to_dicts()}
    if form == "json":
        print_json({**facts, "files": [str(output)]})
        return
    print_weights(facts, file.name, _SHOWN, lang)
    click.echo(sentence("linkage_report.weights_next", lang, file=output))


def explain(
    file: Path,
    version: "Version | None",
    folder: Path,
    strategy: "Strategy",
    ids: tuple[str, ...],
    *,
    reveal: bool,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> "ControlReport | None":
    """Print why each passage named got its answer: its ladder of bits or its agreements, its stages, its near miss.

    Returns:
        Control 1 when it refuses the file, and nothing was printed.

    Raises:
        UsageError: a name that no passage has, or ``reveal`` where it cannot be.
    """
    from matching.deposit.reader import read_controlled
    from matching.register.folder import open_register
    from matching.report.evidence import print_explanation
    from matching.report.terminal import Bar
    from matching.strategies.explanation import explained
    from matching.strategies.ladder import passages_named

    if not ids:
        raise UsageError("linkage_report.reveal_alone")
    with Bar(lang, quiet=quiet or form == "json") as bar:
        register = open_register(folder)
        if reveal and not register.simulated:
            raise UsageError("linkage_report.no_reveal", folder=str(folder))
        read = read_controlled(file, version, progress=partial(bar, "control"))
        if read.deposit is None:
            return read.report
        passages_named(read.deposit.passages, ids)
        prepare(register, strategy, bar, is_near_told=register.simulated)
        found = explained(read.deposit.passages, ids, register, strategy, reveal=reveal, progress=partial(bar, "match"))
    told = [_facts(one) for one in found]
    if form == "json":
        print_json({"strategy": strategy.name, "passages": told})
        return None
    for facts in told:
        print_explanation(facts, lang, is_near_told=register.simulated)
    return None


def prepare(register: "Register", strategy: "Strategy", bar: "Bar", *, is_near_told: bool = False) -> None:
    """Build the index that a strategy needs, or telling who came closest, when there is none; the bar tells it."""
    from matching.strategies.index import open_index
    from matching.strategies.settings import ProbabilisticSettings

    if is_near_told or isinstance(strategy.settings, ProbabilisticSettings):
        open_index(register, partial(bar, "index"))


def _facts(one: "Explanation") -> dict[str, Any]:
    """An explanation as JSON tells it: the ladder's own facts stand beside the others."""
    facts: dict[str, Any] = asdict(one)
    facts["stages"] = None if one.stages is None else dict(one.stages)
    ladder = facts.pop("ladder")
    if one.ladder is None:
        return facts
    rungs = [{**rung, "bits": rung["level_bits"] + rung["value_bits"]} for rung in ladder["rungs"]]
    return {**facts, **ladder, "rungs": rungs, "score": one.ladder.score if rungs else None}


def _chosen(settings: Path | None) -> "tuple[Strategy, ProbabilisticSettings]":
    from matching.strategies.settings import ProbabilisticSettings
    from matching.strategies.settings_file import settings_from_toml
    from matching.strategies.table import strategy

    chosen = strategy(_PROBABILISTIC) if settings is None else settings_from_toml(settings)
    if not isinstance(chosen.settings, ProbabilisticSettings):
        raise UsageError("linkage_report.not_probabilistic", name=chosen.name)
    return chosen, chosen.settings
