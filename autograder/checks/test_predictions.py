"""Section 2: the class that wins."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.checks.expect import expect, expect_indices
from autograder.expected import Expected
from autograder.student import Student


def draw_similarity(rng: Generator, images: int, classes: int) -> np.ndarray:
    """Draw (N, M) similarities whose rows are shuffled, evenly spaced values: no row has a near-tie."""
    values = np.linspace(-0.9, 0.9, classes)
    return np.stack([rng.permutation(values) for _ in range(images)]).astype(np.float32)


@pytest.mark.check(
    points=2,
    title="The best class of each image",
    hint="Each row is one image; the prediction is the position of the largest value *in that row*."
    " With N images there are N predictions.",
)
def test_best_class_of_each_row(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = draw_similarity(rng, 9, 6)
    got = expect_indices(
        student.call("get_predictions", similarity), "the result for 9 images", (9,), 6
    )
    wrong = int((got != similarity.argmax(axis=1)).sum())
    expect(wrong == 0, f"{wrong} of 9 images got a class that is not the most similar one")


@pytest.mark.check(
    points=1,
    title="Computed from the argument",
    hint="Use the argument `similarity`, not a variable of the same meaning that another cell made:"
    " the function is called with other arrays too.",
)
def test_result_follows_the_argument(student: Student, reference: Expected, rng: Generator) -> None:
    first = draw_similarity(rng, 5, 7)
    second = np.roll(first, 1, axis=1)  # every winner moves by one
    for similarity in (first, second):
        got = expect_indices(
            student.call("get_predictions", similarity), "the result for 5 images", (5,), 7
        )
        expect(
            (got == similarity.argmax(axis=1)).all(),
            "the result does not follow the argument: another array gives the wrong winners",
        )


@pytest.mark.check(
    points=1,
    title="One integer an image",
    hint="Return a NumPy array of class indices with shape (N,): not the values, not names, and no"
    " extra dimension.",
)
def test_result_is_a_row_of_integers(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = draw_similarity(rng, 4, 10)
    expect_indices(student.call("get_predictions", similarity), "the result for 4 images", (4,), 10)


@pytest.mark.check(
    points=1,
    title="A single image, and similarities below zero",
    hint="Nothing in the function may depend on the number of images or on the sign of the values.",
)
def test_one_image_with_negative_values(
    student: Student, reference: Expected, rng: Generator
) -> None:
    similarity = draw_similarity(rng, 1, 5) - 1
    got = expect_indices(
        student.call("get_predictions", similarity), "the result for 1 image", (1,), 5
    )
    expect(got[0] == similarity.argmax(), "the most similar class of a single image was not found")
