"""Section 2: mistakes in `run_zero_shot(loader, text_feats)`, made on purpose."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.checks.test_loop import MANY_BATCHES
from autograder.assignments.assignment_2.mistakes.embeddings import PICTURES
from autograder.assignments.assignment_2.mistakes.predictions import WINNER_MISTAKES
from autograder.assignments.assignment_2.mistakes.state import MODEL_OVERWRITTEN, WHOLE
from autograder.assignments.assignment_2.mistakes.towers import Towers, towers_of
from autograder.assignments.assignment_2.mistakes.upstream import (
    FUNCTION_USED_IS_WRONG,
    function_used_is_wrong,
)
from autograder.diagnosis.agreement import close, numbers, single
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.signs import Sign, constant, outcome
from autograder.diagnosis.wrappings import Holds, holds_texts, is_fractional, is_tensor, on_gpu
from autograder.seam.wire import Loader

FUNCTION = "run_zero_shot"
_EXACT = 1e-6
_FAR_TOO_LONG = 4
_CHANCE = 3
"""So few entries of a result may be each other's by chance."""
_TEXT_FUNCTIONS = ("get_text_embeddings", "clip_model.get_text_features")


@dataclass(frozen=True)
class Run:
    """What right work does with one loader.

    Attributes:
        labels: the true classes in the loader's order, int (N,).
        similarity: of each image with each text, (N, M).
        with_names: predictions from the ten bare names in their own order, int (N,).
        batch_size: of the loader.
    """

    labels: np.ndarray
    similarity: np.ndarray
    with_names: np.ndarray
    batch_size: int

    @property
    def predicted(self) -> np.ndarray:
        """The most similar text of each image, int (N,)."""
        return self.similarity.argmax(axis=1)

    def batches(self, array: np.ndarray) -> list[np.ndarray]:
        """Cut an (N,) array as the loader does."""
        return [
            array[start : start + self.batch_size]
            for start in range(0, len(array), self.batch_size)
        ]

    @property
    def accuracy(self) -> float:
        """The share of right predictions."""
        return float((self.predicted == self.labels).mean())

    @property
    def batch_accuracies(self) -> np.ndarray:
        """The share of right predictions in each batch."""
        right = self.batches(self.predicted == self.labels)
        return np.array([batch.mean() for batch in right])


def run_of(evidence: Evidence, call: Call) -> Run:
    """Return what right work does with the arguments of a call."""
    loader, text_feats = call.arguments

    def embed() -> np.ndarray:
        rows = evidence.reference.embed(loader.images)
        return rows if loader.take is None else rows[loader.take]

    images = evidence.once(f"embeddings of loader {id(loader)}", embed)
    names = evidence.reference.text_embeddings(evidence.reference.class_names)
    return Run(
        np.asarray(loader.labels),
        images @ text_feats.array.T,
        (images @ names.T).argmax(axis=1),
        loader.batch_size,
    )


