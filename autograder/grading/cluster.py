"""Workers on a Dask cluster: submissions travel as data, results return to the one who writes them.

A task runs in a Dask worker, which has a worker process of its own grade (see `cluster_worker`): so time limits,
hangs and deaths are handled there as on one machine. When a Dask worker is lost, the scheduler gives its tasks
to another one.
"""

from __future__ import annotations

import queue
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.grading.cluster_worker import NeedsCourse, grade_here
from autograder.grading.messages import Course, Job, Lost, Outcome, ReadSettings, Settings
from autograder.grading.trees import loaded
from autograder.grading.worker_process import WorkerProcess, read_settings

try:
    from distributed import Client, Future, KilledWorker
except ImportError as error:
    raise CourseError(
        "For --scheduler, install Dask: pip install 'clip-autograder[dask]'"
    ) from error

_CONNECT_SECONDS = 30
_QUEUED = 1
"""Jobs that wait at each worker, so that it has the next one at hand."""


class ClusterWorkers:
    """All workers of a Dask scheduler, however many there are at the moment."""

    def __init__(self, address: str, scratch: Path, log: Path) -> None:
        """Connect.

        Raises:
            CourseError: the scheduler does not answer.
        """
        self._scratch, self._log = scratch, log
        try:
            self._client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"The scheduler {address} does not answer: {error}") from error
        self._finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._jobs: dict[str, tuple[Job, Future]] = {}
        self._course: Course | None = None
        self._digest = ""
        self._limit = 0.0
        self._tasks = 0

    def read_settings(self, wanted: ReadSettings) -> Settings:
        """See `Workers`: here, where the course is."""
        reader = WorkerProcess(self._scratch / "reader", self._log)
        try:
            return read_settings(wanted, reader)
        finally:
            reader.end()

    def open(self, course: Course, limit: float) -> None:
        """See `Workers`."""
        self._course, self._digest, self._limit = course, course.digest(), limit

    def free(self) -> int:
        """See `Workers`."""
        threads = self._client.nthreads()
        # One more than nobody can do: a cluster that grows as it is needed starts its first worker for a task.
        wanted = max(1, sum(threads.values()) + _QUEUED * len(threads))
        return max(0, wanted - len(self._jobs))

    def give(self, job: Job) -> None:
        """See `Workers`."""
        if job.origin is not None:  # which other machines may not have
            submission = loaded(job.submission, Path(job.origin))
            job = replace(job, submission=submission, origin=None)
        self._submit(job, None, None)

    def wait(self, seconds: float) -> list[Outcome]:
        """See `Workers`.

        Raises:
            CourseError: the scheduler is gone, or a worker's machine lacks something.
        """
        outcomes: list[Outcome] = []
        deadline = time.monotonic() + seconds
        while True:
            try:
                left = 0.0 if outcomes else max(0.0, deadline - time.monotonic())
                future = self._finished.get(timeout=left) if left else self._finished.get_nowait()
            except queue.Empty:
                break
            outcome = self._outcome(future)
            if outcome is not None:
                outcomes.append(outcome)
        if self._client.status not in ("running", "connecting"):
            raise CourseError("The scheduler is gone; start it, and run the same command again")
        return outcomes

    def close(self) -> None:
        """See `Workers`; the cluster itself goes on."""
        self._client.cancel([future for _, future in self._jobs.values()], force=True)
        self._client.close(timeout=5)

    def _submit(self, job: Job, course: Course | None, worker: str | None) -> None:
        self._tasks += 1
        where: dict[str, Any] = (
            {} if worker is None else {"workers": [worker], "allow_other_workers": True}
        )
        future = self._client.submit(
            grade_here, self._digest, course, job, self._limit,
            key=f"grade-{self._tasks}-{job.key}", pure=False, **where,
        )  # fmt: skip
        self._jobs[str(future.key)] = (job, future)
        future.add_done_callback(self._finished.put)

    def _outcome(self, future: Future) -> Outcome | None:
        job, _ = self._jobs.pop(str(future.key))
        if future.status == "finished":
            answer = future.result()
            if isinstance(answer, NeedsCourse):
                self._submit(job, self._course, answer.worker)
                return None
            return answer
        if future.status == "error":
            error = future.exception()
            if isinstance(error, KilledWorker):
                return Lost(job.student, "was lost: it ended several workers", try_again=False)
            if isinstance(error, CourseError):
                raise CourseError(str(error)) from error
            raise CourseError(f"A worker of the cluster cannot grade: {error}") from error
        raise CourseError("The scheduler has dropped a job; run the same command again")
