"""Control 1: is the structure of the deposit file right, and if not, what has to be written instead?

Example:
    >>> report = control("janvier.xml")
    >>> report.is_ok, report.version, report.passages
    (True, '1.1.2', 12480)

The file is read once, in slices of passages validated by libxml2 on two threads (it releases the interpreter's lock),
and never sits in memory. Only a file that is no XML is read a second time, to say exactly where.
"""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lxml import etree

from matching.deposit.dictionary import MAX_FILE_BYTES, MAX_PASSAGES, Version
from matching.deposit.parsing import hardened_parser
from matching.deposit.pipeline import in_order
from matching.deposit.schema import schema_text
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import MAX_PASSAGE_BYTES, Slice, Stopped, slices
from matching.deposit.violations import SchemaError, explain, passage_of, violations
from matching.deposit.wellformed import fatal, first_fault
from matching.identity.errors import DepositError

Progress = Callable[[int, int], None]
_NEWER = re.compile(rb"<(?:[^\s<>/]+:)?identifiantNational[\s/>]")


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
    path = Path(path)
    own = _OwnSchema(version)
    given = None if xsd is None else _GivenSchema(Path(xsd), own)
    findings = _Findings(max_shown, progress)
    skeleton = Skeleton()
    fault = _read(path, skeleton, own.check, findings)
    if fault is None:
        findings.add(own.check_around(skeleton, max_shown))
        if given is not None:
            _read(path, Skeleton(), partial(given.check, skeleton), findings)
    else:
        findings.add(_Checked(1, [fault]))
    passages = findings.passages
    for error in _limits(path, passages):
        findings.add(_Checked(1, [error]))
    return ControlReport(
        file=path.name,
        version=own.version,
        is_version_detected=version is None,
        passages=passages,
        n_errors=findings.n_errors,
        errors=findings.first(),
        xsd=None if xsd is None else Path(xsd).name,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """What one document gave: the number of errors and those to show."""

    n_errors: int
    errors: list[SchemaError]


class _Findings:
    """What the documents of a file gave, together."""

    def __init__(self, max_shown: int, progress: Progress | None) -> None:
        self.n_errors = 0
        self.passages = 0
        self.progress = progress
        self._max_shown = max_shown
        self._errors: list[SchemaError] = []

    @property
    def room(self) -> int:
        """How many more errors are worth describing."""
        return max(0, self._max_shown - len(self._errors))

    def add(self, checked: _Checked) -> None:
        self.n_errors += checked.n_errors
        self._errors += checked.errors

    def first(self) -> tuple[SchemaError, ...]:
        """The errors to show in file order, those of the file as a whole last."""
        return tuple(sorted(self._errors, key=lambda e: (not e.line, e.line, e.column))[: self._max_shown])


def _read(
    path: Path, skeleton: Skeleton, check: Callable[[Slice, int], _Checked], findings: _Findings
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
    except etree.XMLSyntaxError as error:
        return first_fault(path, error.msg)
    except Stopped as error:
        if error.code is None:
            return first_fault(path, "")
        return fatal(error.code, error.line, error.column, most=MAX_PASSAGE_BYTES)
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


class _Threads(threading.local):
    """What each thread needs for itself: parsers and compiled schemas keep an error log."""

    def __init__(self) -> None:
        self.parser = hardened_parser()
        self.schemas: dict[tuple[str, bool], etree.XMLSchema] = {}

    def own(self, version: Version, *, hollow: bool = False) -> etree.XMLSchema:
        """The project's schema of a version, compiled once."""
        key = (version, hollow)
        if key not in self.schemas:
            self.schemas[key] = etree.XMLSchema(etree.fromstring(schema_text(version, hollow=hollow).encode()))
        return self.schemas[key]


def _is_newer(passages: bytes) -> bool:
    return b"identifiantNational" in passages and _NEWER.search(passages) is not None


class _OwnSchema:
    """The project's schema, of the version asked for or of the one the file calls for."""

    def __init__(self, version: Version | None) -> None:
        self._asked = version
        self._needs_newer = False
        self.threads = _Threads()

    @property
    def version(self) -> Version:
        """The version applied to the file."""
        return self._asked or ("1.1.5" if self._needs_newer else "1.1.2")

    def check(self, part: Slice, room: int) -> _Checked:
        """Validate the passages of a slice, in the version that this slice calls for.

        What holds nothing newer is the same in both versions, and what other slices hold, read by other threads
        sooner or later, must not change what is said of this one.
        """
        version = self._asked or ("1.1.5" if _is_newer(part.piece.data) else "1.1.2")
        self._needs_newer |= version == "1.1.5"
        document = part.document()
        root = etree.fromstring(document.data, self.threads.parser)
        schema = self.threads.own(version)
        if schema.validate(root):
            return _Checked(0, [])
        # A root that is not the dictionary's list is the skeleton's to say, once.
        log = [entry for entry in schema.error_log if entry.type_name != "SCHEMAV_CVC_ELT_1"]
        n_errors, found = violations(log, root, room)
        return _Checked(n_errors, explain(found, document, version, part.first))

    def check_around(self, skeleton: Skeleton, room: int) -> _Checked:
        """Validate what stands around the passages."""
        if self._asked is None and ("flux", "action") in skeleton.values:
            self._needs_newer = True
        document = skeleton.document()
        root = etree.fromstring(document.data, self.threads.parser)
        schema = self.threads.own(self.version, hollow=True)
        if schema.validate(root):
            return _Checked(0, [])
        n_errors, found = violations(schema.error_log, root, room)
        return _Checked(n_errors, explain(found, document, self.version, None))


class _GivenSchema:
    """A schema given by the user, for what it refuses beyond the project's own."""

    def __init__(self, path: Path, own: _OwnSchema) -> None:
        self._own = own
        self._path = path
        self._threads = threading.local()
        self._seen: set[tuple[int, int, str]] = set()  # faults around the passages, which every slice shows again
        self._lock = threading.Lock()
        self._compile()

    def check(self, skeleton: Skeleton, part: Slice, room: int) -> _Checked:
        """Validate a small file made of the header and the slice; keep what the project's schema did not say."""
        document = skeleton.document_with(part.rank, part.piece)
        root = etree.fromstring(document.data, self._own.threads.parser)
        schema = getattr(self._threads, "schema", None) or self._compile()
        if schema.validate(root):
            return _Checked(0, [])
        own = self._own.threads.own(self._own.version)
        own.validate(root)
        known = {entry.path for entry in own.error_log}
        log = [entry for entry in schema.error_log if entry.path not in known]
        _, found = violations(log, root, len(log))
        inside = [violation for violation in found if passage_of(violation.element)[0] is not None]
        around = [violation for violation in found if violation not in inside]
        errors = self._not_seen(explain(around, document, self._own.version, None))
        n_errors = len(inside) + len(errors)
        return _Checked(n_errors, errors + explain(inside[:room], document, self._own.version, part.first))

    def _not_seen(self, errors: list[SchemaError]) -> list[SchemaError]:
        with self._lock:
            new = [error for error in errors if (error.line, error.column, error.code) not in self._seen]
            self._seen.update((error.line, error.column, error.code) for error in new)
        return new

    def _compile(self) -> etree.XMLSchema:
        try:
            _refuse_remote(self._path, set())
            self._threads.schema = etree.XMLSchema(etree.parse(self._path, hardened_parser()))
        except (OSError, etree.LxmlError) as error:
            raise DepositError("deposit.bad_xsd", file=self._path.name, reason=str(error)) from None
        return self._threads.schema


def _refuse_remote(path: Path, seen: set[Path]) -> None:
    """Stop at a schema that takes another from the network, in whatever local file it says so."""
    if path in seen:
        return
    seen.add(path)
    tree = etree.parse(path, hardened_parser())
    if tree.docinfo.doctype:
        raise DepositError("deposit.remote_xsd", file=path.name, location="DOCTYPE")
    for kind in ("include", "import", "redefine"):
        for element in tree.iter(f"{{http://www.w3.org/2001/XMLSchema}}{kind}"):
            location = element.get("schemaLocation", "")
            if ":" in location or location.startswith("//"):
                raise DepositError("deposit.remote_xsd", file=path.name, location=location)
            if location:
                _refuse_remote((path.parent / location).resolve(), seen)
