"""Work on dropped files: one after the other, within limits, each known to its owner only, and nothing left of it."""

import logging
import re
import shutil
import threading
import time

import pytest

from matching.pages import jobs as jobs_module
from matching.pages.jobs import Asked, Jobs, Made, State
from matching.portal.problems import RefusedError
from tests.pages.visitor import key_of

IDENTITY = "ROUVIERE Camille"


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch):
    monkeypatch.setattr(jobs_module, "_POLL_SECONDS", 0.01)  # else each of these tests ends half a second late


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


@pytest.fixture
def jobs(folder):
    with Jobs.open(folder, time_limit=60) as opened:
        yield opened


@pytest.fixture
def started(jobs):
    """Starts a job with this work; a function waits until it is over."""

    def start(work, name="janvier.xml"):
        with jobs.new("verifier", name, "fr") as job:
            (job.sent / "0").write_text(IDENTITY, encoding="utf-8")
            jobs.start(job, work)
        return job

    return start


def until(condition):
    """Wait for something that another thread does."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.005)


def is_over(job):
    return job.state not in {State.WAITING, State.RUNNING}


def made(job, _):
    """Work that is done at once."""
    page = job.output / "report.html"
    page.write_text(IDENTITY, encoding="utf-8")
    return Made(page, [page])


class Held:
    """Work that goes on until it is let go, and says so as often as it can."""

    def __init__(self):
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, job, step):
        self.has_begun.set()
        while not self.may_end.wait(0.005):
            step("check", 1, 2)
        step("write", 0, 0)
        return made(job, step)


@pytest.fixture
def held():
    work = Held()
    yield work
    work.may_end.set()


def test_a_job_runs_and_keeps_what_it_made(started, jobs):
    job = started(made)
    until(lambda: is_over(job))
    assert (job.state, jobs.job(job.key)) == (State.DONE, job)
    assert job.file("report.html").read_text(encoding="utf-8") == IDENTITY
    assert job.file("other.html") is None
    assert job.file("../sent/0") is None


def test_jobs_wait_for_one_another_in_the_order_they_came(started, held):
    order = []
    first = started(held)
    others = [started(lambda job, _, rank=rank: (order.append(rank), made(job, _))[1]) for rank in range(3)]
    held.has_begun.wait()
    assert first.state == State.RUNNING
    assert {one.state for one in others} == {State.WAITING}
    held.may_end.set()
    until(lambda: all(map(is_over, others)))
    assert order == [0, 1, 2]


def test_progress_is_a_share_only_when_something_is_done(started, held):
    job = started(held)
    until(lambda: job.step == "check")
    assert job.share == 0.5
    job.done, job.total = 0, 5
    assert job.share is None
    job.done, job.total = 7, 5
    assert job.share == 1.0


def test_too_many_waiting_is_refused_and_leaves_nothing(folder, held, monkeypatch):
    monkeypatch.setattr(jobs_module, "MOST_WAITING", 2)
    with Jobs.open(folder, 60) as jobs:

        def start():
            with jobs.new("verifier", "a.xml", "fr") as job:
                jobs.start(job, held)
            held.has_begun.wait()
            return job.key

        keys = {start() for _ in range(3)}  # one is worked on, two wait
        with pytest.raises(RefusedError) as caught:
            start()
        assert (caught.value.code, caught.value.status) == ("pages.too_many", 503)
        assert {one.name for one in folder.iterdir()} == keys


def test_work_that_takes_too_long_is_stopped_and_the_next_is_done(jobs, started, held):
    jobs.time_limit = 0.02
    slow = started(held)
    quick = started(made)
    until(lambda: is_over(quick))
    assert (slow.state, slow.error.code, slow.error.status) == (State.FAILED, "pages.too_long", 408)
    assert quick.state == State.DONE


def test_an_answer_lets_a_job_go_on(jobs, started):
    job = started(lambda *_: Asked("which?"))
    until(lambda: is_over(job))
    assert (job.state, job.asked.question) == (State.ASKING, "which?")
    jobs.start(job, made)
    assert job.asked is None
    until(lambda: is_over(job))
    assert job.state == State.DONE


class TestFailure:
    @pytest.mark.parametrize("error", [RuntimeError(IDENTITY), OSError(28, IDENTITY), RecursionError(IDENTITY)])
    def test_one_that_nobody_expected_is_a_sentence_and_a_place_in_the_log(self, started, caplog, error):
        def fail(*_):
            raise error

        caplog.set_level(logging.DEBUG)
        job, following = started(fail), started(made)
        until(lambda: is_over(following))
        assert (job.state, job.error.code) == (State.FAILED, "portal.failure")
        assert following.state == State.DONE
        assert type(error).__name__ in caplog.text
        assert "test_jobs.py:" in caplog.text
        for told in (caplog.text, job.error.sentence()):
            assert not re.search("rouviere|camille|janvier|Traceback", told, re.IGNORECASE)

    def test_one_that_says_what_is_wrong_is_kept_as_it_is_and_not_logged(self, started, caplog):
        def refuse(*_):
            raise RefusedError("pages.no_fichier", 422)

        caplog.set_level(logging.WARNING)
        job = started(refuse)
        until(lambda: is_over(job))
        assert (job.state, job.error.code) == (State.FAILED, "pages.no_fichier")
        assert not caplog.records


class TestNothingIsLeft:
    def test_when_its_owner_says_so(self, jobs, started, folder):
        job = started(made)
        until(lambda: is_over(job))
        jobs.forget(job)
        assert list(folder.iterdir()) == []
        with pytest.raises(RefusedError) as caught:
            jobs.job(job.key)
        assert (caught.value.code, caught.value.status) == ("pages.no_job", 404)

    def test_of_one_that_is_forgotten_while_it_runs(self, jobs, started, held, folder, caplog):
        caplog.set_level(logging.WARNING)
        job = started(held)
        held.has_begun.wait()
        jobs.forget(job)
        after = started(made)  # is done only once the other has stopped
        until(lambda: is_over(after))
        assert not held.may_end.is_set()
        assert {one.name for one in folder.iterdir()} == {after.key}
        assert not caplog.records

    def test_of_one_that_writes_after_it_is_forgotten(self, jobs, started, folder, caplog):
        caplog.set_level(logging.WARNING)
        is_forgotten = threading.Event()

        def late(job, _):
            is_forgotten.wait()
            job.output.mkdir(parents=True)
            made(job, _)
            raise OSError

        job = started(late)
        jobs.forget(job)
        is_forgotten.set()
        after = started(made)
        until(lambda: is_over(after))
        assert {one.name for one in folder.iterdir()} == {after.key}
        assert not caplog.records, "a file that is missing because it was deleted is no failure"

    def test_of_one_that_is_forgotten_before_its_turn(self, jobs, started, held, folder):
        first = started(held)
        waiting = started(made)
        jobs.forget(waiting)
        held.may_end.set()
        after = started(made)
        until(lambda: is_over(after))
        assert {one.name for one in folder.iterdir()} == {first.key, after.key}

    @pytest.mark.parametrize("error", [RefusedError("portal.empty", 422), OSError(), KeyboardInterrupt()])
    def test_of_one_whose_files_did_not_come(self, jobs, folder, error):
        def receive():
            with jobs.new("verifier", "a.xml", "fr") as job:
                (job.sent / "0").write_text(IDENTITY, encoding="utf-8")
                raise error

        with pytest.raises(type(error)):
            receive()
        assert list(folder.iterdir()) == []

    def test_of_one_that_nobody_looks_at_any_more(self, jobs, started, folder, held, monkeypatch):
        old, seen = started(made), started(made)
        until(lambda: is_over(seen))
        running = started(held)
        held.has_begun.wait()
        monkeypatch.setattr(jobs_module, "KEPT_SECONDS", 100)
        for one in (old, seen, running):
            one.seen -= 101
        jobs.job(seen.key)
        jobs._forget_old()
        assert {one.name for one in folder.iterdir()} == {seen.key, running.key}

    def test_when_the_process_ends_and_when_it_starts(self, folder):
        with Jobs.open(folder, 60) as jobs:
            with jobs.new("verifier", "a.xml", "fr") as job:
                jobs.start(job, made)
            until(lambda: is_over(job))
            shutil.copytree(folder, folder.with_name("killed"))
        assert not folder.exists()
        with Jobs.open(folder.with_name("killed"), 60) as jobs:
            assert list(jobs.folder.iterdir()) == []
            assert jobs.folder.stat().st_mode & 0o077 == 0

    def test_when_the_process_ends_in_the_middle(self, folder, held):
        with Jobs.open(folder, 60) as jobs:
            with jobs.new("verifier", "a.xml", "fr") as job:
                jobs.start(job, held)
            held.has_begun.wait()
        assert not held.may_end.is_set()
        assert not folder.exists()


@pytest.fixture(scope="module")
def mine(page, deposit_file):
    """The address of a report."""
    with page.visitor() as visitor:
        return visitor.drop("/verifier", fichier=deposit_file).url


class TestOwners:
    def test_keys_cannot_be_guessed(self, jobs):
        keys = set()
        for _ in range(50):
            with jobs.new("verifier", "a.xml", "fr") as job:
                keys.add(job.key)
        assert len(keys) == 50
        assert {len(key) for key in keys} == {22}  # 128 bits

    def test_what_one_dropped_is_nothing_to_another(self, visitor, mine, csv_file):
        asked = visitor.drop("/verifier", fichier=csv_file)
        doors = [visitor.get(f"/{door}") for door in ("", "verifier", "deposer", "comprendre", "mesures")]
        seen = "".join(one.text for one in (asked, *doors))
        assert mine.rpartition("/")[2] not in seen
        assert "janvier.xml" not in seen

    @pytest.mark.parametrize(
        "name", ["../page.html", "..%2Fpage.html", "..%2fsent%2f0", "%2Fetc%2Fpasswd", "page.html"]
    )
    def test_a_job_gives_the_files_that_it_made_and_no_other(self, visitor, mine, name):
        assert visitor.get(f"{mine}/fichiers/report.html").status_code == 200
        assert visitor.get(f"{mine}/fichiers/{name}").status_code == 404

    def test_one_that_failed_keeps_nothing_but_why(self, visitor, page):
        mine = visitor.drop("/verifier", fichier=("a.pdf", b"%PDF-1.7"))
        assert mine.status_code == 422
        assert not (page.folder / "work" / key_of(mine)).exists()

    def test_the_owner_erases_it_and_the_address_says_so(self, visitor, page, deposit_file):
        mine = visitor.drop("/verifier", fichier=deposit_file)
        folder = page.folder / "work" / key_of(mine)
        assert (folder / "sent").is_dir()
        answer = visitor.post(f"{mine.url}/effacer")
        assert answer.url.endswith("/verifier")
        assert not folder.exists()
        for path in ("", "/etat", "/fichiers/report.html", "/fichier-xml", "/colonnes"):
            assert visitor.get(mine.url + path).status_code == 404
