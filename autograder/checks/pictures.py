"""Whether a cell has shown the picture that it is asked for.

What a picture shows is looked at only as far as its figure can be read, and it fails only on what is surely something
else: of a picture that was made by other means, or in a way that is not known here, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks.expect import Wrong
from autograder.seam.figures import Axes
from autograder.seam.student import Student

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


def expect_shown(
    student: Student, cell: str, fault_of: Callable[[Axes], Wrong | None], other: Wrong
) -> None:
    """Raise `Wrong` if nothing that a cell shows is what it is asked for, and of nothing that cannot be told.

    Args:
        student: the seam to the work.
        cell: the cell's id; it shows a picture.
        fault_of: says what is wrong with axes, or None if they are right or that cannot be told.
        other: what is wrong with axes that hold something else; a fault that says more goes before it.
    """
    figures = student.figures(cell)
    if len(figures) < student.pictures(cell):
        return
    faults = []
    for figure in figures:
        if figure is None or figure.other:
            return
        faults += [fault_of(axes) for axes in figure.axes]
    known = [fault for fault in faults if fault is not None]
    if len(known) < len(faults):
        return
    raise next((fault for fault in known if fault is not other), other)
