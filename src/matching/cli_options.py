"""What every command of ``nirisation`` shares: its options, how it fails, how it prints for programs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from matching.deposit.dictionary import VERSIONS
from matching.identity.catalogue import LANGS, Lang
from matching.identity.errors import NirisationError, UsageError

Format = Literal["text", "json"]
Command = TypeVar("Command", bound=Callable[..., Any])


class Group(click.Group):
    """Prints an error of the project as its sentence, and exits with its code: no traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - signature of click
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except NirisationError as error:
            click.echo(error.sentence(ctx.find_root().meta.get("lang", "fr")), err=True)
            ctx.exit(error.exit_code)


def _remember_lang(ctx: click.Context, _: click.Parameter, lang: Lang) -> Lang:
    ctx.find_root().meta["lang"] = lang
    return lang


def common(command: Command) -> Command:
    """The options every command takes."""
    options = (
        click.option("--lang", type=click.Choice(LANGS), default="fr", is_eager=True, callback=_remember_lang,
                     help="Language of what is printed (default: fr)."),
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
                     help="Text for people, JSON for programs."),
    )  # fmt: skip
    for option in options:
        command = option(command)
    return command


file = click.argument("file", type=click.Path(path_type=Path))
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
output = click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder of the results.")
register = click.option(
    "--register", "folder", type=click.Path(path_type=Path), required=True, help="Folder of a register."
)
settings = click.option(
    "--settings", type=click.Path(path_type=Path), help="TOML, as `strategies --settings NAME` writes it."
)
schema = click.option(
    "--schema", "version", type=click.Choice(VERSIONS), help="Schema version (default: what the file shows)."
)


def print_json(facts: Any) -> None:  # noqa: ANN401 - any JSON
    """Print facts for a program."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))


def written(write: Callable[[Path], list[Path]], folder: Path | None) -> list[Path]:
    """The files that ``write`` made in a folder; none without a folder.

    Raises:
        UsageError: the folder cannot be written.
    """
    if folder is None:
        return []
    try:
        return write(folder)
    except OSError as error:
        raise UsageError("cli.no_output", folder=str(folder), reason=error.strerror or str(error)) from error
