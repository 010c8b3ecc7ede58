"""`autograder grade` on one machine: what it records, and what it does when something is in the way."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from sqlalchemy import Engine, event

from autograder import durable
from autograder.cli import main
from autograder.course import CONFIG
from autograder.errors import CourseError
from autograder.evidence import record as course_record
from autograder.grading import gradebook as gradebook_module
from autograder.grading.gradebook import ChangedError, GradebookAwayError, OpenGradebook
from autograder.grading.journal import Journal, Record
from autograder.grading.messages import STUDENT, Course, Result, Settings
from autograder.grading.plan import Choice, Desk, Plan, make_plan
from autograder.grading.pool import LocalWorkers, _Seat
from autograder.grading.progress import (
    Event,
    Progress,
    Screen,
    duration,
    event_line,
    progress_line,
)
from autograder.grading.run import Options, Summary, course_data, grade, is_complete
from autograder.grading.trees import Entry, Tree, pack, unpack
from autograder.grading.worker_process import STARTING_SECONDS, WorkerProcess
from autograder.grading.writer import Writer
from autograder.intake.findings import Obstacle
from autograder.kernel.runner import KERNEL_DIED, KERNEL_SENT_NONSENSE
from tests.courses import ASSIGNMENT, RIGHT, submit
from tests.grading_courses import (
    SCORES,
    assert_all_is_well,
    copy_course,
    folders_of,
    gradebook,
    light_course,
    scores_of,
)
from tests.traps.edits import find

THREE = dict(list(SCORES.items())[:3])
WRITER_KILLS = int(os.environ.get("AUTOGRADER_WRITER_KILLS", "16"))
"""How often the writer is killed; `make test` is content with a few of some thousand places."""

# --- a run whose gradebook went away, and what goes on from there ---------------------------------------


class EnoughError(Exception):
    """Ends a run from outside."""


@pytest.fixture(scope="module")
def kept(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of three, graded while its gradebook was locked: everything is in the journal."""
    course = copy_course(tmp_path_factory.mktemp("kept") / "course", 3)
    lock = sqlite3.connect(course / "gradebook.db", isolation_level=None)

    def watch(progress: Progress, event: Event | None) -> None:
        if progress.running and not lock.in_transaction:
            lock.execute("BEGIN EXCLUSIVE")
        if progress.held_up and len(list(_journal(course, "results").iterdir())) == 3:
            raise EnoughError

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gradebook_module, "_SECONDS_FOR_A_LOCK", 0.2)
        with pytest.raises(EnoughError):
            grade(Options(course, ASSIGNMENT, workers=2), watch)
    lock.close()
    assert gradebook(course)["submission"] == []
    return course


def _journal(course: Path, what: str = "") -> Path:
    return course / ".grading" / ASSIGNMENT / what


def parts(course: Path) -> tuple[OpenGradebook, Journal, Writer]:
    """Return what writes into a course."""
    book = OpenGradebook(f"sqlite:///{course / 'gradebook.db'}", ASSIGNMENT)
    journal = Journal(course, ASSIGNMENT)
    return (
        book,
        journal,
        Writer(
            book,
            journal,
            *(str(course / step / STUDENT / ASSIGNMENT) for step in ("autograded", "submitted")),
        ),
    )


def results(course: Path) -> list[Result]:
    _, journal, _ = parts(course)
    found = [journal.get(path.name) for path in sorted(_journal(course, "results").iterdir())]
    return [result for result in found if result is not None]


