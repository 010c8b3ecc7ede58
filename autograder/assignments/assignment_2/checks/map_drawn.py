"""Whether the figure of a cell shows the map, coloured by the true classes, as far as the figure can be read.

Any palette, several plots or one, a part of the images, classes that share a colour: all of these show it. Labels that
are out of step with the embeddings are another check's matter: the colours are compared with the notebook's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.checks.expect import Wrong
from autograder.seam.figures import Axes

if TYPE_CHECKING:
    from autograder.clip.expected import Expected

OWN_COLOUR = 0.99
"""Share of points that have the colour of their class: all of them, but for points that lie on one another."""
_FEW = 100
"""Points that are no map."""
_FEW_CLASSES = 2
"""Who leaves out more has several plots, or shows some classes on purpose."""
_MOST_COLOURS = 40
"""Beyond, colours show a number and not a class."""
_SHOWN = 0.9
"""Share of points that are on the map, else it is something else that is drawn, or is drawn to another scale."""
_SAME_COUNTS = 0.01
"""Share of images by which the sizes of classes differ that come from the same predictions, up to rounding errors."""


class MapAsked:
    """The map that a cell is asked to draw."""

    def __init__(
        self,
        reference: Expected,
        points: np.ndarray,
        embeddings: np.ndarray,
        labels: np.ndarray,
        predicted: Any,
    ) -> None:
        """Prepare to look.

        Args:
            reference: the grader's own figures.
            points: the notebook's map, (N, 2).
            embeddings: what it was made of, (N, D).
            labels: the notebook's true classes, int (N,).
            predicted: what the notebook calls its predictions of the baseline.
        """
        self.reference, self.labels, self.predicted = reference, labels, predicted
        self.embeddings = embeddings
        keys = _keys(points)
        self.order = np.argsort(keys)
        self.keys = keys[self.order]
        are_classes = labels.min() >= 0 and labels.max() < len(reference.class_names)
        self.can_be_told = are_classes and len(np.unique(keys)) > OWN_COLOUR * len(keys)

    def fault(self, axes: Axes, other: Wrong) -> Wrong | None:
        """Return what is wrong with axes; `other` if they surely hold no map; else None."""
        count = sum(len(points.at) for points in axes.points)
        if count < _FEW:
            is_full = axes.tables or axes.other or axes.lines or len(axes.texts) >= _FEW
            if is_full:
                return None
            if count and self._colours(axes) is not None:
                return Wrong(
                    f"only {count} of the {len(self.keys):,} points are on the map that is drawn"
                )
            return other
        if _on_a_line(axes):
            return Wrong(
                "all points of the map lie on one line: one coordinate is drawn twice",
                "one-coordinate-twice",
            )
        colours = self._colours(axes)
        if colours is None:
            return self._of_two_columns(axes)
        drawn = colours >= 0
        own, count = colours[drawn], len(np.unique(colours[drawn]))
        if count > _MOST_COLOURS:
            return None
        if count == 1:
            # Classes may have a marker each, or axes each, in place of a colour.
            has_others = len(axes.points) > 1 or len(np.unique(self.labels[drawn])) == 1
            return (
                None
                if has_others
                else Wrong("all points of the map have the same colour", "map-not-coloured")
            )
        if missing := self._missing(drawn):
            names = " and ".join(map(repr, missing))
            return Wrong(
                f"no image of {names} is on the map that is drawn, and all other classes are",
                "classes-left-out",
            )
        table = np.zeros((int(self.labels.max()) + 1, count), dtype=np.int64)
        numbers, places = np.unique(own, return_inverse=True)
        np.add.at(table, (self.labels[drawn], places), 1)
        if table.max(axis=1).sum() < OWN_COLOUR * len(own):
            return self._other_colours(np.bincount(places), _follow_the_rows(own))
        return self._misnamed(axes, table, numbers)

    def _colours(self, axes: Axes) -> np.ndarray | None:
        """Return each image's colour as one number, int64 (N,), -1 where it is not drawn; None if it is another map."""
        if not self.can_be_told:
            return None
        colours = np.full(len(self.keys), -1, dtype=np.int64)
        drawn = found = 0
        for points in axes.points:
            keys = _keys(points.at)
            near = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            there = self.keys[near] == keys
            drawn, found = drawn + len(keys), found + int(there.sum())
            # Of several points in one place the last one is seen.
            packed = np.broadcast_to(_packed(points.colours), len(keys))
            colours[self.order[near[there]]] = packed[there]
        return colours if found >= _SHOWN * drawn else None

    def _of_two_columns(self, axes: Axes) -> Wrong | None:
        """Return the fault of points that are two columns of the embeddings, where the map is asked for."""
        points = np.concatenate([points.at for points in axes.points])
        if len(points) != len(self.embeddings):
            return None
        columns = np.sort(self.embeddings.astype(np.float32), axis=0)
        drawn = np.sort(points.astype(np.float32), axis=0)
        places = [np.flatnonzero((columns == one[:, None]).all(axis=0)) for one in drawn.T]
        if not all(map(len, places)):
            return None
        return Wrong(
            f"what is drawn are columns {places[0][0]} and {places[1][0]} of `all_img_emb`, not `embeddings_umap`"
        )

    def _missing(self, drawn: np.ndarray) -> list[str]:
        """Return the classes of which nothing is drawn, where they are so few that they were left out by mistake."""
        names = self.reference.class_names
        sizes, seen = (
            np.bincount(labels, minlength=len(names))
            for labels in (self.labels, self.labels[drawn])
        )
        missing = [names[label] for label in np.flatnonzero((seen == 0) & (sizes > 0))]
        return missing if len(missing) <= _FEW_CLASSES else []

    def _other_colours(self, counts: np.ndarray, by_rows: bool) -> Wrong:
        """Return what is wrong with colours that are not of the classes.

        Args:
            counts: how many points have each.
            by_rows: whether they stand for row numbers.
        """
        told = "the colours of the points on the map are not their true classes in `all_labels`"
        if by_rows:
            return Wrong(f"{told}, but follow the rows: numbers of rows, or sorted labels")
        images, classes = len(self.keys), len(self.reference.class_names)
        if counts.sum() == images and (counts == images // classes).all():
            return Wrong(
                f"{told}: they are those of another order of the images", "labels-from-another-pass"
            )
        own = self.predicted
        candidates = [self.reference.predictions(self.reference.class_names)]
        if isinstance(own, np.ndarray) and own.shape == (images,) and own.dtype.kind in "iu":
            candidates.append(own.astype(np.int64))
        for predicted in candidates:
            sizes = np.unique(predicted, return_counts=True)[1]
            if len(sizes) == len(counts):
                gap = np.abs(np.sort(sizes) - np.sort(counts)).sum() / 2
                if gap <= _SAME_COUNTS * images:
                    return Wrong(f"{told}, but the predicted ones", "coloured-by-predictions")
        return Wrong(told)

    def _misnamed(self, axes: Axes, table: np.ndarray, numbers: np.ndarray) -> Wrong | None:
        """Return the fault of a legend that gives two or more classes the colour of another one."""
        names = [name.casefold() for name in self.reference.class_names]
        wrong = []
        for text, colour in axes.legend:
            name = " ".join(text.split()).casefold()
            if colour is None or name not in names:
                continue
            (column,) = np.nonzero(numbers == _packed(np.array([colour]))[0])
            # A colour that several classes share belongs to each of them.
            if len(column) and np.count_nonzero(table[:, column[0]]) == 1:
                label = int(table[:, column[0]].argmax())
                if label != names.index(name):
                    wrong.append(text.strip())
        if len(wrong) < 2:
            return None
        return Wrong(
            f"the legend gives {wrong[0]!r} and {wrong[1]!r} the colours of other classes",
            "labels-of-figure-out-of-order",
        )


def _follow_the_rows(colours: np.ndarray) -> bool:
    """Return whether colours stand for row numbers: then each is that of rows that follow one another."""
    return int(np.count_nonzero(np.diff(colours))) < _MOST_COLOURS


def _on_a_line(axes: Axes) -> bool:
    """Return whether the points have one coordinate only, on both axes or on one."""
    points = np.concatenate([points.at for points in axes.points])
    is_one_value = (points == points[0]).all(axis=0)
    return bool((points[:, 0] == points[:, 1]).all() or is_one_value.any())


def _keys(points: np.ndarray) -> np.ndarray:
    """Return points (n, 2) as one number each, by which they are found again: uint64 (n,)."""
    rows = np.ascontiguousarray(points, dtype=np.float32) + np.float32(0)  # no negative zeros
    keys: np.ndarray = rows.view(np.uint64).ravel()
    return keys


def _packed(colours: np.ndarray) -> np.ndarray:
    packed: np.ndarray = colours.astype(np.int64) @ np.array([65536, 256, 1])
    return packed
