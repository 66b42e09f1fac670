"""``sngi-mock``: arguments in, one library call, exit code out.

Example::

    sngi-mock generate register --size 200000 --seed 7
    sngi-mock draw register -o january --passages 500 --profile typical --file-error day_month
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
from typing import Any, ParamSpec

import click

from matching import __version__
from matching.identity.catalogue import LANGS, Lang, sentence
from matching.identity.errors import NirisationError

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
        seconds = f"{time.monotonic() - started:.1f}".replace(".", "," if lang == "fr" else ".")
        click.echo(sentence("sngi_mock.generated", lang, persons=size, rows=rows, folder=folder, seconds=seconds))


@main.command()
@click.argument("register", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), required=True, help="Where.")
@click.option("--passages", type=click.IntRange(min=1), required=True, help="Number of passages.")
@click.option(
    "--profile",
    default="typical",
    show_default=True,
    help="none, clean, typical, poor, ocr, or single:E07,E24 (these types on every eligible record).",
)
@click.option(
    "--file-error",
    metavar="NAME",
    help="A failure of the whole file: column_shift, name_swap, sex_swap, encoding, day_month, lost_zero, "
    "usage_for_birth, given_names_together, filler_postal_code, or empty_column:birth_day.",
)
@click.option(
    "--strangers",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    help="Share of passages, 0 to 1, whose person is absent from the register, one in ten of them with a twin, brother "
    "or sister in it (default: the profile's).",
)
@click.option("--xlsx/--no-xlsx", default=True, help="Write deposit.xlsx, slow when passages are many (default: yes).")
@_seed
@_quiet
@_lang
@_one_sentence
def draw(
    register: Path,
    folder: Path,
    passages: int,
    profile: str,
    file_error: str | None,
    strangers: float | None,
    xlsx: bool,
    seed: int,
    quiet: bool,
    lang: Lang,
) -> None:
    """Draw a deposit file and its truth from REGISTER.

    DIR receives deposit.xml, valid at control 1; deposit.csv and deposit.xlsx, the same passages with the errors that
    no deposit file can carry; truth.parquet and scenario.toml (seed, profile, configured and realised rates).
    """
    from sngi_mock.scenario import STEPS
    from sngi_mock.scenario import draw as run

    with _progress(sentence("sngi_mock.drawing", lang), STEPS, quiet=quiet) as advance:
        scenario = run(
            register, folder, passages, profile, seed, advance, file_error=file_error, strangers=strangers, xlsx=xlsx
        )
    if not quiet:
        click.echo(sentence("sngi_mock.drawn", lang, **vars(scenario)))


@main.command()
@click.argument("register", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--output", "page", metavar="FILE.html", type=click.Path(path_type=Path), help="Write a page too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_lang
@_one_sentence
def describe(register: Path, page: Path | None, form: str, lang: Lang) -> None:
    """Print what the register in DIR holds, next to the published figures.

    FILE.html receives the same with charts: one file, which needs nothing else.
    """
    from sngi_mock.describe import MEASURED
    from sngi_mock.describe import describe as run
    from sngi_mock.describe.page import write_page
    from sngi_mock.describe.terminal import print_tables

    with _progress(sentence("describe.measuring", lang), MEASURED, quiet=False) as advance:
        figures = run(register, advance)
    if page is not None:
        write_page(page, figures, register, lang)
    if form == "json":
        fields = ("section", "group", "name", "value", "published", "gap_points", "source")
        click.echo(json.dumps([{f: getattr(figure, f) for f in fields} for figure in figures], indent=1))
    else:
        print_tables(figures, lang)
        if page is not None:
            click.echo(sentence("describe.written", lang, file=page))


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
