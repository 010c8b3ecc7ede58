"""Work that goes by no name of the assignment, found by its values, and computed again by the grader.

What a kernel says of itself is a stranger's word. It only says where to look: predictions are compared with what ten
texts give on the model that grades, a figure with the predictions beside it, and rows with the images' embeddings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from nbformat import NotebookNode

from autograder.any_notebook.recorder import SEEN
from autograder.clip.expected import Expected
from autograder.seam.student import Student, StudentError

_IMAGES, _CLASSES = 10_000, 10
_BY_CHANCE = 0.15
"""Share in which labels and predictions may agree that do not belong together."""
_SAME = 20
"""Images that two computations of the same predictions may differ in."""
_MOST, _MOST_TEXTS = 40, 20
_LONGEST_TEXTS = 20_000
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST_OUTPUT = 10_000
_REPORT = f"__import__('sys').modules[{SEEN!r}].report()"


@dataclass(frozen=True)
class Texts:
    """Ten texts that went into the model.

    Attributes:
        cell: the number of the cell, counted from 1.
        texts: one a class.
        accuracy: what they give on the test split.
        counts: how many images of each class get which text's class, int (10, 10).
    """

    cell: int
    texts: tuple[str, ...]
    accuracy: float
    counts: np.ndarray


@dataclass(frozen=True)
class Measured:
    """Labels and predictions of the whole test split.

    Attributes:
        cell: the number of the cell, counted from 1.
        what: what they are called, or went into.
        labels: int (10000,).
        predictions: int (10000,), beside them.
    """

    cell: int
    what: str
    labels: np.ndarray
    predictions: np.ndarray

    @property
    def accuracy(self) -> float:
        """The share in which they agree."""
        return float((self.labels == self.predictions).mean())

    def are_of(self, texts: Texts) -> bool:
        """Return whether these are the predictions that ten texts give, as far as their counts tell."""
        return int(np.abs(counted(self.labels, self.predictions) - texts.counts).sum()) <= 2 * _SAME


@dataclass(frozen=True)
class Seen:
    """What went through a notebook.

    Attributes:
        pairs: labels and predictions; those that went into a function of a library first.
        labels: names of variables that hold the labels of the test split, in any order.
        texts: lists of ten texts, in the order in which they were read.
        maps: the cells in which UMAP made a map of 10,000 rows, and the length of these rows.
        figures: variables that may be an accuracy.
    """

    pairs: tuple[Measured, ...] = ()
    labels: tuple[str, ...] = ()
    texts: tuple[Texts, ...] = ()
    maps: tuple[tuple[int, int], ...] = ()
    figures: Mapping[str, float] | None = None


def seen_by(student: Student, cells: Sequence[int], expected: Expected) -> Seen:
    """Return what went through a notebook, as far as it can be used.

    Args:
        student: the seam to the kernel.
        cells: the numbers of the cells that have run, in order.
        expected: the model and data that grade.
    """
    try:
        told = student.fetch(_REPORT)
    except StudentError:
        return Seen()
    return usable(told, cells, expected)


def usable(told: Any, cells: Sequence[int], expected: Expected) -> Seen:
    """Return what can be used of a kernel's report; see `seen_by`."""
    notes = {name: list(_notes(told, name, cells)) for name in ("pairs", "arrays", "texts", "maps")}
    given = [
        Measured(
            cell,
            f"labels and predictions that went into `{name}`",
            *_in_order(first, second, expected),
        )
        for cell, name, first, second in notes["pairs"]
        if _is_name(name) and _are_classes(first) and _are_classes(second)
    ]
    arrays = [(c, n, a) for c, n, a in notes["arrays"] if _is_name(n) and _are_classes(a)]
    are_labels = [(c, n, a) for c, n, a in arrays if _are_labels(a, expected)]
    beside = [
        Measured(max(cell, other), f"`{name}` and `{guess}`", labels, guesses)
        for cell, name, labels in are_labels
        for other, guess, guesses in arrays
        if not _are_labels(guesses, expected) and (labels == guesses).mean() > _BY_CHANCE
    ]
    figures = told.get("figures") if isinstance(told, dict) else None
    return Seen(
        tuple(_each_once(pair for pair in (*given, *beside) if _are_labels(pair.labels, expected))),
        tuple(dict.fromkeys(name for _, name, _ in are_labels)),
        tuple(
            of_texts(cell, tuple(texts), expected)
            for cell, texts in notes["texts"][:_MOST_TEXTS]
            if _are_texts(texts, expected)
        ),
        tuple((cell, size) for cell, size in notes["maps"] if isinstance(size, int)),
        {
            name: value
            for name, value in (figures.items() if isinstance(figures, dict) else ())
            if _is_name(name) and isinstance(value, float)
        },
    )


