"""Section 2: cosine similarity of every image with every text."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.checks.expect import expect, expect_array, expect_close
from autograder.checks.tolerances import HALF_PRECISION
from autograder.expected import Expected
from autograder.kernel.wire import Tensor
from autograder.student import Student


def draw_rows(rng: Generator, count: int, width: int) -> np.ndarray:
    """Draw (N, D) rows of lengths between 0.5 and 20, so that an unnormalised product shows."""
    rows = rng.normal(size=(count, width))
    lengths = rng.uniform(0.5, 20.0, size=(count, 1))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True) * lengths).astype(np.float32)


def cosines(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the cosine of every pair of rows, in float64."""
    images, texts = images.astype(np.float64), texts.astype(np.float64)
    lengths = np.outer(np.linalg.norm(images, axis=1), np.linalg.norm(texts, axis=1))
    return images @ texts.T / lengths


@pytest.mark.check(
    points=2,
    title="A row an image, a column a text",
    hint="With N images and M texts the result is a NumPy array of shape (N, M): row i holds the"
    " similarities of image i with all texts. Mind which factor is transposed.",
)
def test_shape_is_images_by_texts(student: Student, reference: Expected, rng: Generator) -> None:
    images, texts = draw_rows(rng, 7, 24), draw_rows(rng, 3, 24)
    got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
    expect_array(got, "the result for 7 images and 3 texts", (7, 3))


@pytest.mark.check(
    points=2,
    title="The values are cosines, whatever the length of the rows",
    hint="A cosine is the dot product of two vectors divided by both their lengths. Rows that have"
    " not been normalised before must give the same values as rows that have.",
)
def test_values_are_cosines(student: Student, reference: Expected, rng: Generator) -> None:
    images, texts = draw_rows(rng, 6, 24), draw_rows(rng, 4, 24)
    got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
    got = expect_array(got, "the result for 6 images and 4 texts", (6, 4))
    expect_close(got, cosines(images, texts), HALF_PRECISION, "the result", "the cosine")


@pytest.mark.check(
    points=1,
    title="Equal directions give 1, opposite ones -1, right angles 0",
    hint="Look at three pairs of vectors that you can judge by eye: the same direction, the opposite"
    " one, and a right angle.",
)
def test_known_angles(student: Student, reference: Expected, rng: Generator) -> None:
    row = draw_rows(rng, 1, 8)
    across = np.zeros_like(row)
    across[0, 0], across[0, 1] = -row[0, 1], row[0, 0]
    texts = np.concatenate([3 * row, -0.5 * row, across])
    got = student.call("get_cosine_similarity", Tensor(row), Tensor(texts))
    got = expect_array(got, "the result for 1 image and 3 texts", (1, 3))
    expect_close(got, np.array([[1.0, -1.0, 0.0]]), HALF_PRECISION, "the result", "the cosine")


@pytest.mark.check(
    points=1,
    title="A NumPy array of floating-point numbers, for any number of rows",
    hint="Move the result to the CPU and turn it into a NumPy array; a single image still gives a row.",
)
def test_one_image_and_other_precision(
    student: Student, reference: Expected, rng: Generator
) -> None:
    images, texts = (
        draw_rows(rng, 1, 16).astype(np.float64),
        draw_rows(rng, 9, 16).astype(np.float64),
    )
    got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
    got = expect_array(got, "the result for 1 image and 9 texts in float64", (1, 9))
    expect(got.dtype.kind == "f", f"the result has dtype {got.dtype}, expected floating point")
    expect_close(got, cosines(images, texts), HALF_PRECISION, "the result", "the cosine")
