"""The class report: what nbgrader's gradebook holds for every submission, and what still needs a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assignment import catalogue_named
from autograder.course import ASSIGNMENT
from autograder.errors import CourseError
from autograder.gradebook.hand_grades import given_score, is_outdated
from autograder.gradebook.recorded_grades import RecordedGrade, RecordedSubmission, read_grades
from autograder.intake.names import refuse_folder
from autograder.lean_imports import without_grammar_of_addresses
from autograder.mistakes import NOTHING_KNOWN, Catalogue
from autograder.notebook.marks import KIT_METADATA, grade_id

if TYPE_CHECKING:
    from nbformat import NotebookNode

Notebook = dict[str, Any]
"""A notebook of format 4 that nbgrader has written, as plain data: nbformat takes seconds to load."""

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
    order = [name for cell in released["cells"] if (name := grade_id(cell))]
    recorded = read_grades(database, assignment)
    # Asked for where something is not graded at all, and then once.
    to_compare = cache(lambda: _with_attributes(released))
    submissions = tuple(
        _submission(folder, course, recorded.submissions, order, to_compare, catalogue)
        for folder in folders
    )
    late = [
        submission.student
        for submission in submissions
        if submission.items and recorded.submissions[submission.student].may_be_late
    ]
    if late:
        # Only here: it takes more than a second to load, and most courses have no late submission.
        with without_grammar_of_addresses():
            from autograder.gradebook.late_penalties import penalties_of

        penalties = penalties_of(course, database, assignment, late)
        submissions = tuple(
            replace(submission, penalty=penalties.get(submission.student, 0.0))
            for submission in submissions
        )
    return ClassReport(assignment, recorded.points, submissions, catalogue)


def _submission(
    folder: Path,
    course: Path,
    recorded: Mapping[str, RecordedSubmission],
    order: list[str],
    released: Callable[[], NotebookNode],
    catalogue: Catalogue,
) -> SubmissionGrade:
    student, assignment = folder.parent.name, folder.name
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    notebook = _read(path) if path.is_file() else None
    about = None if notebook is None else _autograded(notebook)
    if notebook is None or refuse_folder(folder) is not None:
        reason = why_not_graded(folder, path.name, released)
        return SubmissionGrade(student, (), reason, autograded=about)
    if student not in recorded:
        raise CourseError(
            f"{path} is there, and the gradebook holds no grades of {student}; "
            f'run: nbgrader autograde {assignment} --student="{student}" --force'
        )
    grades = recorded[student].grades
    items = tuple(sorted(map(_item, grades), key=lambda item: order.index(item.cell)))
    reason = notebook["metadata"].get(KIT_METADATA, {}).get("not_graded")
    if reason is not None and all(item.score is None for item in items):
        return SubmissionGrade(student, (), reason, autograded=about)
    # Also where a person has graded what the kit could not.
    mistakes = _mistakes(notebook, catalogue)
    return SubmissionGrade(student, items, mistakes=mistakes, autograded=about)


def _autograded(notebook: Notebook) -> Autograded:
    about = notebook["metadata"].get(KIT_METADATA, {})
    reasons = {
        name: reason
        for cell in notebook["cells"]
        if (name := grade_id(cell))
        and (reason := cell["metadata"].get(KIT_METADATA, {}).get("needs_person"))
    }
    return Autograded(
        reasons,
        tuple(about.get("found", ())),
        about.get("obstacle"),
        tuple(about.get("choice", ())),
    )


def _mistakes(notebook: Notebook, catalogue: Catalogue) -> tuple[str, ...]:
    named = [
        verdict.get("misconception")
        for cell in notebook["cells"]
        for verdict in cell["metadata"].get(KIT_METADATA, {}).get("verdicts", [])
    ]
    return tuple(dict.fromkeys(name for name in named if name in catalogue.by_id))


def _item(grade: RecordedGrade) -> ItemGrade:
    # The gradebook's own score says 0 where nothing is graded; its parts tell the difference.
    return ItemGrade(
        grade.name,
        grade.max_score,
        given_score(grade),
        grade.needs_manual_grade,
        is_outdated(grade),
        grade.auto_score,
    )


def why_not_graded(folder: Path, name: str, released: Callable[[], NotebookNode]) -> str:
    """Say why a submission has no grades, as far as its folder itself tells.

    Args:
        folder: the submission.
        name: the notebook's file name.
        released: gives the notebook that students were given.
    """
    refusal = refuse_folder(folder)
    if refusal is None:
        # Only here: what has grades needs nothing of it.
        with without_grammar_of_addresses():
            from autograder.intake.submission import open_notebook

        refusal = open_notebook(folder, name, released()).not_graded
    if refusal is not None:
        return refusal.sentence
    return "not graded yet, or grading stopped with an error: see nbgrader's log"


def _released(path: Path) -> Notebook:
    if not path.is_file():
        raise CourseError(f"{path} is not there; run: nbgrader generate_assignment")
    return _read(path)


def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_bytes())
    return notebook


def _with_attributes(notebook: Notebook) -> NotebookNode:
    with without_grammar_of_addresses():
        import nbformat

    return nbformat.reads(json.dumps(notebook), as_version=4)
