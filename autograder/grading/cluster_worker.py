"""What runs in a Dask worker: it passes jobs on to a worker process of its own, and keeps the courses it was sent."""

from __future__ import annotations

import atexit
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.messages import Course, Job, Lost, Result
from autograder.grading.pool import LocalWorkers

_COURSES = 2
"""Courses that are kept: one that is being graded, and one that begins."""


@dataclass(frozen=True)
class NeedsCourse:
    """The answer of a worker that has not been sent the course yet: it is to be sent along.

    Attributes:
        worker: the worker's address.
    """

    worker: str


_courses: dict[str, Course] = {}
_idle: dict[str, list[LocalWorkers]] = {}
_lock = threading.Lock()


def grade_here(
    digest: str, course: Course | None, job: Job, limit: float
) -> Result | Lost | NeedsCourse:
    """Grade a submission on this machine.

    Args:
        digest: the course's; what was sent under it once is kept.
        course: the course itself, if this worker is known not to have it.
        job: the submission.
        limit: seconds that it may take.

    Raises:
        CourseError: this machine, which it names, lacks something, such as the right model.
    """
    with _lock:
        if course is not None and course.digest() == digest:
            _courses[digest] = course
            _forget_old()
        if digest not in _courses:
            return NeedsCourse(_own_address())
        course = _courses[digest]
        idle = _idle.setdefault(digest, [])
        workers = idle.pop() if idle else None
    workers = workers or _start(judges=bool(course.assets))
    workers.open(course, limit)  # the next run of one course may have another limit
    outcome: Result | Lost | None = None
    try:
        workers.give(job)
        while outcome is None:
            outcome = next(iter(workers.wait(60.0)), None)
    except CourseError as error:
        raise CourseError(f"{_own_address()}: {error}") from error
    finally:
        if outcome is None:
            workers.close()
    with _lock:
        _idle.setdefault(digest, []).append(workers)
    return outcome


def _start(*, judges: bool) -> LocalWorkers:
    # Not in the Dask worker's own folder: sockets lie below, whose paths may not be long.
    workers = LocalWorkers(1, Path(tempfile.mkdtemp(prefix="grading-")), None, judges=judges)
    atexit.register(workers.close)
    return workers


def _forget_old() -> None:
    while len(_courses) > _COURSES:
        oldest = next(iter(_courses))
        del _courses[oldest]
        for workers in _idle.pop(oldest, []):
            workers.close()


def _own_address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
