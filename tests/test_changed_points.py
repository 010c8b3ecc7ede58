"""An instructor changes what a cell is worth, in a course that has submissions: from the change to new grades."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import run_nbgrader
from autograder.notebook.marks import grade_id
from tests.courses import ASSIGNMENT, SmallCourse, autograde, make_small_course, submit

pytestmark = pytest.mark.kernel

CELL = "check_similarity"


def set_points(course: Path, points: float) -> None:
    """Do what a person does in formgrader's form of an assignment, and make the release anew."""
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if grade_id(cell) == CELL:
            cell.metadata.nbgrader.points = points
    nbformat.write(notebook, path)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")


def test_points_that_differ_from_the_checks_are_refused_with_the_way_out(tmp_path: Path) -> None:
    course = tmp_path / "course"
    make_small_course(course)
    submit(course, "ann", lambda notebook: None)
    set_points(course, 8)  # nbgrader itself would give 6 of 8 for right work
    log = autograde(course)
    assert "the hidden checks give 6 points, and this course's release 8" in log
    assert f"nbgrader generate_assignment {ASSIGNMENT} --force" in log
    set_points(course, 6)
    graded = SmallCourse(course, autograde(course, "--force"))
    assert graded.scores("ann")[CELL] == 6
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_graded_cell(CELL, ASSIGNMENT, ASSIGNMENT).max_score == 6
