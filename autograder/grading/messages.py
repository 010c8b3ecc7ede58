"""What travels between the run and its workers: plain data, the same on one machine and on many."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from autograder.evidence.record import Event
from autograder.gradebook.rows import Rows
from autograder.grading.trees import Tree


@dataclass(frozen=True)
class Settings:
    """What nbgrader's configuration says of a course; read by a worker, because reading it loads nbgrader.

    Attributes:
        db_url: the gradebook's address.
        submitted, autograded: a submission's folder; `STUDENT` stands for the student.
        source, release: the assignment's folders.
        students: glob of student ids.
        excluded: students who are left out.
        seconds: that a submission may take.
        assets: SHA-256 of each model that grading needs, by its role.
        isolation: how students' code is kept apart; empty in a course that the kit does not judge.
        points: what the hidden checks give, by graded cell.
    """

    db_url: str
    submitted: str
    autograded: str
    source: str
    release: str
    students: str
    excluded: tuple[str, ...]
    seconds: float
    assets: dict[str, str]
    isolation: str = ""
    points: dict[str, float] = field(default_factory=dict)


STUDENT = "\0"
"""Stands for the student in a path of `Settings`: no path can hold it."""


@dataclass(frozen=True)
class ReadSettings:
    """Asks a worker for the settings of a course.

    Attributes:
        course: its folder.
        assignment: the assignment's name.
        options: nbgrader's own options, such as `--RunAndJudge.cell_timeout=40`.
    """

    course: str
    assignment: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """All that a worker must know of a course and an assignment.

    Attributes:
        assignment: its name.
        files: the course's folder, as far as grading reads it.
        definition: the assignment's rows of the gradebook.
        options: nbgrader's own options.
        environment: variables that choose the model.
        assets: what the worker's own assets must be.
        kit: which kit the worker must run.
    """

    assignment: str
    files: Tree
    definition: Rows
    options: tuple[str, ...]
    environment: dict[str, str]
    assets: dict[str, str]
    kit: str

    def digest(self) -> str:
        """Return a SHA-256 of everything that a grade may depend on, besides the submission."""
        parts = [
            self.kit, self.assignment, self.files.digest(), list(self.options), self.environment, self.assets,
            {name: rows for name, rows in self.definition.items() if name != "course"},
        ]  # fmt: skip
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes:
        student: the student's id.
        key: what the result is filed under.
        submission: the submitted folder.
        found: what intake has noted about it.
        before: its rows of the gradebook.
        origin: the folder on this machine that has the submission's large files; None if they are in the tree.
    """

    student: str
    key: str
    submission: Tree
    found: Tree
    before: Rows
    origin: str | None = None


@dataclass(frozen=True)
class Result:
    """What a worker made of a job.

    Attributes:
        student, key, before: as in the job.
        submission: digest of the submitted folder.
        after: the rows that the gradebook must have.
        autograded: the graded folder, without the large files that it shares with the submission; None if nbgrader
            could not grade it.
        problem: why not, in a line; or None.
        log: what nbgrader said.
        seconds: time taken.
        mishap: what became of the kernel or of nbgrader, and where, if that may be somebody else's doing and not
            the submission's; empty for most.
        events: what the worker has noted for the course's record.
        starved: whether it was stopped at a time limit while it was kept waiting for a processor.
        unjudged: whether a check has broken, or something else was not judged and waits for a person.
    """

    student: str
    key: str
    submission: str
    before: Rows
    after: Rows
    autograded: Tree | None
    problem: str | None
    log: str
    seconds: float
    mishap: str
    events: tuple[Event, ...] = ()
    starved: bool = False
    unjudged: bool = False


@dataclass(frozen=True)
class Lost:
    """A job that came to nothing, because its worker died or had to be ended.

    Attributes:
        student: whose.
        reason: in words that go on from the student's name.
        try_again: whether another worker may fare better.
    """

    student: str
    reason: str
    try_again: bool


Outcome = Result | Lost


@dataclass(frozen=True)
class Broken:
    """A worker's last word: it cannot grade at all."""

    reason: str


@dataclass(frozen=True)
class Ready:
    """A worker waits for a message: for its course first, and then for jobs."""


def job_key(course: str, student: str, submission: str) -> str:
    """Return the key of a result: what it depends on, and whose it is.

    Args:
        course: `Course.digest`.
        student: the student's id.
        submission: digest of the submitted folder.
    """
    text = json.dumps([course, student, submission])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
