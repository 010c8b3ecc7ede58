"""Section 2: the class that wins."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.besides import GLOBALS, expect_left_alone
from autograder.checks.expect import expect, expect_indices
from autograder.clip.expected import Expected
from autograder.seam.student import Student

TIED_ROW = np.array([0.7, 0.7, 0.4, 0.1, -0.2], dtype=np.float32)
"""Similarities of an image that two classes fit equally well."""


def draw_similarity(rng: Generator, images: int, classes: int) -> np.ndarray:
    """Draw (N, M) similarities whose rows are shuffled, well-spaced values.

    No row has a near-tie, neither of values nor of their sums. With M rows or more each column wins at least once,
    with fewer none wins twice, so that a mistake in one column shows whatever the seed.
    """
    step = 1.8 / max(1, classes - 1)
    values = np.linspace(-0.9, 0.9, classes) + rng.uniform(-0.2, 0.2, size=(images, classes)) * step
    table = rng.permuted(values, axis=1)
    for row, winner in zip(
        table, rng.permutation(np.resize(rng.permutation(classes), images)), strict=True
    ):
        best = row.argmax()
        row[[best, winner]] = row[[winner, best]]
    return table.astype(np.float32)


NARROW = 1e-4
"""By how much the best class of an image may be ahead: far above the rounding of float32, and below what is left of
such values in float16 or in whole per cent."""


def draw_narrow(rng: Generator, images: int, classes: int) -> np.ndarray:
    """Draw (N, M) similarities between 0.5 and 1, the best of each row ahead of the second by no more than `NARROW`."""
    table = rng.uniform(0.5, 0.9, size=(images, classes))
    order = rng.permuted(np.tile(np.arange(classes), (images, 1)), axis=1)
    rows = np.arange(images)
    table[rows, order[:, 1]] = rng.uniform(0.91, 0.95, size=images)
    table[rows, order[:, 0]] = table[rows, order[:, 1]] + NARROW
    return table.astype(np.float32)


def draw_unbalanced(rng: Generator, images: int, classes: int) -> np.ndarray:
    """Draw (N, M) similarities as CLIP gives them, 0.15 to 0.35, of which one class wins nine rows in ten."""
    table = rng.uniform(0.15, 0.25, size=(images, classes))
    favourite, other = rng.choice(classes, size=2, replace=False)
    wins = np.where(np.arange(images) % 10 == 9, other, favourite)
    table[np.arange(images), rng.permutation(wins)] = rng.uniform(0.3, 0.35, size=images)
    return table.astype(np.float32)


def draw_mixed(rng: Generator, images: int, classes: int) -> np.ndarray:
    """Draw (N, M) similarities: a third of the rows well spaced, a third decided narrowly, and a third below zero."""
    kinds = [
        draw_similarity(rng, images, classes),
        draw_narrow(rng, images, classes),
        draw_narrow(rng, images, classes) - np.float32(2),
    ]
    table: np.ndarray = np.choose(rng.permutation(np.arange(images) % 3)[:, None], kinds)
    return table


def expect_winners(student: Student, similarity: np.ndarray, what: str) -> None:
    """Raise `Wrong` unless every row of (N, M) gets its best class."""
    count, classes = similarity.shape
    got = student.call("get_predictions", similarity)
    got = expect_indices(got, f"the result for {what}", (count,), classes)
    wrong = int((got != similarity.argmax(axis=1)).sum())
    expect(
        wrong == 0,
        f"of {what}, {wrong} got a class that is not the most similar one"
        if count > 1
        else f"the most similar class of {what} was not found",
    )


@pytest.mark.check(
    points=2,
    title="The best class of each image",
    hint="Each row is one image; the prediction is the position of the largest value *in that row*."
    " With N images there are N predictions.",
)
def test_best_class_of_each_row(student: Student, reference: Expected, rng: Generator) -> None:
    expect_winners(student, draw_similarity(rng, 9, 6), "9 images")
    # As many images as classes, so that nothing but the values tells rows from columns.
    expect_winners(student, draw_similarity(rng, 10, 10), "10 images with 10 classes")
    expect_winners(student, draw_unbalanced(rng, 30, 8), "30 images")


@pytest.mark.check(
    points=1,
    title="Computed from the argument",
    hint="Use the argument `similarity`, not a variable of the same meaning that another cell made, nor what an"
    " earlier call has left: the function is called with other arrays too. It changes nothing that is not its own.",
)
def test_result_follows_the_argument(student: Student, reference: Expected, rng: Generator) -> None:
    first = draw_similarity(rng, 7, 5)
    second = np.roll(first, 1, axis=1)  # every winner moves by one
    for similarity in (first, second, first, draw_mixed(rng, 130, 12)):
        count, classes = similarity.shape
        got, changed = student.call_watched("get_predictions", similarity, watch=GLOBALS)
        got = expect_indices(got, f"the result for {count} images", (count,), classes)
        expect(
            (got == similarity.argmax(axis=1)).all(),
            "the result does not follow the argument: another array gives the wrong winners",
        )
        expect_left_alone("get_predictions", ("similarity",), changed)


@pytest.mark.check(
    points=1,
    title="One integer an image",
    hint="Return a NumPy array of class indices with shape (N,): not the values, not names, no extra"
    " dimension, and one index also where two classes are equally similar.",
)
def test_result_is_a_row_of_integers(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = draw_similarity(rng, 12, 10)
    plain = expect_indices(
        student.call("get_predictions", similarity), "the result for 12 images", (12,), 10
    )
    tied = rng.permuted(np.tile(TIED_ROW, (6, 1)), axis=1)
    what = "the result for 6 images with two equally similar classes each"
    got = expect_indices(student.call("get_predictions", tied), what, (6,), len(TIED_ROW))
    winners = np.take_along_axis(tied, got[:, None].astype(np.int64), axis=1)[:, 0]
    # Whoever misses winners without ties as well has made another mistake, which other checks count.
    finds_winners = bool((plain == similarity.argmax(axis=1)).all())
    expect(
        not finds_winners or (winners == tied.max(axis=1)).all(),
        f"{what} names a class that is not the most similar one",
    )


@pytest.mark.check(
    points=1,
    title="A single image, and similarities below zero",
    hint="Nothing in the function may depend on the number of images or classes, on the sign or the size of the values,"
    " or on how often a class wins. Compare the values as they are, without rounding.",
)
def test_one_image_with_negative_values(
    student: Student, reference: Expected, rng: Generator
) -> None:
    similarity = draw_similarity(rng, 1, 5) - 1
    # The first and the last class are where a search begins and ends.
    similarity = np.roll(similarity, int(rng.integers(1, 4)) - int(similarity.argmax()), axis=1)
    expect_winners(student, similarity, "a single image")
    expect_winners(student, draw_similarity(rng, 10, 23), "10 images with 23 classes")
    # Of every shape some with many rows: whoever slips on some shapes only does so on these.
    for images, classes in ((131, 7), (130, 10), (129, 129), (30, 140), (5, 140), (6, 6)):
        what = f"{images} images with {classes} classes"
        expect_winners(student, draw_mixed(rng, images, classes), what)
    for table, what in (
        (draw_similarity(rng, 129, 1), "129 images with one class"),
        (draw_narrow(rng, 1, 24), "a single image with 24 classes"),
        (draw_narrow(rng, 131, 12), "131 images with positive similarities"),
        (draw_narrow(rng, 131, 12) - np.float32(2), "131 images with negative similarities"),
        (3 * draw_mixed(rng, 131, 12).astype(np.float64), "131 images in double precision"),
    ):
        expect_winners(student, table, what)
    # More rows than are dealt with at a time by whoever does so, of which hardly any class wins.
    expect_winners(student, draw_unbalanced(rng, 130, 10), "130 images")
    expect_winners(student, draw_narrow(rng, 40, 10), "40 images that are decided narrowly")
    # As many as tables of the notebook itself have.
    expect_winners(student, draw_unbalanced(rng, 10_000, 10), "10,000 images")
