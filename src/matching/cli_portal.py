"""The commands of the deposit portal: ``serve`` and ``purge``."""

import datetime as dt
import logging
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from matching import cli_options as options
from matching.cli_options import Format, print_json
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError

_folder = click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("portal"), show_default=True,
    help="Where the portal keeps its ledger and files.",
)  # fmt: skip
_keep_days = click.option(
    "--keep-days", type=click.FloatRange(min=0), default=30.0, show_default=True,
    help="Days that the files received, hence identities, are kept.",
)  # fmt: skip


@click.command()
@_folder
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; another asks for a token.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 = any that is free.")
@click.option("--name", "names", multiple=True, help="Another name that the portal answers to; repeatable.")
@click.option(
    "--token", envvar="NIRISATION_TOKEN", show_envvar=True, help="Asked of every request; at least 16 characters."
)
@click.option("--register", type=click.Path(path_type=Path), help="Folder of a register (default: made at first use).")
@click.option(
    "--size", type=click.IntRange(min=1000), default=200_000, show_default=True, help="Persons of the one made."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same answers.")
@click.option(
    "--strategy", "strategy_name", help="One of `nirisation strategies` (default: that of --settings, else cdc)."
)
@options.settings
@click.option(
    "--accounts", type=click.Path(path_type=Path), help="TOML: who may deposit for whom (default: an example)."
)
@click.option("--let-others-in", is_flag=True, help="Receive deposits of certifiers that are not listed too.")
@click.option("--print-accounts", is_flag=True, help="Print that example and stop.")
@click.option("--codes", type=click.Path(path_type=Path), help="Known certification codes, one a line (message 6).")
@click.option(
    "--delay", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Seconds before a treatment."
)
@click.option(
    "--time-limit", type=click.FloatRange(min=1), default=600.0, show_default=True,
    help="Seconds that a reception, or a treatment, may take.",
)  # fmt: skip
@click.option("--max-mb", type=click.IntRange(min=1), default=200, show_default=True, help="Largest file, in MB.")
@_keep_days
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day in the receipts' names (default: today).")
@options.quiet
@options.common
def serve(
    folder: Path,
    host: str,
    port: int,
    names: tuple[str, ...],
    token: str | None,
    register: Path | None,
    size: int,
    seed: int,
    strategy_name: str | None,
    settings: Path | None,
    accounts: Path | None,
    let_others_in: bool,
    print_accounts: bool,
    codes: Path | None,
    delay: float,
    time_limit: float,
    max_mb: int,
    keep_days: float,
    day: dt.datetime | None,
    lang: Lang,
    form: Format,
    quiet: bool,
) -> None:
    """The page for people and the mock deposit portal, on this computer.

    The page checks files, explains receipts and shows the portal; the HTTP API receives deposits and gives their
    receipts. Nothing is sent anywhere.
    """
    _need_web("serve")
    from matching.pages.app import opened
    from matching.portal.accounts import EXAMPLE, read_accounts
    from matching.portal.app import create_app
    from matching.portal.office import Office
    from matching.portal.serving import Address, listener_of, serve, url_of
    from matching.portal.settings import PortalSettings
    from matching.strategies.lists import read_codes
    from matching.strategies.settings_file import settings_from_toml
    from matching.strategies.table import DEFAULT, strategy

    if print_accounts:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        return
    address = Address(host, port, token, names)
    told = PortalSettings(
        folder,
        settings_from_toml(settings, strategy_name) if settings else strategy(strategy_name or DEFAULT),
        register,
        replace(read_accounts(accounts), lets_others_in=let_others_in),
        None if codes is None else read_codes(codes),
        seed=seed,
        size=size,
        day=None if day is None else day.date(),
        delay=delay,
        time_limit=time_limit,
        most_bytes=max_mb * 1_000_000,
        keep_days=keep_days,
        lang=lang,
    )
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(asctime)s %(message)s")
    with ExitStack() as stack:
        office = stack.enter_context(Office.open(told))
        listener = stack.enter_context(listener_of(address))
        rules = address.rules(office)
        site = stack.enter_context(opened(office, rules))
        facts = {
            "url": url_of(listener),
            "folder": str(folder),
            "strategy": told.strategy.name,
            "days": f"{keep_days:g}",
        }
        if form == "json":
            print_json(facts)
        else:
            click.echo(sentence("portal.open", lang, **facts))
        sys.stdout.flush()  # a program that started this one reads the address
        serve(create_app(office, rules, site), listener)


@click.command()
@_folder
@_keep_days
@options.common
def purge(folder: Path, keep_days: float, lang: Lang, form: Format) -> None:
    """Delete the files that a portal received, hence identities, once they are old; outcomes stay.

    The portal does the same every hour while it runs.
    """
    from matching.portal.folder import PortalFolder
    from matching.portal.ledger import Ledger

    if not (folder / "ledger.sqlite").is_file():
        raise UsageError("portal.no_folder", folder=str(folder))
    place = PortalFolder.made(folder)
    ledger = Ledger(place.ledger_file)
    files = place.delete(ledger.forget_files(keep_days))
    ledger.close()
    if form == "json":
        print_json({"folder": str(folder), "files": files})
    else:
        click.echo(sentence("portal.purged", lang, files=files))


def _need_web(command: str) -> None:
    """Say what to install rather than fail on an import.

    Raises:
        UsageError: a module of the extra ``web`` is missing.
    """
    from importlib.util import find_spec

    for module in ("fastapi", "uvicorn", "python_multipart", "markdown_it"):
        if find_spec(module) is None:
            raise UsageError("portal.no_web", command=command, module=module)
