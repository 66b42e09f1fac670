"""Control 1: is the structure of the deposit file right, and if not, what has to be written instead?

Example:
    >>> report = control("janvier.xml")
    >>> report.is_ok, report.version, report.passages
    (True, '1.1.2', 12480)

The file is read once, in slices of passages, and never sits in memory. Passages written plainly are told valid by one
expression; libxml2 validates the others, on two threads (it releases the interpreter's lock). Only a file that is no
XML is read a second time, to say exactly where.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matching.deposit.dictionary import MAX_FILE_BYTES, MAX_PASSAGES, Version
from matching.deposit.pipeline import in_order
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import MAX_PASSAGE_BYTES, Slice, Stopped, slices
from matching.deposit.validation import NO_XML, Checked, GivenSchema, OwnSchema
from matching.deposit.violations import SchemaError
from matching.deposit.wellformed import fatal, first_fault

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ControlReport:
    """The verdict of control 1 on a file.

    Attributes:
        file: Name of the file.
        version: Schema version applied.
        is_version_detected: True when the version was chosen from what the file holds.
        passages: Passages read.
        n_errors: All errors, shown or not.
        errors: The first of them, in file order.
        xsd: Name of the schema that was applied as well, None when there was none.
    """

    file: str
    version: Version
    is_version_detected: bool
    passages: int
    n_errors: int
    errors: tuple[SchemaError, ...]
    xsd: str | None = None

    @property
    def is_ok(self) -> bool:
        """True when the file may go to the second control."""
        return self.n_errors == 0


def control(
    path: str | Path,
    version: Version | None = None,
    *,
    xsd: str | Path | None = None,
    max_shown: int = 100,
    progress: Progress | None = None,
) -> ControlReport:
    """Control the structure of a deposit file.

    Args:
        path: The file.
        version: Schema version to apply; None = 1.1.5 when the file holds ``action`` or ``identifiantNational``,
            which came with it, else 1.1.2.
        xsd: A schema file to apply as well. It sees a slice of passages at a time, each in its own certification:
            a constraint over the whole file (a key, a count) is not seen.
        max_shown: Errors described; all are counted.
        progress: Called with (bytes read, bytes in all) as the reading goes; from the start again for the XSD.

    Raises:
        DepositError: the file cannot be read at all, or the given XSD is no schema.
    """
    return run_control(Path(path), OwnSchema(version), Skeleton(), xsd=xsd, max_shown=max_shown, progress=progress)


def run_control(
    path: Path,
    own: OwnSchema,
    skeleton: Skeleton,
    *,
    xsd: str | Path | None = None,
    max_shown: int = 100,
    progress: Progress | None = None,
) -> ControlReport:
    """``control`` for whoever wants the passages as well, and sees the slices as ``own`` checks them.

    Args:
        path: The file.
        own: The schema to apply first.
        skeleton: Empty; filled with what stands around the passages.
        xsd: As for ``control``, like the others.
        max_shown: Errors described.
        progress: Called as the reading goes.
    """
    given = None if xsd is None else GivenSchema(Path(xsd), own)
    findings = _Findings(max_shown, progress)
    fault = _read(path, skeleton, own.check, findings)
    if fault is None:
        fault = _read_around(path, skeleton, own, findings)
    if fault is not None:
        findings.add(Checked(1, [fault]))
    elif given is not None:
        _read(path, Skeleton(), partial(given.check, skeleton), findings)
    passages = findings.passages
    for error in _limits(path, passages):
        findings.add(Checked(1, [error]))
    return ControlReport(
        file=path.name,
        version=own.version,
        is_version_detected=own.is_version_detected,
        passages=passages,
        n_errors=findings.n_errors,
        errors=findings.first(),
        xsd=None if xsd is None else Path(xsd).name,
    )


class _Findings:
    """What the documents of a file gave, together."""

    def __init__(self, max_shown: int, progress: Progress | None) -> None:
        self.n_errors = 0
        self.passages = 0
        self.progress = progress
        self.max_shown = max_shown
        self._errors: list[SchemaError] = []

    @property
    def room(self) -> int:
        """How many more errors are worth describing."""
        return max(0, self.max_shown - len(self._errors))

    def add(self, checked: Checked) -> None:
        self.n_errors += checked.n_errors
        self._errors += checked.errors

    def first(self) -> tuple[SchemaError, ...]:
        """The errors to show in file order, those of the file as a whole last."""
        return tuple(sorted(self._errors, key=lambda e: (not e.line, e.line, e.column))[: self.max_shown])


def _read(
    path: Path, skeleton: Skeleton, check: Callable[[Slice, int], Checked], findings: _Findings
) -> SchemaError | None:
    """Check every slice of the file; the error that stopped it, if one did."""
    read = 0
    try:
        for part, checked in in_order(slices(path, skeleton), lambda part: check(part, findings.room)):
            findings.add(checked)
            findings.passages = part.first + len(part.starts)
            if findings.progress is not None:
                read += len(part.piece.data)
                findings.progress(read, path.stat().st_size)
    except NO_XML as error:
        return first_fault(path, getattr(error, "msg", str(error)))
    except Stopped as error:
        if error.code is None:
            return first_fault(path, "")
        return fatal(error.code, error.line, error.column, most=MAX_PASSAGE_BYTES)
    return None


def _read_around(path: Path, skeleton: Skeleton, own: OwnSchema, findings: _Findings) -> SchemaError | None:
    """Check what stands around the passages; the error that makes it no XML, if one does."""
    try:
        findings.add(own.check_around(skeleton, findings.max_shown))
    except NO_XML as error:
        return first_fault(path, getattr(error, "msg", str(error)))
    return None


def _limits(path: Path, passages: int) -> Iterator[SchemaError]:
    """The two limits of the Caisse des Dépôts on a file as a whole."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        facts: dict[str, object] = {"bytes": size, "most": MAX_FILE_BYTES}
        yield SchemaError("control.too_large", "", "", "", None, 0, 0, facts=facts)
    if passages > MAX_PASSAGES:
        facts = {"passages": passages, "most": MAX_PASSAGES}
        yield SchemaError("control.too_many_passages", "", "", "", None, 0, 0, facts=facts)