def test_while_the_gradebook_is_away_results_are_kept_and_recorded_later(
    kept: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    assert {result.student for result in results(course)} == set(THREE)
    summary = grade(Options(course, ASSIGNMENT))
    assert (summary.graded, summary.from_journal, summary.failed) == (3, 3, ())
    assert_all_is_well(course, 3)
    # And a second time, there is nothing to do; a changed submission is graded again.
    before = folders_of(course)
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.execute(
            "UPDATE grade SET manual_score = 3, needs_manual_grade = 0 WHERE auto_score IS NULL"
        )
    answer = course / "submitted" / "ada" / ASSIGNMENT / "note.txt"
    answer.write_text("one more file", encoding="utf-8")
    summary = grade(Options(course, ASSIGNMENT))
    assert (summary.graded, summary.already) == (1, 2)
    assert folders_of(course)["ada/small/note.txt"][1] == b"one more file"
    assert before.items() <= folders_of(course).items()
    # What a person has graded by hand on the same words does not wait again.
    by_hand = [row[3:] for row in gradebook(course)["grade"] if row[2] == "reflection"]
    assert by_hand == [(None, 3.0, None, False)] * 3


def calls(work: Callable[[], None], kill_at: int, counted: Path) -> bool:
    """Do some work in a process of its own, which is killed at one of its calls of a function written in C.

    Everything that reaches disk and database is such a call.

    Args:
        work: what to do.
        kill_at: number of the call; 0 for none.
        counted: file that gets the number of calls, if it came to an end.

    Returns:
        Whether it was killed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # threads of the test runner, unused here
        child = os.fork()
    if child == 0:
        number = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal number
            if event == "c_call":
                number += 1
                if number == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.setprofile(count)
            work()
            sys.setprofile(None)
            counted.write_text(str(number))
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_a_writer_killed_at_any_step_leaves_nothing_half_done(kept: Path, tmp_path: Path) -> None:
    """Rows are old or new, a folder that is there has its grades, and to go on gives the same as without a kill."""
    result = results(kept)[0]
    counted = tmp_path / "counted"
    rng = random.Random(1)
    kills = 0
    states: set[tuple[bool, bool, bool]] = set()
    for number in range(WRITER_KILLS + 1):
        course = shutil.copytree(kept, tmp_path / "course")
        place = course / "autograded" / result.student / ASSIGNMENT
        if number % 2:  # every other time, there is an old folder in its place
            place.mkdir(parents=True)
            (place / "old.txt").touch()

        def work(course: Path = course) -> None:
            parts(course)[2].record(result)

        # One part of the work for each kill, and within it anywhere.
        share = int(counted.read_text()) / WRITER_KILLS if number else 0.0
        kill_at = 1 + int(share * (number - 1 + rng.random())) if number else 0
        kills += calls(work, kill_at, counted)
        book, journal, writer = parts(course)
        rows = book.submissions(result.student).get(result.student, {})
        assert rows in ({}, result.after)
        is_new = place.exists() and not (place / "old.txt").exists()
        if is_new:
            assert rows == result.after
            assert result.autograded is not None
            assert pack(place).file_digests() == result.autograded.file_digests()
        states.add((bool(rows), is_new, journal.record(result.student) is not None))
        if (again := journal.get(result.key)) is not None:
            writer.record(again)
        record = journal.record(result.student)
        assert record is not None
        assert writer.is_recorded(record, book.submissions(result.student)[result.student])
        assert scores_of(course) == {result.student: SCORES[result.student]}
        left = {path.name for path in place.parent.iterdir()} - {f".{ASSIGNMENT}.old"}
        assert left == {ASSIGNMENT}
        shutil.rmtree(course)
    assert kills >= WRITER_KILLS - 1  # the number of calls varies a little
    assert {(False, False, False), (True, True, True)} <= states


def test_a_torn_result_or_record_counts_as_none(kept: Path, tmp_path: Path) -> None:
    """What a power cut may leave of a file whose content had not come to the disk."""
    course = shutil.copytree(kept, tmp_path / "course")
    _, journal, writer = parts(course)
    first, second, third = results(course)
    path = _journal(course, "results") / first.key
    whole = path.read_bytes()
    for torn in (b"", whole[:40], whole[:-1], whole[:200] + bytes(len(whole) - 200)):
        path.write_bytes(torn)
        assert journal.get(first.key) is None
    path.write_bytes((_journal(course, "results") / second.key).read_bytes())
    assert journal.get(first.key) is None  # another's result under this key
    writer.record(third)
    [record] = _journal(course, "students").iterdir()
    assert journal.record(third.student) is not None
    record.write_bytes(record.read_bytes()[:-5])
    assert journal.record(third.student) is None


def test_to_record_twice_is_as_good_as_once_and_nobody_elses_change_is_lost(
    kept: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    book, _, writer = parts(course)
    result = results(course)[0]
    writer.record(result)
    first = gradebook(course)
    writer.record(result)
    assert gradebook(course) == first
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.execute("UPDATE grade SET manual_score = 3")
    with pytest.raises(ChangedError):
        book.record(result.student, result.before, result.after)
    assert {row[4] for row in gradebook(course)["grade"]} == {3.0}


def test_a_full_disk_leaves_the_journal_as_it_was(kept: Path, tmp_path: Path) -> None:
    """The system itself refuses to write: a limit on the size of files, as small as the rest of a full disk."""
    import resource

    course = shutil.copytree(kept, tmp_path / "course")
    _, journal, _ = parts(course)
    result = results(course)[0]
    before = sorted(path.name for path in _journal(course, "results").iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.put(replace(result, key="0" * 64))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert sorted(path.name for path in _journal(course, "results").iterdir()) == before
    assert journal.get(result.key) == result


# --- what is chosen -------------------------------------------------------------------------------------


def settings_of(course: Path, excluded: tuple[str, ...] = ()) -> Settings:
    return Settings(
        db_url=f"sqlite:///{course / 'gradebook.db'}",
        submitted=str(course / "submitted" / STUDENT / ASSIGNMENT),
        autograded=str(course / "autograded" / STUDENT / ASSIGNMENT),
        source=str(course / "source" / ASSIGNMENT),
        release=str(course / "release" / ASSIGNMENT),
        students="*",
        excluded=excluded,
        seconds=60.0,
        assets={},
    )


def planned(course: Path, choice: Choice, excluded: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the students of a plan, and check that nobody is in two of its lists."""
    plan = plan_of(course, choice, excluded)
    assert not set(plan.todo) & set(plan.graded)
    return plan.todo


def plan_of(course: Path, choice: Choice, excluded: tuple[str, ...] = ()) -> Plan:
    book, journal, writer = parts(course)
    settings = settings_of(course, excluded)
    definition = book.definition()
    data = course_data(course, Options(course, ASSIGNMENT), settings, definition)
    return make_plan(
        Desk(course, data, settings),
        journal,
        writer,
        book.submissions(),
        choice,
        lambda rows: is_complete(rows, definition),
    )


def test_who_is_chosen(kept: Path, tmp_path: Path) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    stamp = course / "submitted" / "bo" / ASSIGNMENT / "timestamp.txt"
    stamp.write_text("2015-02-02 15:58:23.948203 CET", encoding="utf-8")
    assert planned(course, Choice()) == ("ada", "bo", "chen")
    assert planned(course, Choice(students=("ada", "c*"))) == ("ada", "chen")
    assert planned(course, Choice(limit=2)) == ("ada", "bo")
    assert planned(course, Choice(since=datetime(2020, 1, 1, tzinfo=UTC))) == ("ada", "chen")
    assert planned(course, Choice(), excluded=("ada",)) == ("bo", "chen")
    at = datetime(2015, 2, 2, 14, 58, 24, tzinfo=UTC)  # an hour earlier, in Greenwich
    assert planned(course, Choice(since=at)) == ("ada", "chen")
    with pytest.raises(CourseError, match="no such submission"):
        planned(course, Choice(students=("nobody",)))


def test_why_a_submission_cannot_be_used_goes_on_from_the_name(kept: Path, tmp_path: Path) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    (course / "submitted" / "bo").rename(course / "elsewhere")
    (course / "submitted" / "bo").symlink_to(course / "elsewhere")
    (course / "quarantine").write_text("a file is in the way")
    (course / "submitted" / "ada" / ASSIGNMENT / "link").symlink_to("/etc/passwd")
    told = dict(plan_of(course, Choice()).unusable)
    assert told["bo"] == "is a link to another place and no folder"
    assert told["ada"].startswith(f"cannot be graded: {course}")


def test_a_submission_that_fills_its_limit_may_display_something_besides(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(bytes(2**20 + 1))
    with pytest.raises(CourseError, match="holds more than 1 MiB"):
        pack(tmp_path, most=2**20)
    assert len(pack(tmp_path, most=2**20 + 1).entries) == 1


def test_a_disk_that_fails_while_a_run_is_planned_is_not_called_the_journal(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = shutil.copytree(kept, tmp_path / "course")

    def fail(desk: Desk) -> list[str]:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Desk, "students", fail)
    with pytest.raises(
        CourseError, match=r"course folder cannot be read or written: .*Input/output"
    ):
        grade(Options(course, ASSIGNMENT))


def test_force_outlives_a_kill_and_what_is_damaged_is_graded_again(
    kept: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    _, _, writer = parts(course)
    for result in results(course):
        writer.record(result)
    assert planned(course, Choice()) == ()
    assert planned(course, Choice(force=True, limit=1)) == ("ada",)
    # The forced run never began; the next one, without force, knows what it was about.
    assert planned(course, Choice()) == ("ada",)
    # A power cut may leave a file empty, a person may restore an old gradebook.
    notebook = course / "autograded" / "bo" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.chmod(0o600)
    notebook.write_bytes(b"")
    assert planned(course, Choice()) == ("ada", "bo")
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.execute("UPDATE grade SET auto_score = NULL")
    assert planned(course, Choice()) == ("ada", "bo", "chen")


def test_what_a_kill_has_left_of_a_result_that_was_recorded_is_dropped(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    _, _, writer = parts(course)
    result = next(result for result in results(course) if result.student == "bo")

    def killed(journal: Journal, key: str) -> None:
        raise EnoughError

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "drop", killed)
        with pytest.raises(EnoughError):
            writer.record(result)
    assert result in results(course)
    summary = grade(Options(course, ASSIGNMENT))
    assert (summary.from_journal, summary.already, summary.failed) == (2, 1, ())
    assert results(course) == []


def test_what_nbgrader_has_graded_itself_is_taken_for_graded(kept: Path, tmp_path: Path) -> None:
    course = shutil.copytree(kept, tmp_path / "course")
    _, _, writer = parts(course)
    for result in results(course):
        writer.record(result)
    shutil.rmtree(_journal(course))
    assert planned(course, Choice()) == ()
    (course / "submitted" / "bo" / ASSIGNMENT / "timestamp.txt").write_text("2030-01-01 00:00:00")
    shutil.rmtree(course / "autograded" / "chen")
    assert planned(course, Choice()) == ("bo", "chen")


def test_a_second_run_in_the_same_course_is_refused(kept: Path) -> None:
    journal = Journal(kept, ASSIGNMENT)
    with journal.opened() as scratch:
        assert scratch.is_dir()
        with pytest.raises(CourseError, match="Another run is grading"), journal.opened():
            pass
    assert not scratch.exists()


# --- workers that misbehave -----------------------------------------------------------------------------


@pytest.mark.kernel
def test_workers_that_hang_or_die_are_replaced_and_the_others_do_not_wait(tmp_path: Path) -> None:
    course = tmp_path / "course"
    students = ("a", "b", "dies", "dies_twice", "fails", "fickle", "hangs", "unlucky", "z")
    marks = light_course(course, students)
    summary = grade(Options(course, ASSIGNMENT, workers=2, submission_seconds=8.0))
    failed = dict(summary.failed)
    assert set(failed) == {"dies", "fails", "fickle", "hangs"}
    assert failed["dies"] == "was lost: its worker ended with signal SIGKILL"
    assert failed["fails"].endswith("ValueError: what a preprocessor says")
    assert failed["hangs"] == "was given up: its worker did not answer within 8 s"
    assert summary.graded == 5
    assert [(marks / student).read_text() for student in ("dies", "dies_twice")] == ["xxx", "xxx"]
    log = (course / ".grading" / ASSIGNMENT / "grading.log").read_text(encoding="utf-8")
    assert (
        log.count("== dies was lost: its worker ended with signal SIGKILL; it is tried again") == 2
    )
    # What goes wrong in the same way again is the submission's own; else somebody else may have done it.
    assert [(marks / student).read_text() for student in ("fails", "fickle", "unlucky")] == [
        "xx",
        "xxx",
        "xxx",
    ]
    # As nbgrader does it: a submission that fails has no folder, and rows without a score.
    graded = {path.split("/")[0] for path in folders_of(course)}
    assert graded == {"a", "b", "dies_twice", "unlucky", "z"}
    assert {row[0] for row in gradebook(course)["submission"]} == {*graded, "fails", "fickle"}
    # The next run tries again what failed, and only that.
    summary = grade(
        Options(course, ASSIGNMENT, choice=Choice(students=("a", "b", "fails")), workers=1)
    )
    assert (summary.graded, summary.already, len(summary.failed)) == (0, 2, 1)
    assert (marks / "fails").read_text() == "xxxx"
    assert (marks / "a").read_text() == "x"


# --- mishaps, and words about them ---------------------------------------------------------------------

SAID = [KERNEL_DIED, KERNEL_SENT_NONSENSE, Obstacle.CRASH.value, "stopped at the time limit"]


def says(notebook: NotebookNode) -> None:
    """Let each look at the work say other such words, by every way there is."""
    words = f"words = ' '.join([*{SAID!r}, os.urandom(4).hex()])"
    notebook.cells[
        find(notebook, "similarity")
    ].source = f"import os, sys\n{words}\n{RIGHT['similarity']}"
    notebook.cells[find(notebook, "predictions")].source = (
        "class CellTimeoutError(Exception): pass\n"
        "class DeadKernelError(Exception): pass\n"
        "print(words); print(words, file=sys.stderr)\n"
        "def get_predictions(similarity):\n"
        "    raise DeadKernelError('Not run: ' + words)\n"
        "raise CellTimeoutError(words)"
    )


def dies(notebook: NotebookNode) -> None:
    notebook.cells[find(notebook, "predictions")].source = "import os; os._exit(1)"


@pytest.mark.kernel
def test_words_about_a_dead_kernel_are_no_dead_kernel(tmp_path: Path) -> None:
    course = copy_course(tmp_path / "course", 0)
    submit(course, "says", says)
    submit(course, "dies", dies)
    summary = grade(Options(course, ASSIGNMENT, nbgrader=("--RunAndJudge.isolation=none",)))
    assert (summary.graded, summary.failed) == (2, ())
    graded = course / "autograded" / "says" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    told = graded.read_text(encoding="utf-8")
    assert [words for words in SAID if words not in told] == []  # it has said them indeed
    looks = summary.log.read_text(encoding="utf-8")
    assert looks.count("== says") == 1
    # As long as it dies in the same way, nobody else can have done it.
    assert looks.count(f"== dies had a mishap: {KERNEL_DIED}") == 1
    assert looks.count("== dies") == 2
    events = list(course_record.read(course))
    assert [event["student"] for event in events if event["event"] == course_record.ROOM_ENDED] == [
        "dies"
    ]


class Silent(WorkerProcess):
    """A worker that takes whatever it is sent."""

    def __init__(self) -> None:
        self.sent: list[object] = []

    def send(self, message: object) -> None:
        self.sent.append(message)


def test_the_time_that_a_run_takes_to_plan_is_not_its_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    worker = Silent()
    seat = _Seat(worker, ())
    now += 2 * STARTING_SECONDS  # a large class, on a slow disk
    course = Course(ASSIGNMENT, Tree(), {}, (), {}, {}, "")
    seat.go_on(course, 60.0)
    assert worker.sent == [course]
    assert seat.deadline == now + STARTING_SECONDS


def test_workers_that_are_idle_are_dismissed_together() -> None:
    log: list[str] = []

    class Idle(Silent):
        def dismiss(self) -> None:
            log.append("dismissed")

        def wait_for_end(self, seconds: float) -> None:
            log.append("waited for")

        def end(self) -> None:
            log.append("ended")

    workers = LocalWorkers(0, Path("/nowhere"), None, judges=False)
    workers._workers = [_Seat(Idle(), ()) for _ in range(2)]
    for seat in workers._workers:
        seat.ready = True
    workers.close()
    assert log == ["dismissed"] * 2 + ["waited for"] * 2 + ["ended"] * 2


@pytest.mark.kernel
def test_a_lost_worker_does_not_use_up_the_tries_after_changes(tmp_path: Path) -> None:
    course = tmp_path / "course"
    marks = light_course(course, ("dies_once",))
    record, changes = Writer.record, iter(range(3))

    def changed(writer: Writer, result: Result) -> None:
        if next(changes, None) is not None:
            raise ChangedError
        record(writer, result)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Writer, "record", changed)
        summary = grade(Options(course, ASSIGNMENT))
    assert (summary.graded, summary.from_journal, summary.failed) == (1, 0, ())
    assert (marks / "dies_once").read_text() == "xxxxx"


@pytest.mark.kernel
def test_a_run_waits_for_disk_and_gradebook_and_ends_when_they_stay_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "course"
    marks = light_course(course, ("a",))
    monkeypatch.setattr(gradebook_module, "_SECONDS_FOR_A_LOCK", 0.2)
    lock = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    put, full = Journal.put, iter([True, True])

    def put_when_there_is_room(journal: Journal, result: Result) -> None:
        if next(full, False):
            raise OSError(28, "No space left on device")
        put(journal, result)

    monkeypatch.setattr(Journal, "put", put_when_there_is_room)
    waited_for: list[str] = []

    def watch(progress: Progress, event: Event | None) -> None:
        if progress.running and not lock.in_transaction:
            lock.execute("BEGIN EXCLUSIVE")
        waited_for.append(progress.held_up or "")

    with pytest.raises(CourseError, match=r"(?s)database is locked.*run the same command again"):
        grade(Options(course, ASSIGNMENT, patience=5.0), watch)
    lock.close()
    assert any("No space left" in reason for reason in waited_for)
    assert [result.student for result in results(course)] == ["a"]
    assert (marks / "a").read_text() == "x"


@pytest.mark.kernel
def test_a_configuration_that_is_broken_ends_the_run_with_its_own_words(tmp_path: Path) -> None:
    course = tmp_path / "course"
    light_course(course, ("a",))
    with (course / CONFIG).open("a", encoding="utf-8") as config:
        config.write("\nc.CourseDirectory.notebook_id = 'part'\n")
    with pytest.raises(CourseError, match="leave out notebook_id"):
        grade(Options(course, ASSIGNMENT))


# --- folders as data ------------------------------------------------------------------------------------

NAMES = st.text("ab é.", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))


@given(st.dictionaries(NAMES, st.binary(max_size=20), max_size=4), st.booleans())
def test_a_folder_comes_out_as_it_went_in(files: dict[str, bytes], locked: bool) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "one")
        (folder / "inner").mkdir(parents=True)
        for name, data in files.items():
            for path in (folder / f"x{name}", folder / "inner" / name):
                path.write_bytes(data)
                path.chmod(0o400 if locked else 0o640)
        (folder / "inner").chmod(0o500 if locked else 0o750)
        tree = pack(folder)
        unpack(tree, Path(scratch, "two"))
        assert pack(Path(scratch, "two")) == tree
        assert len(tree.file_digests()) == 2 * len(files)
        (folder / "inner").chmod(0o700)
        Path(scratch, "two", "inner").chmod(0o700)


