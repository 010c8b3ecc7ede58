"""Whether the figure of a cell shows the confusion matrix that it is asked for, as far as the figure can be read.

Counts or shares of rows, of columns or of all, per cent, a heat map or numbers alone, classes in another order, true
classes in columns where the axes say so: all of these show it. A matrix that is nobody's cannot be told from one of
the student's own wrong predictions, which other checks are there for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from autograder.assignments.assignment_2.checks.reports import expect_reported
from autograder.checks.expect import Wrong
from autograder.checks.pictures import expect_shown
from autograder.seam.figures import Axes
from autograder.seam.student import Student, StudentError

if TYPE_CHECKING:
    from autograder.clip.expected import Expected

SAME = 0.02
"""Share of images by which a matrix may differ from the one that it shows: shares may be rounded to two digits."""
ALIKE = 0.9
"""Correlation of a matrix and the right one beside the diagonal, from which on it is taken for the same on some scale,
such as that of a logarithm, or of a part of the images."""
OLD = "the confusion matrix that is drawn is that of the bare class names, not of the new prompts"
_MANY = 50
"""Texts, bars or lines of axes that may be a matrix drawn by hand."""
_LONG = 40
"""Characters of a text that may hold a matrix."""
_SAYS_TRUE = re.compile(r"true|actual|truth|real|gold|target|wahr|tats", re.IGNORECASE)
_SAYS_PREDICTED = re.compile(r"pred|guess|estimat|vorher", re.IGNORECASE)
_NUMBER = re.compile(r"[-−]?\d+([.,]\d+)?\s*%?")


def confusion(true: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return counts, float64 (classes, classes): a true class a row, a predicted class a column."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (true, predicted), 1)
    return counts


class MatrixAsked:
    """The confusion matrix that a cell is asked for, and what is taken for it."""

    def __init__(
        self,
        reference: Expected,
        texts: Sequence[str],
        former: Sequence[str] | None,
        reported: float | None,
        name: str,
    ) -> None:
        """Compute what right work draws.

        Args:
            reference: the grader's own figures.
            texts: one a class, of which the matrix is.
            former: those of an earlier matrix, which this one replaces, or None.
            reported: the accuracy that the notebook reports beside the matrix; None if it reports none.
            name: of the variable that holds it.
        """
        self.names = [_plain(text) for text in reference.class_names]
        self.name, self.reported = name, reported
        labels, count = reference.labels(), len(self.names)
        self.right = confusion(labels, reference.predictions(texts), count)
        self.former = None
        if former is not None:
            self.former = confusion(labels, reference.predictions(former), count)
        try:
            expect_reported(reported, reference.hits(texts), name)
            self.is_reported = True
        except Wrong:
            self.is_reported = False

    def fault(self, axes: Axes, other: Wrong) -> Wrong | None:
        """Return what is wrong with axes; `other` if they surely hold no confusion matrix; else None."""
        matrix = next(self._matrices(axes), None)
        if matrix is not None:
            return self._fault(*matrix, axes)
        may_be = (
            axes.tables
            or axes.points
            or axes.other
            or max(len(axes.texts), axes.patches, axes.lines) >= _MANY
            or any(len(text) > _LONG for _, _, text in axes.texts)
        )
        return None if may_be else other

    def _matrices(
        self, axes: Axes
    ) -> Iterator[tuple[np.ndarray, list[int] | None, list[int] | None]]:
        """Yield what may be the matrix, with the classes that its rows and its columns are said to be of."""
        size = len(self.names)
        for table in axes.tables:
            if table.values is not None and table.values.shape == (size, size):
                assert table.x is not None
                assert table.y is not None
                yield (
                    table.values,
                    self._order(table.y, axes.y_ticks),
                    self._order(table.x, axes.x_ticks),
                )
        written = _written(axes, size)
        if written is not None:
            values, x, y = written
            yield values, self._order(y, axes.y_ticks), self._order(x, axes.x_ticks)

    def _order(self, places: np.ndarray, ticks: Sequence[tuple[float, str]]) -> list[int] | None:
        """Return the classes that stand at places by their ticks; None where that cannot be said."""
        near = abs(places[1] - places[0]) / 3
        said = [
            next((_plain(text) for place, text in ticks if abs(place - at) < near), "")
            for at in places
        ]
        own = list(range(len(self.names)))
        if sorted(said) == sorted(self.names):
            return [self.names.index(text) for text in said]
        if sorted(said) == sorted(map(str, own)):
            return [int(text) for text in said]
        # Numbers at some of the rows count them from the first one.
        return own if all(not text or _NUMBER.fullmatch(text) for text in said) else None

    def _fault(
        self,
        values: np.ndarray,
        rows: list[int] | None,
        columns: list[int] | None,
        axes: Axes,
    ) -> Wrong | None:
        if not np.isfinite(values).all() or values.min() < 0 or not values.sum():
            return None
        turned = _true_in_columns(axes)
        read = values
        if rows is not None and columns is not None:
            read = np.zeros_like(values)
            read[np.ix_(rows, columns)] = values
        read = read.T if turned else read
        away, turned_away = _distance(read, self.right), _distance(read.T, self.right)
        if turned is None and min(away, turned_away) <= SAME:
            return None

        def is_rather(distance: float) -> bool:
            """Return whether it is another matrix that is drawn, and not the right one."""
            return distance <= SAME and distance < away / 2

        if is_rather(turned_away) or (_rows_are_whole(read.T) and not _rows_are_whole(read)):
            told = (
                "the confusion matrix that is drawn has true and predicted classes exchanged: its rows are said to be"
                " true classes, and are the predicted ones"
            )
            return None if turned is None else Wrong(told, "confusion-axes-swapped")
        is_named = rows is not None and columns is not None
        if is_named and is_rather(self._without_names(values.T if turned else values)):
            return Wrong(
                "the names at the confusion matrix do not belong to its rows and columns",
                "labels-of-figure-out-of-order",
            )
        if self.former is not None and is_rather(_distance(read, self.former)):
            # Who has measured the bare names once more has drawn what was measured.
            is_its_own = not self.is_reported and self._is_share_of_right(self.former)
            return None if is_its_own else Wrong(OLD, "old-matrix-drawn")
        if away <= SAME or not is_named or not self.is_reported:
            return None
        if not _rows_are_whole(read):
            is_per_cent = np.allclose(read.sum(axis=1), 100, atol=5)
            if not is_per_cent and (read == read.round()).all() and (read <= self.right).all():
                return Wrong(
                    f"the confusion matrix that is drawn counts {read.sum():,.0f} of the {self.right.sum():,.0f} test"
                    " images",
                    "subset-as-whole",
                )
            if max(_likeness(one, self.right) for one in (read, read.T)) >= ALIKE:
                return None
            return Wrong(
                "what is drawn is not the confusion matrix of all test images: its numbers do not go up and down with"
                " how often one class is taken for another"
            )
        if self._is_share_of_right(read):
            return None
        return Wrong(
            f"the confusion matrix that is drawn has a share of {np.trace(read) / read.sum():.4f} right answers, and"
            f" {self.name} is {self.reported:.4f}: it is of other predictions"
        )

    def _without_names(self, values: np.ndarray) -> float:
        """Return how far a matrix is from the right one, its rows and columns taken for classes in a usual order."""
        by_name = sorted(range(len(self.names)), key=lambda index: self.names[index])
        orders = (range(len(self.names)), by_name)
        return min(_distance(values, self.right[np.ix_(order, order)]) for order in orders)

    def _is_share_of_right(self, counts: np.ndarray) -> bool:
        """Return whether the accuracy that is reported is that of a matrix."""
        shown = float(np.trace(counts) / counts.sum())
        return self.reported is not None and abs(self.reported - shown) <= SAME / 2


def expect_matrix_drawn(
    student: Student,
    reference: Expected,
    cell: str,
    task: str,
    variable: str,
    texts: Sequence[str],
    former: Sequence[str] | None = None,
) -> None:
    """Raise `Wrong` if the figures of a cell surely show something else than its confusion matrix.

    Args:
        student: the seam to the work.
        reference: the grader's own figures.
        cell: the cell's id; it shows a picture.
        task: as the student knows it.
        variable: that holds the accuracy which the matrix explains.
        texts: one a class, of which the matrix is.
        former: see `MatrixAsked`.
    """
    try:
        reported = float(student.fetch(f"float({variable})"))
    except (StudentError, TypeError, ValueError):
        reported = None
    asked = MatrixAsked(reference, texts, former, reported, f"`{variable}`")
    other = Wrong(
        f"the cell of {task} shows a picture, but no confusion matrix is in it", "no-figure-drawn"
    )
    expect_shown(student, cell, lambda axes: asked.fault(axes, other), other)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _true_in_columns(axes: Axes) -> bool | None:
    """Return whether the labels say that columns are true classes; None where they cannot be understood.

    Without labels rows are, as everywhere in the notebook.
    """
    says = {(_says(axes.x_label), True), (_says(axes.y_label), False)}
    turned = ("true", True) in says or ("predicted", False) in says
    straight = ("predicted", True) in says or ("true", False) in says
    if turned != straight:
        return turned
    if straight or axes.x_label or axes.y_label:
        return None
    said = axes.title + " ".join(text for _, text in (*axes.x_ticks, *axes.y_ticks))
    return None if _SAYS_PREDICTED.search(said) else False


def _says(label: str) -> str:
    kinds = (("true", _SAYS_TRUE), ("predicted", _SAYS_PREDICTED))
    found = [kind for kind, words in kinds if words.search(label)]
    return found[0] if len(found) == 1 else ""


def _written(axes: Axes, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Return the numbers that stand in axes as a matrix, and where its columns and rows are."""
    numbers = [
        (x, y, float(text.strip(" %").replace("−", "-").replace(",", ".")))
        for x, y, text in axes.texts
        if _NUMBER.fullmatch(text.strip())
    ]
    x, y = (np.unique([number[side] for number in numbers]) for side in (0, 1))
    if len(numbers) != size * size or (len(x), len(y)) != (size, size):
        return None
    values = np.full((size, size), np.nan)
    for at_x, at_y, number in numbers:
        values[np.searchsorted(y, at_y), np.searchsorted(x, at_x)] = number
    return values, x, y


