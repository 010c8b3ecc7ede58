"""A new assignment in a course, to be written over: a notebook for nbgrader, and a file of hidden checks beside it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.assignment import MISTAKES_FILE, OWN_CHECKS, assignment_named
from autograder.authoring.own_audit import VARIANTS
from autograder.course import names_kit
from autograder.errors import CourseError
from autograder.notebook.marks import nbgrader_metadata

TASK, GRADED = "mean_of_rows", "check_mean_of_rows"
_ABOUT = """\
# {name}

Write here what the assignment is about, and what students need to know. This text, the tasks and the points are all
yours to change. *Create Assignment* in JupyterLab shows a cell's ID; the hidden checks of a graded cell go by it."""
_TASK_TEXT = """\
## Task 1: the mean of each row

Write `mean_of_rows(table)`: it takes a list of rows, each a list of numbers, and returns the list of their means. The
mean of an empty row is 0."""
_SOLUTION = '''def mean_of_rows(table):
    """Return the mean of each row of a table, 0 for an empty one."""
    ### BEGIN SOLUTION
    return [sum(row) / len(row) if row else 0 for row in table]
    ### END SOLUTION'''
_VISIBLE = """\
# What students can try themselves. The points come from the hidden checks of this cell, which run elsewhere.
assert mean_of_rows([[1, 2, 3]]) == [2]"""
_CHECKS = '''\
"""Hidden checks of the graded cell `check_mean_of_rows`. They run in the grader's process; no student sees them.

Their points together are those of the cell. Inputs are drawn anew for each submission, so that nobody can know them.
"""

import pytest

from autograder.checks.expect import expect


@pytest.mark.check(
    points=2,
    title="The mean of each row",
    hint="Add up a row and divide by how many numbers it has, not by how many rows there are.",
)
def test_every_row_has_its_mean(student, rng):
    for rows, columns in ((3, 5), (1, 4), (6, 2)):
        table = rng.integers(-50, 50, size=(rows, columns)).tolist()
        found = student.call("mean_of_rows", table)
        expect(isinstance(found, list), f"the result is a {type(found).__name__}, expected a list")
        expect(len(found) == rows, f"{rows} rows give {len(found)} means")
        means = [pytest.approx(sum(row) / columns) for row in table]
        # A mistake that has a name is told by it: mistakes.py says what it is called, and what to think about.
        # It is asked for only where it differs from right work, and from other mistakes: here not with one row.
        by_rows = [pytest.approx(sum(row) / rows) for row in table]
        expect(
            rows == 1 or found == means or found != by_rows,
            f"the means of {rows} rows are {found}",
            "divided-by-rows",
        )
        for row, mean in zip(table, found):
            wanted = sum(row) / columns
            expect(mean == pytest.approx(wanted), f"the mean of {row} is {mean}, expected {wanted:g}")


@pytest.mark.check(
    points=1,
    title="A row without numbers",
    hint="There is nothing to divide by where a row is empty: its mean is to be 0.",
)
def test_an_empty_row_has_mean_0(student):
    found = student.call("mean_of_rows", [[], [4]])
    expect(found == [0, 4], f"`mean_of_rows([[], [4]])` is {found}, expected [0, 4]")
'''
_MISTAKES = '''\
"""Mistakes that the checks beside this file know by name. Feedback pages show name, hint and section."""

from autograder.mistakes import Catalogue, Misconception

CATALOGUE = Catalogue(
    (
        Misconception(
            "divided-by-rows",
            "the sums are divided by how many rows there are",  # follows "It looks as if"
            ("check_mean_of_rows",),
            "Task 1: the mean of each row",
            "How many numbers were added up for one mean? By that many it is divided.",
        ),
    )
)
'''


_RIGHT = """\
# right: sums are made in a loop


def mean_of_rows(table):
    means = []
    for row in table:
        total = 0
        for number in row:
            total += number
        means.append(total / max(1, len(row)))
    return means
"""
_WRONG = """\
# wrong: divided by the number of rows
# misconception: divided-by-rows


def mean_of_rows(table):
    return [sum(row) / len(table) for row in table]
"""


def add_assignment(course: Path, name: str) -> tuple[Path, Path]:
    """Put a small complete assignment into a course.

    Args:
        course: its folder.
        name: of the new assignment.

    Returns:
        The notebook, and the file of checks.

    Raises:
        CourseError: the folder is no course of this kit, the name cannot be used, or one of this name is there.
    """
    if not names_kit(course):
        raise CourseError(
            f"{course.absolute()} is no course of this kit: no nbgrader_config.py there names it. "
            "`autograder course FOLDER` makes one; run this command in it."
        )
    if name != name.strip() or not name or name.startswith(".") or set(name) & set("*?[]{}/\\+"):
        raise CourseError(
            f"nbgrader cannot work with an assignment called {name!r}: use letters, digits, blanks, `-` and `_`"
        )
    notebook = course / "source" / name / f"{name}.ipynb"
    checks = course / OWN_CHECKS / name / f"test_{GRADED}.py"
    for folder in (notebook.parent, checks.parent):
        if folder.exists():
            raise CourseError(f"{folder} is there already; choose another name, or remove it first")
    if assignment_named(name) is not None:
        raise CourseError(f"{name} is the kit's own assignment; choose another name")
    notebook.parent.mkdir(parents=True)
    nbformat.write(_notebook(name), notebook)
    checks.parent.mkdir(parents=True)
    checks.write_text(_CHECKS, encoding="utf-8")
    (checks.parent / MISTAKES_FILE).write_text(_MISTAKES, encoding="utf-8")
    variants = checks.parent / VARIANTS / GRADED
    variants.mkdir(parents=True)
    (variants / "in_a_loop.py").write_text(_RIGHT, encoding="utf-8")
    (variants / "divided_by_rows.py").write_text(_WRONG, encoding="utf-8")
    return notebook, checks


def _notebook(name: str) -> NotebookNode:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return new_notebook(
        cells=[
            new_markdown_cell(_ABOUT.format(name=name), id="about"),
            new_markdown_cell(_TASK_TEXT, id="task_1"),
            _cell(TASK, _SOLUTION, solution=True),
            _cell(GRADED, _VISIBLE, points=3),
        ],
        metadata={"kernelspec": kernel},
    )


def _cell(
    name: str, source: str, *, solution: bool = False, points: int | None = None
) -> NotebookNode:
    about = nbgrader_metadata(name, solution=solution, points=points)
    return new_code_cell(source, id=name, metadata={"nbgrader": about})
