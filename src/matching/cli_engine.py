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
from matching.identity.outcomes import TRAITS

if TYPE_CHECKING:
    import polars as pl

    from matching.deposit.control import ControlReport
    from matching.deposit.dictionary import Version
    from matching.register.folder import Register
    from matching.report.terminal import Bar
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
    """Print the evidence of each passage named: its ladder of bits, or what a strategy without bits found.

    Returns:
        Control 1 when it refuses the file, and nothing was printed.

    Raises:
        UsageError: a name that no passage has, or ``reveal`` where it cannot be.
    """
    from matching.deposit.reader import read_controlled
    from matching.register.folder import open_register
    from matching.report.evidence import print_answer, print_ladder
    from matching.report.terminal import Bar

    with Bar(lang, quiet=quiet or form == "json") as bar:
        register = open_register(folder)
        read = read_controlled(file, version, progress=partial(bar, "control"))
        if read.deposit is None:
            return read.report
        found = _explanations(read.deposit.passages, ids, register, strategy, reveal=reveal, bar=bar)
    if form == "json":
        print_json({"strategy": strategy.name, "passages": found})
        return None
    for facts in found:
        (print_ladder if "rungs" in facts else print_answer)(facts, lang)
    return None


def prepare(register: "Register", strategy: "Strategy", bar: "Bar") -> None:
    """Build the index that a strategy needs when there is none, under its own name on the bar."""
    from matching.strategies.index import open_index
    from matching.strategies.settings import ProbabilisticSettings

    if isinstance(strategy.settings, ProbabilisticSettings):
        open_index(register, partial(bar, "index"))


def _explanations(
    passages: "pl.DataFrame",
    ids: tuple[str, ...],
    register: "Register",
    strategy: "Strategy",
    *,
    reveal: bool,
    bar: "Bar",
) -> list[dict[str, Any]]:
    from matching.strategies.ladder import ladders, passages_named
    from matching.strategies.settings import ProbabilisticSettings

    if reveal and not (ids and isinstance(strategy.settings, ProbabilisticSettings)):
        raise UsageError("linkage_report.reveal_alone")
    chosen = passages_named(passages, ids)
    prepare(register, strategy, bar)
    if isinstance(strategy.settings, ProbabilisticSettings):
        found = ladders(passages, ids, register, strategy.settings, reveal=reveal)
        return [_ladder_facts(asdict(one), one.score) for one in found]
    decisions = strategy.run(chosen, register, partial(bar, "match"))
    return [_answer_facts(row) for row in decisions.iter_rows(named=True)]


def _ladder_facts(facts: dict[str, Any], score: float) -> dict[str, Any]:
    rungs = [{**rung, "bits": rung["level_bits"] + rung["value_bits"]} for rung in facts["rungs"]]
    return {**facts, "rungs": rungs, "score": score if rungs else None}


def _answer_facts(row: dict[str, Any]) -> dict[str, Any]:
    told = ("passage", "id_technique", "outcome", "message", "stages")
    return {name: row[name] for name in told} | {"agreements": {trait: row[f"agree_{trait}"] for trait in TRAITS}}


def _chosen(settings: Path | None) -> "tuple[Strategy, ProbabilisticSettings]":
    from matching.strategies.settings import ProbabilisticSettings
    from matching.strategies.settings_file import settings_from_toml
    from matching.strategies.table import strategy

    chosen = strategy(_PROBABILISTIC) if settings is None else settings_from_toml(settings)
    if not isinstance(chosen.settings, ProbabilisticSettings):
        raise UsageError("linkage_report.not_probabilistic", name=chosen.name)
    return chosen, chosen.settings