_Pair = tuple[Any, Any]
_ON_PAIRS: tuple[tuple[str, Callable[[Run], _Pair]], ...] = (
    ("pair-swapped", lambda run: (run.predicted, run.labels)),
    ("only-first-batch", lambda run: (run.batches(run.labels)[0], run.batches(run.predicted)[0])),
    ("only-last-batch", lambda run: (run.batches(run.labels)[-1], run.batches(run.predicted)[-1])),
    (
        "last-batch-dropped",
        lambda run: (
            np.concatenate([run.labels[:0], *run.batches(run.labels)[:-1]]),
            np.concatenate([run.predicted[:0], *run.batches(run.predicted)[:-1]]),
        ),
    ),
    (
        "last-batch-dropped",
        lambda run: (_whole_batches(run, run.labels), _whole_batches(run, run.predicted)),
    ),
    (
        "first-batch-skipped",
        lambda run: (run.labels[run.batch_size :], run.predicted[run.batch_size :]),
    ),
    (
        "batch-counted-twice",
        lambda run: (
            np.concatenate([run.labels, run.batches(run.labels)[-1]]),
            np.concatenate([run.predicted, run.batches(run.predicted)[-1]]),
        ),
    ),
    (
        "batch-counted-twice",
        lambda run: (
            np.concatenate([run.batches(run.labels)[0], run.labels]),
            np.concatenate([run.batches(run.predicted)[0], run.predicted]),
        ),
    ),
    (
        "batch-counted-twice",
        lambda run: (
            np.tile(run.batches(run.labels)[0], len(run.batches(run.labels))),
            np.tile(run.batches(run.predicted)[0], len(run.batches(run.labels))),
        ),
    ),
    (
        "batch-counted-twice",
        lambda run: (_twice(run.batches(run.labels)), _twice(run.batches(run.predicted))),
    ),
    ("sorted-apart", lambda run: (np.sort(run.labels), np.sort(run.predicted))),
    ("sorted-apart", lambda run: (np.sort(run.labels), run.predicted)),
    ("sorted-apart", lambda run: (run.labels, np.sort(run.predicted))),
    ("predictions-as-labels", lambda run: (run.predicted, run.predicted)),
    ("labels-among-predictions", lambda run: (run.labels, run.labels)),
    ("order-not-kept", lambda run: (run.labels[::-1], run.predicted[::-1])),
    ("labels-not-in-step", lambda run: (run.labels, np.roll(run.predicted, 1))),
    ("labels-not-in-step", lambda run: (run.labels, np.roll(run.predicted, -1))),
    ("labels-not-in-step", lambda run: (run.labels, np.roll(run.predicted, run.batch_size))),
    ("labels-not-in-step", lambda run: (run.labels, np.roll(run.predicted, -run.batch_size))),
    ("extra-dimension", lambda run: (run.labels[:, None], run.predicted[:, None])),
    ("extra-dimension", lambda run: (run.labels[:, None], run.predicted)),
    ("extra-dimension", lambda run: (run.labels[None], run.predicted[None])),
    ("extra-dimension", lambda run: (run.labels, run.predicted[:, None])),
)


