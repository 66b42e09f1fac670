"""The bytes of a deposit file as UTF-8, chunk by chunk, whatever encoding it declares.

Example:
    >>> b"".join(utf8_chunks("janvier.xml")).startswith(b"<?xml")
    True

The byte order mark is dropped and the declared encoding is blanked out in the XML declaration (same length, so that
lines and columns stay those of the file). Only encodings that text editors and exports really write are accepted:
some of Python's codecs are not character sets.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from matching.identity.errors import DepositError

_CHUNK_BYTES = 1 << 18
_ENCODINGS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "cp437", "cp850", "mac-roman"),
        *(f"iso8859-{part}" for part in (*range(1, 11), 13, 14, 15, 16)),
        *(f"cp{page}" for page in range(1250, 1259)),
    )
)
_BOMS = {
    codecs.BOM_UTF8: ("utf-8", "UTF-8"),
    codecs.BOM_UTF16_LE: ("utf-16-le", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "UTF-16"),
}
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?(\sencoding\s*=\s*[\"']([^\"'<>]*)[\"'])")
_NOT_XML = {b"PK\x03\x04": "deposit.zip", b"\x1f\x8b": "deposit.zip", b"7z\xbc\xaf": "deposit.zip"}


class Undecodable(Exception):  # noqa: N818 - never leaves the deposit stage, where it becomes an error of the report
    """A byte does not belong to the declared encoding.

    Attributes:
        encoding: The encoding as declared, UTF-8 when nothing is.
        byte: The first byte that does not fit; None when the whole file contradicts what it declares.
    """

    def __init__(self, encoding: str, byte: int | None) -> None:
        super().__init__(encoding)
        self.encoding = encoding
        self.byte = byte


@dataclass(frozen=True)
class Encoding:
    """How a file turns characters into bytes.

    Attributes:
        bom: The byte order mark that it starts with; empty when it has none.
        codec: Python's name of what follows.
        declared: As the file names it, UTF-8 when it does not.
    """

    bom: bytes
    codec: str
    declared: str


def utf8_chunks(path: str | Path) -> Iterator[bytes]:
    """The content in UTF-8, at most about half a megabyte at a time.

    Raises:
        DepositError: the file is missing, empty, a folder, an archive, no XML at all, or in an unknown encoding.
        Undecodable: after everything that could be decoded was given.
    """
    try:
        with Path(path).open("rb") as file:
            yield from _decoded(file, Path(path).name)
    except FileNotFoundError:
        raise DepositError("deposit.missing", file=str(path)) from None
    except IsADirectoryError:
        raise DepositError("deposit.folder", file=str(path)) from None
    except OSError as error:
        raise DepositError("deposit.unreadable", file=str(path), reason=error.strerror or str(error)) from error


def _decoded(file: BinaryIO, name: str) -> Iterator[bytes]:
    chunk = file.read(_CHUNK_BYTES)
    _refuse_other_formats(chunk, name)
    encoding = encoding_of(chunk, name)
    chunk = chunk[len(encoding.bom) :]
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    is_first = True
    while True:
        data = decoder.getstate()[0] + chunk
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            yield str(error.object[: error.start], encoding.codec, "replace").encode("utf-8", "replace")
            raise Undecodable(encoding.declared, error.object[error.start]) from None
        # What is UTF-8 already, now known to be right, is not encoded again.
        content = data[: len(data) - len(decoder.getstate()[0])] if encoding.codec == "utf-8" else text.encode()
        if is_first:
            content, is_first = _without_declared_encoding(content), False
        if content:
            yield content
        if not chunk:
            return
        chunk = file.read(_CHUNK_BYTES)


def _refuse_other_formats(head: bytes, name: str) -> None:
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise DepositError("deposit.empty", file=name)
    for magic, code in _NOT_XML.items():
        if head.startswith(magic):
            raise DepositError(code, file=name)
    if not head.lstrip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        raise DepositError("deposit.not_xml", file=name)


def encoding_of(head: bytes, name: str) -> Encoding:
    """How a file is written, by its first bytes; a byte order mark outweighs the declaration.

    Raises:
        DepositError: the declared encoding is none of those that are accepted.
        Undecodable: the declaration contradicts the bytes it is written in.
    """
    for bom, (codec, declared) in _BOMS.items():
        if head.startswith(bom):
            return Encoding(bom, codec, declared)
    if head.startswith((b"<\x00", b"\x00<")):
        return Encoding(b"", "utf-16-le" if head[0] else "utf-16-be", "UTF-16")
    match = _DECLARATION.match(head)
    if match is None:
        return Encoding(b"", "utf-8", "UTF-8")
    declared = match[2].decode("ascii", "replace")
    try:
        codec = codecs.lookup(declared).name
    except (LookupError, ValueError):  # ValueError: a null character in the name
        codec = ""
    if codec not in _ENCODINGS:
        raise DepositError("deposit.encoding", file=name, encoding=declared)
    if codec.startswith("utf-16"):  # the declaration itself was readable byte by byte: it is not what it says
        raise Undecodable(declared, None)
    return Encoding(b"", codec, declared)


def _without_declared_encoding(content: bytes) -> bytes:
    match = _DECLARATION.match(content)
    if match is None:
        return content
    return content[: match.start(1)] + b" " * len(match[1]) + content[match.end(1) :]
