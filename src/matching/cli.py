"""The command line ``nirisation``: arguments in, one library call, exit code out.

Exit codes: 0 nothing refused, 1 KO at or above ``--fail-on``, 2 wrong usage, 3 unreadable input. Heavy imports stand
inside the commands that need them, so that ``--help`` answers at once.
"""

import datetime as dt
import subprocess
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching import __version__, cli_engine, cli_explain, cli_portal, cli_quality
from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.deposit.dictionary import Version
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError
from matching.identity.outcomes import Message

if TYPE_CHECKING:
    from matching.chain import Run
    from matching.deposit.control import ControlReport


@click.group(cls=options.Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nirisation")
def main() -> None:
    """Foresee, reproduce and explain the nirisation of CPF certification deposits."""


main.add_command(cli_engine.blocking)
main.add_command(cli_engine.weights)
for command in (
    *(cli_quality.check, cli_quality.build, cli_quality.columns, cli_quality.rules),
    *(cli_explain.explain, cli_explain.resend),
    *(cli_portal.serve, cli_portal.purge),
):
    main.add_command(command)


@main.command()
@options.file
@options.schema
@click.option("--xsd", type=click.Path(path_type=Path), help="Validate with this schema file too.")
@click.option("--max", "max_shown", type=click.IntRange(min=1), default=100, help="Errors shown (all are counted).")
@click.option("--fail-on", type=click.Choice(["control", "never"]), default="control", help="What makes exit code 1.")
@options.quiet
@options.common
def control(
    file: Path,
    version: Version | None,
    xsd: Path | None,
    max_shown: int,
    fail_on: str,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> None:
    """Control 1, the structure: OK or KO, one line per error."""
    from matching.deposit.control import control as control_file
    from matching.report.terminal import Bar

    with Bar(lang, quiet=quiet or form == "json") as bar:
        report = control_file(file, version, xsd=xsd, max_shown=max_shown, progress=partial(bar, "control"))
    _print_control(report, file, lang, form)
    sys.exit(0 if report.is_ok or fail_on == "never" else 1)


@main.command()
@options.file
@options.register
@click.option("--strategy", "name", help="One of `nirisation strategies` (default: that of --settings, else cdc).")
@options.settings
@options.output
@options.schema
@click.option("--accepted", type=click.Path(path_type=Path), help="CSV of passages already accepted (message 5).")
@click.option("--codes", type=click.Path(path_type=Path), help="Known certification codes, one a line (message 6).")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day in the receipt's name (default: today).")
@click.option("--explain", "ids", multiple=True, metavar="ID", help="Why: the evidence of an idTechnique; repeatable.")
@click.option("--reveal", is_flag=True, help="With --explain: show the register's values (simulated registers only).")
@click.option(
    "--fail-on",
    type=click.Choice(["control", "ko", "never"]),
    default="ko",
    help="What makes exit code 1 (default: ko).",
)
@options.quiet
@options.common
def match(
    file: Path,
    folder: Path,
    name: str | None,
    settings: Path | None,
    output: Path | None,
    version: Version | None,
    accepted: Path | None,
    codes: Path | None,
    day: dt.datetime | None,
    ids: tuple[str, ...],
    reveal: bool,
    fail_on: str,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> None:
    """Control 1 and nirisation of FILE against a register: the receipt, and every decision.

    With --explain, only the passages named are looked for, and their evidence is printed instead.
    """
    from matching.chain import match_deposit, write_run
    from matching.register.folder import open_register
    from matching.report.terminal import Bar
    from matching.strategies.lists import read_admission
    from matching.strategies.settings_file import settings_from_toml
    from matching.strategies.table import DEFAULT, strategy

    chosen = settings_from_toml(settings, name) if settings is not None else strategy(name or DEFAULT)
    if ids or reveal:
        unread = cli_engine.explain(
            file, version, folder, chosen, ids, reveal=reveal, lang=lang, form=form, quiet=quiet
        )
        if unread is not None:
            _print_control(unread, file, lang, form)
        sys.exit(1 if unread is not None and fail_on != "never" else 0)
    admission = read_admission(accepted, codes)
    with Bar(lang, quiet=quiet or form == "json") as bar:
        register = open_register(folder)
        cli_engine.prepare(register, chosen, bar)
        run = match_deposit(file, register, chosen, admission=admission, version=version, progress=bar)
    paths = options.written(
        lambda target: write_run(run, target, (day or dt.datetime.now().astimezone()).date()), output
    )
    _print_run(run, paths, lang, form)
    refused = not run.control.is_ok or (fail_on == "ko" and run.summary is not None and run.summary.ko_total > 0)
    sys.exit(1 if refused and fail_on != "never" else 0)


@main.command("import")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), required=True, help="TOML: which column is what.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder of the register.")
@click.option("--simulated", is_flag=True, help="Every person is fictional and every NIR a mock one.")
@options.quiet
@options.common
def import_register(
    table: Path, mapping: Path, output: Path, simulated: bool, lang: Lang, form: Format, quiet: bool
) -> None:
    """Make a register of your own lawful extract (CSV or Parquet); what cannot be read is listed, nothing is lost."""
    from matching.register.conversion import convert
    from matching.report.terminal import Bar

    with Bar(lang, quiet=quiet or form == "json") as bar:
        done = convert(table, mapping, output, simulated=simulated, lang=lang, progress=partial(bar, "import"))
    if form == "json":
        print_json({**asdict(done), "folder": str(done.folder)})
    else:
        facts = {name: getattr(done, name) for name in ("rows", "persons", "identities", "rejected")}
        click.echo(sentence("cli.imported", lang, **facts, folder=done.folder))
    sys.exit(1 if done.rejected else 0)


@main.command()
@click.option("--settings", "name", help="Write the settings of this strategy, as TOML.")
@options.common
def strategies(name: str | None, lang: Lang, form: Format) -> None:
    """The table of strategies, and what the public documents leave open."""
    from matching.report.terminal import print_strategies
    from matching.strategies.settings_file import hypotheses, settings_to_toml
    from matching.strategies.table import STRATEGIES, strategy

    if name is not None:
        chosen = strategy(name)
        if form == "json":
            print_json({"strategy": name, "settings": asdict(chosen.settings)})
        else:
            click.echo(settings_to_toml(chosen, lang), nl=False)
        return
    rows = {name: sentence(f"strategies.{name}", lang) for name in STRATEGIES}
    open_points = {name: sentence(setting.code, lang) for name, setting in hypotheses().items()}
    if form == "json":
        print_json({"strategies": rows, "hypotheses": open_points})
    else:
        print_strategies(rows, open_points, lang)
        click.echo(sentence("cli.settings_hint", lang))


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("demo"), help="Folder (default: demo).")
@click.option("--size", type=click.IntRange(min=1000), default=200_000, help="Persons in the register.")
@click.option("--passages", type=click.IntRange(min=1), default=5_000, help="Passages in the deposit.")
@click.option("--seed", type=int, default=2026, help="Another seed, other people.")
@options.quiet
@options.common
def demo(output: Path, size: int, passages: int, seed: int, lang: Lang, form: Format, quiet: bool) -> None:
    """The whole chain on fictional people: generate, degrade, control, match, receipt."""
    register, deposit = output / "register", output / "deposit"
    click.echo(sentence("cli.step_generate", lang, n=size), err=True)
    _sngi_mock("generate", register, "--size", size, "--seed", seed, "--force")
    click.echo(sentence("cli.step_draw", lang, n=passages), err=True)
    _sngi_mock("draw", register, "-o", deposit, "--passages", passages, "--profile", "typical", "--seed", seed)
    click.echo(sentence("cli.step_demo_match", lang), err=True)
    click.get_current_context().invoke(
        match,
        file=deposit / "deposit.xml",
        folder=register,
        output=output / "results",
        fail_on="never",
        lang=lang,
        form=form,
        quiet=quiet,
    )


