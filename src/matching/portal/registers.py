"""The register that a portal looks in: the one it was given, or one of fictional people made at first use.

Example:
    >>> prepare(settings, progress=print).persons
    200000

Making one is left to the generator's own program: the engine never imports it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from matching.chain import Step
from matching.identity.errors import RegisterError
from matching.portal.settings import PortalSettings
from matching.register.folder import Register, open_register
from matching.strategies.index import open_index
from matching.strategies.settings import ProbabilisticSettings

_TOLD_EVERY_SECONDS = 0.2


def prepare(settings: PortalSettings, progress: Step) -> Register:
    """The register, with the index that the strategy needs.

    Raises:
        RegisterError: it cannot be opened, or made.
    """
    register = _made(settings, progress) if settings.register is None else open_register(settings.register)
    if isinstance(settings.strategy.settings, ProbabilisticSettings):
        open_index(register, partial(progress, "index"))
    return register


def _made(settings: PortalSettings, progress: Step) -> Register:
    """The register of this seed and size: under its own name only once it is whole."""
    folder = settings.folder / f"register-{settings.size}-{settings.seed}"
    if folder.is_dir():
        return open_register(folder)
    partial_folder = folder.with_suffix(".partial")
    shutil.rmtree(partial_folder, ignore_errors=True)
    words = ["generate", partial_folder, "--size", settings.size, "--seed", settings.seed, "--quiet"]
    run_generator(words, lambda: progress("generate", _persons_in(partial_folder), settings.size))
    os.replace(partial_folder, folder)  # noqa: PTH105 - onto a folder that another process may have made meanwhile
    return open_register(folder)


def run_generator(words: Sequence[object], tell: Callable[[], None]) -> None:
    """Run the generator's own program: the engine never imports it.

    Args:
        words: Its command and options.
        tell: Called again and again meanwhile; what it raises ends the program.

    Raises:
        RegisterError: it failed, and how.
    """
    command = [sys.executable, "-m", "sngi_mock", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            while True:
                tell()
                try:
                    _, said = process.communicate(timeout=_TOLD_EVERY_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    pass
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RegisterError("portal.no_register", reason=said.strip() or f"code {process.returncode}")


def _persons_in(folder: Path) -> int:
    """Persons of the shards that are whole: all but the last."""
    whole = sorted(folder.glob("register-*.parquet"))[:-1]
    return int(pl.scan_parquet(whole[-1]).select(pl.col("person").max() + 1).collect().item()) if whole else 0
