"""What to say where a course's release gives a cell other points than the hidden checks do."""

from __future__ import annotations

import math
from pathlib import Path

from autograder.errors import CourseError


def refuse_other_points(
    assignment: str, cell: str, checks: float, release: float, own: Path | None = None
) -> None:
    """Stop where a cell's points differ.

    Args:
        assignment: its name in the course.
        cell: the graded cell's id.
        checks: what the hidden checks give.
        release: what the gradebook or a notebook says that the cell is worth.
        own: the course's own module of checks for the cell, where it is no assignment of the kit's.

    Raises:
        CourseError: they differ, and nbgrader would refuse the points, or pass off a part of them as the whole.
    """
    if not math.isclose(checks, release):
        where = "" if own is None else f" in {own}"
        first = (
            "Build the notebook again from its text (autograder build)"
            if own is None
            else f"Give the checks there {release:g} points together"
        )
        raise CourseError(
            f"{cell}: the hidden checks{where} give {checks:g} points, and this course's release {release:g}. {first}, "
            f"or give the cell {checks:g} points in source/{assignment}; then run "
            f"`nbgrader generate_assignment {assignment} --force`, and grade again with --force."
        )