def _print_control(report: "ControlReport", file: Path, lang: Lang, form: Format) -> None:
    if form == "json":
        print_json(_control_facts(report, lang))
        return
    code = "cli.control_ok" if report.is_ok else "cli.control_ko"
    facts = {"file": file.name, "version": report.version, "passages": report.passages}
    click.echo(sentence(code, lang, **facts, n=report.n_errors, shown=len(report.errors)))
    for error in report.errors:
        click.echo("  " + error.sentence(lang) + (f" [{error.cvc}]" if error.cvc else ""))
    hidden = report.n_errors - len(report.errors)
    if hidden:
        click.echo(sentence("cli.not_counted", lang, n=hidden, more=report.n_errors))


def _control_facts(report: "ControlReport", lang: Lang) -> dict[str, Any]:
    told = ("code", "cvc", "element", "field_id", "value", "line", "column", "passage", "id_technique")
    return {
        "file": report.file,
        "version": report.version,
        "ok": report.is_ok,
        "passages": report.passages,
        "n_errors": report.n_errors,
        "errors": [
            {**{name: getattr(error, name) for name in told}, "sentence": error.sentence(lang)}
            for error in report.errors
        ],
    }


def _print_run(run: "Run", paths: list[Path], lang: Lang, form: Format) -> None:
    from matching.chain import describe
    from matching.deposit.messages import message_text
    from matching.report.terminal import print_files, print_outcomes, print_run
    from matching.strategies.settings import CdcSettings

    if form == "json":
        print_json({**describe(run), "files": [str(path) for path in paths]})
        return
    if run.summary is None:
        _print_control(run.control, run.file, lang, form)
        click.echo(sentence("cli.fix_first", lang))
    else:
        register = sentence("cli.register_simulated" if run.register.simulated else "cli.register_real", lang)
        facts = sentence(
            "cli.run_header",
            lang,
            passages=run.summary.passages,
            version=run.control.version,
            strategy=run.strategy.name,
            register=register,
            persons=run.register.persons,
        )
        texts = {message: message_text(message) for message in run.summary.ko if message <= Message.SEVERAL}
        print_run(f"{sentence('cli.title_match', lang)} · {run.file.name}", facts, run.summary, texts, lang)
        if not isinstance(run.strategy.settings, CdcSettings):
            print_outcomes(run.summary, lang)  # the receipt's messages are the funnel's own words
        if run.register.simulated:
            click.echo(sentence("cli.simulated_nirs", lang) + "\n")
    if paths:
        print_files(paths, lang)


def _sngi_mock(command: str, *arguments: object) -> None:
    """Run the generator as a program: the engine never imports it."""
    status = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "sngi_mock", command, *map(str, arguments), "--quiet"], check=False
    ).returncode
    if status:
        raise UsageError("cli.no_generator", command=command, status=status)
