"""`autograder status`: which submissions need a person, why, and what that person can do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import ASSIGNMENT
from autograder.intake.exporter import refuse_folder
from autograder.intake.findings import Obstacle, shown
from autograder.intake.folder import QUARANTINE
from autograder.report import SubmissionGrade, class_report


@dataclass(frozen=True)
class Open:
    """One thing that needs a person.

    Attributes:
        reason: what it is about.
        way_out: what to do.
    """

    reason: str
    way_out: str


@dataclass(frozen=True)
class SubmissionStatus:
    """What of one submission needs a person; nothing if `open` is empty."""

    student: str
    open: tuple[Open, ...]


def course_status(course: Path, assignment: str = ASSIGNMENT) -> tuple[SubmissionStatus, ...]:
    """Look through all submissions of an assignment, in alphabetical order of the students.

    Raises:
        CourseError: the course has no gradebook, or no submission.
    """
    report = class_report(course, assignment)
    return tuple(
        SubmissionStatus(submission.student, tuple(_open(course, assignment, submission)))
        for submission in report.submissions
    )


def as_text(statuses: tuple[SubmissionStatus, ...]) -> str:
    """Return the statuses as lines: what needs a person, and its way out."""
    needing = [status for status in statuses if status.open]
    lines = [f"{len(needing)} of {len(statuses)} submissions need a person."]
    for status in needing:
        lines += ["", shown(status.student)]
        for item in status.open:
            lines += [f"  {item.reason}", f"    → {item.way_out}"]
    return "\n".join(lines)


def _open(course: Path, assignment: str, submission: SubmissionGrade) -> list[Open]:
    student = submission.student
    again = f'nbgrader autograde {assignment} --student="{student}" --force'
    if submission.not_graded is not None:
        return [
            Open(
                f"not graded: {submission.not_graded}",
                _way_out(course, assignment, submission, again),
            )
        ]
    found = []
    autograded = submission.autograded
    assert autograded is not None  # it has grades
    reasons = autograded.reasons
    waiting = [item.cell for item in submission.items if item.needs_person]
    found += [
        Open(f"`{cell}`: {reasons[cell]}", f"grade it in formgrader, or put it right and {again}")
        for cell in waiting
        if cell in reasons
    ]
    if written := [cell for cell in waiting if cell not in reasons]:
        named = ", ".join(f"`{cell}`" for cell in written)
        found.append(Open(f"waits to be graded by hand: {named}", "grade it in formgrader"))
    aside = course / QUARANTINE / student / assignment
    if aside.is_dir() and autograded.found:
        found.append(Open("; ".join(autograded.found), f"look at what was set aside: {aside}"))
    return found


def _way_out(course: Path, assignment: str, submission: SubmissionGrade, again: str) -> str:
    student = submission.student
    folder = course / "submitted" / student / assignment
    if refuse_folder(folder) is not None:
        submitted = course / "submitted"
        return f"put the submission into a folder named like the student's id in {submitted}"
    if submission.autograded is None:
        return f"see nbgrader's log; then run: {again}"
    if submission.autograded.obstacle == Obstacle.CRASH.name:
        return f"see nbgrader's log; then run: {again}; or grade by hand in formgrader"
    aside = course / QUARANTINE / student / assignment
    kept = f" (what was set aside is in {aside})" if aside.is_dir() else ""
    return f"ask for a sound copy{kept}, put it into {folder} and run: {again}; or grade by hand in formgrader"
