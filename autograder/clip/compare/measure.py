"""The figures of one run, and the difference of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.clip.compare.calibration import Calibration, calibrate
from autograder.clip.compare.classify import Answers, Ints
from autograder.clip.compare.statistics import (
    Disagreement,
    Interval,
    disagreement,
    mcnemar_exact,
    mcnemar_mid_p,
    paired_bootstrap,
    wilson,
)
from autograder.clip.prompt_sets import CLASS_NAMES

PAIRS = 6
IMAGES_A_PAIR = 6


@dataclass(frozen=True)
class ConfusedPair:
    """Images of one class that were taken for another.

    Attributes:
        true: index of their class.
        predicted: index of the class that was answered.
        count: how many there are.
        share: of the images of the true class, in [0, 1].
        rows: of some of them: the most confident mistakes first, or the first in the data set.
    """

    true: int
    predicted: int
    count: int
    share: float
    rows: tuple[int, ...]


@dataclass(frozen=True)
class RunFigures:
    """What one run comes to over N images.

    Attributes:
        answers: what it was made from.
        right: which images were put into their own class, bool (N,).
        accuracy: their share.
        interval: of the accuracy, by `wilson`.
        recall: for each class the share of its images that were found; None for a class without images.
        class_sizes: number of images of each class.
        confusion_matrix: entry [t][p] counts images of class t that were predicted as p.
        top_k: share of images whose class is among the k best, at index k - 1; None without scores.
        calibration: None without scores.
        pairs: the most frequent confusions, at most `PAIRS`.
    """

    answers: Answers
    right: NDArray[np.bool_]
    accuracy: float
    interval: Interval
    recall: tuple[float | None, ...]
    class_sizes: tuple[int, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]
    top_k: tuple[float, ...] | None
    calibration: Calibration | None
    pairs: tuple[ConfusedPair, ...]

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.answers.name


@dataclass(frozen=True)
class Difference:
    """A second run held against a first one, over the same images.

    Attributes:
        first: index of the first run.
        second: index of the second run.
        counts: how their right answers fall together.
        interval: of the difference of their accuracies, by `paired_bootstrap`.
        exact_p: by `mcnemar_exact`.
        mid_p: by `mcnemar_mid_p`.
    """

    first: int
    second: int
    counts: Disagreement
    interval: Interval
    exact_p: float
    mid_p: float

    @property
    def accuracy(self) -> float:
        """Accuracy of the second run less that of the first."""
        return self.counts.difference


@dataclass(frozen=True)
class ClassGain:
    """What a run gains over the first one on the images of one class.

    Attributes:
        gain: recall less the first run's recall.
        interval: of the gain, by `paired_bootstrap`.
    """

    gain: float
    interval: Interval


def measure(answers: Answers, labels: Ints) -> RunFigures:
    """Count one run's answers.

    Args:
        answers: of N images, at least one.
        labels: their true classes, int64 (N,).
    """
    classes = len(CLASS_NAMES)
    right = answers.predicted == labels
    confusion = np.bincount(labels * classes + answers.predicted, minlength=classes**2)
    confusion = confusion.reshape(classes, classes)
    sizes = confusion.sum(axis=1)
    confidence = answers.confidence
    return RunFigures(
        answers=answers,
        right=right,
        accuracy=float(right.mean()),
        interval=wilson(int(right.sum()), len(labels)),
        recall=tuple(
            int(confusion[index, index]) / int(size) if size else None
            for index, size in enumerate(sizes)
        ),
        class_sizes=tuple(int(size) for size in sizes),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in confusion),
        top_k=None if answers.scores is None else _top_k_curve(answers.scores, labels),
        calibration=None if confidence is None else calibrate(confidence, right),
        pairs=_most_confused(confusion, answers, labels, confidence),
    )


def compare(
    runs: Sequence[RunFigures], first: int, second: int, seed: int, rows: Ints | None = None
) -> Difference:
    """Hold one run against another, on all images or on those in `rows`."""
    chosen = slice(None) if rows is None else rows
    counts = disagreement(runs[first].right[chosen], runs[second].right[chosen])
    return Difference(
        first=first,
        second=second,
        counts=counts,
        interval=paired_bootstrap(counts, seed),
        exact_p=mcnemar_exact(counts),
        mid_p=mcnemar_mid_p(counts),
    )


def class_gains(
    runs: Sequence[RunFigures], index: int, labels: Ints, seed: int
) -> tuple[ClassGain | None, ...]:
    """Return what a run gains over the first on each class; None for a class without images."""
    gains: list[ClassGain | None] = []
    for label in range(len(CLASS_NAMES)):
        rows = np.flatnonzero(labels == label)
        if not len(rows):
            gains.append(None)
            continue
        found = compare(runs, 0, index, seed, rows)
        gains.append(ClassGain(found.accuracy, found.interval))
    return tuple(gains)


def _top_k_curve(scores: NDArray[np.float32], labels: Ints) -> tuple[float, ...]:
    # Stable, so that of equal scores the first class comes first, as argmax has it.
    best_first = np.argsort(-scores, axis=1, kind="stable")
    rank = (best_first == labels[:, None]).argmax(axis=1)
    found = np.cumsum(np.bincount(rank, minlength=scores.shape[1]))
    return tuple(float(count / len(labels)) for count in found)


def _most_confused(
    confusion: NDArray[np.int64],
    answers: Answers,
    labels: Ints,
    confidence: NDArray[np.float64] | None,
) -> tuple[ConfusedPair, ...]:
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    # Stable: of equal counts the pair that comes first in the matrix.
    order = np.argsort(-wrong, axis=None, kind="stable")[:PAIRS]
    pairs = []
    for true, predicted in (divmod(int(flat), len(CLASS_NAMES)) for flat in order):
        count = int(wrong[true, predicted])
        if not count:
            break
        rows = np.flatnonzero((labels == true) & (answers.predicted == predicted))
        if confidence is not None:
            rows = rows[np.argsort(-confidence[rows], kind="stable")]
        share = count / int(confusion[true].sum())
        shown = tuple(int(row) for row in rows[:IMAGES_A_PAIR])
        pairs.append(ConfusedPair(true, predicted, count, share, shown))
    return tuple(pairs)
