"""What to say where a course's release gives a cell other points than the hidden checks do."""

from __future__ import annotations

import math

from autograder.errors import CourseError


def refuse_other_points(assignment: str, cell: str, checks: float, release: float) -> None:
    """Stop where a cell's points differ.

    Args:
        assignment: its name in the course.
        cell: the graded cell's id.
        checks: what the hidden checks give.
        release: what the gradebook or a notebook says that the cell is worth.

    Raises:
        CourseError: they differ, and nbgrader would refuse the points, or pass off a part of them as the whole.
    """
    if not math.isclose(checks, release):
        raise CourseError(
            f"{cell}: the hidden checks give {checks:g} points, and this course's release {release:g}. Build the "
            f"notebook again from its text (autograder build), or give the cell {checks:g} points in "
            f"source/{assignment}; then run `nbgrader generate_assignment {assignment} --force`, and grade again "
            "with --force."
        )