def _distance(shown: np.ndarray, counts: np.ndarray) -> float:
    """Return the share of images that would have to change places for a matrix to show counts, or shares of them.

    Shares may be of all images, of each row or of each column.
    """
    sums = [np.maximum(counts.sum(axis=axis, keepdims=True), 1) for axis in (0, 1)]
    forms = (counts, *(counts / each for each in sums))
    return min(float(np.abs(shown / shown.sum() - form / form.sum()).sum() / 2) for form in forms)


def _likeness(shown: np.ndarray, counts: np.ndarray) -> float:
    """Return the largest correlation (Pearson's) of a matrix with counts on some scale, beside the diagonal."""
    beside = ~np.eye(len(counts), dtype=bool)
    own = shown[beside]
    if not np.ptp(own):
        return 0.0
    errors = counts * beside
    shares = [
        some / np.maximum(some.sum(axis=axis, keepdims=True), 1)
        for some, axis in ((counts, 0), (errors, 0), (errors, 1))
    ]
    scales = (counts, np.log1p(counts), np.sqrt(counts), *shares)
    return max(float(np.corrcoef(own, scale[beside])[0, 1]) for scale in scales)


def _rows_are_whole(counts: np.ndarray) -> bool:
    """Return whether each row holds all 1,000 images of a class, in whole numbers."""
    images = 1_000  # as in the test split
    return bool((counts == counts.round()).all() and (counts.sum(axis=1) == images).all())
