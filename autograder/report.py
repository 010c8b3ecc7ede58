"""The class report: what nbgrader's gradebook holds for every submission, and what still needs a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook

from autograder.errors import CourseError
from autograder.intake.exporter import refuse_folder
from autograder.intake.scores import given_score
from autograder.intake.submission import open_notebook
from autograder.misconceptions import BY_ID
from autograder.notebook.build import ASSIGNMENT, KIT_METADATA

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
        mistakes: ids of the mistakes that its failed checks were named after, each once, in the notebook's
            order; see `autograder.misconceptions.catalogue`.
    """

    student: str
    items: tuple[ItemGrade, ...]
    not_graded: str | None = None
    mistakes: tuple[str, ...] = ()

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

    @property
    def mistakes(self) -> tuple[tuple[str, int], ...]:
        """Ids of mistakes and how many submissions made them, the most frequent first."""
        counts = Counter(name for one in self.submissions for name in one.mistakes)
        return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


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


def autograded_notebook(course: Path, student: str, assignment: str) -> NotebookNode | None:
    """Return what nbgrader wrote when it graded a submission, or None."""
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    return nbformat.read(path, as_version=4) if path.is_file() else None


def _submission(
    gradebook: Gradebook, student: str, folder: Path, course: Path, order: list[str]
) -> SubmissionGrade:
    assignment = folder.name
    notebook = autograded_notebook(course, student, assignment)
    if notebook is None or refuse_folder(folder) is not None:
        released = course / "release" / assignment / f"{assignment}.ipynb"
        return SubmissionGrade(student, (), why_not_graded(folder, released))
    submitted = gradebook.find_submission_notebook(assignment, assignment, student)
    items = tuple(sorted(map(_item, submitted.grades), key=lambda item: order.index(item.cell)))
    reason = notebook.metadata.get(KIT_METADATA, {}).get("not_graded")
    if reason is not None and all(item.score is None for item in items):
        return SubmissionGrade(student, (), reason)
    # Also where a person has graded what the kit could not.
    return SubmissionGrade(student, items, mistakes=_mistakes(notebook))


def _mistakes(notebook: NotebookNode) -> tuple[str, ...]:
    named = [
        verdict.get("misconception")
        for cell in notebook.cells
        for verdict in cell.metadata.get(KIT_METADATA, {}).get("verdicts", [])
    ]
    return tuple(dict.fromkeys(name for name in named if name in BY_ID))


def _item(grade: Grade) -> ItemGrade:
    # The gradebook's own score says 0 where nothing is graded; its parts tell the difference.
    return ItemGrade(
        grade.name, grade.max_score, given_score(grade), bool(grade.needs_manual_grade)
    )


def why_not_graded(folder: Path, released: Path) -> str:
    """Say why a submission has no grades, as far as its folder itself tells.

    Args:
        folder: the submission.
        released: the notebook that students were given.
    """
    refusal = refuse_folder(folder)
    if refusal is None:
        given = nbformat.read(released, as_version=4)
        refusal = open_notebook(folder, released.name, given).not_graded
    if refusal is not None:
        return refusal.sentence
    return "not graded yet, or grading stopped with an error: see nbgrader's log"


def _cell_order(released: Path) -> list[str]:
    if not released.is_file():
        raise CourseError(f"{released} is not there; run: nbgrader generate_assignment")
    cells = nbformat.read(released, as_version=4).cells
    return [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
