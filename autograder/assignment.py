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