def _whole_batches(run: Run, array: np.ndarray) -> np.ndarray:
    return array[: len(array) // run.batch_size * run.batch_size]


def _twice(batches: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([part for batch in batches for part in (batch, batch)])


def _parts(call: Call) -> _Pair | None:
    value = call.answer
    if call.error is None and isinstance(value, (list, tuple)) and len(value) == 2:
        return value[0], value[1]
    return None


def _both(one: Holds, other: Holds) -> Holds:
    return lambda evidence: one(evidence) and other(evidence)


def _pairs_agree(simulate: Callable[[Run], _Pair]) -> Holds:
    def holds(evidence: Evidence) -> bool:
        calls = _ordered(evidence)
        for call in _asked(evidence):
            got, run = _parts(call), run_of(evidence, call)
            if got is None or not all(map(close, got, simulate(run))):
                return False
        return any(not _is_right(evidence, call) for call in calls)

    return holds


def _ordered(evidence: Evidence) -> list[Call]:
    """Return the failed check's calls with loaders whose order is known."""
    return [call for call in evidence.own_calls(FUNCTION) if not call.arguments[0].shuffle]


def _is_right(evidence: Evidence, call: Call) -> bool:
    got = _parts(call)
    has_labels = got is not None and close(got[0], run_of(evidence, call).labels)
    return has_labels and _predicts_rightly(evidence, call)


def _predicts_rightly(evidence: Evidence, call: Call) -> bool:
    got = _parts(call)
    return got is not None and close(got[1], run_of(evidence, call).predicted)


def _second(simulate: Callable[[Run], Any]) -> Holds:
    """Return a sign: in every call the predictions are the simulated ones, whatever became of the labels."""

    def is_so(evidence: Evidence, call: Call) -> bool:
        got, run = _parts(call), run_of(evidence, call)
        return got is not None and close(got[1], outcome(simulate, (run,)))

    def holds(evidence: Evidence) -> bool:
        wrong = [call for call in _ordered(evidence) if not _predicts_rightly(evidence, call)]
        return bool(wrong) and all(is_so(evidence, call) for call in _asked(evidence))

    return holds


def _winner(name: str, mistake: Callable[[np.ndarray], Any]) -> Sign:
    def in_batches(run: Run) -> np.ndarray:
        parts = [np.atleast_1d(mistake(part)) for part in run.batches(run.similarity)]
        return np.concatenate(parts)

    holds = _second(in_batches)
    # Where `get_predictions` itself is wrong, the loop may well be right.
    return Sign(name, lambda evidence: holds(evidence) and not function_used_is_wrong(evidence))


def _any_part(kind: Callable[[Any], bool]) -> Holds:
    def holds(evidence: Evidence) -> bool:
        pairs = [_parts(call) for call in evidence.own_calls(FUNCTION)]
        return any(pair is not None and any(map(kind, pair)) for pair in pairs)

    return holds


def _whole_split(evidence: Evidence) -> bool:
    """Hold where a loader of a few images gives as many labels as the test split has, and others than its own."""
    for call in evidence.own_calls(FUNCTION):
        pair, own = _parts(call), call.arguments[0].labels
        first = numbers(pair[0]) if pair else None
        if WHOLE in _sizes(call) and (first is None or not close(first[: len(own)], own)):
            return True
    return False


def _padded_to_the_split(evidence: Evidence) -> bool:
    """Hold where a loader of a few images gives as many labels as the test split has, and its own at the beginning."""
    padded = False
    for call in evidence.own_calls(FUNCTION):
        pair, own = _parts(call), call.arguments[0].labels
        first = numbers(pair[0]) if pair else None
        if first is None or first.shape != (WHOLE,) or call.arguments[0].shuffle:
            continue
        padded = padded or (close(first[: len(own)], own) and np.ptp(first[len(own) :]) == 0)
    return padded


def _first_kept(evidence: Evidence) -> bool:
    """Hold where every answer is the one that was right for the very first loader."""
    calls = evidence.calls(FUNCTION)
    return constant(calls) and not calls[0].arguments[0].shuffle and _is_right(evidence, calls[0])


def _sizes(call: Call) -> tuple[int, ...]:
    pair = _parts(call)
    found = [numbers(part) for part in pair] if pair else []
    return tuple(array.size for array in found if array is not None)


def _counts_texts(evidence: Evidence) -> bool:
    return any(max(call.counts.values(), default=0) > 0 for call in evidence.calls(FUNCTION))


def _names_in_every_batch(evidence: Evidence) -> bool:
    return _second(lambda run: run.with_names)(evidence) and _embeds_texts(evidence)


def _embeds_texts(evidence: Evidence) -> bool:
    """Return whether the function embeds texts itself; asked with a loader of the failed check."""
    if _counts_texts(evidence):
        return True
    arguments = evidence.own_calls(FUNCTION)[0].arguments
    try:
        call = evidence.call_once("texts embedded", FUNCTION, *arguments, counting=_TEXT_FUNCTIONS)
    except NoMoreCalls:
        return False
    return max(call.counts.values(), default=0) > 0


def _grows(evidence: Evidence) -> bool:
    """Hold where an answer begins with an earlier one's results."""
    calls = evidence.calls(FUNCTION)
    lengths = [_sizes(call) for call in calls]
    for number, call in enumerate(calls[1:], start=1):
        if call.check != evidence.check or not lengths[number] or not lengths[number - 1]:
            continue
        added = len(call.arguments[0].labels)
        if lengths[number][0] == lengths[number - 1][0] + added:
            return True
    return _longer_and_ends_rightly(evidence)


def _longer_and_ends_rightly(evidence: Evidence) -> bool:
    for call in _ordered(evidence):
        pair = _parts(call)
        first = numbers(pair[0]) if pair else None
        labels = call.arguments[0].labels
        if first is None or first.ndim != 1 or len(first) <= len(labels):
            continue
        if close(first[-len(labels) :], labels):
            return True
    return False


def _batched(array: Any) -> list[np.ndarray] | None:
    if not isinstance(array, (list, tuple)):
        found = numbers(array)
        table = found is not None and found.ndim == 2 and found.shape[1] > 1
        return list(found) if found is not None and table else None
    parts = [numbers(part) for part in array]
    if not parts or any(part is None or part.ndim != 1 for part in parts):
        return None
    return [part for part in parts if part is not None]


def _not_joined(evidence: Evidence) -> bool:
    """Hold where the labels come back batch by batch, all of them."""
    for call in _ordered(evidence):
        pair = _parts(call)
        batches = _batched(pair[0]) if pair else None
        if not batches or not close(np.concatenate(batches), call.arguments[0].labels):
            return False
    return bool(_ordered(evidence))


def _flat_where_even(evidence: Evidence) -> bool:
    """Hold where batches of equal size are put together, and uneven ones are not."""
    if not _not_joined(evidence):
        return False
    loader, text_feats = _ordered(evidence)[0].arguments
    even = Loader(loader.pixel_values[:4], loader.labels[:4], 2)
    try:
        call = evidence.call_once("even batches", FUNCTION, even, text_feats)
    except NoMoreCalls:
        return False
    pair = _parts(call)
    return pair is not None and close(pair[0], call.arguments[0].labels)


def _number(call: Call) -> float | None:
    return single(call.answer) if call.error is None else None


def _asked(evidence: Evidence) -> list[Call]:
    """Return all calls of the exercise's checks with loaders whose order is known."""
    return [call for call in evidence.asked(FUNCTION) if not call.arguments[0].shuffle]


def _known(evidence: Evidence) -> list[Call]:
    """Return all calls of the exercise with loaders whose order is known."""
    return [call for call in evidence.calls(FUNCTION) if not call.arguments[0].shuffle]


def _batch_means(evidence: Evidence) -> bool:
    """Hold where accuracies of batches, or their mean, are what is returned, or a part of it."""
    differs = False
    for call in _known(evidence):
        run = run_of(evidence, call)
        means = run.batch_accuracies
        parts = _parts(call) or (call.answer,)
        if not any(close(part, means) or close(part, means.mean()) for part in parts):
            return False
        differs = differs or abs(means.mean() - run.accuracy) > _EXACT
    return differs or _mean_where_it_differs(evidence)


def _mean_where_it_differs(evidence: Evidence) -> bool:
    """Hold where the mean over batches comes back for labels that only the last, smaller batch does not meet."""
    for known in _known(evidence):
        loader, text_feats = known.arguments
        rest = len(loader.labels) % loader.batch_size
        if not rest or rest == len(loader.labels):
            continue
        labels = run_of(evidence, known).predicted.astype(loader.labels.dtype)
        labels[-rest:] = (labels[-rest:] + 1) % len(text_feats.array)
        unlike = dataclasses.replace(loader, labels=labels)
        try:
            call = evidence.call_once("unlike", FUNCTION, unlike, text_feats)
        except NoMoreCalls:
            return False
        means = run_of(evidence, call).batch_accuracies
        parts = _parts(call) or (call.answer,)
        return any(close(part, means) or close(part, means.mean()) for part in parts)
    return False


def _one_accuracy(evidence: Evidence) -> bool:
    """Hold where the share of right predictions is all that is returned."""
    calls = _known(evidence)
    found = [(_number(call), run_of(evidence, call).accuracy) for call in calls]
    return bool(calls) and all(
        number is not None and abs(number - accuracy) <= _EXACT for number, accuracy in found
    )


def _one_number(evidence: Evidence) -> bool:
    calls = evidence.own_calls(FUNCTION)
    return bool(calls) and all(_number(call) is not None for call in calls)


def _order_lost(evidence: Evidence) -> bool:
    """Hold where labels and predictions are all there, and neither the loader's order nor each other's is kept."""
    wrong = False
    for call in evidence.own_calls(FUNCTION):
        pair, run = _parts(call), run_of(evidence, call)
        found = [numbers(part) for part in pair] if pair else [None]
        if any(array is None or array.shape != run.labels.shape for array in found):
            return False
        true, predicted = (np.asarray(array) for array in found)
        if not _permuted(true, run.labels) or not _permuted(predicted, run.predicted):
            return False
        elsewhere = int((true != run.labels).sum() + (predicted != run.predicted).sum())
        # Two that have changed places may have done so by chance.
        wrong = wrong or (
            elsewhere > _CHANCE
            and sorted(zip(true.tolist(), predicted.tolist(), strict=True))
            != sorted(zip(run.labels.tolist(), run.predicted.tolist(), strict=True))
        )
    return wrong


def _consistently_permuted(evidence: Evidence) -> bool:
    calls = _ordered(evidence)
    for call in calls:
        pair, run = _parts(call), run_of(evidence, call)
        found = [numbers(part) for part in pair] if pair else [None]
        if any(array is None or array.shape != run.labels.shape for array in found):
            return False
        if not _permuted(np.asarray(found[0]), run.labels):
            return False
    labels = [numbers(pair[0]) for call in calls if (pair := _parts(call))]
    return any(
        not close(got, call.arguments[0].labels) for got, call in zip(labels, calls, strict=True)
    )


def _stops_early(evidence: Evidence) -> bool:
    """Hold where a loader of many batches comes back as its first ones, more than one and less than all but one."""
    for call in _ordered(evidence):
        got, loader = _parts(call), call.arguments[0]
        if got is None:
            continue
        labels, run = numbers(got[0]), run_of(evidence, call)
        size, count = loader.batch_size, len(run.labels)
        if labels is None or labels.ndim != 1 or not size < len(labels) < count - size:
            continue
        first = slice(0, len(labels))
        if close(labels, run.labels[first]) and close(got[1], run.predicted[first]):
            return True
    return False


def _follows_its_batch(evidence: Evidence) -> bool:
    """Hold where predictions follow the size of the batches, the same again in the same, and are wrong in one batch.

    In a single batch nothing can be lost or exchanged between batches.
    """
    own = _ordered(evidence)
    if not own:
        return False
    loader, text_feats = own[-1].arguments
    sizes = (loader.batch_size, loader.batch_size // 2 + 1, len(loader.labels))
    try:
        calls = [
            evidence.call_once(
                f"{FUNCTION} of {id(loader)} in batches of {size}",
                FUNCTION,
                dataclasses.replace(loader, batch_size=size),
                text_feats,
            )
            for size in sizes
        ]
    except NoMoreCalls:
        return False
    wanted = run_of(evidence, own[-1]).predicted
    found = [
        predicted
        for call in (own[-1], *calls)
        if (parts := _parts(call)) is not None
        and (predicted := numbers(parts[1])) is not None
        and predicted.shape == wanted.shape
    ]
    if len(found) <= len(calls):
        return False
    before, again, other, at_once = found
    return (
        np.array_equal(before, again)
        and not np.array_equal(before, other)
        and not np.array_equal(at_once, wanted)
    )


def _mended_by_labels(evidence: Evidence) -> bool:
    """Hold where predictions are right ones, or the images' own labels where these would have been wrong."""
    mended = 0
    for call in _asked(evidence):
        pair, run = _parts(call), run_of(evidence, call)
        got = numbers(pair[1]) if pair else None
        if got is None or got.shape != run.predicted.shape:
            return False
        other = got != run.predicted
        if not np.array_equal(got[other], run.labels[other]):
            return False
        mended += int(other.sum())
    return mended > 1


def _filled_up(evidence: Evidence) -> bool:
    """Hold where all labels come back, and with them one number in places for whole batches."""
    longer = 0
    for call in _ordered(evidence):
        pair, run = _parts(call), run_of(evidence, call)
        labels = numbers(pair[0]) if pair else None
        if labels is None or labels.ndim != 1 or labels.dtype.kind not in "iu":
            return False
        more = Counter(labels.tolist())
        more.subtract(run.labels.tolist())
        rest = {number: count for number, count in more.items() if count}
        batches = len(run.batches(run.labels))
        if rest and (len(rest) > 1 or min(rest.values()) < 0 or len(labels) % batches):
            return False
        if len(labels) > _FAR_TOO_LONG * len(run.labels):
            return False
        longer = max(longer, len(labels) - len(run.labels))
    return longer > 1


def _some_left_out(evidence: Evidence) -> bool:
    """Hold where some images come back, each in its turn with its label and its prediction, and others do not."""
    shorter = False
    for call in _asked(evidence):
        pair, run = _parts(call), run_of(evidence, call)
        got = [numbers(part) for part in pair] if pair else [None]
        if any(array is None or array.ndim != 1 for array in got):
            return False
        labels, predicted = (np.asarray(array).tolist() for array in got)
        if len(labels) != len(predicted) or not labels:
            return False
        wanted = iter(zip(run.labels.tolist(), run.predicted.tolist(), strict=True))
        if not all(one in wanted for one in zip(labels, predicted, strict=True)):
            return False
        shorter = shorter or len(labels) < len(run.labels)
    return shorter


def _first_of_many(evidence: Evidence) -> bool:
    """Hold where of many batches the first one alone comes back, and not one now and then."""
    own = _ordered(evidence)
    if not own:
        return False
    loader, text_feats = own[0].arguments
    many = dataclasses.replace(
        loader,
        labels=np.resize(loader.labels, MANY_BATCHES),
        take=np.resize(np.arange(len(loader.labels)), MANY_BATCHES),
        batch_size=1,
    )
    try:
        call = evidence.call_once("many batches", FUNCTION, many, text_feats)
    except NoMoreCalls:
        return False
    return _sizes(call)[:1] == (1,)


def _changed(
    change: Callable[[np.ndarray], np.ndarray], towers: Towers, pixels: np.ndarray
) -> np.ndarray:
    return change(pixels)


def _of_images(change: Callable[[Towers, np.ndarray], np.ndarray]) -> Holds:
    """Return a sign: in all calls predictions are those of images that were changed on the way to the model."""

    def holds(evidence: Evidence) -> bool:
        towers = towers_of(evidence)
        differs = 0
        for call in _asked(evidence):
            pair, run = _parts(call), run_of(evidence, call)
            got = numbers(pair[1]) if pair else None
            loader, texts = call.arguments
            if got is None or got.shape != run.predicted.shape:
                return False
            rows = towers.image(change(towers, loader.pixel_values)).features @ texts.array.T
            changed = rows.argmax(axis=1)
            changed = changed if loader.take is None else changed[loader.take]
            if not np.array_equal(got, changed):
                return False
            differs += int((changed != run.predicted).sum())
        return differs >= _CHANCE

    return holds


def _permuted(got: np.ndarray, wanted: np.ndarray) -> bool:
    return bool(np.array_equal(np.sort(got), np.sort(wanted)))


SIGNS: Sequence[Sign] = (
    MODEL_OVERWRITTEN,
    Sign("class-names-returned", _any_part(holds_texts)),
    Sign("result-on-gpu", _any_part(on_gpu)),
    Sign("mean-of-batch-means", _batch_means),
    Sign("accuracy-instead-of-pair", _one_accuracy),
    Sign("accuracy-instead-of-pair", _one_number, weak=True),
    Sign("global-instead-of-argument", _whole_split),
    Sign("stale-cache", _first_kept),
    Sign("lists-not-reset", _grows),
    Sign("uneven-last-batch", _flat_where_even),
    Sign("batches-not-joined", _not_joined),
    Sign("text-encoded-every-batch", _names_in_every_batch),
    Sign("text-encoded-every-batch", _counts_texts, ("test_texts_are_not_embedded_again",)),
    Sign("global-instead-of-argument", _second(lambda run: run.with_names)),
    *(
        Sign(name, _both(_pairs_agree(simulate), _first_of_many))
        if name == "only-first-batch"
        else Sign(name, _pairs_agree(simulate))
        for name, simulate in _ON_PAIRS
    ),
    Sign("subset-as-whole", _stops_early),
    Sign("tensor-instead-of-array", _any_part(is_tensor)),
    Sign("labels-not-in-step", _order_lost),
    Sign("order-not-kept", _consistently_permuted, weak=True),
    Sign("places-left-empty", _filled_up),
    Sign("places-left-empty", _padded_to_the_split),
    Sign("labels-among-predictions", _mended_by_labels),
    Sign("images-left-out", _some_left_out, weak=True),
    Sign(
        "images-processed-twice",
        _of_images(lambda towers, pixels: towers.processed_again(pixels, rescaled=False)),
    ),
    Sign(
        "images-processed-twice",
        _of_images(lambda towers, pixels: towers.processed_again(pixels, rescaled=True)),
    ),
    Sign("double-rescaling", _of_images(lambda towers, pixels: pixels / 255)),
    *(Sign("images-altered", _of_images(partial(_changed, change))) for change in PICTURES),
    Sign("wrong-index-dtype", _any_part(is_fractional)),
    *(_winner(name, mistake) for name, mistake in WINNER_MISTAKES),
    FUNCTION_USED_IS_WRONG,
    Sign("depends-on-batch", _follows_its_batch, ("test_predictions_follow_the_texts",)),
)


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    return tuple(SIGNS)
