"""An assignment with hidden checks of the course's own: a notebook and one file, from the release to the feedback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.assignment import OWN_CHECKS, Assignment, assignment_named
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.course import KIT, nbgrader_command
from autograder.errors import CourseError
from autograder.judging.exercise import exercise_checks, judge
from autograder.judging.other_points import refuse_other_points
from autograder.seam.student import in_process
from autograder.verdicts import Status
from tests.courses import cell, make_lab, run_without_assets, solved
from tests.isolation import needs_bubblewrap

LAB = "lab 1"
CELL = "check_similarity"
"""Called as one of the kit's own, whose checks and mistakes have nothing to do with it."""
CHECKS = """
import pytest

from autograder.checks.expect import expect


@pytest.mark.check(points=3, title="Every number is doubled", hint="Multiply by two.")
def test_numbers_are_doubled(student, rng):
    for number in rng.integers(-99, 99, size=5).tolist():
        found = student.call("double", number)
        expect(found == 2 * number, f"`double({number})` is {found}, expected {2 * number}")


@pytest.mark.check(points=1, title="The list is left alone", hint="Make a new list.")
def test_a_list_is_doubled_entry_by_entry(student):
    assert student.call("double_all", [1, 2]) == [2, 4], "the entries are not the doubled ones"
"""
DOUBLE, ALL = (
    "def double(n):\n    return 2 * n",
    "def double_all(ns):\n    return [2 * n for n in ns]",
)
SPY = (
    "import pathlib\n"
    f"seen = list(pathlib.Path('/').rglob('{OWN_CHECKS}/*/test_{CELL}.py'))\n"
    f"places = [up for up in ('', '../', '../../') if pathlib.Path(up, '{OWN_CHECKS}').exists()]\n"
    "print('seen', len(seen), len(places))\n"
)
WORK = {
    "right": {"double": DOUBLE, "double_all": ALL},
    "wrong": {
        "double": "def double(n):\n    return n + n % 7",
        "double_all": ALL.replace("2 *", "3 *"),
    },
    "spies": {"double": SPY + DOUBLE, "double_all": "def double_all(ns):\n    return ns * 2"},
    "undone": {},
}
POINTS = {"right": 4.0, "wrong": 0.0, "spies": 3.0, "undone": 0.0}


def scores(course: Path) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            student: gradebook.find_submission_notebook(LAB, LAB, student).grades[0].auto_score
            for student in WORK
        }


