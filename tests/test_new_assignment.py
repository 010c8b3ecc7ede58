"""`autograder new`: a small assignment with hidden checks, from an empty course to grades and a feedback page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.assignment import OWN_CHECKS, assignment_named
from autograder.authoring.new_assignment import GRADED, TASK
from autograder.cli import main
from autograder.course import copy_configs, nbgrader_command
from autograder.judging.exercise import exercise_points, judge
from autograder.notebook.marks import grade_id
from autograder.report.class_report import class_report
from autograder.report.pages import as_text
from autograder.seam.student import in_process
from tests.courses import output_of
from tests.isolation import needs_bubblewrap

NAME = "lab one"
BY_ROWS = f"def {TASK}(table):\n    return [sum(row) / len(table) for row in table]"
NOT_EMPTY = f"def {TASK}(table):\n    return [sum(row) / len(row) for row in table]"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "my course"
    folder.mkdir()
    copy_configs(folder)
    assert main(["new", NAME, "--course", str(folder)]) == 0
    return folder


def source_of(folder: Path, step: str) -> dict[str | None, str]:
    path = folder / step / NAME / f"{NAME}.ipynb"
    return {grade_id(cell): cell.source for cell in nbformat.read(path, as_version=4).cells}


@pytest.mark.parametrize(
    ("work", "earned"), [("solution", 3), (NOT_EMPTY, 2), (BY_ROWS, 0), ("", 0)]
)
def test_the_checks_fit_the_notebook_and_its_solution(
    course: Path, work: str, earned: float
) -> None:
    assignment = assignment_named(NAME, None, course)
    assert assignment is not None
    space: dict[str, Any] = {}
    exec(source_of(course, "source")[TASK] if work == "solution" else work, space)
    assert judge(assignment, GRADED, in_process(space, {}), None, 1).earned == earned
    notebook = nbformat.read(course / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    (graded,) = [cell for cell in notebook.cells if grade_id(cell) == GRADED]
    assert exercise_points(assignment, GRADED) == graded.metadata.nbgrader.points


@needs_bubblewrap
def test_it_is_released_graded_and_told_about(course: Path) -> None:
    output_of(course, nbgrader_command("generate_assignment", NAME))
    assert "sum(row)" not in source_of(course, "release")[TASK]
    for student, work in {"ada": None, "bob": NOT_EMPTY, "dan": BY_ROWS, "eve": ""}.items():
        place = course / "submitted" / student / NAME
        place.mkdir(parents=True)
        step = "source" if work is None else "release"
        notebook = nbformat.read(course / step / NAME / f"{NAME}.ipynb", as_version=4)
        for cell in notebook.cells:
            if work and grade_id(cell) == TASK:
                cell.source = work
        nbformat.write(notebook, place / f"{NAME}.ipynb")
    command = (sys.executable, "-m", "autograder.cli", "grade", NAME, "--workers", "1")
    assert "4 graded" in output_of(course, command)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.find_assignment(NAME).submissions}
    assert scores == {"ada": 3, "bob": 2, "dan": 0, "eve": 0}
    output_of(course, nbgrader_command("generate_feedback", NAME))
    page = (course / "feedback" / "bob" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "its mean is to be 0" in page
    page = (course / "feedback" / "dan" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "the sums are divided by how many rows there are" in page
    assert "By that many it is divided" in page
    report = class_report(course, NAME)
    assert report.mistakes == (("divided-by-rows", 1),)
    assert "1 × the sums are divided by how many rows there are" in as_text(report)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (NAME, "is there already"),
        ("assignment_2", "is the kit's own"),
        ("a/b", "cannot work with an assignment called 'a/b'"),
        (" a", "cannot work with"),
        (".a", "cannot work with"),
        ("a[1]", "cannot work with"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(
    course: Path, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(course.rglob("*"))
    assert main(["new", name, "--course", str(course)]) == 1
    assert said in capsys.readouterr().err
    assert sorted(course.rglob("*")) == before


def test_a_folder_that_is_no_course_is_told_how_to_become_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", NAME, "--course", str(tmp_path)]) == 1
    assert "`autograder course FOLDER` makes one" in capsys.readouterr().err
    assert not (tmp_path / OWN_CHECKS).exists()
