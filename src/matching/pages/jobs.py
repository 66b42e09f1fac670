"""Work on files that somebody dropped on the page: one job after the other, each in a folder of its own.

Example:
    >>> with Jobs.open(Path("portal/work"), time_limit=600) as jobs:
    ...     with jobs.new("check", "janvier.xml", "fr") as job:
    ...         jobs.start(job, lambda job, progress: Made(written_page(job.folder)))

A job is known by a key that nobody can guess. What it read and made is deleted when its owner says so, some hours
after it was last looked at, and when the process starts or ends: a page is no place to keep identities.
"""

import queue
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from matching.identity.catalogue import Lang
from matching.identity.errors import NirisationError
from matching.portal.log import log, log_failure
from matching.portal.problems import RefusedError
from matching.portal.uploads import Form, Sent

KEPT_SECONDS = 4 * 3600.0
MOST_WAITING = 20

_POLL_SECONDS = 0.5  # between two looks at what came, when nothing comes
_OWNER_ONLY = 0o700

Step = Callable[[str, int, int], None]
"""Progress: called with (step, done, in all)."""


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    """It needs an answer to go on."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """A job needs an answer: whoever shows it knows what ``question`` is."""

    question: object


@dataclass(frozen=True)
class Made:
    """What a job made.

    Attributes:
        page: What is shown of it: a whole HTML page.
        files: What can be downloaded, in the order that a reader wants it.
    """

    page: Path
    files: Sequence[Path] = ()


@dataclass
class Job:
    """One piece of work.

    Attributes:
        key: What its address says.
        door: Which part of the page asked for it.
        name: What its owner calls the file.
        lang: Of what it makes.
        folder: Its own; ``sent`` and ``made`` are in it.
        files: What its owner sent, by field of the form.
        values: What its owner chose, by field of the form.
        state: Where it stands.
        step: What is being done.
        done: Of ``total``, in the step's own unit.
        total: In all.
        error: Why it failed.
        asked: What it asks.
        made: What it made.
        seen: When its owner last looked at it, as ``time.monotonic``.
    """

    key: str
    door: str
    name: str
    lang: Lang
    folder: Path
    files: Mapping[str, Sequence[Sent]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    state: State = State.WAITING
    step: str = ""
    done: int = 0
    total: int = 0
    error: NirisationError | None = None
    asked: Asked | None = None
    made: Made | None = None
    seen: float = field(default_factory=time.monotonic)

    @property
    def sent(self) -> Path:
        """Folder of what its owner sent."""
        return self.folder / "sent"

    @property
    def output(self) -> Path:
        """Folder of what it makes."""
        return self.folder / "made"

    @property
    def mapping(self) -> Path:
        """The columns that its owner confirmed, of a table."""
        return self.folder / "columns.toml"

    @property
    def shows_names(self) -> bool:
        """Whether its owner wants identities shown whole."""
        return "noms" in self.values

    def take(self, form: Form, *needed: str) -> None:
        """Take what a form brought; the first file that is needed gives the job its name.

        Raises:
            RefusedError: one of the files that are needed is missing.
        """
        for name in needed:
            if not form.files.get(name):
                raise RefusedError(f"pages.no_{name}", 422)
        self.files, self.values = form.files, form.values
        self.name = form.files[needed[0]][0].name

    @property
    def share(self) -> float | None:
        """Done of this step, 0..1; None when nobody can tell."""
        return min(1.0, self.done / self.total) if self.done and self.total else None

    def made_of(self, page: str, files: Sequence[Path]) -> Made:
        """What it made, its page written where it is shown from."""
        shown = self.folder / "page.html"
        shown.write_text(page, encoding="utf-8")
        return Made(shown, files)

    def file(self, name: str) -> Path | None:
        """A file that it made, by its name; None when there is none."""
        files = () if self.made is None else self.made.files
        return next((file for file in files if file.name == name), None)


Work = Callable[[Job, Step], Made | Asked]


class _StoppedError(Exception):
    """The process ends, or the job is forgotten."""


@dataclass
class Jobs:
    """All jobs of the process.

    Attributes:
        folder: Where theirs are; whatever stands in it is deleted.
        time_limit: Seconds that a job may take.
    """

    folder: Path
    time_limit: float
    _known: dict[str, Job] = field(default_factory=dict)
    _queue: "queue.Queue[tuple[Job, Work]]" = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    _stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def open(cls, folder: Path, time_limit: float) -> Iterator["Jobs"]:
        """Jobs that are worked on until the block ends; nothing of them is left then."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(_OWNER_ONLY, parents=True)
        jobs = cls(folder, time_limit)
        worker = threading.Thread(target=jobs._work, name="pages", daemon=True)
        worker.start()
        try:
            yield jobs
        finally:
            jobs._stopping.set()
            worker.join()
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def new(self, door: str, name: str, lang: Lang) -> Iterator[Job]:
        """A job that waits for its files; it is known once it is started, and nothing is left if it cannot be."""
        key = secrets.token_urlsafe(16)
        job = Job(key, door, name, lang, self.folder / key)
        try:
            for made in (job.sent, job.output):
                made.mkdir(_OWNER_ONLY, parents=True)
            yield job
        except BaseException:
            self.forget(job)
            raise

    def start(self, job: Job, work: Work) -> None:
        """Do the work of a job, or go on with it after an answer.

        Raises:
            RefusedError: too many wait.
        """
        job.state, job.asked, job.seen = State.WAITING, None, time.monotonic()
        self._known[job.key] = job
        try:
            self._queue.put_nowait((job, work))
        except queue.Full:
            self.forget(job)  # an answer that cannot be worked on leaves nothing either
            raise RefusedError("pages.too_many", 503) from None

    def job(self, key: str) -> Job:
        """A job by its key.

        Raises:
            RefusedError: there is none, or none any more.
        """
        job = self._known.get(key)
        if job is None:
            raise RefusedError("pages.no_job", 404)
        job.seen = time.monotonic()
        return job

    def forget(self, job: Job) -> None:
        """Delete all that a job read and made; if it is being worked on, as soon as it says how far it is."""
        self._known.pop(job.key, None)
        shutil.rmtree(job.folder, ignore_errors=True)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._forget_old()
            try:
                job, work = self._queue.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            self._do(job, work)

    def _do(self, job: Job, work: Work) -> None:
        """One job, whatever comes of it."""
        job.state, job.step, job.done, job.total = State.RUNNING, "", 0, 0
        try:
            result = work(job, self._step(job))
        except _StoppedError:
            pass
        except NirisationError as error:
            job.error, job.state = error, State.FAILED
        except Exception as error:  # noqa: BLE001 - whatever it is, the next job must be done
            if job.key in self._known:  # else its files are gone: that is how it ends
                log_failure(error)
            job.error, job.state = RefusedError("portal.failure", 500), State.FAILED
        else:
            if isinstance(result, Asked):
                job.asked, job.state = result, State.ASKING
            else:
                job.made, job.state = result, State.DONE
        if job.state == State.FAILED or job.key not in self._known:
            shutil.rmtree(job.folder, ignore_errors=True)  # nothing can come of it any more
        log("pages.log_job", door=job.door, state=job.state)

    def _step(self, job: Job) -> Step:
        deadline = time.monotonic() + self.time_limit

        def step(name: str, done: int, total: int) -> None:
            if self._stopping.is_set() or job.key not in self._known:
                raise _StoppedError
            if time.monotonic() > deadline:
                raise RefusedError("pages.too_long", 408, seconds=int(self.time_limit))
            job.step, job.done, job.total = name, done, total

        return step

    def _forget_old(self) -> None:
        limit = time.monotonic() - KEPT_SECONDS
        for job in list(self._known.values()):
            if job.seen < limit and job.state not in {State.WAITING, State.RUNNING}:
                self.forget(job)
