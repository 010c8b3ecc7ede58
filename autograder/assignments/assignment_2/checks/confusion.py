"""Whether a confusion matrix has the true classes in its rows."""

from __future__ import annotations

import math

from autograder.checks.expect import Wrong
from autograder.seam.student import Student, StudentError

# Of three images of class 0 two are taken for class 1: a 2 belongs into row 0, column 1.
_DRAW = (
    "(lambda axes: ([[text.get_text(), *map(float, text.get_position())] for text in axes.texts],"
    " __import__('matplotlib.pyplot').pyplot.close(axes.figure))[0])((lambda drawn: getattr(drawn, 'ax_', drawn)"
    " or __import__('matplotlib.pyplot').pyplot.gca())(plot_confusion_matrix(__import__('numpy').array([0, 0, 0, 1]),"
    " __import__('numpy').array([1, 1, 0, 1]), ['a', 'b'])))"
)


def expect_true_classes_in_rows(student: Student) -> None:
    """Raise `Wrong` if `plot_confusion_matrix`, asked to draw four images, writes the counts the wrong way round.

    A student may draw it in any way; where the counts are not written as texts, nothing is said.
    """
    try:
        texts = student.fetch(_DRAW)
    except StudentError:
        return
    if isinstance(texts, list) and _place_of_two(texts) == (0, 1):
        raise Wrong(
            "`plot_confusion_matrix` draws the true classes as columns: true and predicted classes are exchanged",
            "confusion-axes-swapped",
        )


def _place_of_two(texts: list[object]) -> tuple[int, int] | None:
    """Return column and row of the one text that says 2."""
    for entry in texts:
        if isinstance(entry, list) and len(entry) == 3 and entry[0] == "2":
            x, y = entry[1:]
            if isinstance(x, float) and isinstance(y, float):
                # The middle of a field is at (column, row), or half a field beside it, as seaborn has it.
                return math.floor(x + 0.01), math.floor(y + 0.01)
    return None
