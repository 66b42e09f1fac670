"""Commands of ``nirisation`` after the receipt: explain why passages are refused, send the corrected ones again."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError

if TYPE_CHECKING:
    from matching.deposit.resend import Resent
    from matching.resending import Filled

_OF_ONE_RECEIPT = frozenset({"receipt", "file", "folder", "name", "persons", "id_flux", "timestamp"})
"""Parameters of ``explain`` that do not go with ``--history``."""

_id_flux = click.option("--id-flux", help="Identifier of the new deposit (default: a new UUID).")
_timestamp = click.option("--timestamp", help="Date and time of the new deposit (default: now).")


@click.command()
@click.argument("receipt", type=click.Path(path_type=Path), required=False)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@options.output
@click.option(
    "--history",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Instead of RECEIPT FILE: follow the passages through all the deposits and receipts of a folder.",
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="With --history: day the three months are counted from."
)
@click.option(
    "--register", "folder", type=click.Path(path_type=Path), help="Folder of a register to try the corrections on."
)
@click.option("--strategy", "name", default="cdc", help="How they are tried (default: cdc).")
@click.option("--persons", type=click.IntRange(min=1), help="Persons in the register (default: the national one).")
@click.option("--show-names", is_flag=True, help="Do not mask identities in the report.")
@_id_flux
@_timestamp
@options.common
def explain(
    receipt: Path | None,
    file: Path | None,
    output: Path | None,
    history: Path | None,
    today: dt.datetime | None,
    folder: Path | None,
    name: str,
    persons: int | None,
    show_names: bool,
    id_flux: str | None,
    timestamp: str | None,
    lang: Lang,
    form: Format,
) -> None:
    """Why passages of FILE are refused, after its RECEIPT: likely causes, smallest corrections, the file to resend.

    With -o, writes report.html, to_fix.xlsx, resend.xml, causes.csv and run.json. Nothing is sent anywhere.

    With --history DIR, follows each passage through several deposits, whatever their files are called: days left,
    what to do. Then -o writes history.html, history.csv, run.json, and justificatifs.zip where evidence can be sent.
    """
    if history is not None:
        _follow(history, today, output, lang, form, show_names=show_names)
        return
    if receipt is None or file is None:
        raise UsageError("history.neither_way")
    if today is not None:
        raise UsageError("history.today_alone")
    from matching.explained_files import Again, explain_report, write_explained
    from matching.explaining import explain_file
    from matching.quality.forecasting.exposure import NATIONAL
    from matching.register.folder import open_register
    from matching.report.explain_tables import explain_facts
    from matching.report.explain_terminal import print_explained
    from matching.report.terminal import print_files
    from matching.strategies.table import strategy
    from matching.trying import Searched

    searched = None if folder is None else Searched(open_register(folder), strategy(name))
    explained = explain_file(receipt, file, searched=searched, persons=persons or NATIONAL)
    again = Again.now(id_flux, timestamp)
    report = explain_report(explained, lang, show_names=show_names)

    def write(into: Path) -> list[Path]:
        nonlocal report
        written = write_explained(explained, into, again, lang=lang, show_names=show_names)
        report = written.report  # knows what became of the file to send again
        return written.paths

    paths = options.written(write, output)
    if form == "json":
        print_json({**explain_facts(report), "files": [str(path) for path in paths]})
        return
    print_explained(report)
    if paths:
        print_files(paths, lang)


def _follow(
    folder: Path, today: dt.datetime | None, output: Path | None, lang: Lang, form: Format, *, show_names: bool
) -> None:
    """``explain --history``: what became of the passages of a folder."""
    from matching.following import follow, history_report, remarks_shown, write_followed
    from matching.gathering import gather
    from matching.report.history_table import history_facts
    from matching.report.history_terminal import print_history, print_remarks
    from matching.report.terminal import print_files

    _refuse_beside_history()
    gathered = gather(folder)
    if not gathered.sources:
        print_remarks(remarks_shown(gathered, lang), lang)
    followed = follow(gathered, (today or dt.datetime.now().astimezone()).date())
    paths = options.written(lambda into: write_followed(followed, into, lang=lang, show_names=show_names), output)
    report = history_report(followed, lang, show_names=show_names)
    if form == "json":
        print_json({**history_facts(report), "files": [str(path) for path in paths]})
        return
    print_history(report)
    if paths:
        click.echo()
        print_files(paths, lang)


def _refuse_beside_history() -> None:
    """What explains one receipt has no meaning for several."""
    context = click.get_current_context()
    given = [
        parameter
        for parameter in context.command.params
        if parameter.name in _OF_ONE_RECEIPT
        and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError("history.two_ways", given=", ".join(max(one.opts, key=len) for one in given))


@click.command()
@options.file
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The deposit to write.")
@click.option(
    "--receipt", type=click.Path(path_type=Path), help="Receipt of FILE: refuse to send again what it accepted."
)
@_id_flux
@_timestamp
@options.common
def resend(
    file: Path,
    filled: Path,
    output: Path,
    receipt: Path | None,
    id_flux: str | None,
    timestamp: str | None,
    lang: Lang,
    form: Format,
) -> None:
    """Make the deposit that sends again the passages of FILE that FILLED, a to_fix.xlsx of `explain`, holds."""
    from matching.explained_files import Again
    from matching.resending import read_filled, resend_filled

    again = Again.now(id_flux, timestamp)
    asked = read_filled(filled)
    try:
        done = resend_filled(file, asked, output, id_flux=again.id_flux, timestamp=again.timestamp, receipt=receipt)
    except OSError as error:
        raise UsageError("cli.no_output_file", file=str(output), reason=error.strerror or str(error)) from error
    _print_resent(done, asked, lang, form)
    sys.exit(0 if done.report.is_ok and done.not_applied.is_empty() else 1)


def _print_resent(done: "Resent", asked: "Filled", lang: Lang, form: Format) -> None:
    from matching.resending import refusals

    refused = refusals(done, asked, lang)
    changed = asked.changes["passage"].n_unique()
    if form == "json":
        facts = {"file": str(done.path), "passages": done.passages, "changed": changed, "left_out": done.left_out}
        print_json({**facts, "control": done.report.is_ok, "refused": refused})
        return
    click.echo(sentence("causes.resent", lang, path=done.path, n=done.passages, changed=changed))
    if refused:
        click.echo(sentence("causes.resent_control_ko", lang))
        for one in refused:
            click.echo("  " + one)