def test_links_and_pipes_are_not_packed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "pipe")
    with pytest.raises(CourseError, match="neither a file nor a folder"):
        pack(tmp_path / "folder")
    (tmp_path / "folder" / "pipe").unlink()
    (tmp_path / "folder" / "link").symlink_to("/etc/passwd")
    with pytest.raises(CourseError, match="cannot be read"):
        pack(tmp_path / "folder")


@pytest.mark.parametrize("path", ["../out", "/out", "a/../../out", "", "a//b"])
def test_nothing_is_unpacked_outside_of_its_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(CourseError, match="outside of its folder"):
        unpack(Tree((Entry(path, 0o644, 0, b"x"),)), tmp_path / "folder")
    assert not (tmp_path / "out").exists()


def test_contents_and_names_change_the_digest_and_times_do_not() -> None:
    tree = Tree((Entry("a", 0o644, 1, b"x"),))
    assert tree.digest() == Tree((Entry("a", 0o600, 2, b"x"),)).digest()
    others = [Entry("b", 0o644, 1, b"x"), Entry("a", 0o644, 1, b"y"), Entry("a", 0o644, 1, None)]
    assert len({tree.digest(), *(Tree((entry,)).digest() for entry in others)}) == 4


# --- files that are there whole or not at all -----------------------------------------------------------


