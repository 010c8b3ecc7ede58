"""What goes over to a platform: the class report's scores as exact decimals, and what there is to say of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from autograder.report.class_report import ClassReport, SubmissionGrade
from autograder.sheets.numbers import exact, written

NO_SCORE = "not graded"


@dataclass(frozen=True)
class Grade:
    """One submission's.

    Attributes:
        student: the student's id in the course.
        score: points, the late penalty taken off; None while it is not graded.
        remark: why it is not graded, or what of it still waits; or "".
        comment: sentences for the student, or "".
    """

    student: str
    score: Decimal | None
    remark: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Grades:
    """All of an assignment.

    Attributes:
        assignment: its name.
        points: that can be had, bonus aside.
        by_student: one a submission.
    """

    assignment: str
    points: Decimal
    by_student: Mapping[str, Grade]


def grades_of(report: ClassReport, *, complete: bool = False) -> Grades:
    """Return a class report's grades.

    Args:
        report: the report.
        complete: take for not graded whoever has a cell that is not graded, or waits for a person.
    """
    found = {one.student: _grade(one, report, complete=complete) for one in report.submissions}
    return Grades(report.assignment, exact(report.points) or Decimal(0), found)


def _grade(submission: SubmissionGrade, report: ClassReport, *, complete: bool) -> Grade:
    student = submission.student
    if submission.score is None:
        return Grade(student, None, submission.not_graded or "no cell has points yet")
    score = exact(submission.score)
    if score is None:
        return Grade(student, None, f"its score ({submission.score:g}) is no number of points")
    # A cell without points need not wait: one of its notebook's may have stopped everything.
    open_cells = sum(item.needs_person or item.score is None for item in submission.items)
    waits = [f"{open_cells} of its cells wait for a person"] if open_cells else []
    remark = "; ".join([*waits, *submission.partly])
    if complete and remark:
        return Grade(student, None, remark)
    return Grade(student, score, remark, _comment(submission, report))


def _comment(submission: SubmissionGrade, report: ClassReport) -> str:
    sentences = []
    late = exact(submission.penalty)
    if late:
        sentences.append(f"Handed in late: {written(late)} points less.")
    if submission.mistakes:
        names = (report.catalogue.by_id[name].name for name in submission.mistakes)
        sentences.append(f"To think about: {'; '.join(names)}.")
    return " ".join(sentences)
