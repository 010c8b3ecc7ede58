"""What the kit must know of an assignment besides its notebook, and how that is found by the assignment's name.

An assignment that is not declared here is a plain nbgrader assignment: its graded cells earn their points by their own
tests, in a room, and grading it needs neither a model nor the data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.interface import ASKED_FOR

CELL_PREFIX = "check_"
"""What the ids of graded cells begin with that hidden checks judge."""


@dataclass(frozen=True)
class Assignment:
    """An assignment whose graded cells are judged by hidden checks.

    Attributes:
        name: as nbgrader knows it.
        checks: the folder of its hidden checks: `test_NAME.py` there judges the graded cell `check_NAME`.
        asked_for: the variables and functions that its tasks ask the student to make.
    """

    name: str
    checks: Path
    asked_for: frozenset[str]


ASSIGNMENT_2 = Assignment("assignment_2", Path(__file__).parent / "checks", ASKED_FOR)
_DECLARED = {known.name: known for known in (ASSIGNMENT_2,)}


def declared() -> tuple[Assignment, ...]:
    """Return all assignments that are judged by hidden checks."""
    return tuple(_DECLARED.values())


def assignment_named(name: str, judged_as: Mapping[str, str] | None = None) -> Assignment | None:
    """Return the assignment of this name, or None where its graded cells' own tests give the points.

    Args:
        name: as nbgrader knows it.
        judged_as: declared names by those under which a course has these assignments.

    Raises:
        CourseError: `judged_as` leads to a name that is not declared.
    """
    own = (judged_as or {}).get(name)
    if own is not None and own not in _DECLARED:
        raise CourseError(
            f"{name} cannot be judged as {own}: hidden checks belong to {', '.join(_DECLARED)} only. "
            "Mend RunAndJudge.judged_as in nbgrader_config.py."
        )
    return _DECLARED.get(own or name)


def checks_module(assignment: Assignment, cell: str) -> Path:
    """Return the module of checks that judges a graded cell of an assignment.

    Raises:
        KeyError: no module belongs to this cell.
    """
    path = assignment.checks / f"test_{cell.removeprefix(CELL_PREFIX)}.py"
    if not cell.startswith(CELL_PREFIX) or not path.is_file():
        raise KeyError(cell)
    return path


def is_judged(assignment: Assignment, cell: str) -> bool:
    """Return whether hidden checks belong to a graded cell of an assignment."""
    try:
        checks_module(assignment, cell)
    except KeyError:
        return False
    return True


def judged_cells(assignment: Assignment) -> tuple[str, ...]:
    """Return the ids of an assignment's graded cells that hidden checks judge, in alphabetical order."""
    modules = assignment.checks.glob("test_*.py")
    return tuple(sorted(CELL_PREFIX + path.stem.removeprefix("test_") for path in modules))
