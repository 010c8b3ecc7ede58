"""Workers on this machine: given jobs, watched, and replaced when they die or hang."""

from __future__ import annotations

import shutil
import time
from multiprocessing.connection import wait
from pathlib import Path
from typing import Protocol

from autograder.errors import CourseError
from autograder.grading.messages import (
    Broken,
    Course,
    Job,
    Lost,
    Outcome,
    ReadSettings,
    Ready,
    Result,
    Settings,
)
from autograder.grading.processors import shares
from autograder.grading.worker_process import (
    STARTING_SECONDS,
    Starter,
    WorkerEndedError,
    WorkerProcess,
    read_settings,
)
from autograder.kernel.copies import Copy

_LEAVING_SECONDS = 5.0
_STARTS = 3
"""Workers in a row that may die before they are ready, copies aside; then something is wrong with all of them."""


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


class LocalWorkers:
    """A fixed number of worker processes on this machine."""

    def __init__(
        self, count: int, scratch: Path, log: Path | None, *, judges: bool, kits: bool = True
    ) -> None:
        """Start them; they load their libraries while the run is planned.

        Args:
            count: how many.
            scratch: folder that holds the folders of the workers; it goes with them.
            log: see `WorkerProcess`.
            judges: whether the kit judges in this course. The workers are then copies of one process that
                has imported what judging needs, if this system can do that, and share its memory.
            kits: whether an assignment of the kit's own may be judged; others need none of its libraries.
        """
        self._scratch = scratch
        self._where = log or "what it printed"
        self._starter = Starter(scratch, log, copies=judges, kits=kits)
        self._failed_starts = 0
        self._workers = [_Seat(self._starter.start(own), own) for own in shares(count)]
        self._course: Course | None = None
        self._limit = 0.0

    def read_settings(self, wanted: ReadSettings) -> Settings:
        """See `Workers`."""
        while True:
            reader = self._workers[0].worker
            try:
                return read_settings(wanted, reader)
            except WorkerEndedError:
                if not isinstance(reader.process, Copy):
                    raise
                self._starter.copying_failed(reader.death())
                for seat in self._workers:
                    self._replace(seat)

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
        if self._starter.has_lost_server():
            return self._without_server()
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
        self._starter.end_server()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _heard(self, seat: _Seat) -> Outcome | None:
        match seat.worker.receive():
            case Ready():
                if seat.has_course:
                    self._note_start(seat)
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

    def _without_server(self) -> list[Outcome]:
        """Replace all copies of a fork server that has ended, before one of them is given another job.

        Their kernels ended with it, which is no submission's doing: what they say of that is not listened to.
        """
        if not any(seat.ready for seat in self._workers):
            self._starter.copying_failed("it has ended")
        self._starter.end_server()
        outcomes: list[Outcome] = []
        for seat in self._workers:
            if not isinstance(seat.worker.process, Copy):
                continue
            if seat.ready and seat.job is not None:
                reason = "was lost: the fork server ended"
                outcomes.append(Lost(seat.job.student, reason, try_again=True))
                self._replace(seat)
            else:
                self._replace(seat, seat.job)
        return outcomes

    def _died(self, seat: _Seat) -> Outcome | None:
        job, death = seat.job, seat.worker.death()
        if not seat.ready:
            self._note_failed_start(seat, death)
            self._replace(seat, job)
            return None
        self._replace(seat)
        if job is None:
            return None
        return Lost(job.student, f"was lost: its worker ended with {death}", try_again=True)

    def _note_start(self, seat: _Seat) -> None:
        if isinstance(seat.worker.process, Copy):
            self._starter.copies_start()
        else:
            self._failed_starts = 0

    def _note_failed_start(self, seat: _Seat, death: str) -> None:
        if isinstance(seat.worker.process, Copy):
            self._starter.copying_failed(death)
            return
        self._failed_starts += 1
        if self._failed_starts >= _STARTS:
            raise CourseError(f"Workers die at their start ({death}); see {self._where}")

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
        seat.take(self._starter.start(seat.processors), job)


class _Seat:
    """A place for a worker: who sits there, and what it is doing.

    Nothing is sent but to a worker that waits for it: a pipe to one that hangs would fill, and hold up the run.
    """

    def __init__(self, worker: WorkerProcess, processors: tuple[int, ...]) -> None:
        self.processors = processors
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
