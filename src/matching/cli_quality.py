"""Commands of ``nirisation`` before sending: check a file, build a deposit from a table, read the rules."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.deposit.dictionary import Version
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError

if TYPE_CHECKING:
    from matching.checking import Checked, Known
    from matching.tables.build import Built

_columns = click.option(
    "--columns", type=click.Path(path_type=Path), help="TOML: which column of a table is what (see `columns`)."
)


@click.command()
@options.file
@options.output
@_columns
@options.schema
@click.option(
    "--receipt",
    "receipts",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Earlier receipt: its OK passages are acquired; repeatable.",
)
@click.option("--accepted", type=click.Path(path_type=Path), help="CSV of passages already accepted.")
@click.option("--codes", type=click.Path(path_type=Path), help="Known certification codes, one a line.")
@click.option("--persons", type=click.IntRange(min=1), help="Persons in the register (default: the national one).")
@click.option("--show-names", is_flag=True, help="Do not mask identities in what is shown and in the report.")
@click.option(
    "--fail-on",
    type=click.Choice(["blocking", "likely_ko", "advice", "never"]),
    default="blocking",
    help="What makes exit code 1 (default: blocking).",
)
@options.quiet
@options.common
def check(
    file: Path,
    output: Path | None,
    columns: Path | None,
    version: Version | None,
    receipts: tuple[Path, ...],
    accepted: Path | None,
    codes: Path | None,
    persons: int | None,
    show_names: bool,
    fail_on: str,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> None:
    """Quality before sending: what will be refused, the OK rate to expect, what to correct first.

    FILE is a deposit (XML) or a table (CSV, XLSX, ODS). Nothing is sent anywhere.
    """
    from matching.checked_files import checked_report
    from matching.checking import check_file
    from matching.quality.forecasting.exposure import NATIONAL
    from matching.report.quality_terminal import print_quality
    from matching.report.run_file import quality_facts
    from matching.report.terminal import Bar, print_files
    from matching.report.write import write_quality

    known = _known(receipts, accepted, codes, columns, version)
    with Bar(lang, quiet=quiet or form == "json") as bar:
        checked = check_file(file, known, persons=persons or NATIONAL, lang=lang, progress=bar)
    report = checked_report(checked, lang, show_names=show_names)
    paths = options.written(partial(write_quality, report), output)
    if form == "json":
        print_json({**quality_facts(report), "files": [str(path) for path in paths]})
    else:
        print_quality(report)
        if paths:
            print_files(paths, lang)
    sys.exit(1 if _is_failed(checked, fail_on) else 0)


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The deposit to write.")
@_columns
@click.option("--issuer", required=True, help="idClient of who deposits, 8 characters.")
@click.option("--certifier", help="idClient of the certifier (default: the issuer).")
@click.option("--contract", required=True, help="idContrat of the certifier.")
@click.option("--id-flux", help="Identifier of the file (default: a new UUID).")
@click.option("--timestamp", help="Date and time of the file (default: now).")
@options.schema
@options.common
def build(
    table: Path,
    output: Path,
    columns: Path | None,
    issuer: str,
    certifier: str | None,
    contract: str,
    id_flux: str | None,
    timestamp: str | None,
    version: Version | None,
    lang: Lang,
    form: Format,
) -> None:
    """Make a deposit, valid at control 1, of a TABLE (CSV, XLSX, ODS); rows that cannot be are listed, none is lost."""
    from matching.deposit.header import DepositHeader, new_id_flux, timestamp_now
    from matching.tables.build import build as build_deposit
    from matching.tables.read import read_table

    names = id_flux or new_id_flux(), timestamp or timestamp_now()
    header = DepositHeader(*names, issuer, certifier or issuer, contract)
    try:
        built = build_deposit(read_table(table, columns), output, header=header, version=version or "1.1.2", lang=lang)
    except OSError as error:
        raise UsageError("cli.no_output_file", file=str(output), reason=error.strerror or str(error)) from error
    _print_built(built, lang, form)
    sys.exit(0 if built.report.is_ok and built.left_out.is_empty() else 1)


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@_columns
@options.common
def columns(table: Path, columns: Path | None, lang: Lang, form: Format) -> None:
    """What each column of a TABLE is taken for, as a TOML to correct and give back with --columns."""
    from matching.tables.read import read_table
    from matching.tables.table import mapping_to_toml

    read = read_table(table, columns)
    if form == "json":
        print_json({column.header: column.field for column in read.columns.mapped})
    else:
        for told in read.sentences(lang):
            click.echo(f"# {told}")
        click.echo("\n" + mapping_to_toml(read), nl=False)


@click.command()
@click.argument("code", required=False)
@options.common
def rules(code: str | None, lang: Lang, form: Format) -> None:
    """The rules of `check`; with a CODE, all that is said of it."""
    from matching.identity.rules import TEXTS, rules
    from matching.report.rules import print_rule, print_rules

    known = rules()
    if code is not None and code not in known:
        raise UsageError("cli.unknown_rule", name=code)
    chosen = known if code is None else {code: known[code]}
    if form == "json":
        print_json(
            {
                name: {"family": one.family, "severity": one.severity, "fields": one.fields, "is_safe": one.is_safe}
                | {text: one.text(text, lang) for text in (*TEXTS, "source")}
                for name, one in chosen.items()
            }
        )
    elif code is not None:
        print_rule(known[code], lang)
    else:
        print_rules(list(known.values()), lang)


def _known(
    receipts: tuple[Path, ...],
    accepted: Path | None,
    codes: Path | None,
    columns: Path | None,
    version: Version | None,
) -> "Known":
    from matching.checking import Known, accepted_in
    from matching.strategies.lists import read_accepted, read_codes

    ids = accepted_in(receipts)
    if accepted is not None:
        ids |= frozenset(read_accepted(accepted)["id_technique"].drop_nulls())
    return Known(ids, None if codes is None else read_codes(codes), columns, version)


def _is_failed(checked: "Checked", fail_on: str) -> bool:
    from matching.identity.frames import SEVERITIES

    if fail_on == "never":
        return False
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return bool(checked.findings["severity"].is_in(counted).any())


def _print_built(built: "Built", lang: Lang, form: Format) -> None:
    if form == "json":
        print_json(
            {
                "file": str(built.path),
                "rows": built.rows,
                "written": built.written,
                "control": built.report.is_ok,
                "changed": dict(built.changed),
                "left_out": built.left_out.to_dicts(),
            }
        )
        return
    facts = {"file": built.path, "rows": built.rows, "written": built.written}
    verdict = "cli.built" if built.report.is_ok else "cli.built_ko"
    click.echo(sentence(verdict, lang, **facts, n=built.left_out["passage"].n_unique()))
    for error in built.report.errors:
        click.echo("  " + error.sentence(lang))
    for line, told in built.left_out.select("line", "sentence").iter_rows():
        click.echo("  " + sentence("cli.left_out", lang, line=line, sentence=told))
