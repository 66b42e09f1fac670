"""What a request brings, written to disk as it comes: one file, its body or the field ``fichier`` of a form; or a form.

Example:
    >>> file_name = await save(request, folder.new_file(), seconds=600)
    >>> form = await save_form(request, folder, seconds=600)
    >>> form.files["fichier"][0].name, form.values["langue"]
    ('janvier.xml', 'fr')

The name that the client gives is shown and written in the receipt, and never taken for a path.
"""

import asyncio
import os
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from matching.portal.problems import RefusedError

FIELD = "fichier"
UNNAMED = "depot.xml"

_LONGEST_NAME = 150  # characters; the receipt's name is longer, and file systems take 255 bytes
_CHUNK = 1 << 20
_MOST_FILES, _MOST_FIELDS = 60, 20_000  # a field for each column of a table, of which a workbook has up to 16 384


@dataclass(frozen=True)
class Sent:
    """A file of a form.

    Attributes:
        path: Where it stands.
        name: What the client calls it.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class Form:
    """What a form brought.

    Attributes:
        files: By field, in the order of the form.
        values: Texts, by field; of several, the last.
    """

    files: Mapping[str, Sequence[Sent]]
    values: Mapping[str, str]


async def save(request: Request, target: Path, seconds: float) -> str:
    """Write the file of a request, safe on disk when this returns; nothing is left of one that is refused.

    Args:
        request: Whatever its content type: a form, or else the file is the body.
        target: The file to write.
        seconds: Most time that it may take.

    Returns:
        What the client calls it.

    Raises:
        RefusedError: no file, or an empty one, or too slow.
    """
    with _deleted_on_error(target):
        async with _in_time(seconds):
            return harmless_name(await _received(request, target))


async def save_form(request: Request, folder: Path, seconds: float) -> Form:
    """Write the files of a form into a folder, under names of ours; a field left empty brings none.

    Args:
        request: A ``multipart/form-data``, or a form without files.
        folder: Where they go; whoever made it deletes it.
        seconds: Most time that it may take.

    Raises:
        RefusedError: the form is malformed, or too slow.
    """
    files: dict[str, list[Sent]] = {}
    values: dict[str, str] = {}
    async with _in_time(seconds):
        try:
            async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
                for rank, (field, value) in enumerate(form.multi_items()):
                    if isinstance(value, str):
                        values[field] = value
                    elif value.size:
                        path = folder / f"{rank}"
                        await _write(_chunks(value), path)
                        files.setdefault(field, []).append(Sent(path, harmless_name(value.filename or "")))
        except HTTPException:  # how Starlette says that the form is malformed
            raise RefusedError("portal.bad_form", 400) from None
    return Form(files, values)


async def form_texts(request: Request, most_bytes: int) -> Mapping[str, str]:
    """The texts of a form without files, by field; nothing of one whose announced size is larger, or not announced.

    Raises:
        RefusedError: the form is malformed.
    """
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal() or int(announced) > most_bytes:
        return {}
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            return {field: value for field, value in form.multi_items() if isinstance(value, str)}
    except HTTPException:
        raise RefusedError("portal.bad_form", 400) from None


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise RefusedError("portal.too_slow", 408, seconds=int(seconds)) from None
    except ClientDisconnect:
        raise RefusedError("portal.cut_short", 400) from None


def harmless_name(name: str) -> str:
    """A client's name for a file: without folders, without what cannot be printed, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printed = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ").strip()
    stem, dot, suffix = printed.rpartition(".")
    if len(printed) > _LONGEST_NAME:
        printed = stem[: _LONGEST_NAME - len(dot + suffix[:10])] + dot + suffix[:10]
    return printed if printed.strip(". ") else UNNAMED


async def _received(request: Request, target: Path) -> str:
    """Write the file of a request; gives its name as the client wrote it."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _from_form(request, target)
    await _write(request.stream(), target)
    return request.query_params.get("nom", "")


async def _from_form(request: Request, target: Path) -> str:
    try:
        async with request.form(max_files=1, max_fields=8) as form:
            upload = form.get(FIELD)
            if not isinstance(upload, UploadFile):
                raise RefusedError("portal.no_field", 422, field=FIELD)
            await _write(_chunks(upload), target)
            return upload.filename or ""
    except HTTPException:  # how Starlette says that the form is malformed
        raise RefusedError("portal.bad_form", 400) from None


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(_CHUNK):
        yield chunk


async def _write(chunks: AsyncIterator[bytes], target: Path) -> None:
    size = 0
    with await run_in_threadpool(target.open, "xb") as file:
        async for chunk in chunks:
            size += await run_in_threadpool(file.write, chunk)
        await run_in_threadpool(_flush, file)
    if not size:
        raise RefusedError("portal.empty", 422)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _deleted_on_error(file: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
