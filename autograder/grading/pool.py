"""Workers on this machine: started, given jobs, watched, and replaced when they die or hang."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any, Protocol

from autograder.errors import CourseError
from autograder.grading.messages import (
    Broken,
    Course,
    Job,
    Lost,
    ReadSettings,
    Ready,
    Result,
    Settings,
)

STARTING_SECONDS = 300.0
"""How long a worker may take to load its libraries; on a cold and busy disk that is minutes."""
_LEAVING_SECONDS = 5.0
_STARTS = 3
"""Workers in a row that may die before they are ready; then something is wrong with all of them."""

Outcome = Result | Lost


class Workers(Protocol):
    """Those who grade, wherever they are."""

    def read_settings(self, wanted: ReadSettings) -> Settings:
        """Let one of them read a course's settings.

        Raises:
            CourseError: it could not.
        """

    def open(self, course: Course, limit: float) -> None:
        """Say what is graded.

        Args:
            course: as data.
            limit: seconds that a submission may take before its worker is ended.
        """

    def free(self) -> int:
        """Return how many jobs could be given out now."""

    def give(self, job: Job) -> None:
        """Give out a job; only while `free()` is not 0."""

    def wait(self, seconds: float) -> list[Outcome]:
        """Return what was finished, after at most so many seconds."""

    def close(self) -> None:
        """End all of them, and whatever they are doing."""


class WorkerProcess:
    """One worker process, and the line to it."""

    def __init__(self, folder: Path, log: Path | None, threads: int | None = None) -> None:
        """Start the process.

        Args:
            folder: for the worker's use; it is made, and removed by `end`.
            log: file that its messages are appended to; None: they go where this process's own go.
            threads: that numerical libraries may use; None leaves it to them.
        """
        self.folder = folder
        folder.mkdir(mode=0o700)
        ours, theirs = socket.socketpair()
        with ours, theirs, _appended(log) as errors:
            self.connection = Connection(os.dup(ours.fileno()))
            environment = dict(os.environ)
            if threads is not None:
                environment.setdefault("OMP_NUM_THREADS", str(threads))
            self.process = subprocess.Popen(
                [sys.executable, "-m", "autograder.grading.worker",
                 str(theirs.fileno()), str(os.getpid()), str(folder)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=environment,
                # Ctrl-C is for the run, which then ends its workers.
                start_new_session=True,
            )  # fmt: skip

    def send(self, message: object) -> None:
        """Send a message; a worker that is gone is noticed when its answer is awaited."""
        with contextlib.suppress(OSError):
            self.connection.send(message)

    def receive(self) -> Any:
        """Return the worker's next message, or None if it has died."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None

    def dismiss(self) -> None:
        """Hang up: a worker that waits for a job then ends by itself, and clears up what it has started."""
        self.connection.close()

    def wait_for_end(self, seconds: float) -> None:
        """Give a worker that was dismissed so long to end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def end(self) -> None:
        """Kill the process, if it is still there, and remove its folder."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def death(self) -> str:
        """Say how the process ended."""
        code = self.process.wait()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


@contextlib.contextmanager
def _appended(log: Path | None) -> Iterator[IO[bytes] | None]:
    if log is None:
        yield None
        return
    with log.open("ab") as file:
        yield file


