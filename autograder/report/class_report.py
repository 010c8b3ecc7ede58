"""The class report: what nbgrader's gradebook holds for every submission, and what still needs a person."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assignment import catalogue_named
from autograder.course import ASSIGNMENT
from autograder.errors import CourseError
from autograder.evidence.noted import EVIDENCE
from autograder.gradebook.hand_grades import given_score, is_outdated
from autograder.gradebook.recorded_grades import RecordedGrade, RecordedSubmission, read_grades
from autograder.intake.names import refuse_folder
from autograder.lean_imports import without_grammar_of_addresses
from autograder.mistakes import NOTHING_KNOWN, Catalogue
from autograder.notebook.marks import KIT_METADATA, grade_id
from autograder.notebook.own_tests import tested_by_themselves

if TYPE_CHECKING:
    from nbformat import NotebookNode

Notebook = dict[str, Any]
"""A notebook of format 4 that nbgrader has written, as plain data: nbformat takes seconds to load."""

GRADEBOOK = "gradebook.db"


@dataclass(frozen=True)
class ItemGrade:
    """One graded cell of one submission.

    Attributes:
        cell: its id; where the assignment has several notebooks, `NOTEBOOK/ID`.
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
    """What the kit has noted in the autograded notebooks of a submission.

    Attributes:
        reasons: why a person must look at a graded cell, by the cell's id as in `ItemGrade`.
        found: what intake has found in the submission, in words.
        obstacle: the name of what kept it, or a notebook of it, from being graded, or None.
        choice: which of several notebooks was graded, in words.
        has_own_tests: whether a graded cell's own tests have given points.
    """

    reasons: dict[str, str]
    found: tuple[str, ...] = ()
    obstacle: str | None = None
    choice: tuple[str, ...] = ()
    has_own_tests: bool = False