def of_texts(cell: int, texts: tuple[str, ...], expected: Expected) -> Texts:
    """Return what ten texts give on the model that grades."""
    predictions = expected.reference.similarity(texts).argmax(axis=1)
    labels = expected.labels()
    return Texts(cell, texts, float((labels == predictions).mean()), counted(labels, predictions))


def counted(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Return how many images of each class are taken for which, int (10, 10)."""
    both = labels.astype(int) * _CLASSES + predictions
    return np.bincount(both, minlength=_CLASSES**2).reshape(_CLASSES, _CLASSES)


@dataclass(frozen=True)
class Printed:
    """Where an accuracy is shown.

    Attributes:
        cell: the number of the cell, counted from 1.
        text: the number as it is written there.
        handed_in: what stood in its place as the notebook was handed in; empty if that is the same, or unknown.
    """

    cell: int
    text: str
    handed_in: str = ""

    @property
    def told(self) -> str:
        """In words that go on after a semicolon."""
        before = f" (handed in with {self.handed_in})" if self.handed_in else ""
        return f"cell {self.cell} shows {self.text}{before}"


def printed_in(notebook: NotebookNode, accuracy: float, said: Sequence[str] = ()) -> Printed | None:
    """Return the first place that shows an accuracy as a share or in per cent, or None.

    Args:
        notebook: as it has run here.
        accuracy: the share.
        said: what the cells' outputs said as it was handed in.
    """
    for number, cell in enumerate(notebook.cells, 1):
        shown = "\n".join(map(_text_of, cell.get("outputs", ())))[:_LONGEST_OUTPUT]
        numbers = _NUMBER.findall(shown)
        for place, text in enumerate(numbers):
            if _says(text, accuracy):
                before = _NUMBER.findall(said[number - 1]) if number <= len(said) else []
                other = before[place] if len(before) == len(numbers) else text
                return Printed(number, text, "" if other == text else other)
    return None


def variable_of(accuracy: float, figures: Mapping[str, float] | None) -> str | None:
    """Return the name of a variable that holds an accuracy as a share or in per cent, or None."""
    for name, value in (figures or {}).items():
        if any(abs(value - scale * accuracy) < scale * 1e-6 for scale in (1, 100)):
            return name
    return None


def _says(said: str, accuracy: float) -> bool:
    """Return whether a number is an accuracy, rounded to at least two digits."""
    digits = len(said.partition(".")[2])
    return any(
        digits >= least and said == f"{accuracy * scale:.{digits}f}"
        for scale, least in ((1, 2), (100, 1))
    )


def _text_of(output: NotebookNode) -> str:
    return str(output.get("text", output.get("data", {}).get("text/plain", "")))


def _notes(told: Any, kind: str, cells: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield notes of the right length, each with the number of its cell in the place of the kernel's own count."""
    notes = told.get(kind) if isinstance(told, dict) else None
    size = {"pairs": 4, "arrays": 3, "texts": 2, "maps": 2}[kind]
    for note in notes[:_MOST] if isinstance(notes, list) else ():
        if not isinstance(note, tuple) or len(note) != size or type(note[0]) is not int:
            continue
        if 1 <= note[0] <= len(cells):
            yield cells[note[0] - 1], *note[1:]


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier()


def _are_classes(values: Any) -> bool:
    return (
        isinstance(values, np.ndarray)
        and values.shape == (_IMAGES,)
        and values.dtype.kind in "iu"
        and bool(values.min() >= 0)
        and bool(values.max() < _CLASSES)
    )


def _are_labels(values: np.ndarray, expected: Expected) -> bool:
    """Return whether values are the labels of the test split, in any order, as far as their counts tell."""
    wanted = np.bincount(expected.labels(), minlength=_CLASSES)
    return bool((np.bincount(values.astype(int), minlength=_CLASSES) == wanted).all())


def _are_texts(texts: Any, expected: Expected) -> bool:
    return (
        isinstance(texts, tuple | list)
        and len(texts) == _CLASSES
        and all(isinstance(text, str) and text.strip() for text in texts)
        and sum(map(len, texts)) <= _LONGEST_TEXTS
        and all(map(expected.reads_whole, texts))
    )


def _in_order(
    first: np.ndarray, second: np.ndarray, expected: Expected
) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and predictions: libraries take them in either order."""
    swapped = _are_labels(second, expected) and not _are_labels(first, expected)
    return (second, first) if swapped else (first, second)


def _each_once(pairs: Iterator[Measured]) -> Iterator[Measured]:
    known: list[Measured] = []
    for pair in pairs:
        if not any(
            (pair.labels == one.labels).all() and (pair.predictions == one.predictions).all()
            for one in known
        ):
            known.append(pair)
            yield pair
