"""`autograder status`: which submissions need a person, why, and what that person can do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from autograder.course import ASSIGNMENT
from autograder.intake.findings import Obstacle, shown
from autograder.intake.folder import QUARANTINE
from autograder.intake.names import refuse_folder
from autograder.report.class_report import ItemGrade, SubmissionGrade, class_report


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
    """What of one submission needs a person.

    Attributes:
        student: whose it is.
        open: what is out of the ordinary.
        by_hand: cells that wait to be graded by hand, as they do in every submission: written answers above all.
        has_own_tests: whether a graded cell's own tests have given points, and no hidden checks.
    """

    student: str
    open: tuple[Open, ...] = ()
    by_hand: tuple[str, ...] = ()
    has_own_tests: bool = False


def course_status(course: Path, assignment: str = ASSIGNMENT) -> tuple[SubmissionStatus, ...]:
    """Look through all submissions of an assignment, in alphabetical order of the students.

    Raises:
        CourseError: the course has no gradebook, or no submission.
    """
    report = class_report(course, assignment)
    return tuple(_status(course, assignment, submission) for submission in report.submissions)


def as_text(statuses: tuple[SubmissionStatus, ...]) -> str:
    """Return the statuses as lines: each exception with its way out, and then one line on grading by hand."""
    needing = [status for status in statuses if status.open]
    lines = [
        f"{len(needing)} of {len(statuses)} submissions need a person for more than grading by hand."
    ]
    for status in needing:
        lines += ["", shown(status.student)]
        for item in status.open:
            lines += [f"  {item.reason}", f"    → {item.way_out}"]
    if cells := Counter(cell for status in statuses for cell in status.by_hand):
        waiting = sum(bool(status.by_hand) for status in statuses)
        named = ", ".join(f"`{cell}` ({count})" for cell, count in cells.items())
        lines += ["", f"To be graded by hand in formgrader, in {waiting} submissions: {named}"]
    return "\n".join(lines)


def _status(course: Path, assignment: str, submission: SubmissionGrade) -> SubmissionStatus:
    student = submission.student
    again = f'nbgrader autograde {assignment} --student="{student}" --force'
    if submission.not_graded is not None:
        way_out = _way_out(course, assignment, submission, again)
        return SubmissionStatus(student, (Open(f"not graded: {submission.not_graded}", way_out),))
    autograded = submission.autograded
    assert autograded is not None  # it has grades
    reasons = autograded.reasons
    outdated = [
        item
        for item in submission.items
        if item.is_outdated
        # A person's extra credit beside automatic points.
        or (item.needs_person and item.score is not None and item.cell not in reasons)
    ]
    waiting = [item.cell for item in submission.items if item.needs_person and item not in outdated]
    found = [
        Open(f"`{cell}`: {reasons[cell]}", f"grade it in formgrader, or put it right and {again}")
        for cell in waiting
        if cell in reasons
    ]
    if outdated:
        named = ", ".join(map(_with_points, outdated))
        found.append(
            Open(
                f"graded by hand before the work or its automatic result changed: {named}",
                "look at it again in formgrader: the old score counts until then",
            )
        )
    if submission.partly:
        way_out = _way_out(course, assignment, submission, again)
        found += [Open(f"not graded: {reason}", way_out) for reason in submission.partly]
    aside = course / QUARANTINE / student / assignment
    if aside.is_dir() and autograded.found:
        found.append(Open("; ".join(autograded.found), f"look at what was set aside: {aside}"))
    if autograded.choice:
        found.append(
            Open("; ".join(autograded.choice), "if it is the wrong one, leave the right one only")
        )
    by_hand = tuple(cell for cell in waiting if cell not in reasons)
    return SubmissionStatus(student, tuple(found), by_hand, autograded.has_own_tests)


def _with_points(item: ItemGrade) -> str:
    automatic = "" if item.automatic is None else f", automatically {item.automatic:g}"
    return f"`{item.cell}` (now {item.score:g}{automatic})"


def _way_out(course: Path, assignment: str, submission: SubmissionGrade, again: str) -> str:
    student = submission.student
    folder = course / "submitted" / student / assignment
    if refuse_folder(folder) is not None:
        submitted = course / "submitted"
        return f"see to it that {submitted} holds one folder of this student's, whose name all systems can bear"
    if submission.autograded is None:
        return f"see nbgrader's log; then run: {again}"
    if submission.autograded.obstacle == Obstacle.CRASH.name:
        return f"see nbgrader's log; then run: {again}; or grade by hand in formgrader"
    aside = course / QUARANTINE / student / assignment
    kept = f" (what was set aside is in {aside})" if aside.is_dir() else ""
    return f"ask for a sound copy{kept}, put it into {folder} and run: {again}; or grade by hand in formgrader"
