"""Section 2: cosine similarity of every image with every text."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.besides import GLOBALS, expect_left_alone
from autograder.checks.expect import expect, expect_array, expect_close
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.expected import Expected
from autograder.seam.student import Student
from autograder.seam.wire import Tensor


def draw_rows(rng: Generator, count: int, width: int) -> np.ndarray:
    """Draw (N, D) rows of lengths between 0.5 and 20, so that an unnormalised product shows."""
    rows = rng.normal(size=(count, width))
    lengths = rng.uniform(0.5, 20.0, size=(count, 1))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True) * lengths).astype(np.float32)


def draw_unit_rows(rng: Generator, count: int, width: int) -> np.ndarray:
    """Draw (N, D) rows of length 1, as embeddings are that were normalised before."""
    rows = draw_rows(rng, count, width)
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


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
    images, texts = draw_unit_rows(rng, 7, 24), draw_unit_rows(rng, 3, 24)
    got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
    expect_array(got, "the result for 7 images and 3 texts", (7, 3))


@pytest.mark.check(
    points=2,
    title="The values are cosines",
    hint="A cosine is the dot product of two vectors divided by both their lengths: of rows that have"
    " been normalised before it is the dot product itself.",
)
def test_values_are_cosines(student: Student, reference: Expected, rng: Generator) -> None:
    # Then as many images as texts, so that nothing but the values tells them apart, and once more with others; and
    # more rows than are dealt with at a time by whoever does so, and of every other shape some with many of them.
    sizes = (
        (6, 4),
        (5, 5),
        (5, 5),
        (130, 10),
        (129, 129),
        (131, 140),
        (5, 140),
        (1, 140),
        (129, 1),
    )
    for count, others in sizes:
        images, texts = draw_unit_rows(rng, count, 24), draw_unit_rows(rng, others, 24)
        got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
        got = expect_array(
            got, f"the result for {count} images and {others} texts", (count, others)
        )
        expect_close(got, cosines(images, texts), HALF_PRECISION, "the result", "the cosine")
    # Features of one sign only, as behind a rectifier: whoever compares with 0 sees no others there.
    for sign in (1, -1):
        images, texts = (sign * abs(draw_unit_rows(rng, rows, 24)) for rows in (131, 12))
        got = student.call("get_cosine_similarity", Tensor(images), Tensor(texts))
        got = expect_array(got, "the result for 131 images and 12 texts", (131, 12))
        expect_close(got, cosines(images, texts), HALF_PRECISION, "the result", "the cosine")


@pytest.mark.check(
    points=1,
    title="Equal directions give 1, opposite ones -1, right angles 0",
    hint="Look at three pairs of vectors that you can judge by eye: the same direction, the opposite"
    " one, and a right angle.",
)
def test_known_angles(student: Student, reference: Expected, rng: Generator) -> None:
    # Far from having the mean 0, and so is what stands across it: whoever centres rows is always wrong.
    row = np.abs(draw_unit_rows(rng, 1, 8))
    row[0, 0] += 1
    row /= np.linalg.norm(row)
    across = np.zeros_like(row)
    across[0, 0], across[0, 1] = -row[0, 1], row[0, 0]
    texts = np.concatenate([row, -row, across / np.linalg.norm(across)])
    got = student.call("get_cosine_similarity", Tensor(row), Tensor(texts))
    got = expect_array(got, "the result for 1 image and 3 texts", (1, 3))
    expect_close(got, np.array([[1.0, -1.0, 0.0]]), HALF_PRECISION, "the result", "the cosine")


@pytest.mark.check(
    points=1,
    title="Rows of any length, in either precision, and a single image",
    hint="Divide by the lengths of the rows in the function, too: rows that have not been normalised before"
    " give the same values as rows that have. A single image still gives a row, a single text a column. The rows"
    " themselves are left as they were.",
)
def test_one_image_and_other_precision(
    student: Student, reference: Expected, rng: Generator
) -> None:
    for count, others, length, dtype in (
        (1, 9, None, np.float64),
        (9, 1, None, np.float32),
        (4, 3, 0.02, np.float32),
        (3, 4, 1e3, np.float32),
        (131, 140, None, np.float32),
        (130, 12, None, np.float64),
    ):
        images, texts = (
            (
                draw_rows(rng, rows, 16)
                if length is None
                else length * draw_unit_rows(rng, rows, 16)
            ).astype(dtype)
            for rows in (count, others)
        )
        got, changed = student.call_watched(
            "get_cosine_similarity", Tensor(images), Tensor(texts), watch=GLOBALS
        )
        what = f"the result for {_counted(count, 'image')} and {_counted(others, 'text')} in {dtype.__name__}"
        got = expect_array(got, what, (count, others))
        expect(got.dtype.kind == "f", f"the result has dtype {got.dtype}, expected floating point")
        expect_close(got, cosines(images, texts), HALF_PRECISION, "the result", "the cosine")
        # The notebook's own rows are in float32; those in float64 many take for a copy, which is right for all others.
        if dtype is np.float32:
            expect_left_alone("get_cosine_similarity", ("image_feats", "text_feats"), changed)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' if count > 1 else ''}"
