"""The class report: what nbgrader's gradebook holds for every submission, and what still needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook

from autograder.assignment import catalogue_named
from autograder.course import ASSIGNMENT
from autograder.errors import CourseError
from autograder.feedback.scores import given_score
from autograder.gradebook.hand_grades import is_outdated
from autograder.gradebook.late_penalties import RenewLatePenalties
from autograder.intake.exporter import refuse_folder
from autograder.intake.submission import open_notebook
from autograder.layout import configured_nbgrader
from autograder.mistakes import NOTHING_KNOWN, Catalogue
from autograder.notebook.marks import KIT_METADATA, grade_id

GRADEBOOK = "gradebook.db"


@dataclass(frozen=True)
class ItemGrade:
    """One graded cell of one submission.

    Attributes:
        cell: its id.
        points: what it is worth.
        score: points given, bonus included; None while it is not graded.
        needs_person: it waits for a person.
        is_outdated: a person gave its score before the student's work, or its automatic result, changed.
        automatic: points that the checks give; None where they give none.
    """

    cell: str
    points: float
    score: float | None
    needs_person: bool
    is_outdated: bool = False
    automatic: float | None = None


@dataclass(frozen=True)
class Autograded:
    """What the kit has noted in an autograded notebook.

    Attributes:
        reasons: why a person must look at a graded cell, by the cell's id.
        found: what intake has found in the submission, in words.
        obstacle: the name of what kept it from being graded, or None.
        choice: which of several notebooks was graded, in words.
    """

    reasons: dict[str, str]
    found: tuple[str, ...] = ()
    obstacle: str | None = None
    choice: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubmissionGrade:
    """One submission.

    Attributes:
        student: the student's id.
        items: its graded cells in the notebook's order; empty if it was not graded.
        not_graded: why it has no grades, or None.
        mistakes: ids of the mistakes that its failed checks were named after, each once, in the notebook's
            order.
        autograded: what its autograded notebook says; None where there is none.
        penalty: points that are taken off because it came late, by the course's policy for the points of now.
    """

    student: str
    items: tuple[ItemGrade, ...]
    not_graded: str | None = None
    mistakes: tuple[str, ...] = ()
    autograded: Autograded | None = None
    penalty: float = 0.0

    @property
    def score(self) -> float | None:
        """Points given so far, less the penalty; None if nothing is graded."""
        given = [item.score for item in self.items if item.score is not None]
        return max(0.0, sum(given) - self.penalty) if given else None

    @property
    def waiting(self) -> int:
        """How many cells wait for a person."""
        return sum(item.needs_person for item in self.items)


@dataclass(frozen=True)
class ClassReport:
    """All submissions of an assignment, in alphabetical order of the students.

    Attributes:
        assignment: its name.
        points: that can be had.
        submissions: one a student.
        catalogue: where the mistakes are described that their failed checks were named after.
    """

    assignment: str
    points: float
    submissions: tuple[SubmissionGrade, ...]
    catalogue: Catalogue = NOTHING_KNOWN

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
        others = sorted({folder.name for folder in course.glob("submitted/*/*") if folder.is_dir()})
        instead = f"; --assignment takes another: {', '.join(others)}" if others else ""
        raise CourseError(f"{course / 'submitted'} holds no submission of {assignment}{instead}")
    catalogue = catalogue_named(assignment, course)
    released = _released(course / "release" / assignment / f"{assignment}.ipynb")
    with Gradebook(f"sqlite:///{database.resolve()}") as gradebook:
        points = gradebook.find_assignment(assignment).max_score
        # Most courses have no late submission, and reading a configuration takes seconds.
        policy = cache(partial(_late_penalties, course))
        submissions = tuple(
            _submission(gradebook, folder.parent.name, folder, course, released, catalogue, policy)
            for folder in folders
        )
    return ClassReport(assignment, points, submissions, catalogue)


def _submission(
    gradebook: Gradebook,
    student: str,
    folder: Path,
    course: Path,
    released: NotebookNode,
    catalogue: Catalogue,
    policy: Callable[[], RenewLatePenalties],
) -> SubmissionGrade:
    assignment = folder.name
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4) if path.is_file() else None
    about = None if notebook is None else _autograded(notebook)
    if notebook is None or refuse_folder(folder) is not None:
        reason = why_not_graded(folder, path.name, released)
        return SubmissionGrade(student, (), reason, autograded=about)
    order = [c.metadata.nbgrader.grade_id for c in released.cells if "nbgrader" in c.metadata]
    submitted = gradebook.find_submission_notebook(assignment, assignment, student)
    items = tuple(sorted(map(_item, submitted.grades), key=lambda item: order.index(item.cell)))
    reason = notebook.metadata.get(KIT_METADATA, {}).get("not_graded")
    if reason is not None and all(item.score is None for item in items):
        return SubmissionGrade(student, (), reason, autograded=about)
    is_late = submitted.assignment.total_seconds_late > 0 or submitted.late_submission_penalty
    penalty = policy().penalties(submitted.assignment)[assignment] if is_late else 0.0
    # Also where a person has graded what the kit could not.
    return SubmissionGrade(
        student, items, mistakes=_mistakes(notebook, catalogue), autograded=about, penalty=penalty
    )


def _late_penalties(course: Path) -> RenewLatePenalties:
    return RenewLatePenalties(parent=configured_nbgrader(course.resolve()))


def _autograded(notebook: NotebookNode) -> Autograded:
    about = notebook.metadata.get(KIT_METADATA, {})
    reasons = {
        name: reason
        for cell in notebook.cells
        if (name := grade_id(cell))
        and (reason := cell.metadata.get(KIT_METADATA, {}).get("needs_person"))
    }
    return Autograded(
        reasons,
        tuple(about.get("found", ())),
        about.get("obstacle"),
        tuple(about.get("choice", ())),
    )


def _mistakes(notebook: NotebookNode, catalogue: Catalogue) -> tuple[str, ...]:
    named = [
        verdict.get("misconception")
        for cell in notebook.cells
        for verdict in cell.metadata.get(KIT_METADATA, {}).get("verdicts", [])
    ]
    return tuple(dict.fromkeys(name for name in named if name in catalogue.by_id))


def _item(grade: Grade) -> ItemGrade:
    # The gradebook's own score says 0 where nothing is graded; its parts tell the difference.
    return ItemGrade(
        grade.name,
        grade.max_score,
        given_score(grade),
        bool(grade.needs_manual_grade),
        is_outdated(grade),
        grade.auto_score,
    )


def why_not_graded(folder: Path, name: str, released: NotebookNode) -> str:
    """Say why a submission has no grades, as far as its folder itself tells.

    Args:
        folder: the submission.
        name: the notebook's file name.
        released: the notebook that students were given.
    """
    refusal = refuse_folder(folder)
    if refusal is None:
        refusal = open_notebook(folder, name, released).not_graded
    if refusal is not None:
        return refusal.sentence
    return "not graded yet, or grading stopped with an error: see nbgrader's log"


def _released(path: Path) -> NotebookNode:
    if not path.is_file():
        raise CourseError(f"{path} is not there; run: nbgrader generate_assignment")
    return nbformat.read(path, as_version=4)