def test_a_file_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    durable.write_durably(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            durable.write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    durable.write_durably(path, b"new")
    assert path.read_bytes() == b"new"


def test_students_whose_names_differ_only_in_case_have_records_of_their_own(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ASSIGNMENT)
    for name in ("ada", "Ada", "../ada", "a\nb"):
        journal.set_record(Record(name, name, {}, {"x": 0.1}))
    for name in ("ada", "Ada", "../ada", "a\nb"):
        assert journal.record(name) == Record(name, name, {}, {"x": 0.1})
    assert len(list(_journal(tmp_path, "students").iterdir())) == 4


# --- the gradebook --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////nowhere/gradebook.db", "is not there"),
        ("no address", "cannot be used"),
        ("oracle+nodriver://host/db", "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(url: str, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        OpenGradebook(url, ASSIGNMENT)


def test_an_assignment_that_the_gradebook_does_not_know(kept: Path) -> None:
    book = OpenGradebook(f"sqlite:///{kept / 'gradebook.db'}", "other")
    with pytest.raises(CourseError, match="nbgrader generate_assignment other"):
        book.definition()


def test_no_join_stands_in_brackets(kept: Path) -> None:
    """SQLite 3.45 as Ubuntu 24.04 builds it (SQLITE_ALLOW_ROWID_IN_VIEW) ends the process at such a one."""
    said: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *more: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        book = OpenGradebook(f"sqlite:///{kept / 'gradebook.db'}", ASSIGNMENT)
        book.definition()
        assert book.submissions() == book.submissions("ada") == {}
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert sum("JOIN" in statement for statement in said) >= 8
    assert not [statement for statement in said if re.search(r"JOIN\s*\(", statement)]


def test_a_server_that_is_away_is_away_and_no_crash() -> None:
    pytest.importorskip("psycopg")
    book = OpenGradebook("postgresql+psycopg://nobody@127.0.0.1:1/none", ASSIGNMENT)
    with pytest.raises(GradebookAwayError):
        book.definition()


# --- what a person sees ---------------------------------------------------------------------------------


def test_lines_of_progress() -> None:
    progress = Progress(12, 3, 1, ("ada", "bo"), 30.0, 3725.0)
    assert progress_line(progress) == "3/12 done, 2 running, 1 failed, 1 h 2 min left"
    assert event_line(Event("ada", 11.0)) == "ada: 11 points"
    assert event_line(Event("bo", None, "was lost")) == "bo was lost"
    assert event_line(Event("chen", None)) == "chen: needs a person"
    assert event_line(Event("\x1b[2Jdina", 1.0)) == "\N{REPLACEMENT CHARACTER}[2Jdina: 1 points"
    assert [duration(seconds) for seconds in (0.4, 61, 7200)] == ["0 s", "1 min 1 s", "2 h 0 min"]


def test_a_log_gets_a_line_for_each_event_and_the_summary() -> None:
    stream = io.StringIO()
    screen = Screen(stream)
    progress = Progress(2, 0, 0, ("ada",), 1.0, None)
    screen.show(progress, None)
    screen.show(replace(progress, held_up="The gradebook cannot be reached"), None)
    screen.show(replace(progress, held_up="The gradebook cannot be reached"), None)
    screen.show(replace(progress, done=1), Event("ada", 4.5))
    screen.end(Summary(1, 0, 5, (("bo", "was lost"),), 3, 10.0, Path("grading.log")))
    assert stream.getvalue().splitlines() == [
        "The gradebook cannot be reached",
        f"{'ada: 4.5 points':40} 1/2 done, 1 running",
        "going on",
        "1 graded in 10 s, 10.0 s each; 5 were graded before; 1 failed",
        "3 more are waiting: leave out --limit, or run this again",
        "  failed: bo was lost",
        "What nbgrader said is in grading.log",
    ]


@pytest.mark.kernel
def test_the_command_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["--workers", "0"],
        ["--since", "yesterday"],
        ["--limit", "none"],
        ["--submission-timeout", "0"],
        ["--submission-timeout", "nan"],
        ["--patience", "-1"],
        ["--patience", "inf"],
    ):
        with pytest.raises(SystemExit):
            main(["grade", ASSIGNMENT, *arguments])
    capsys.readouterr()
    course = tmp_path / "course"
    light_course(course, ("a",))
    (course / "gradebook.db").unlink()
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 1
    assert "run nbgrader generate_assignment" in capsys.readouterr().err


def test_every_option_is_documented() -> None:
    from autograder.cli import make_parser

    text = (Path(__file__).parent.parent / "docs" / "grading.md").read_text(encoding="utf-8")
    parser = make_parser()
    commands = next(a for a in parser._actions if isinstance(a.choices, dict))
    assert isinstance(commands.choices, dict)
    for action in commands.choices["grade"]._actions:
        for option in action.option_strings:
            assert option in ("-h", "--help") or f"`{option}" in text, option
