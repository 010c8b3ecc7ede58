"""Whether a cell has shown the picture that it is asked for."""

from __future__ import annotations

from autograder.checks.expect import Wrong
from autograder.student import Student

NO_PICTURE = "shows no picture"
"""What a check says at its end where a picture is missing."""


def expect_picture(student: Student, cell: str, task: str, result: str) -> None:
    """Raise `Wrong` unless a cell shows a picture.

    Args:
        student: the seam to the work.
        cell: the cell's id.
        task: as the student knows it.
        result: the variable that the picture is drawn from. Who has not got so far has forgotten no picture.
    """
    if student.pictures(cell) > 0:
        return
    is_made = student.fetch(f"{result!r} in globals()") is True
    raise Wrong(f"the cell of {task} {NO_PICTURE}", "no-figure-drawn" if is_made else None)