@pytest.fixture(scope="module")
def course(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with that assignment alone, handed in and not yet graded."""
    folder = tmp_path_factory.mktemp("own checks") / "a course"
    cells = [
        cell("double", solved(DOUBLE), solution=True),
        cell("double_all", solved(ALL), solution=True),
        cell(CELL, "assert double(1) == 2", points=4),
    ]
    make_lab(folder, LAB, cells, WORK)
    (folder / OWN_CHECKS / LAB).mkdir(parents=True)
    (folder / OWN_CHECKS / LAB / f"test_{CELL}.py").write_text(CHECKS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graded(kernels: None, course: Path) -> Path:
    run_without_assets(course, *nbgrader_command("autograde", LAB))
    run_without_assets(course, *nbgrader_command("generate_feedback", LAB))
    return course


@needs_bubblewrap
def test_nbgrader_grades_by_the_courses_own_checks(graded: Path) -> None:
    assert scores(graded) == POINTS


@needs_bubblewrap
def test_feedback_says_what_was_seen_and_what_to_do_and_no_name_of_another_assignments_mistake(
    graded: Path,
) -> None:
    page = (graded / "feedback" / "wrong" / LAB / f"{LAB}.html").read_text(encoding="utf-8")
    assert "Multiply by two." in page
    assert "The entries are not the doubled ones" in page
    assert "It looks as if" not in page
    assert "student.call" not in page


@needs_bubblewrap
def test_the_release_and_a_room_hold_no_checks(graded: Path) -> None:
    assert not list((graded / "release").rglob("test_*"))
    notebook = nbformat.read(graded / "autograded" / "spies" / LAB / f"{LAB}.ipynb", as_version=4)
    printed = "".join(
        out.get("text", "") for one in notebook.cells for out in one.get("outputs", [])
    )
    assert "seen 0 0" in printed


@needs_bubblewrap
def test_many_are_graded_at_once_and_again_after_a_check_has_changed(course: Path) -> None:
    grade = (sys.executable, "-m", "autograder.cli", "grade", LAB, "--workers", "1")
    assert f"{len(WORK)} graded" in run_without_assets(course, *grade, "--force")
    assert scores(course) == POINTS
    assert "0 graded" in run_without_assets(course, *grade)
    path = course / OWN_CHECKS / LAB / f"test_{CELL}.py"
    path.write_text(
        CHECKS.replace("points=1", "points=0.5").replace("points=3", "points=3.5"), encoding="utf-8"
    )
    assert f"{len(WORK)} graded" in run_without_assets(course, *grade, "--force")
    assert scores(course)["spies"] == 3.5
    path.write_text(CHECKS, encoding="utf-8")


@needs_bubblewrap
def test_checks_for_a_cell_that_is_not_there_stop_before_anything_is_graded(course: Path) -> None:
    path = course / OWN_CHECKS / LAB / "test_doubled.py"
    path.write_text(CHECKS, encoding="utf-8")
    command = [sys.executable, "-m", "autograder.cli", "grade", LAB, "--workers", "1"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    path.unlink()
    assert done.returncode == 1
    assert (
        f"judges a graded cell 'doubled', and the release has none: its graded cells are {CELL}"
        in done.stderr
    )


def test_other_points_are_to_be_put_right_in_the_courses_own_file() -> None:
    with pytest.raises(
        CourseError, match=r"checks in .*test_a\.py give 3 points.*Give the checks there 4 points"
    ):
        refuse_other_points(LAB, "a", 3, 4, Path(OWN_CHECKS, LAB, "test_a.py"))
    with pytest.raises(CourseError, match=r"autograder build"):
        refuse_other_points("assignment_2", "check_a", 3, 4)
    refuse_other_points(LAB, "a", 4, 4.0)


def test_the_document_shows_these_checks() -> None:
    text = (KIT / "docs" / "your_own_assignment.md").read_text(encoding="utf-8")
    assert CHECKS.strip() in text
    assert all(line in text for line in (*DOUBLE.splitlines(), *ALL.splitlines()))


# --- in this process ---------------------------------------------------------------------------------


def own(folder: Path, text: str, name: str = CELL) -> Assignment:
    place = folder / OWN_CHECKS / LAB
    place.mkdir(parents=True, exist_ok=True)
    (place / f"test_{name}.py").write_text(text, encoding="utf-8")
    found = assignment_named(LAB, None, folder)
    assert found is not None
    return found


def test_a_courses_own_checks_go_before_the_kits(tmp_path: Path) -> None:
    assert assignment_named(LAB, None, tmp_path) is None
    assert assignment_named("assignment_2", None, tmp_path) is ASSIGNMENT_2
    place = tmp_path / OWN_CHECKS / "assignment_2"
    place.mkdir(parents=True)
    assert assignment_named("assignment_2", None, tmp_path) is ASSIGNMENT_2
    (place / "test_cell.py").write_text(CHECKS, encoding="utf-8")
    assert assignment_named("assignment_2", None, tmp_path) == Assignment("assignment_2", place)


def test_a_bare_assert_says_its_words_and_nothing_of_the_check(tmp_path: Path) -> None:
    text = CHECKS + (
        '\n@pytest.mark.check(points=1, title="t", hint="h")\n'
        "def test_secret(student):\n    secret = 4711\n    assert student.call('double', 1) == secret\n"
    )
    space: dict[str, object] = {}
    exec(f"{DOUBLE}\n{ALL.replace('2 *', '3 *')}", space)
    found = judge(own(tmp_path, text), CELL, in_process(space, {}), None, 1)
    assert [v.status for v in found.verdicts] == [Status.PASSED, Status.FAILED, Status.FAILED]
    assert found.verdicts[1].message == "the entries are not the doubled ones"
    assert "4711" not in found.verdicts[2].message
    assert {v.misconception for v in found.verdicts} == {None}


MARK = '@pytest.mark.check(points=1, title="t", hint="h")\n'
UNFIT = {
    "no test": ("import pytest\n", "holds no check"),
    "no marker": (
        "def test_a(student):\n    pass\n",
        r"py:1: test_a has no marker; put @pytest\.mark\.check",
    ),
    "no hint": (
        f"import pytest\n{MARK}def test_a(student):\n    pass\n".replace(', hint="h"', ""),
        "no hint",
    ),
    "no points": (
        f"import pytest\n{MARK}def test_a(student):\n    pass\n".replace("points=1, ", ""),
        "no points",
    ),
    "a stranger": (
        f"import pytest\n{MARK}def test_a(students):\n    pass\n",
        "asks for 'students'; a check is given",
    ),
    "the kit's": (
        f"import pytest\n{MARK}def test_a(reference):\n    pass\n",
        "asks for 'reference'",
    ),
    "an import": (
        "import pytest\nimport no_such_thing\n",
        r"py:2: .*ModuleNotFoundError: No module named",
    ),
    "no Python": ("def test_a(:\n", r"py:1: .*SyntaxError"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_a_check_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, kind: str) -> None:
    text, said = UNFIT[kind]
    with pytest.raises(CourseError, match=said):
        exercise_checks(own(tmp_path, text), CELL)
