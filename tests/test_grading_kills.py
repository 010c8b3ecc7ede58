"""Kills at random moments of real runs: of the run, of a worker, of a kernel, of the fork server that makes both.

Nothing may be lost, doubled or mixed.

`AUTOGRADER_KILLS=100 pytest tests/test_grading_kills.py` kills a hundred times, some 20 minutes' work;
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
import pytest

from autograder.course import KIT
from autograder.grading import worker as worker_module
from autograder.grading.journal import Journal
from autograder.kernel.fork_server import WORKER_NAME
from tests.courses import ASSIGNMENT
from tests.grading_courses import WORK, assert_all_is_well, copy_course

pytestmark = pytest.mark.kernel

KILLS = int(os.environ.get("AUTOGRADER_KILLS", "6"))
SEED = int(os.environ.get("AUTOGRADER_KILLS_SEED", "1"))
START_SECONDS = 240.0
MOMENTS = 20
"""At which something is looked for: kernels come and go."""
TARGETS = ("run", "run", "worker", "kernel", "server")
LOSSES = {"worker": "workers", "kernel": "kernels", "server": "kernels"}
"""What a kill may cost a submission: its worker, or its kernel as well.

A run has one of each. That a kernel ended in the same way again, or that a submission was lost three times, is taken
for the submission's own doing, and nobody outside can tell for sure whose work a kill will hit.
"""


class Course:
    """A course that is graded in runs which are killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_course(folder)
        self.run: subprocess.Popen[bytes] | None = None
        self.lost: set[str] = set()
        """What the run has lost so far, of `LOSSES`."""

    def start(self) -> psutil.Process:
        """Return the run that is under way, or begin one; all is graded again once all has been graded."""
        if self.run is not None and self.run.poll() == 0:
            self.check()
            self.forget()
        if self.run is None or self.run.poll() is not None:
            self.check_end()
            self.lost.clear()
            with (self.folder / "out.txt").open("ab") as out:
                self.run = subprocess.Popen(
                    [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "2"],
                    cwd=self.folder,
                    env={**os.environ, "PYTHONPATH": str(KIT)},
                    stdout=out,
                    stderr=out,
                )
        return psutil.Process(self.run.pid)

    def finish(self) -> None:
        """Let a run come to its end, with every grade there, once."""
        if self.run is None or self.run.poll() not in (None, 0):
            self.start()
        assert self.run is not None
        assert self.run.wait(timeout=600) == 0, self.said()
        self.check()

    def kill(self, what: str, victim: psutil.Process) -> None:
        """Kill a process of the run, and wait for its end.

        Raises:
            psutil.NoSuchProcess: it has ended by itself.
        """
        self.note(f"kills {what}: {victim}")
        victim.send_signal(signal.SIGKILL)
        if what == "run":
            assert self.run is not None
            self.run.wait()
            return
        self.lost.add(LOSSES[what])
        with contextlib.suppress(psutil.TimeoutExpired):
            victim.wait(10)

    def check_end(self) -> None:
        """Check that a run has ended well, or was killed itself: whatever else is killed, it goes on."""
        ends = (None, 0, -signal.SIGKILL)
        assert self.run is None or self.run.returncode in ends, self.said()

    def check(self) -> None:
        """Check that every grade is there, once."""
        assert_all_is_well(self.folder)
        assert "Traceback" not in self.said(), self.said()

    def note(self, text: str) -> None:
        """Write among what the runs say what is done to them, for whoever must find out what went wrong."""
        with (self.folder / "out.txt").open("a", encoding="utf-8") as out:
            out.write(f"== {text}\n")

    def said(self) -> str:
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    def recorded(self) -> int:
        """Return how many students' submissions are recorded and stay so."""
        journal = Journal(self.folder, ASSIGNMENT)
        records = [journal.record(student) for student in WORK]
        return sum(record is not None and not record.again for record in records)

    def forget(self) -> None:
        """Have all graded again, so that there is something to kill: as `--force` does."""
        journal = Journal(self.folder, ASSIGNMENT)
        for student in WORK:
            if (record := journal.record(student)) is not None:
                journal.set_record(replace(record, again=True))


def workers_of(run: psutil.Process) -> list[psutil.Process]:
    return [child for child in run.children(recursive=True) if _is_worker(child)]


def kernels_of(run: psutil.Process) -> list[psutil.Process]:
    """Return the kernels, and what keeps them apart."""
    rooms = [child for worker in workers_of(run) for child in worker.children(recursive=True)]
    return rooms + [child for child in run.children(recursive=True) if _is_in_a_room(child)]


def servers_of(run: psutil.Process) -> list[psutil.Process]:
    """Return the fork server, its successor, and what stands between it and each of its copies."""
    others = {*workers_of(run), *kernels_of(run)}
    return [child for child in run.children(recursive=True) if child not in others]


def _is_worker(process: psutil.Process) -> bool:
    """Return whether it is a worker: a copy, or one that started from nothing."""
    try:
        return process.name() == WORKER_NAME or worker_module.__name__ in process.cmdline()
    except psutil.Error:
        return False


def _is_in_a_room(process: psutil.Process) -> bool:
    try:
        return (
            Path(f"/proc/{process.pid}/ns/pid").readlink() != Path("/proc/self/ns/pid").readlink()
        )
    except OSError:
        return False


def find(what: str, run: psutil.Process) -> list[psutil.Process]:
    """Return the processes of a kind that a run has at the moment."""
    kinds = {"worker": workers_of, "kernel": kernels_of, "server": servers_of}
    found = [run] if what == "run" else kinds[what](run)
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


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
        return None
    time.sleep(rng.uniform(0.0, 2.0))
    what = rng.choice(TARGETS)
    if LOSSES.get(what) in course.lost:
        course.finish()
        return None
    for _ in range(MOMENTS):
        # What belongs to a room ends with it, and may be gone before it is hit.
        with contextlib.suppress(psutil.NoSuchProcess):
            found = find(what, run)
            if found:
                course.kill(what, rng.choice(found))
                return what
        time.sleep(rng.uniform(0.0, 0.3))
    return None


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
        print(course.said())
    print(f"survived {len(killed)} kills: {sorted(killed)}")
