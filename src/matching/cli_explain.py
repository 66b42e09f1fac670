"""Commands of ``nirisation`` after the receipt: explain why passages are refused, send the corrected ones again."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError

if TYPE_CHECKING:
    from matching.deposit.resend import Resent

_id_flux = click.option("--id-flux", help="Identifier of the new deposit (default: a new UUID).")
_timestamp = click.option("--timestamp", help="Date and time of the new deposit (default: now).")


@click.command()
@click.argument("receipt", type=click.Path(path_type=Path))
@options.file
@options.output
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
    receipt: Path,
    file: Path,
    output: Path | None,
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
    """
    from matching.explaining import Again, explain_file, explain_report, write_explained
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
    paths = options.written(
        lambda into: write_explained(explained, into, again, lang=lang, show_names=show_names), output
    )
    report = explain_report(explained, lang, show_names=show_names)
    if form == "json":
        print_json({**explain_facts(report), "files": [str(path) for path in paths]})
        return
    print_explained(report)
    if paths:
        print_files(paths, lang)


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
    from matching.explaining import Again
    from matching.resending import read_filled, resend_filled

    again = Again.now(id_flux, timestamp)
    asked = read_filled(filled)
    try:
        done = resend_filled(file, asked, output, id_flux=again.id_flux, timestamp=again.timestamp, receipt=receipt)
    except OSError as error:
        raise UsageError("cli.no_output_file", file=str(output), reason=error.strerror or str(error)) from error
    _print_resent(done, asked.changes["passage"].n_unique(), lang, form)
    sys.exit(0 if done.report.is_ok and done.not_applied.is_empty() else 1)


def _print_resent(done: "Resent", changed: int, lang: Lang, form: Format) -> None:
    if form == "json":
        facts = {"file": str(done.path), "passages": done.passages, "changed": changed, "left_out": done.left_out}
        print_json({**facts, "control": done.report.is_ok, "not_applied": done.not_applied.to_dicts()})
        return
    click.echo(sentence("causes.resent", lang, path=done.path, n=done.passages, changed=changed))
    for passage, element, _, reason in done.not_applied.iter_rows():
        told = sentence(f"explain.resend_{reason}", lang, element=element)
        click.echo("  " + sentence("causes.not_applied", lang, passage=passage, reason=told))
    if not done.report.is_ok:
        click.echo(sentence("causes.resent_control_ko", lang))
        for error in done.report.errors:
            click.echo("  " + error.sentence(lang))
