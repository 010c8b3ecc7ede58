"""Kills at random moments of real runs: of the run, of a worker, of a kernel. Nothing may be lost, doubled or mixed.

`AUTOGRADER_KILLS=100 pytest tests/test_grading_kills.py` kills a hundred times, a quarter of an hour's work;
`make test` is content with a few. Each kill is one of the whole program, with SIGKILL; the kills of the writer
between any two of its steps are in `test_grading.py`.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil

from autograder.course import KIT
from autograder.grading.journal import Journal
from tests.courses import ASSIGNMENT
from tests.grading_courses import WORK, assert_all_is_well, copy_course

KILLS = int(os.environ.get("AUTOGRADER_KILLS", "6"))
SEED = int(os.environ.get("AUTOGRADER_KILLS_SEED", "1"))
START_SECONDS = 240.0
TARGETS = ("run", "run", "worker", "kernel")


class Course:
    """A course that is graded in runs which are killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_course(folder)
        self.run: subprocess.Popen[bytes] | None = None
        self.hit: set[tuple[int, str, str]] = set()

    def start(self) -> psutil.Process:
        """Return the run that is under way, or begin one."""
        if self.run is None or self.run.poll() is not None:
            with (self.folder / "out.txt").open("ab") as out:
                self.run = subprocess.Popen(
                    [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "2"],
                    cwd=self.folder,
                    env={**os.environ, "PYTHONPATH": str(KIT)},
                    stdout=out,
                    stderr=out,
                )
        return psutil.Process(self.run.pid)

    def said(self) -> str:
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    def finish(self) -> None:
        """Let a run come to its end."""
        self.start()
        assert self.run is not None
        assert self.run.wait(timeout=600) == 0, self.said()

    def recorded(self) -> int:
        """Return how many students' submissions are recorded and stay so."""
        journal = Journal(self.folder, ASSIGNMENT)
        records = [journal.record(student) for student in WORK]
        return sum(record is not None and not record.again for record in records)

    def forget_some(self, rng: random.Random) -> None:
        """Have a student graded again, so that there is something to kill: as `--force` does."""
        journal = Journal(self.folder, ASSIGNMENT)
        for student in rng.sample(sorted(WORK), 3):
            if (record := journal.record(student)) is not None:
                journal.set_record(replace(record, again=True))


def workers_of(run: psutil.Process) -> list[psutil.Process]:
    return [child for child in run.children() if "autograder.grading.worker" in _command(child)]


def kernels_of(run: psutil.Process) -> list[psutil.Process]:
    """Return what the workers have started: kernels, and what keeps them apart."""
    return [child for worker in workers_of(run) for child in worker.children(recursive=True)]


def may_be_hit(course: Course, run: psutil.Process, what: str, victim: psutil.Process) -> bool:
    """Return whether a submission's kernel, and its worker, would be lost for the first time in this run.

    What is lost a second time is taken to be the submission's own doing; that is the promise, and no more.
    """
    worker = next(
        (process for process in (victim, *victim.parents()) if process in workers_of(run)), None
    )
    if worker is None:
        return what == "run"
    folder = Path(worker.cmdline()[-1])
    students = {place.name for place in folder.glob("course/submitted/*")} & set(WORK)
    hits = {(run.pid, what, student) for student in students}
    if hits & course.hit:
        return False
    course.hit |= hits
    return True


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def find(what: str, run: psutil.Process) -> list[psutil.Process]:
    """Return the processes of a kind that a run has at the moment."""
    if what == "run":
        return [run]
    return workers_of(run) if what == "worker" else kernels_of(run)


def wait_for_work(course: Course, recorded: int) -> bool:
    """Wait until so many submissions are recorded, and another is being graded; False if the run ends before."""
    deadline = time.monotonic() + START_SECONDS
    scratch = course.folder / ".grading" / ASSIGNMENT / "scratch"
    while time.monotonic() < deadline:
        if (
            course.recorded() >= recorded
            and scratch.is_file()
            and any(Path(os.fsdecode(scratch.read_bytes())).glob("*/course/submitted/*"))
        ):
            return True
        if course.run is None or course.run.poll() is not None:
            return False
        time.sleep(0.02)
    raise AssertionError(f"nothing is graded within {START_SECONDS:.0f} s: {course.said()}")


def kill_one(course: Course, rng: random.Random) -> str | None:
    """Kill something of the run at a random moment; return what, or None if there was nothing to kill."""
    run = course.start()
    # One in eight hits a run that is still starting; the others wait until there is something to lose.
    more = course.recorded() + rng.choice((0, 1, 1, 2, 3))
    if rng.random() > 1 / 8 and not wait_for_work(course, min(more, len(WORK) - 1)):
        course.finish()
        course.forget_some(rng)
        return None
    time.sleep(rng.uniform(0.0, 2.0))
    what = rng.choice(TARGETS)
    # What belongs to a room ends with it, and may be gone before it is hit.
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        found = find(what, run)
        if not found or not may_be_hit(course, run, what, victim := rng.choice(found)):
            return None
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
    return what


def test_after_kills_at_random_moments_every_grade_is_there_once(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    course = Course(tmp_path / "course")
    killed: list[str] = []
    try:
        while len(killed) < KILLS:
            if (what := kill_one(course, rng)) is not None:
                killed.append(what)
        course.finish()
    finally:
        if course.run is not None:
            course.run.kill()
            course.run.wait()
    assert_all_is_well(course.folder)
    assert "Traceback" not in course.said(), course.said()
    print(f"survived {len(killed)} kills: {sorted(killed)}")