@dataclass(frozen=True)
class SubmissionGrade:
    """One submission.

    Attributes:
        student: the student's id.
        items: its graded cells in the notebook's order; empty if it was not graded.
        not_graded: why it has no grades, or None.
        partly: where it has some: why a notebook of the assignment's several has none, for each such notebook.
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
    partly: tuple[str, ...] = ()

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
        CourseError: the course has no gradebook, or no submission, or the gradebook does not know the assignment.
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
    released = _released(course / "release" / assignment, assignment)
    recorded = read_grades(database, assignment)
    to_compare = _ToCompare(released)
    submissions = tuple(
        _submission(folder, course, recorded.submissions, released, to_compare, catalogue)
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
    released: Mapping[str, Notebook],
    to_compare: Mapping[str, NotebookNode],
    catalogue: Catalogue,
) -> SubmissionGrade:
    student, assignment = folder.parent.name, folder.name
    several = len(released) > 1
    files = [f"{name}.ipynb" for name in released]
    place = course / "autograded" / student / assignment
    graded = {name: _read(path) for name in released if (path := place / f"{name}.ipynb").is_file()}
    about = _autograded(graded, several=several) if graded else None
    if not graded or refuse_folder(folder) is not None:
        reason = why_not_graded(folder, to_compare, files)
        return SubmissionGrade(student, (), reason, autograded=about)
    if student not in recorded:
        raise CourseError(
            f"{place} is there, and the gradebook holds no grades of {student}; "
            f'run: nbgrader autograde {assignment} --student="{student}" --force'
        )
    items: list[ItemGrade] = []
    lacking = {}
    for name, grades in sorted(recorded[student].notebooks.items()):
        if name not in released:  # a notebook that the release has no more
            continue
        own = _items(name, grades, released[name], several=several)
        notebook = graded.get(name)
        if notebook is None:
            reason = why_not_graded(folder, {name: to_compare[name]}, files)
        else:
            reason = notebook["metadata"].get(KIT_METADATA, {}).get("not_graded")
        # Also where a person has graded what the kit could not.
        if reason is not None and all(item.score is None for item in own):
            lacking[name] = reason
        items += own
    if len(lacking) == len(released):
        reason = "; ".join(dict.fromkeys(lacking.values()))
        return SubmissionGrade(student, (), reason, autograded=about)
    return SubmissionGrade(
        student,
        tuple(items),
        mistakes=_mistakes(graded.values(), catalogue),
        autograded=about,
        partly=tuple(
            reason if name in reason else f"`{name}`: {reason}" for name, reason in lacking.items()
        ),
    )


def _items(
    notebook: str, grades: Iterable[RecordedGrade], released: Notebook, *, several: bool
) -> list[ItemGrade]:
    order = [name for cell in released["cells"] if (name := grade_id(cell))]
    in_order = sorted(grades, key=lambda grade: order.index(grade.name))
    return [_item(grade, _label(notebook, grade.name, several=several)) for grade in in_order]


def _label(notebook: str, cell: str, *, several: bool) -> str:
    return f"{notebook}/{cell}" if several else cell


def _autograded(notebooks: Mapping[str, Notebook], *, several: bool) -> Autograded:
    told = [notebook["metadata"].get(KIT_METADATA, {}) for notebook in notebooks.values()]
    reasons = {
        _label(notebook, name, several=several): reason
        for notebook, content in notebooks.items()
        for cell in content["cells"]
        if (name := grade_id(cell))
        and (reason := cell["metadata"].get(KIT_METADATA, {}).get("needs_person"))
    }
    obstacles = [about["obstacle"] for about in told if about.get("obstacle")]
    return Autograded(
        reasons,
        # What was found in the folder is told in each.
        tuple(dict.fromkeys(found for about in told for found in about.get("found", ()))),
        obstacles[0] if obstacles else None,
        tuple(dict.fromkeys(choice for about in told for choice in about.get("choice", ()))),
        any(map(_has_own_tests, notebooks.values())),
    )


def _has_own_tests(notebook: Notebook) -> bool:
    if EVIDENCE not in notebook["metadata"].get(KIT_METADATA, {}):
        return False  # it has not run
    judged = {
        grade_id(cell)
        for cell in notebook["cells"]
        if "verdicts" in cell["metadata"].get(KIT_METADATA, {})
    }
    return not judged.issuperset(tested_by_themselves(notebook["cells"]))


def _mistakes(notebooks: Iterable[Notebook], catalogue: Catalogue) -> tuple[str, ...]:
    named = [
        verdict.get("misconception")
        for notebook in notebooks
        for cell in notebook["cells"]
        for verdict in cell["metadata"].get(KIT_METADATA, {}).get("verdicts", [])
    ]
    return tuple(dict.fromkeys(name for name in named if name in catalogue.by_id))


def _item(grade: RecordedGrade, label: str) -> ItemGrade:
    # The gradebook's own score says 0 where nothing is graded; its parts tell the difference.
    return ItemGrade(
        label,
        grade.max_score,
        given_score(grade),
        grade.needs_manual_grade,
        is_outdated(grade),
        grade.auto_score,
    )


def why_not_graded(
    folder: Path, released: Mapping[str, NotebookNode], files: Collection[str] = ()
) -> str:
    """Say why a submission, or some notebooks of it, have no grades, as far as its folder itself tells.

    Args:
        folder: the submission.
        released: the notebooks that students were given, by their names without the ending.
        files: names of the files of all notebooks of the assignment.
    """
    refusal = refuse_folder(folder)
    if refusal is not None:
        return refusal.sentence
    # Only here: what has grades needs nothing of it.
    with without_grammar_of_addresses():
        from autograder.intake.submission import open_notebook

    for name, blank in released.items():
        refusal = open_notebook(folder, f"{name}.ipynb", blank, given=files).not_graded
        if refusal is not None:
            return refusal.sentence
    return "not graded yet, or grading stopped with an error: see nbgrader's log"


def _released(folder: Path, assignment: str) -> dict[str, Notebook]:
    """Return the notebooks that students were given, in alphabetical order of their names."""
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        raise CourseError(
            f"{folder} holds no notebook; run: nbgrader generate_assignment {shlex.quote(assignment)}"
        )
    return {path.stem: _read(path) for path in paths}


def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_bytes())
    return notebook


class _ToCompare(Mapping[str, "NotebookNode"]):
    """The released notebooks as nbformat has them, which is loaded where one is asked for."""

    def __init__(self, released: Mapping[str, Notebook]) -> None:
        self._released = released
        self._read: dict[str, NotebookNode] = {}

    def __getitem__(self, name: str) -> NotebookNode:
        if name not in self._read:
            with without_grammar_of_addresses():
                import nbformat

            self._read[name] = nbformat.reads(json.dumps(self._released[name]), as_version=4)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._released)

    def __len__(self) -> int:
        return len(self._released)
