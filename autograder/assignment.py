"""What the kit must know of an assignment besides its notebook, and how that is found by the assignment's name.

A course may have hidden checks of its own for an assignment, in `checks/NAME/test_*.py` beside its `source`. An
assignment that has none there, and is none of the kit's, is a plain nbgrader assignment: its graded cells earn their
points by their own tests, in a room, and grading it needs neither a model nor the data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.interface import ASKED_FOR

KITS_PREFIX = "check_"
"""What the ids of graded cells begin with that the kit's checks judge."""
OWN_CHECKS = "checks"
"""The folder of a course that holds hidden checks of its own, in a folder for each assignment."""


@dataclass(frozen=True)
class Assignment:
    """An assignment whose graded cells are judged by hidden checks.

    Attributes:
        name: as nbgrader knows it.
        checks: the folder of its hidden checks: `test_NAME.py` there judges the graded cell `prefix` + NAME.
        asked_for: the variables and functions that its tasks ask the student to make; None where nobody has said.
        is_kits: it is one of the kit's own: its checks may ask for the grader's model and data as `reference`, and its
            mistakes are looked for in the kit's catalogue.
        prefix: what the ids of its graded cells begin with that hidden checks judge; see `checks`.
    """

    name: str
    checks: Path
    asked_for: frozenset[str] | None = None
    is_kits: bool = False
    prefix: str = ""


ASSIGNMENT_2 = Assignment(
    "assignment_2", Path(__file__).parent / "checks", ASKED_FOR, is_kits=True, prefix=KITS_PREFIX
)
_DECLARED = {known.name: known for known in (ASSIGNMENT_2,)}


def declared() -> tuple[Assignment, ...]:
    """Return all assignments of the kit's own."""
    return tuple(_DECLARED.values())


def assignment_named(
    name: str, judged_as: Mapping[str, str] | None = None, course: Path | None = None
) -> Assignment | None:
    """Return the assignment of this name, or None where its graded cells' own tests give the points.

    Args:
        name: as nbgrader knows it.
        judged_as: declared names by those under which a course has these assignments.
        course: the folder of a course; its own checks for an assignment of this name go before the kit's.

    Raises:
        CourseError: `judged_as` leads to a name that is not declared.
    """
    if course is not None:
        folder = course / OWN_CHECKS / name
        if any(folder.glob("test_*.py")):
            return Assignment(name, folder.resolve())
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
    path = assignment.checks / f"test_{cell.removeprefix(assignment.prefix)}.py"
    if not cell.startswith(assignment.prefix) or not path.is_file():
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
    return tuple(sorted(assignment.prefix + path.stem.removeprefix("test_") for path in modules))