def read_settings(wanted: ReadSettings, worker: WorkerProcess) -> Settings:
    """Let a worker read a course's settings.

    Raises:
        CourseError: it could not.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while worker.connection.poll(max(0.0, deadline - time.monotonic())):
        match worker.receive():
            case Ready():
                worker.send(wanted)
            case Settings() as settings:
                return settings
            case Broken() as broken:
                raise CourseError(broken.reason)
            case _:
                raise CourseError(f"reading nbgrader's configuration ended with {worker.death()}")
    raise CourseError(f"nbgrader's configuration was not read within {STARTING_SECONDS:.0f} s")


class LocalWorkers:
    """A fixed number of worker processes on this machine."""

    def __init__(self, count: int, scratch: Path, log: Path | None) -> None:
        """Start them; they load their libraries while the run is planned.

        Args:
            count: how many.
            scratch: folder that holds the folders of the workers; it goes with them.
            log: see `WorkerProcess`.
        """
        self._scratch, self._log = scratch, log
        self._where = log or "what it printed"
        self._threads = max(1, (os.cpu_count() or 1) // count) if count > 1 else None
        self._started = 0
        self._failed_starts = 0
        self._workers = [_Seat(self._new()) for _ in range(count)]
        self._course: Course | None = None
        self._limit = 0.0

    def read_settings(self, wanted: ReadSettings) -> Settings:
        """See `Workers`."""
        return read_settings(wanted, self._workers[0].worker)

    def open(self, course: Course, limit: float) -> None:
        """See `Workers`."""
        self._course, self._limit = course, limit

    def free(self) -> int:
        """See `Workers`. A worker that is still starting can have its first job already."""
        return sum(seat.job is None for seat in self._workers)

    def give(self, job: Job) -> None:
        """See `Workers`."""
        seat = next(seat for seat in self._workers if seat.job is None)
        seat.give(job, self._limit)

    def wait(self, seconds: float) -> list[Outcome]:
        """See `Workers`.

        Raises:
            CourseError: workers cannot start.
        """
        now = time.monotonic()
        next_deadline = min(seat.deadline for seat in self._workers)
        patience = max(0.0, min(seconds, next_deadline - now))
        ready = wait([seat.worker.connection for seat in self._workers], patience)
        outcomes: list[Outcome] = []
        for seat in self._workers:
            if seat.worker.connection in ready:
                outcome = self._heard(seat)
            elif time.monotonic() >= seat.deadline:
                outcome = self._late(seat)
            else:
                continue
            if outcome is not None:
                outcomes.append(outcome)
        return outcomes

    def close(self) -> None:
        """See `Workers`."""
        idle = [seat.worker for seat in self._workers if seat.ready and seat.job is None]
        for worker in idle:
            worker.dismiss()
        deadline = time.monotonic() + _LEAVING_SECONDS
        for worker in idle:
            worker.wait_for_end(max(0.0, deadline - time.monotonic()))
        for seat in self._workers:
            seat.worker.end()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _heard(self, seat: _Seat) -> Outcome | None:
        match seat.worker.receive():
            case Ready():
                if seat.has_course:
                    self._failed_starts = 0
                assert self._course is not None
                seat.go_on(self._course, self._limit)
                return None
            case Result() | Lost() as outcome:
                seat.job, seat.deadline = None, float("inf")
                return outcome
            case Broken() as broken:
                raise CourseError(f"A worker cannot grade: {broken.reason}")
            case _:
                return self._died(seat)

    def _died(self, seat: _Seat) -> Outcome | None:
        job, death = seat.job, seat.worker.death()
        if not seat.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise CourseError(f"Workers die at their start ({death}); see {self._where}")
            self._replace(seat, job)
            return None
        self._replace(seat)
        if job is None:
            return None
        return Lost(job.student, f"was lost: its worker ended with {death}", try_again=True)

    def _late(self, seat: _Seat) -> Outcome:
        if not seat.ready or seat.job is None:
            raise CourseError(
                f"A worker did not start within {STARTING_SECONDS:.0f} s; see {self._where}"
            )
        student = seat.job.student
        self._replace(seat)
        reason = f"was given up: its worker did not answer within {self._limit:.0f} s"
        return Lost(student, reason, try_again=False)

    def _replace(self, seat: _Seat, job: Job | None = None) -> None:
        seat.worker.end()
        seat.take(self._new(), job)

    def _new(self) -> WorkerProcess:
        self._started += 1
        return WorkerProcess(self._scratch / str(self._started), self._log, self._threads)


class _Seat:
    """A place for a worker: who sits there, and what it is doing.

    Nothing is sent but to a worker that waits for it: a pipe to one that hangs would fill, and hold up the run.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        self.take(worker, None)

    def take(self, worker: WorkerProcess, job: Job | None) -> None:
        """Seat a new worker; the job, if any, is sent when it is ready."""
        self.worker, self.job = worker, job
        self.has_course = self.ready = False
        self.deadline = time.monotonic() + STARTING_SECONDS

    def go_on(self, course: Course, limit: float) -> None:
        """Send a waiting worker what it needs next."""
        if not self.has_course:
            self.has_course = True
            self.worker.send(course)
            # Until now it may have waited for the run's planning.
            self.deadline = time.monotonic() + STARTING_SECONDS
            return
        self.ready, self.deadline = True, float("inf")
        if self.job is not None:
            self.give(self.job, limit)

    def give(self, job: Job, limit: float) -> None:
        """Send a job, or keep it until the worker is ready."""
        self.job = job
        if self.ready:
            self.worker.send(job)
            self.deadline = time.monotonic() + limit
