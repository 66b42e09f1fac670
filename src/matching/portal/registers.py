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
from functools import partial

from matching.chain import Step
from matching.identity.errors import RegisterError
from matching.portal.settings import PortalSettings
from matching.register.folder import Register, open_register
from matching.strategies.index import open_index
from matching.strategies.settings import ProbabilisticSettings


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
    progress("generate", 0, settings.size)
    partial_folder = folder.with_suffix(".partial")
    shutil.rmtree(partial_folder, ignore_errors=True)
    words = ["generate", partial_folder, "--size", settings.size, "--seed", settings.seed, "--quiet"]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "sngi_mock", *map(str, words)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RegisterError("portal.no_register", reason=done.stderr.strip() or f"code {done.returncode}")
    os.replace(partial_folder, folder)  # noqa: PTH105 - onto a folder that another process may have made meanwhile
    return open_register(folder)
