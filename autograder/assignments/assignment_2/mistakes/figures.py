"""Signs in an accuracy that a notebook reports: where it comes from, if not from where it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from autograder.assignments.assignment_2.checks.matrix_drawn import confusion
from autograder.assignments.assignment_2.checks.tolerances import ROUNDED_REPORT
from autograder.assignments.assignment_2.mistakes import embeddings
from autograder.assignments.assignment_2.mistakes.state import (
    MODEL_OVERWRITTEN,
    TRAIN_SPLIT,
    WHOLE,
    double_rescaling,
    loader_is_short,
    processed_twice,
)
from autograder.assignments.assignment_2.mistakes.towers import towers_of
from autograder.assignments.assignment_2.mistakes.typed import is_typed_in
from autograder.assignments.assignment_2.mistakes.upstream import FUNCTION_USED_IS_WRONG
from autograder.checks.own_cells import cells_with
from autograder.diagnosis.agreement import close, numbers, single
from autograder.diagnosis.evidence import Evidence, NoMoreCalls
from autograder.diagnosis.signs import Sign, outcome
from autograder.diagnosis.wrappings import Holds
from autograder.seam.wire import Tensor

CHANCE = 0.10
PUBLISHED = (0.624, 0.707, 0.7067, 0.919, 0.92)
"""Figures that stand in the notebook's text, for another model than the one that grades."""
BATCH_SIZES = (
    *(7, 15, 24, 30, 32, 48, 64, 96, 128, 192, 256, 300, 384, 512, 600, 768, 1024, 1500, 2048),
    *(3000, 4000, 4096, 6000, 8000, 8192),
)
"""Usual sizes of batches that leave a smaller last one of 10,000 images."""
PREFIXES = (16, 32, 64, 80, 100, 128, 160, 200, 256, 320, 500, 512, 1000, 1024, 2000, 5000)
"""Numbers of first images, in the data set's order, that are taken for the whole."""

_EXACT = 1e-6
_OTHER_NUMBERS = (
    *(9, 10, 11, 15, 16, 17, 32, 624, 625, 626, 1000, 9984, 9999, 10_001, 60_000, 70_000),
    *(WHOLE * size for size in (8, 16, 20, 25, 40, 50, 80, 100, 125, 200, 250, 500)),
)
"""What is divided by in the place of 10,000: classes, images of a batch, batches, other splits; shares, once more."""
_BATCH = 16
_CLASSES = 10
_COLUMN = ("None]", "newaxis", "reshape(", "unsqueeze", "keepdim", "[:, 0", "expand_dims")
"""What gives an array a second dimension."""
_MENDED = 20
_SAME_COUNTS = 40
"""Images by which two confusion matrices of the same predictions may differ, because of rounding."""
_FOUR_DIGITS = 0.5 / 10**4
"""How far an accuracy may be off that was rounded to four digits."""
_AS_COMPUTED = 1e-12
"""How far a quotient in double precision may be from the fraction that it stands for."""
_CLASS_ARRAYS = (
    "{name: __import__('numpy').asarray(value.cpu() if hasattr(value, 'cpu') else value)"
    " for name, value in list(globals().items()) if not name.startswith('_')"
    " and (type(value) is list and 2 <= len(value) <= 60000 and type(value[0]) is int"
    " or type(value).__name__ in ('ndarray', 'Tensor')"
    " and len(value.shape) == 1 and 2 <= len(value) <= 60000)}"
)
_TEXT_LISTS = (
    "{name: list(value) for name, value in list(globals().items()) if not name.startswith('_')"
    " and name != 'In' and type(value) in (list, tuple) and 2 <= len(value) <= 200"
    " and all(type(text) is str for text in value)}"
)
_FIGURES = (
    "[[float(figure) for figure in (value.values() if type(value) is dict else value)]"
    " for name, value in list(globals().items()) if not name.startswith('_')"
    " and type(value) in (list, tuple, dict) and 2 <= len(value) <= 50"
    " and all(type(figure).__name__ in ('float', 'float64') and 0 <= figure <= 1"
    " for figure in (value.values() if type(value) is dict else value))]"
)
"""Lists and dictionaries of shares: what several tries gave."""
_OFTEN_AROUND = (
    "a photo of a {}", "a photo of a {}.", "a photo of {}", "a picture of a {}", "an image of a {}", "This is a {}",
)  # fmt: skip
_MOST_LISTS_MEASURED = 12
_MOST_ARRAYS = 24
_MOST_LISTS = 40
_MOST_TEXTS = 200
"""Of one list. The notebook leaves longer ones out itself, but what comes from there may be anything."""


