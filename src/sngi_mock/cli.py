"""``sngi-mock``: arguments in, one library call, exit code out.

Example::

    sngi-mock generate register --size 200000 --seed 7
    sngi-mock draw register -o january --passages 500 --profile typical
    sngi-mock describe register

Exit codes: 0 done, 2 wrong usage, 3 a file or folder cannot be used. Imports are inside the commands, so that
``--help`` answers at once.
"""

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from matching import __version__
from matching.identity.catalogue import LANGS, Lang, catalogue, count, sentence
from matching.identity.errors import NirisationError

if TYPE_CHECKING:
    from sngi_mock.describe import Figure

P = ParamSpec("P")

_QUIET_SECONDS = 2.0  # a bar appears on what lasts longer
_lang = click.option(
    "--lang", type=click.Choice(LANGS), default="fr", show_default=True, help="Language of the output."
)
_seed = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same bytes.")
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")


def _one_sentence(command: Callable[P, None]) -> Callable[P, None]:
    """An error of the project ends the command with its sentence and its exit code, never with a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except NirisationError as error:
            click.echo(error.sentence(_lang_of(kwargs)), err=True)
            raise SystemExit(error.exit_code) from None

    return run


def _lang_of(options: Any) -> Lang:  # noqa: ANN401 - keyword arguments of any command
    lang: Lang = options.get("lang", "fr")
    return lang


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sngi-mock")
def main() -> None:
    """A synthetic SNGI: fictional people with mock NIRs, and deposit files drawn from them with their truth."""


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--size", type=click.IntRange(min=1, max=2**32 - 1), required=True, help="Number of persons.")
@_seed
@click.option("--force", is_flag=True, help="Replace the register that is in DIR.")
@_quiet
@_lang
@_one_sentence
def generate(folder: Path, size: int, seed: int, force: bool, quiet: bool, lang: Lang) -> None:
    """Generate a register of SIZE fictional persons in DIR.

    DIR receives register-00000.parquet, … and register.toml. Same size, seed and version give the same bytes.
    """
    from sngi_mock.population.generate import generate as run

    with _progress(sentence("sngi_mock.generating", lang), size, quiet=quiet) as advance:
        started = time.monotonic()
        rows = run(folder, size, seed, force=force, progress=advance)
    if not quiet:
        seconds = f"{time.monotonic() - started:.1f}"
        click.echo(sentence("sngi_mock.generated", lang, persons=size, rows=rows, folder=folder, seconds=seconds))


@main.command()
@click.argument("register", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), required=True, help="Where.")
@click.option("--passages", type=click.IntRange(min=1), required=True, help="Number of passages.")
@click.option(
    "--profile",
    default="typical",
    show_default=True,
    help="none, clean, typical, poor, or single:E07,E24 (these types on every eligible record).",
)
@_seed
@_quiet
@_lang
@_one_sentence
def draw(register: Path, folder: Path, passages: int, profile: str, seed: int, quiet: bool, lang: Lang) -> None:
    """Draw a deposit file and its truth from REGISTER.

    DIR receives deposit.xml, truth.parquet and scenario.toml (seed, profile, realised rates).
    """
    from sngi_mock.scenario import STEPS
    from sngi_mock.scenario import draw as run

    with _progress(sentence("sngi_mock.drawing", lang), STEPS, quiet=quiet) as advance:
        scenario = run(register, folder, passages, profile, seed, advance)
    if not quiet:
        facts = {"passages": passages, "damaged": scenario.damaged, "strangers": scenario.strangers, "folder": folder}
        click.echo(sentence("sngi_mock.drawn", lang, **facts))


@main.command()
@click.argument("register", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_lang
@_one_sentence
def describe(register: Path, form: str, lang: Lang) -> None:
    """Print what the register in DIR holds, next to the published figures."""
    from sngi_mock.describe import MEASURED
    from sngi_mock.describe import describe as run

    with _progress(sentence("sngi_mock.measuring", lang), MEASURED, quiet=False) as advance:
        figures = run(register, advance)
    if form == "json":
        fields = ("section", "name", "value", "published", "gap_points", "source")
        click.echo(json.dumps([{f: getattr(figure, f) for f in fields} for figure in figures], indent=1))
    else:
        _print_tables(figures, lang)


def _print_tables(figures: "list[Figure]", lang: Lang) -> None:
    """One table per section."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for section in dict.fromkeys(figure.section for figure in figures):
        table = Table(title=sentence(f"sngi_mock.section_{section}", lang), title_justify="left")
        table.add_column("")
        for column in ("register", "published", "gap"):
            table.add_column(sentence(f"sngi_mock.column_{column}", lang), justify="right")
        table.add_column(sentence("sngi_mock.column_source", lang), style="dim", overflow="fold")
        above = ""
        for figure in (each for each in figures if each.section == section):
            source = sentence(f"sngi_mock.source_{figure.source}", lang) if figure.source else ""
            table.add_row(*_cells(figure, lang), source if source != above else "")
            above = source
        console.print(table)


def _cells(figure: "Figure", lang: Lang) -> tuple[str, ...]:
    label = f"sngi_mock.figure_{figure.name}"
    name = sentence(label, lang) if label in catalogue() else figure.name
    if figure.section == "size":
        return name, count(int(figure.value), lang), "", ""
    published = "" if figure.published is None else _two_decimals(100 * figure.published, lang)
    gap = "" if figure.gap_points is None else _two_decimals(figure.gap_points, lang, sign="+")
    return name, _two_decimals(100 * figure.value, lang), published, gap


def _two_decimals(value: float, lang: Lang, sign: str = "") -> str:
    text = f"{value:{sign}.2f}"
    return text.replace(".", ",") if lang == "fr" else text


@contextmanager
def _progress(label: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, from the third second on; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    bar = Progress(console=console, transient=True)
    task = bar.add_task(label, total=total)
    started = time.monotonic()

    def advance(steps: int) -> None:
        bar.advance(task, steps)
        if not bar.live.is_started and time.monotonic() - started > _QUIET_SECONDS:
            bar.start()

    try:
        yield advance
    finally:
        bar.stop()
