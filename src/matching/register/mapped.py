"""A folder of arrays that are mapped into memory: written whole or not at all, and told from one that is not.

Example:
    >>> with building(folder) as partial:
    ...     arrays = ArrayWriter(partial)
    ...     arrays.write("rows", np.arange(10, dtype=np.uint32))
    ...     arrays.describe({"version": 1})
    ...     publish(partial, folder, {"version": 1})
    >>> open_mapped(folder, {"version": 1}).arrays["rows"][3]
    3

Each array is a raw little-endian file, ``<name>.bin``; ``index.toml`` holds the facts, and of each array its type,
shape and digest, under a checksum of its own. Opening reads nothing else: an array costs what is looked at. A folder
with other facts, a missing or truncated file or a damaged description is as good as none; whether the content is what
was written is checked on demand only, for it reads everything.
"""

import ast
import hashlib
import secrets
import shutil
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.register.shards import to_toml

DESCRIPTION: Final = "index.toml"
_LEFT_ALONE = 3600.0  # seconds: a partial folder that nobody wrote to for that long is of a work that was killed
_BLOCK = 1 << 22
_ATTEMPTS = 5


@dataclass(frozen=True)
class Mapped:
    """A folder of arrays that was opened.

    Attributes:
        arrays: By name; read-only, mapped.
        facts: What their writer said of them.
    """

    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]


class ArrayWriter:
    """Writes arrays to a folder, then what describes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shapes: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {}

    def write(self, name: str, array: NDArray[Any]) -> None:
        """Write an array."""
        array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        array.tofile(self.path(name))
        self.declare(name, array.dtype, array.shape)

    def path(self, name: str) -> Path:
        """The file of an array; who writes it himself has to declare it."""
        return self.folder / f"{name}.bin"

    def declare(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
        """Say what the file of an array holds."""
        self._shapes[name] = dtype, shape

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Write the description: the folder is complete."""
        shapes = sorted(self._shapes.items())  # arrays may come from several threads, in any order
        with ThreadPoolExecutor() as pool:
            digests = pool.map(_digest, [self.path(name) for name, _ in shapes])
        arrays = [
            {"name": name, "dtype": _dtype_text(dtype), "shape": " ".join(map(str, shape)), "digest": digest}
            for (name, (dtype, shape)), digest in zip(shapes, digests, strict=True)
        ]
        text = to_toml({**facts, "arrays": arrays})
        whole = f'checksum = "{_checksum(text)}"\n{text}'
        (self.folder / DESCRIPTION).write_text(whole, encoding="utf-8", newline="\n")


def open_mapped(folder: Path, facts: Mapping[str, Any], *, verify: bool = False) -> Mapped | None:
    """Map the arrays of a folder; None when it cannot be used.

    Args:
        folder: As ``ArrayWriter`` leaves it.
        facts: What must have been said of the arrays; more may have been.
        verify: Read everything, and compare with the digests.
    """
    try:
        checksum, text = (folder / DESCRIPTION).read_text(encoding="utf-8").split("\n", 1)
        if checksum != f'checksum = "{_checksum(text)}"':
            return None
        found = tomllib.loads(text)
        described = found.pop("arrays")
        if any(found.get(name) != value for name, value in facts.items()):
            return None
        arrays = {array["name"]: _map(folder / f"{array['name']}.bin", array) for array in described}
    except (OSError, ValueError):  # absent, truncated, not text: tomllib's errors are ValueErrors too
        return None
    if verify and any(_digest(folder / f"{array['name']}.bin") != array["digest"] for array in described):
        return None
    return Mapped(arrays, found)


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A folder of this work alone beside the target, gone at the end; what killed works left is removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.glob(f"{folder.name}.*.partial"):
        if time.time() - _last_written(other) > _LEFT_ALONE:
            shutil.rmtree(other, ignore_errors=True)
    partial = folder.with_name(f"{folder.name}.{secrets.token_hex(6)}.partial")
    partial.mkdir()
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def publish(partial: Path, folder: Path, facts: Mapping[str, Any]) -> None:
    """Give a complete folder its name; one with the same facts that came first stays.

    Several works may do so at once: each step is a single rename, and whoever comes second sees what the first did.

    Raises:
        OSError: the name cannot be taken.
    """
    for _ in range(_ATTEMPTS):
        if open_mapped(folder, facts) is not None:
            return
        discard(folder)
        with suppress(OSError):  # somebody else took the name since: look again
            partial.rename(folder)
    if open_mapped(folder, facts) is None:
        raise OSError(f"{folder.name} cannot be replaced")


def discard(folder: Path) -> None:
    """Remove a folder: it is gone in one step, though whoever has mapped it still reads it."""
    aside = folder.with_name(f"{folder.name}.{secrets.token_hex(6)}.partial")
    with suppress(FileNotFoundError):
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _map(file: Path, array: Mapping[str, str]) -> NDArray[Any]:
    """The array of a file.

    Raises:
        ValueError: the file has another size.
    """
    text = array["dtype"]
    dtype = np.dtype(ast.literal_eval(text) if text.startswith("[") else text)
    shape = tuple(int(size) for size in array["shape"].split())
    count = int(np.prod(shape, dtype=np.int64))
    if file.stat().st_size != count * dtype.itemsize:
        raise ValueError(f"{file.name} is not of the size that its description says")
    if not count:
        return np.empty(shape, dtype)
    return np.memmap(file, dtype, "r", shape=shape).view(np.ndarray)


def _dtype_text(dtype: np.dtype[Any]) -> str:
    return str(dtype.descr) if dtype.names else dtype.str


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _digest(file: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return "blake2b:" + digest.hexdigest()


def _last_written(folder: Path) -> float:
    with suppress(OSError):
        return max(entry.stat().st_mtime for entry in (folder, *folder.iterdir()))
    return time.time()