def class_arrays(evidence: Evidence) -> dict[str, np.ndarray]:
    """Return the notebook's flat arrays of class indices, by name: labels and predictions are among them."""
    found = evidence.fetch(_CLASS_ARRAYS)
    arrays = found.items() if isinstance(found, dict) else ()
    return {
        name: array
        for name, array in list(arrays)[:_MOST_ARRAYS]
        if isinstance(array, np.ndarray) and array.dtype.kind in "iu" and array.ndim == 1
    }


def text_lists(evidence: Evidence) -> dict[str, list[str]]:
    """Return the notebook's lists of texts, by name."""
    found = evidence.fetch(_TEXT_LISTS)
    lists = found.items() if isinstance(found, dict) else ()
    return {
        name: texts
        for name, texts in list(lists)[:_MOST_LISTS]
        if isinstance(texts, list)
        and len(texts) <= _MOST_TEXTS
        and all(is_read_whole(evidence, text) for text in texts)
    }


def is_read_whole(evidence: Evidence, text: Any) -> bool:
    """Return whether this is a text, and of a length that the model reads."""
    return isinstance(text, str) and evidence.reference.reads_whole(text)


def pairs_that_give(evidence: Evidence, value: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the pairs of arrays, of one length, that agree in this share of their entries."""
    return [
        (one, other)
        for one, other in _pairs(evidence)
        if abs(float((one == other).mean()) - value) <= _FOUR_DIGITS
    ]


def agreement_of_fewer(evidence: Evidence, value: float) -> bool:
    """Return whether two arrays that hold some of the images only agree in this share of their entries."""
    return any(len(one) < WHOLE for one, _ in pairs_that_give(evidence, value))


def _pairs(evidence: Evidence) -> list[tuple[np.ndarray, np.ndarray]]:
    arrays = class_arrays(evidence).values()
    return [(a, b) for a, b in combinations(arrays, 2) if len(a) == len(b)]


def out_of_step(evidence: Evidence, value: float, predicted: np.ndarray) -> bool:
    """Return whether predictions of the notebook's, right as a whole, agree so often with labels of other images.

    Args:
        evidence: of the failed check.
        value: the share of them that agrees, as it is reported.
        predicted: what right work predicts for the test split, int (N,), in any order.
    """
    classes = len(evidence.reference.class_names)
    wanted, own = (
        np.bincount(array, minlength=classes) for array in (predicted, evidence.reference.labels())
    )
    for pair in pairs_that_give(evidence, value):
        if len(pair[0]) != WHOLE or min(array.min() for array in pair) < 0:
            continue
        # NumPy counts as far as the largest number goes: any number may stand in a stranger's array.
        possible = [array for array in pair if array.max() < classes]
        counts = [np.bincount(array, minlength=classes) for array in possible]
        is_order = any(np.array_equal(count, own) for count in counts)
        if is_order and any(np.abs(count - wanted).sum() <= _MENDED for count in counts):
            return True
    return False


class Reported:
    """Signs of one reported accuracy.

    Args:
        variable: an expression that gives it.
        texts: returns the texts, one a class, that it should come from; None where there are none.
    """

    def __init__(
        self,
        variable: str,
        texts: Callable[[Evidence], Sequence[str] | None],
        checks: Sequence[str],
    ) -> None:
        self._variable = variable
        self._texts = texts
        self._checks = tuple(checks)

    def signs(self) -> tuple[Sign, ...]:
        """Return the signs, most specific first."""
        found = (
            MODEL_OVERWRITTEN,
            TRAIN_SPLIT,
            Sign("counts-not-shares", self._when(self._count)),
            Sign("percentage", self._when(self._in_per_cent)),
            Sign("gain-instead-of-accuracy", self._when(self._compared_with_the_names)),
            Sign("wrong-answers-counted", self._when(self._of_errors)),
            Sign("double-rescaling", self._when(self._double_rescaling)),
            Sign("all-pairs-compared", self._when(self._all_pairs)),
            Sign("images-processed-twice", lambda e: processed_twice(e) or embeds_twice(e)),
            Sign("subset-as-whole", self._when(self._of_fewer)),
            Sign("mean-of-batch-means", self._when(self._batch_means)),
            Sign("wrong-denominator", self._when(self._of_another_number)),
            Sign("labels-from-another-pass", self._when(self._out_of_step)),
            Sign("subset-as-whole", self._when(lambda e, value: fraction_of_fewer(value))),
            Sign("labels-among-predictions", self._when(self._labels_used)),
            Sign("classes-renumbered", self._when(self._renumbered)),
            Sign("class-shares-averaged", self._when(self._other_measure)),
            Sign("values-rounded", self._when(self._rounded)),
            Sign("best-of-several", self._when(_best_of_a_list)),
            Sign("accuracy-not-from-prompts", self._when(self._of_other_texts)),
            Sign("accuracy-not-from-prompts", self._when(self._with_the_names)),
            Sign("accuracy-not-from-predictions", lambda e: is_typed_in(e, self._variable)),
            Sign("accuracy-not-from-predictions", self._when(lambda e, value: value in PUBLISHED)),
            Sign("mean-of-several", self._when(_mean_of_a_list)),
            Sign("right-in-any-try", self._when(self._right_with_either)),
            Sign("classes-merged", self._when(_labels_merged)),
            Sign("not-the-share-of-right", self._when(self._not_of_its_predictions), general=True),
            FUNCTION_USED_IS_WRONG,
            Sign("subset-as-whole", self._when(lambda e, value: loader_is_short(e))),
        )
        return tuple(
            replace(sign, holds=about(self._variable, sign.holds), checks=self._checks)
            for sign in found
        )

    def value(self, evidence: Evidence) -> float | None:
        """Return the reported number, or None."""
        return single(evidence.fetch(self._variable))

    def _when(self, holds: Callable[[Evidence, float], bool]) -> Holds:
        def with_value(evidence: Evidence) -> bool:
            value = self.value(evidence)
            return value is not None and np.isfinite(value) and holds(evidence, value)

        return with_value

    def _count(self, evidence: Evidence, value: float) -> bool:
        """Hold where it is the number of right images of the whole, or of any two arrays."""
        shares = [float((one == other).mean()) for one, other in _pairs(evidence)]
        right = self._right(evidence)
        if right is not None:
            shares.append(float(right.mean()))
        return value > 1 and any(abs(value / WHOLE - share) <= ROUNDED_REPORT for share in shares)

    def _of_errors(self, evidence: Evidence, value: float) -> bool:
        right = self._right(evidence)
        return right is not None and abs(1 - float(right.mean()) - value) <= ROUNDED_REPORT

    def _double_rescaling(self, evidence: Evidence, value: float) -> bool:
        if double_rescaling(evidence):
            return True
        # All images alike get one class, which is right once in ten times.
        is_chance = abs(value - CHANCE) <= _EXACT
        return is_chance and any(
            len(array) == WHOLE and np.ptp(array) == 0 for array in class_arrays(evidence).values()
        )

    def _all_pairs(self, evidence: Evidence, value: float) -> bool:
        """Hold where each label was compared with each prediction, and the mean taken over all of these."""
        texts, labels = self._texts(evidence), evidence.reference.labels()
        if texts is None or len(texts) != len(evidence.reference.class_names):
            return False
        shares = [
            np.bincount(array, minlength=len(texts)) / len(array)
            for array in (labels, evidence.reference.predictions(texts))
        ]
        right = float((evidence.reference.predictions(texts) == labels).mean())
        together = float(np.prod(shares, axis=0).sum())
        # The classes are equally often there, so that this is one in ten: somebody else's chance, too.
        texts_of_cells = evidence.fetch(cells_with(self._variable))
        return (
            abs(together - value) <= _EXACT < abs(right - value)
            and isinstance(texts_of_cells, list)
            and any(word in str(text) for text in texts_of_cells for word in _COLUMN)
        )

    def _of_fewer(self, evidence: Evidence, value: float) -> bool:
        if agreement_of_fewer(evidence, value):
            return True
        right = self._right(evidence)
        if right is None or pairs_that_give(evidence, value):
            return False
        return any(abs(float(right[:size].mean()) - value) <= _EXACT for size in PREFIXES)

    def _right(self, evidence: Evidence) -> np.ndarray | None:
        texts = self._texts(evidence)
        return None if texts is None else evidence.reference.hits(texts)[0]

    def _batch_means(self, evidence: Evidence, value: float) -> bool:
        hits = [one == other for one, other in _pairs(evidence) if len(one) == WHOLE]
        right = self._right(evidence)
        if right is not None:
            hits.append(right)
        return any(
            abs(_mean_of_means(hit, size) - value) <= _EXACT < abs(float(hit.mean()) - value)
            for hit in hits
            for size in BATCH_SIZES
        )

    def _out_of_step(self, evidence: Evidence, value: float) -> bool:
        """Hold where the predictions are those of right work, as a whole, and meet other images' labels."""
        right, texts = self._right(evidence), self._texts(evidence)
        if right is None or texts is None or value > float(right.mean()) - 0.05:
            return False
        return out_of_step(evidence, value, evidence.reference.reference.predictions(texts))

    def _in_per_cent(self, evidence: Evidence, value: float) -> bool:
        return 1 < value <= 100 and not self._of_another_number(evidence, value)

    def _of_another_number(self, evidence: Evidence, value: float) -> bool:
        right = self._right(evidence)
        return right is not None and by_another_number(value, right)

    def _own_counts(
        self, evidence: Evidence, value: float
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield confusion matrices of the notebook's arrays that give the figure, each with the right one beside it."""
        texts, labels = self._texts(evidence), evidence.reference.labels()
        classes = len(evidence.reference.class_names)
        if texts is None or len(texts) != classes:
            return
        right = confusion(labels, evidence.reference.predictions(texts), classes)
        for pair in pairs_that_give(evidence, value):
            if len(pair[0]) != WHOLE or any(a.min() < 0 or a.max() >= classes for a in pair):
                continue
            for true, predicted in (pair, pair[::-1]):
                yield confusion(true, predicted, classes), right

    def _labels_used(self, evidence: Evidence, value: float) -> bool:
        """Hold where the notebook's predictions are right ones of which only wrong ones were mended."""
        for own, right in self._own_counts(evidence, value):
            mended = np.diag(own - right)
            beside = own - right - np.diag(mended)
            if mended.sum() > _MENDED and mended.min() >= 0 and beside.max() <= 0:
                return True
        return False

    def _renumbered(self, evidence: Evidence, value: float) -> bool:
        """Hold where the notebook's predictions are the right ones under other numbers."""
        for own, right in self._own_counts(evidence, value):
            gaps = np.abs(own[:, :, None] - right[:, None, :]).sum(axis=0)
            rows, places = linear_sum_assignment(gaps)
            if gaps[rows, places].sum() <= _SAME_COUNTS and (places != rows).any():
                return True
        return False

    def _compared_with_the_names(self, evidence: Evidence, value: float) -> bool:
        """Hold where it is the difference of two accuracies, or their ratio, where one is asked for."""
        texts, names = self._texts(evidence), evidence.reference.class_names
        if texts is None or list(texts) == list(names) or len(texts) != len(names):
            return False
        own, first = evidence.reference.accuracy(texts), evidence.reference.accuracy(names)
        known = (own - first, first - own, own / first, own / first - 1, (own + first) / 2)
        return any(abs(value - one) <= ROUNDED_REPORT < abs(value - own) for one in known)

    def _with_the_names(self, evidence: Evidence, value: float) -> bool:
        """Hold where the texts were measured together with the bare names, two for each class."""
        texts, names = self._texts(evidence), list(evidence.reference.class_names)
        if texts is None or len(texts) != len(names) or list(texts) == names:
            return False
        classes = np.tile(np.arange(len(names)), 2)
        right = evidence.reference.hits([*names, *texts], classes)[0]
        return abs(float(right.mean()) - value) <= ROUNDED_REPORT

    def _right_with_either(self, evidence: Evidence, value: float) -> bool:
        """Hold where an image is right that is so with the texts, or with another list of the notebook's."""
        right = self._right(evidence)
        if right is None:
            return False
        names = list(evidence.reference.class_names)
        others = [names, *[other for other in text_lists(evidence).values() if len(other) == 10]]
        return any(
            abs(float((right | evidence.reference.hits(other)[0]).mean()) - value) <= ROUNDED_REPORT
            for other in others[:_MOST_LISTS_MEASURED]
            if other != list(self._texts(evidence) or ())
        )

    def _other_measure(self, evidence: Evidence, value: float) -> bool:
        """Hold where it is another measure of the right predictions than the share that is right."""
        texts = self._texts(evidence)
        if texts is None or len(texts) != len(evidence.reference.class_names):
            return False
        predicted, labels = evidence.reference.predictions(texts), evidence.reference.labels()
        right = float((predicted == labels).mean())
        return any(
            abs(measure - value) <= ROUNDED_REPORT < abs(measure - right)
            for measure in _measures(labels, predicted)
        )

    def _rounded(self, evidence: Evidence, value: float) -> bool:
        """Hold where it is the right figure in two digits, or fewer."""
        right = self._right(evidence)
        return right is not None and any(
            abs(round(float(right.mean()), digits) - value) <= _EXACT for digits in range(3)
        )

    def _of_other_texts(self, evidence: Evidence, value: float) -> bool:
        """Hold where another list of texts in the notebook gives exactly this accuracy."""
        texts = self._texts(evidence)
        names = list(evidence.reference.class_names)
        others = [names, *[other for other in text_lists(evidence).values() if len(other) == 10]]
        others = others[:_MOST_LISTS_MEASURED]
        # Words that a cell puts around the names itself stand in no list.
        others += [[words.format(name) for name in names] for words in _OFTEN_AROUND]
        return any(
            (texts is None or other != list(texts))
            and abs(evidence.reference.accuracy(other) - value) <= ROUNDED_REPORT
            for other in others
        )

    def _not_of_its_predictions(self, evidence: Evidence, value: float) -> bool:
        """Hold where the notebook's own predictions are right as a whole, and the figure is another one."""
        if pairs_that_give(evidence, value):
            return False
        right = self._right(evidence)
        if right is None:
            return False
        shares = [
            float((one == other).mean()) for one, other in _pairs(evidence) if len(one) == WHOLE
        ]
        return any(abs(share - float(right.mean())) <= ROUNDED_REPORT for share in shares)


def by_another_number(value: float, right: np.ndarray) -> bool:
    """Return whether a figure is the number of right images, divided by something else than how many there are.

    Args:
        value: the figure.
        right: which images are right, bool (N,).
    """
    if value <= 0:
        return False
    by = int(right.sum()) / value
    return any(abs(by - number) <= _EXACT * number for number in _OTHER_NUMBERS)


def _measures(labels: np.ndarray, predicted: np.ndarray) -> list[float]:
    """Return what else is computed of labels and predictions: precision, recall, F1, kappa and the correlation."""
    from sklearn import metrics

    found = [
        float(number)
        for average in ("macro", "weighted")
        for number in metrics.precision_recall_fscore_support(
            labels, predicted, average=average, zero_division=0
        )[:3]
    ]
    return [
        *found,
        float(metrics.cohen_kappa_score(labels, predicted)),
        float(metrics.matthews_corrcoef(labels, predicted)),
    ]


def _best_of_a_list(evidence: Evidence, value: float) -> bool:
    """Hold where it is the largest of several accuracies that the notebook keeps."""
    return any(abs(max(figures) - value) <= _EXACT for figures in _several(evidence))


def _mean_of_a_list(evidence: Evidence, value: float) -> bool:
    """Hold where it is the mean of several accuracies that the notebook keeps."""
    return any(abs(float(np.mean(figures)) - value) <= _EXACT for figures in _several(evidence))


def _several(evidence: Evidence) -> Iterator[list[float]]:
    """Yield the notebook's lists of shares in which not all are the same."""
    found = evidence.fetch(_FIGURES)
    for figures in (found if isinstance(found, list) else [])[:_MOST_LISTS]:
        usable = isinstance(figures, list) and all(isinstance(one, float) for one in figures)
        # As many as there are classes are no tries, but one share a class.
        if usable and len(figures) != _CLASSES and len({round(one, 6) for one in figures}) > 1:
            yield figures


def _labels_merged(evidence: Evidence, value: float) -> bool:
    """Hold where the figure is of labels in which one class has the images of another one as well."""
    own = np.bincount(evidence.reference.labels())
    for pair in pairs_that_give(evidence, value):
        for array in pair:
            if len(array) != WHOLE or array.min() < 0 or array.max() >= len(own):
                continue
            counts = np.bincount(array, minlength=len(own))
            changed = np.flatnonzero(counts != own)
            into = changed[counts[changed] > 0]
            if len(into) == 1 and len(changed) > 1 and counts[into[0]] == own[changed].sum():
                return True
    return False


def about(variable: str, holds: Holds) -> Holds:
    """Return a sign that holds only where the check's complaint is of this variable's value."""
    return lambda evidence: f"`{variable}" in str(evidence.error) and holds(evidence)


def fraction_of_fewer(value: float) -> bool:
    """Return whether a number is a share of fewer images than there are: of no 10,000, and no mean of shares."""
    if not 0 < value < 1:
        return False
    # No share of 10,000 images is one of 16 by chance but for one in six hundred.
    if abs(value * _BATCH - round(value * _BATCH)) < _AS_COMPUTED:
        return True
    if abs(value * WHOLE - round(value * WHOLE)) < _EXACT:
        return False
    nearest = Fraction(value).limit_denominator(WHOLE - 1)
    return abs(float(nearest) - value) < _AS_COMPUTED and not mean_of_shares(value)


def mean_of_shares(value: float) -> bool:
    """Return whether a number is the mean over batches of a usual size, the last one smaller, and of no usual part."""
    if not 0 < value < 1:
        return False
    part = Fraction(value).limit_denominator(WHOLE - 1).denominator
    if any(size % part == 0 for size in (*PREFIXES, WHOLE)):
        return False
    for size in BATCH_SIZES:
        batches, last = -(-WHOLE // size), WHOLE % size
        right = value * batches * lcm(size, last)
        if abs(right - round(right)) < _EXACT:
            return True
    return False


def _mean_of_means(hits: np.ndarray, size: int) -> float:
    starts = np.arange(0, len(hits), size)
    sums = np.add.reduceat(hits.astype(np.float64), starts)
    return float(np.mean(sums / np.diff(starts, append=len(hits))))


def embeds_twice(evidence: Evidence) -> bool:
    """Return whether `get_image_embeddings` puts its images through the processor again."""
    simulated = embeddings.simulated_images(towers_of(evidence))
    pixels = Tensor(evidence.reference.pixel_values([5, 6_000]))
    try:
        call = evidence.call_once("two images", embeddings.IMAGES, pixels)
    except NoMoreCalls:
        return False
    wrong = [make for name, make in simulated.mistakes if name == "images-processed-twice"]
    got = numbers(call.answer)
    return got is not None and any(close(got, outcome(make, call.arguments)) for make in wrong)
