"""A course with three assignments: the kit's own under another name, one with checks of the course's own, a plain one.

All three have a graded cell of the same name, so that each shows who has judged it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.assignment import OWN_CHECKS
from autograder.cli import main
from autograder.course import nbgrader_command
from autograder.notebook.own_tests import PLACE
from tests.courses import ASSIGNMENT, build_small_course, cell, make_lab, output_of, solved, submit
from tests.isolation import needs_bubblewrap

KITS, OWN, PLAIN = ASSIGNMENT, "own lab", "plain lab"
NAMES = (OWN, PLAIN, KITS)
CELL = "check_similarity"
DOUBLE = "def double(n):\n    return 2 * n"
CHECKS = """
import pytest


@pytest.mark.check(points=2, title="Every number is doubled", hint="Multiply by two.")
def test_numbers_are_doubled(student, rng):
    number = int(rng.integers(10, 99))
    assert student.call("double", number) == 2 * number, "a number is not doubled"
"""
BROKEN = CHECKS.replace(
    "number = int", 'raise RuntimeError("this check is broken")\n    number = int'
)
WORK = {
    "right": {"double": DOUBLE},
    "knows_the_test": {"double": "def double(n):\n    return 4"},
    "undone": {},
}
POINTS = {
    OWN: {"right": 2.0, "knows_the_test": 0.0, "undone": 0.0},
    PLAIN: {"right": 2.0, "knows_the_test": 2.0, "undone": 0.0},
    KITS: {"right": 6.0, "knows_the_test": 0.0, "undone": 0.0},
}
"""Of that cell, by assignment and student."""


@pytest.fixture(scope="module")
def ungraded(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("three") / "course"
    cells = [
        cell("double", solved(DOUBLE), solution=True),
        cell(CELL, "assert double(2) == 4", points=2),
    ]
    for name in (OWN, PLAIN):
        make_lab(folder, name, cells, WORK)
    build_small_course(folder)  # beside what is there already
    for student in WORK:
        submit(folder, student, lambda notebook: None, solved=student == "right")
    write_checks(folder, CHECKS)
    return folder


def write_checks(course: Path, text: str) -> None:
    place = course / OWN_CHECKS / OWN
    place.mkdir(parents=True, exist_ok=True)
    (place / f"test_{CELL}.py").write_text(text, encoding="utf-8")


@pytest.fixture(params=["autograder grade", "nbgrader autograde"])
def graded(
    request: pytest.FixtureRequest, ungraded: Path, tmp_path: Path
) -> tuple[Path, dict[str, str]]:
    """All three graded, one after the other, in one of the two ways; and what was said of each."""
    course = Path(shutil.copytree(ungraded, tmp_path / "course"))
    said = {}
    for name in NAMES:
        command = (
            grade(name)
            if request.param == "autograder grade"
            else nbgrader_command("autograde", name)
        )
        said[name] = output_of(course, command)
    return course, said


def grade(*options: str) -> list[str]:
    return [sys.executable, "-m", "autograder.cli", "grade", *options, "--workers", "2"]


def points(course: Path) -> dict[str, dict[str, float | None]]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            name: {
                student: gradebook.find_grade(CELL, name, name, student).auto_score
                for student in WORK
            }
            for name in NAMES
        }


@needs_bubblewrap
def test_each_is_judged_by_what_belongs_to_it(graded: tuple[Path, dict[str, str]]) -> None:
    course, said = graded
    assert points(course) == POINTS
    assert {name: said[name].count(PLACE) for name in NAMES} == {OWN: 0, PLAIN: 1, KITS: 0}


@needs_bubblewrap
def test_a_check_that_breaks_is_told_at_the_end_of_the_run(ungraded: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(ungraded, tmp_path / "course"))
    write_checks(course, BROKEN)
    said = output_of(course, grade(OWN))
    assert said.strip().splitlines()[-1] == (
        "Not judged, and left to a person: something of knows_the_test, right, undone. `autograder status` says what, "
        "and why"
    )


@pytest.mark.parametrize(
    "command", [["status", "{}"], ["report", "{}"], ["grade", "--course", "{}"]]
)
def test_who_names_none_of_several_is_told_which_there_are(
    ungraded: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.format(ungraded) for word in command]) == 2
    assert capsys.readouterr().err.endswith(f"name one of: {', '.join(NAMES)}\n")


@pytest.mark.parametrize("command", [["build"], ["release"], ["audit"], ["check", "a.ipynb"]])
def test_what_knows_the_kits_own_only_says_so_of_another(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--assignment", OWN]) == 2
    said = capsys.readouterr().err
    assert f"`autograder {command[0]}` is for assignments whose solution and mistakes" in said
    assert said.endswith("name one of: assignment_2\n")
