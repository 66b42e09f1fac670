"""A slice of passages held against a schema: the project's own, and one given by the user.

Example:
    >>> checked = OwnSchema(None).check(part, room=100)
    >>> checked.n_errors, [error.code for error in checked.errors]
    (1, ['control.enumeration'])

Passages written plainly are told valid without being parsed (``plain``); libxml2 sees the others only, and the whole
slice as soon as one of them is at fault, so that what is said of a slice never depends on how its passages are written.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from lxml import etree

from matching.deposit.dictionary import Version
from matching.deposit.parsing import hardened_parser
from matching.deposit.plain import plain_passages
from matching.deposit.schema import schema_text
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import Slice
from matching.deposit.violations import SchemaError, explain, passage_of, violations
from matching.identity.errors import DepositError

NO_XML = (etree.XMLSyntaxError, ExpatError)
"""What a check raises of a document that is no XML, or none to expat, which says where things stand."""

_NEWER = re.compile(rb"<(?:[^\s<>/]+:)?identifiantNational[\s/>]")


@dataclass(frozen=True, slots=True)
class Checked:
    """What one document gave: the number of errors and those to show."""

    n_errors: int
    errors: list[SchemaError]


@dataclass(frozen=True, slots=True)
class CheckedSlice(Checked):
    """What a slice gave, and its passages ready to be read: matched, parsed, or some of each.

    Attributes:
        version: Schema version that the slice calls for.
        matches: For each passage its match, None when it was parsed.
        tree: Root element over the passages without a match, in order; None when all have one.
    """

    version: Version
    matches: Sequence[re.Match[bytes] | None]
    tree: Any


class Threads(threading.local):
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


class OwnSchema:
    """The project's schema, of the version asked for or of the one the file calls for."""

    def __init__(self, version: Version | None, captured: frozenset[str] = frozenset()) -> None:
        self._asked = version
        self._captured = captured
        self._needs_newer = False
        self.threads = Threads()

    @property
    def version(self) -> Version:
        """The version applied to the file."""
        return self._asked or ("1.1.5" if self._needs_newer else "1.1.2")

    @property
    def is_version_detected(self) -> bool:
        """True when the version is chosen from what the file holds."""
        return self._asked is None

    def check(self, part: Slice, room: int) -> CheckedSlice:
        """Validate the passages of a slice, in the version that this slice calls for.

        What holds nothing newer is the same in both versions, and what other slices hold, read by other threads
        sooner or later, must not change what is said of this one.

        Raises:
            NO_XML: the slice is no XML.
        """
        version = self._asked or ("1.1.5" if _is_newer(part.piece.data) else "1.1.2")
        self._needs_newer |= version == "1.1.5"
        matches = plain_passages(part, version, self._captured)
        doubtful = [rank for rank, match in enumerate(matches) if match is None]
        if not doubtful:
            return CheckedSlice(0, [], version, matches, None)
        if 2 * len(doubtful) < len(matches) and (tree := self._valid_alone(part, doubtful, version)) is not None:
            return CheckedSlice(0, [], version, matches, tree)
        return self._check_whole(part, version, room)

    def _valid_alone(self, part: Slice, ranks: list[int], version: Version) -> Any:  # noqa: ANN401 - lxml ships no types
        """Some passages parsed together, None when they are not valid.

        Valid together, each is valid where it stands: a valid passage holds no other, so the end tag that closes it is
        the one where it was cut.
        """
        try:
            root = etree.fromstring(part.document(ranks).data, self.threads.parser)
        except etree.XMLSyntaxError:
            return None
        return root if self.threads.own(version).validate(root) else None

    def _check_whole(self, part: Slice, version: Version, room: int) -> CheckedSlice:
        """All the passages parsed, so that what is said of one does not depend on how the others are written."""
        document = part.document()
        root = etree.fromstring(document.data, self.threads.parser)
        schema = self.threads.own(version)
        n_errors, errors = 0, []
        if not schema.validate(root):
            # A root that is not the dictionary's list is the skeleton's to say, once.
            log = [entry for entry in schema.error_log if entry.type_name != "SCHEMAV_CVC_ELT_1"]
            n_errors, found = violations(log, root, room)
            errors = explain(found, document, version, part.first)
        return CheckedSlice(n_errors, errors, version, [None] * len(part.starts), root)

    def check_around(self, skeleton: Skeleton, room: int) -> Checked:
        """Validate what stands around the passages."""
        if self._asked is None and ("flux", "action") in skeleton.values:
            self._needs_newer = True
        document = skeleton.document()
        root = etree.fromstring(document.data, self.threads.parser)
        schema = self.threads.own(self.version, hollow=True)
        if schema.validate(root):
            return Checked(0, [])
        n_errors, found = violations(schema.error_log, root, room)
        return Checked(n_errors, explain(found, document, self.version, None))


class GivenSchema:
    """A schema given by the user, for what it refuses beyond the project's own."""

    def __init__(self, path: Path, own: OwnSchema) -> None:
        self._own = own
        self._path = path
        self._threads = threading.local()
        self._seen: set[tuple[int, int, str]] = set()  # faults around the passages, which every slice shows again
        self._lock = threading.Lock()
        self._compile()

    def check(self, skeleton: Skeleton, part: Slice, room: int) -> Checked:
        """Validate a small file made of the header and the slice; keep what the project's schema did not say."""
        document = skeleton.document_with(part.rank, part.piece)
        root = etree.fromstring(document.data, self._own.threads.parser)
        schema = getattr(self._threads, "schema", None) or self._compile()
        if schema.validate(root):
            return Checked(0, [])
        own = self._own.threads.own(self._own.version)
        own.validate(root)
        known = {entry.path for entry in own.error_log}
        log = [entry for entry in schema.error_log if entry.path not in known]
        _, found = violations(log, root, len(log))
        inside = [violation for violation in found if passage_of(violation.element)[0] is not None]
        around = [violation for violation in found if violation not in inside]
        errors = self._not_seen(explain(around, document, self._own.version, None))
        n_errors = len(inside) + len(errors)
        return Checked(n_errors, errors + explain(inside[:room], document, self._own.version, part.first))

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
