"""The class report: what nbgrader's gradebook holds for every submission, and what still needs a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Grade, Gradebook

from autograder.errors import CourseError
from autograder.notebook.build import ASSIGNMENT

GRADEBOOK = "gradebook.db"


@dataclass(frozen=True)
class ItemGrade:
    """One graded cell of one submission.

    Attributes:
        cell: its id.
        points: what it is worth.
        score: points given, bonus included; None while it is not graded.
        needs_person: it waits for a person.
    """

    cell: str
    points: float
    score: float | None
    needs_person: bool


@dataclass(frozen=True)
class SubmissionGrade:
    """One submission.

    Attributes:
        student: the student's id.
        items: its graded cells in the notebook's order; empty if it was not graded.
        not_graded: why it has no grades, or None.
    """

    student: str
    items: tuple[ItemGrade, ...]
    not_graded: str | None = None

    @property
    def score(self) -> float | None:
        """Points given so far; None if nothing is graded."""
        given = [item.score for item in self.items if item.score is not None]
        return sum(given) if given else None

    @property
    def waiting(self) -> int:
        """How many cells wait for a person."""
        return sum(item.needs_person for item in self.items)


@dataclass(frozen=True)
class ClassReport:
    """All submissions of an assignment, in alphabetical order of the students."""

    assignment: str
    points: float
    submissions: tuple[SubmissionGrade, ...]


def class_report(course: Path, assignment: str = ASSIGNMENT) -> ClassReport:
    """Read the grades of a course.

    Raises:
        CourseError: the course has no gradebook, or no submission.
    """
    database = course / GRADEBOOK
    if not database.is_file():
        raise CourseError(f"{database} is not there; run `nbgrader autograde {assignment}` first")
    folders = sorted(course.glob(f"submitted/*/{assignment}"))
    if not folders:
        raise CourseError(f"{course / 'submitted'} holds no submission of {assignment}")
    order = _cell_order(course / "release" / assignment / f"{assignment}.ipynb")
    with Gradebook(f"sqlite:///{database.resolve()}") as gradebook:
        points = gradebook.find_assignment(assignment).max_score
        submissions = tuple(
            _submission(gradebook, folder.parent.name, folder, course, order) for folder in folders
        )
    return ClassReport(assignment, points, submissions)


def _submission(
    gradebook: Gradebook, student: str, folder: Path, course: Path, order: list[str]
) -> SubmissionGrade:
    assignment = folder.name
    graded = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    if not graded.is_file():
        return SubmissionGrade(student, (), why_not_graded(folder / f"{assignment}.ipynb"))
    notebook = gradebook.find_submission_notebook(assignment, assignment, student)
    items = sorted(map(_item, notebook.grades), key=lambda item: order.index(item.cell))
    return SubmissionGrade(student, tuple(items))


def _item(grade: Grade) -> ItemGrade:
    # The gradebook's own score says 0 where nothing is graded; the two parts tell the difference.
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    score = None if given is None else given + (grade.extra_credit or 0.0)
    return ItemGrade(grade.name, grade.max_score, score, bool(grade.needs_manual_grade))


def why_not_graded(notebook: Path) -> str:
    """Say why a submitted notebook has no grades, as far as the file itself tells."""
    if not notebook.is_file():
        return f"{notebook.name} is missing"
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        nbformat.validate(nbformat.reads(json.dumps(content), as_version=4))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return f"{notebook.name} is not valid JSON ({place}: {error.msg}); ask for another copy"
    except UnicodeDecodeError:
        return f"{notebook.name} is not a text file"
    except (nbformat.ValidationError, ValueError, KeyError, AttributeError, TypeError) as error:
        return f"{notebook.name} is not a notebook: {str(error).splitlines()[0]}"
    return "not graded yet, or grading stopped with an error: see nbgrader's log"


def _cell_order(released: Path) -> list[str]:
    if not released.is_file():
        raise CourseError(f"{released} is not there; run: nbgrader generate_assignment")
    cells = nbformat.read(released, as_version=4).cells
    return [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
