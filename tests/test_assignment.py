"""A second assignment in a course, whose cells are called as those of the kit's own; graded by real nbgrader."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.assignment import assignment_named, declared, is_judged, judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.cli import main
from autograder.course import nbgrader_command
from autograder.errors import CourseError
from autograder.notebook.marks import NOTE_ID, grade_id
from autograder.plugins.preprocessors import RunAndJudge
from tests.courses import cell, make_lab, run_without_assets, solved

LAB = "lab_3"
SCALE = "scale = 2"
LOOP = "def loop(n):\n    return [scale * i for i in range(n)]"


CELLS = [
    cell("scale", solved(SCALE), solution=True),
    cell("shown", "print(scale + 1)"),
    cell("loop", solved(LOOP), solution=True),
    cell(
        "check_loop",
        "assert loop(3) == [0, 2, 4]\n"
        "### BEGIN HIDDEN TESTS\nassert loop(0) == []\n### END HIDDEN TESTS",
        points=3,
    ),
    cell("check_setup", "assert scale == 2", points=2),
]
WORK: dict[str, dict[str, str]] = {
    "right": {"scale": SCALE, "loop": LOOP},
    "wrong_where_it_is_hidden": {
        "scale": SCALE,
        "loop": "def loop(n):\n    return [0, scale, 2 * scale]",
    },
    "undone": {},
    "left_blank": {"scale": "", "loop": "def loop(n):\n    return list(range(0, 2 * n, 2))"},
    "ends_the_kernel": {"scale": SCALE, "loop": "import os\nos._exit(0)"},
    "floods": {
        "scale": SCALE,
        "loop": "def loop(n):\n    for i in range(90):\n        print('x' * 100_000)\n    return []",
    },
}
"""By student: what stands in the cells of the tasks."""
POINTS = {
    "right": (3.0, 2.0),
    "wrong_where_it_is_hidden": (0.0, 2.0),
    "undone": (0.0, 0.0),
    "left_blank": (3.0, 0.0),
    "ends_the_kernel": (0.0, 0.0),
    "floods": (0.0, 2.0),
}
"""Of `check_loop` and `check_setup`."""


def scores(course: Path) -> dict[str, tuple[float | None, ...]]:
    found = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student in WORK:
            grades = gradebook.find_submission_notebook(LAB, LAB, student).grades
            by_cell = {grade.name: grade.auto_score for grade in grades}
            found[student] = (by_cell["check_loop"], by_cell["check_setup"])
    return found


@pytest.fixture(scope="module")
def course(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with that assignment alone, graded by `nbgrader autograde`."""
    folder = tmp_path_factory.mktemp("second") / "course"
    make_lab(folder, LAB, CELLS, WORK)
    run_without_assets(folder, *nbgrader_command("autograde", LAB))
    return folder


def test_cells_of_another_assignment_are_graded_by_their_own_tests(course: Path) -> None:
    assert scores(course) == POINTS


@pytest.mark.parametrize("student", list(WORK))
def test_nobody_is_accused_by_what_is_known_of_another_assignment(
    course: Path, student: str
) -> None:
    path = course / "autograded" / student / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert [grade_id(one) for one in notebook.cells] == [grade_id(one) for one in CELLS]
    assert not [one.source for one in notebook.cells if one.get("id", "").startswith(NOTE_ID)]


def test_a_test_that_has_not_run_says_why(course: Path) -> None:
    path = course / "autograded" / "ends_the_kernel" / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (told,) = next(one for one in notebook.cells if grade_id(one) == "check_setup").outputs
    assert (told.ename, "the kernel died" in told.evalue) == ("NotRun", True)


def test_grading_many_at_once_and_the_report_take_it_as_well(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grade = (sys.executable, "-m", "autograder.cli", "grade", LAB, "--force", "--workers", "1")
    assert f"{len(WORK)} graded" in run_without_assets(course, *grade)
    assert scores(course) == POINTS
    assert main(["report", str(course), "--assignment", LAB]) == 0
    page = course / f"class_report-{LAB}.html"
    assert "wrong_where_it_is_hidden" in page.read_text(encoding="utf-8")
    assert main(["status", str(course), "--assignment", LAB]) == 0
    capsys.readouterr()
    # It is the only one there: nobody has to name it.
    assert main(["status", str(course)]) == 0
    named = capsys.readouterr().out
    assert main(["status", str(course), "--assignment", LAB]) == 0
    assert capsys.readouterr().out == named
    assert main(["report", str(course), "--assignment", "assignment_2"]) == 1
    assert f"--assignment takes another: {LAB}" in capsys.readouterr().err


# --- which assignment it is --------------------------------------------------------------------------


def test_an_assignment_is_found_by_its_name_or_by_what_the_course_says() -> None:
    assert declared() == (ASSIGNMENT_2,)
    assert assignment_named("assignment_2") is ASSIGNMENT_2
    assert assignment_named("assignment_1") is None
    assert assignment_named("homework", {"homework": "assignment_2"}) is ASSIGNMENT_2
    assert assignment_named("assignment_2", {"homework": "assignment_2"}) is ASSIGNMENT_2
    with pytest.raises(CourseError, match="cannot be judged as assignment_9"):
        assignment_named("homework", {"homework": "assignment_9"})


def test_every_declared_assignment_judges_its_own_cells() -> None:
    for known in declared():
        assert all(is_judged(known, name) for name in judged_cells(known))
        assert len(judged_cells(known)) >= 1


@pytest.mark.parametrize("edit", [lambda cells: None, lambda cells: cells.reverse()])
def test_the_kits_own_under_another_name_is_not_graded_otherwise_unnoticed(
    edit: Callable[[list[NotebookNode]], None],
) -> None:
    notebook = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
    edit(notebook.cells)
    about = {"assignment": "homework", "student": "ada", "notebook": "homework"}
    with pytest.raises(CourseError, match=r'judged_as = \{"homework": "assignment_2"\}'):
        RunAndJudge().preprocess(notebook, {"nbgrader": about})
