"""Mistakes of a course's own: described in a file beside its checks, named by a check or by a sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import MISTAKES_FILE, OWN_CHECKS, Assignment, assignment_named
from autograder.errors import CourseError
from autograder.feedback.cells import judgement_html
from autograder.judging.exercise import exercise_checks, judge
from autograder.seam.student import in_process
from autograder.verdicts import Judgement, Status

LAB, CELL = "lab 1", "check_double"
CHECKS = """
import pytest

from autograder.checks.expect import expect


@pytest.mark.check(points=1, title="Doubled", hint="Multiply by two.")
def test_doubled(student, rng):
    for number in rng.integers(3, 99, size=5).tolist():
        found = student.call("double", number)
        expect(found != number**2, f"`double({number})` is {found}", "squared")
        expect(found == 2 * number, f"`double({number})` is {found}, expected {2 * number}")
"""
MISTAKES = f"""
from autograder.diagnosis.matching import Signs
from autograder.diagnosis.signs import Simulated
from autograder.mistakes import Catalogue, Misconception

CATALOGUE = Catalogue(
    (
        Misconception("squared", "the number is squared", ("{CELL}",), "Task 1", "2 · 2 tells nothing."),
        Misconception("two-added", "two is added", ("{CELL}",), "Task 1", "Try with 5."),
    )
)
_DOUBLE = Simulated("double", lambda n: 2 * n, [("two-added", lambda n: n + 2)])
SIGNS = Signs(of_exercise={{"{CELL}": lambda evidence: _DOUBLE.signs()}})
"""


def own(folder: Path, mistakes: str, checks: str = CHECKS) -> Assignment:
    place = folder / OWN_CHECKS / LAB
    place.mkdir(parents=True)
    (place / f"test_{CELL}.py").write_text(checks, encoding="utf-8")
    (place / MISTAKES_FILE).write_text(mistakes, encoding="utf-8")
    found = assignment_named(LAB, None, folder)
    assert found is not None
    return found


def judged(assignment: Assignment, body: str) -> Judgement:
    space: dict[str, object] = {}
    exec(f"def double(n):\n    return {body}", space)
    return judge(assignment, CELL, in_process(space, {}), None, 1)


@pytest.mark.parametrize(
    ("body", "named"),
    [("n + n", None), ("n * n", "squared"), ("n + 2", "two-added"), ("n * 3", None)],
)
def test_a_mistake_is_named_by_a_check_or_by_its_sign(
    tmp_path: Path, body: str, named: str | None
) -> None:
    assignment = own(tmp_path, MISTAKES)
    judgement = judged(assignment, body)
    (verdict,) = judgement.verdicts
    assert verdict.misconception == named
    assert verdict.unknown == (body == "n * 3")
    told = judgement_html(judgement, assignment.catalogue())
    assert ("It looks as if" in told) == (named is not None)
    assert ("two is added" in told) == (named == "two-added")


def test_without_signs_the_checks_own_names_are_told(tmp_path: Path) -> None:
    assignment = own(tmp_path, MISTAKES.partition("_DOUBLE")[0])
    assert judged(assignment, "n * n").verdicts[0].misconception == "squared"
    assert judged(assignment, "n + 2").verdicts[0].misconception is None


def test_a_name_that_nobody_has_described_breaks_the_check_and_costs_no_points(
    tmp_path: Path,
) -> None:
    checks = CHECKS.replace('"squared")', "NAME)").replace(
        "import pytest\n", "import pytest\n\nNAME = 'squared'\n"
    )
    assignment = own(tmp_path, MISTAKES.replace('"squared"', '"cubed"'), checks)
    (verdict,) = judged(assignment, "n * n").verdicts
    assert verdict.status is Status.NOT_JUDGED
    assert "'squared', which is in no catalogue: describe it in mistakes.py" in verdict.message
    judgement = judged(assignment, "n * n")
    assert "in no catalogue" in str(judgement.needs_person)
    told = judgement_html(judgement, assignment.catalogue())
    assert "catalogue" not in told
    assert "A person will look at it." in told
    assert judged(assignment, "2 * n").earned == 1


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [
        (
            MISTAKES.replace('"squared", "the', '"cubed", "the'),
            r"double\.py:11: names the mistake 'squared'",
        ),
        (
            MISTAKES.replace(f'("{CELL}",)', f'("{CELL}")'),
            r"are to be a tuple: \('check_double',\)",
        ),
        (MISTAKES.replace(f'("{CELL}",)', '("check_doubel",)'), "'check_doubel', for which there"),
        (MISTAKES.replace('"two-added", "', '"squared", "'), "several mistakes are called squared"),
        ("CATALOG = ()\n", r"mistakes\.py makes no CATALOGUE"),
        ("CATALOGUE = ()\n", "is to be an autograder.mistakes.Catalogue"),
        ("\nimport no_such_thing\n", r"mistakes\.py:2: these mistakes cannot be loaded: Module"),
        ("CATALOGUE = (\n", r"mistakes\.py:1: these mistakes cannot be loaded: SyntaxError"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_before_anything_is_judged(
    tmp_path: Path, mistakes: str, said: str
) -> None:
    with pytest.raises(CourseError, match=said):
        exercise_checks(own(tmp_path, mistakes), CELL)
