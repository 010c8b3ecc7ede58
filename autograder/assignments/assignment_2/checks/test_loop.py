"""Section 2: the zero-shot loop."""

import dataclasses
from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.besides import GLOBALS, expect_left_alone
from autograder.assignments.assignment_2.checks.presupposed import expect_classified
from autograder.assignments.assignment_2.checks.reports import half_precisions
from autograder.checks.expect import Wrong, expect, expect_indices
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.expected import Expected
from autograder.seam.student import Student
from autograder.seam.wire import Loader, Tensor

NARROW = HALF_PRECISION / 2
"""By how much the best two cosines differ where right work decides rightly still.

One cosine that was rounded to half precision is off by an eighth of it at most; a notebook that works in half precision
as a whole is not asked.
"""
MANY_BATCHES = 104
"""More than are looked at by whoever takes some for all."""


def draw_problem(
    reference: Expected,
    rng: Generator,
    count: int,
    batch_size: int,
    *,
    one_sided: bool = False,
    unlike: bool = False,
    narrow: bool = False,
    wide: bool = False,
) -> tuple[Loader, Tensor, np.ndarray]:
    """Draw images, labels, shuffled class texts and the right predictions, none of them a near-tie.

    As far as there are such images no two of one class get the same prediction: labels in the place of predictions
    are wrong about half of them then, under whatever names.

    Args:
        reference: what grades.
        rng: draws.
        count: images.
        batch_size: of the loader.
        one_sided: let a batch hold images of one prediction: what is taken from a whole batch moves these most.
        narrow: take images whose best two texts are nearly equally similar: what changes pixels or rows shows in these.
        wide: take images that are decided clearly, so that another check's matter does not show.
        unlike: turn the texts away from all images, so that every cosine is below zero.
    """
    order = rng.permutation(10)
    text_feats = reference.text_embeddings([reference.class_names[i] for i in order])
    if unlike:
        text_feats = text_feats - 2 * reference.image_embeddings().mean(axis=0)
        text_feats /= np.linalg.norm(text_feats, axis=1, keepdims=True)
    similarity = reference.image_embeddings() @ text_feats.T
    top_two = np.sort(similarity, axis=1)[:, -2:]
    gaps = top_two[:, 1] - top_two[:, 0]
    clear = np.flatnonzero(gaps > 100 * reference.margin)
    if wide:
        clear = clear[gaps[clear] > np.median(gaps[clear])]
    if narrow:
        nearest = np.flatnonzero(gaps > NARROW)
        nearest = nearest[np.argsort(gaps[nearest])]
        # Labels that are looked at show where they are the runner-up, a margin that is asked for in the nearest.
        second = similarity.argsort(axis=1)[nearest, -2] == reference.labels()[nearest]
        half = nearest[second][: count // 2]
        clear = np.concatenate([half, nearest[~second][: count - len(half)]])
    clear = rng.permutation(clear)
    wanted = similarity.argmax(axis=1)
    pairs = Counter[tuple[int, int]]()
    turns = []  # the how-manieth of its class and prediction each is
    for pair in zip(reference.labels()[clear].tolist(), wanted[clear].tolist(), strict=True):
        turns.append(pairs[pair])
        pairs[pair] += 1
    rows = clear[np.argsort(turns, kind="stable")]
    if one_sided:
        often = np.flatnonzero(np.bincount(wanted[rows], minlength=10) >= batch_size)
        winners = rng.choice(often, size=min(len(often), -(-count // batch_size)), replace=False)
        rows = np.concatenate([rows[wanted[rows] == winner][:batch_size] for winner in winners])
        rows = rows[:count]
    else:
        rows = rng.permutation(rows[:count])
    loader = Loader(reference.pixel_values(rows), reference.labels()[rows], batch_size)
    return loader, Tensor(text_feats), wanted[rows]


def expect_pair(value: Any) -> tuple[Any, Any]:
    """Return what should be true and predicted classes."""
    if not (isinstance(value, (list, tuple)) and len(value) == 2):
        raise Wrong("`run_zero_shot` does not return the pair (y_true, y_pred)")
    for name, part in zip(("y_true", "y_pred"), value, strict=True):
        is_plain = isinstance(part, list) and all(isinstance(entry, int) for entry in part)
        expect(not is_plain, f"`{name}` is a list, expected a NumPy array", "list-returned")
    y_true, y_pred = value
    return y_true, y_pred


def expect_labels(value: Any, loader: Loader) -> None:
    """Raise `Wrong` unless the first of the pair is the loader's labels, in order."""
    count = len(loader.labels)
    y_true = expect_indices(expect_pair(value)[0], f"`y_true` for {count} images", (count,), 10)
    expect(
        (y_true == loader.labels).all(),
        "`y_true` does not hold the labels in the order of the loader",
    )


def expect_in_step(
    student: Student, loader: Loader, text_feats: Tensor, wanted: np.ndarray
) -> None:
    """Raise `Wrong` unless a shuffled loader's labels come back beside the predictions for their own images.

    The order of a pass is not known here, and a second pass would have another one. So what is compared is how
    often each true class stands beside each prediction. Predictions that are wrong as a whole are another
    check's matter.
    """
    y_true, y_pred = expect_pair(student.call("run_zero_shot", loader, text_feats))
    count = len(loader.labels)
    y_true = expect_indices(y_true, f"`y_true` for {count} images", (count,), 10)
    usable = (
        isinstance(y_pred, np.ndarray) and y_pred.shape == (count,) and y_pred.dtype.kind in "biuf"
    )
    if not usable or sorted(y_pred.tolist()) != sorted(wanted.tolist()):
        return
    got, right = (
        sorted(zip(true.tolist(), predicted.tolist(), strict=True))
        for true, predicted in ((y_true, y_pred), (loader.labels, wanted))
    )
    expect(
        got == right,
        "with a shuffled loader the labels do not stand beside the predictions for the same images",
        "labels-not-in-step",
    )


@pytest.mark.check(
    points=2,
    title="All labels, in order, also when the last batch is smaller",
    hint="Collect a batch's labels and predictions in lists and join them at the end with"
    " `np.concatenate`. A list of batches of different sizes is no rectangle.",
)
def test_labels_of_uneven_batches(student: Student, reference: Expected, rng: Generator) -> None:
    loader, text_feats, _ = draw_problem(reference, rng, 17, 8)
    expect_labels(student.call("run_zero_shot", loader, text_feats), loader)
    loader, text_feats, wanted = draw_problem(reference, rng, 29, 8)
    expect_in_step(student, dataclasses.replace(loader, shuffle=True), text_feats, wanted)
    # As many batches as a loop that stops early would not go through, of few images again and again.
    few, text_feats, _ = draw_problem(reference, rng, 8, 1)
    take = rng.permutation(np.arange(MANY_BATCHES) % len(few.labels))
    loader = dataclasses.replace(few, labels=few.labels[take], take=take)
    expect_labels(student.call("run_zero_shot", loader, text_feats), loader)


@pytest.mark.check(
    points=2,
    title="Predictions from these images and these texts",
    hint="In each batch: embed the images, compare them with the argument `text_feats`, take the best"
    " class. Use the arguments, not variables that another cell made.",
)
def test_predictions_follow_the_texts(
    student: Student, reference: Expected, rng: Generator
) -> None:
    loader, text_feats, wanted = draw_problem(reference, rng, 19, 8)
    _, y_pred = expect_pair(student.call("run_zero_shot", loader, text_feats))
    y_pred = expect_indices(y_pred, "`y_pred` for 19 images", (19,), 10)
    wrong = int((y_pred != wanted).sum())
    expect(wrong == 0, f"{wrong} of 19 images did not get the class of the most similar text")
    is_precise = not half_precisions(student)
    for kind, where in (
        ({"one_sided": True}, "where a batch holds images of one class"),
        ({"unlike": True}, "where no text is like any image"),
        *(
            [({"narrow": True}, "where the best two are nearly equally similar")]
            if is_precise
            else []
        ),
    ):
        loader, text_feats, wanted = draw_problem(reference, rng, 16, 8, **kind)
        _, y_pred = expect_pair(student.call("run_zero_shot", loader, text_feats))
        y_pred = expect_indices(y_pred, f"`y_pred` for {len(wanted)} images", wanted.shape, 10)
        wrong = int((y_pred != wanted).sum())
        expect(
            wrong == 0,
            f"{wrong} of {len(wanted)} images did not get the class of the most similar text, {where}",
        )


@pytest.mark.check(
    points=1,
    title="Every run starts afresh",
    hint="Make the lists that collect the results inside the function, so that a second run does not"
    " add to those of the first.",
)
def test_a_second_run_starts_afresh(student: Student, reference: Expected, rng: Generator) -> None:
    for count in (20, 18):
        loader, text_feats, wanted = draw_problem(
            reference, rng, count, 8, one_sided=True, wide=True
        )
        value, changed = student.call_watched("run_zero_shot", loader, text_feats, watch=GLOBALS)
        expect_labels(value, loader)
        expect_classified(student, expect_pair(value), loader, text_feats, wanted)
        expect_left_alone("run_zero_shot", ("loader", "text_feats"), changed)


@pytest.mark.check(
    points=1,
    title="Texts are embedded once, outside the loop",
    hint="The texts do not change from batch to batch: embed them once, before the loop, and pass them"
    " in. Doing it again in each of 625 batches gives the same numbers, slower.",
)
def test_texts_are_not_embedded_again(
    student: Student, reference: Expected, rng: Generator
) -> None:
    loader, text_feats, wanted = draw_problem(reference, rng, 20, 10, one_sided=True, wide=True)
    watched = ("get_text_embeddings", "clip_model.get_text_features")
    value, counts = student.count_calls("run_zero_shot", loader, text_feats, of=watched)
    pair = expect_pair(value)
    times = max(counts.values())
    expect(times == 0, f"the texts were embedded {times} times while 2 batches were classified")
    expect_classified(student, pair, loader, text_feats, wanted)
