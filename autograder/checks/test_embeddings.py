"""Section 2: text and image embeddings."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.checks.expect import expect, expect_close, expect_tensor
from autograder.checks.tolerances import HALF_PRECISION
from autograder.expected import Expected
from autograder.kernel.wire import Tensor
from autograder.student import Student

WORDS = ("hat", "red scarf", "pair of gloves", "long coat", "white sock", "belt", "swimsuit", "tie")


def draw_texts(rng: Generator, count: int) -> list[str]:
    """Draw different texts of different lengths."""
    return [f"a picture of a {word}" for word in rng.choice(WORDS, size=count, replace=False)]


def draw_images(reference: Expected, rng: Generator, count: int) -> np.ndarray:
    """Draw the pixel values (N, 3, H, W) of different test images."""
    return reference.pixel_values(np.sort(rng.choice(10_000, size=count, replace=False)))


def expect_unit_rows(array: np.ndarray, what: str) -> None:
    """Raise `Wrong` unless every row of (N, D) has length 1."""
    lengths = np.linalg.norm(array.astype(np.float64), axis=1)
    worst = lengths[np.abs(lengths - 1).argmax()]
    expect(
        abs(worst - 1) <= HALF_PRECISION,
        f"a row of {what} has length {worst:.3f}, expected 1: every row is divided by its own length",
    )


@pytest.mark.check(
    points=2,
    title="Text embeddings: one row of length 1 a text",
    hint="Divide each row by its own length: the norm is taken over the last dimension, and kept as a"
    " column so that the division lines up with the rows.",
)
def test_text_rows_have_unit_length(student: Student, reference: Expected, rng: Generator) -> None:
    texts = draw_texts(rng, 5)
    width = reference.text_embeddings(texts).shape[1]
    got = expect_tensor(student.call("get_text_embeddings", texts), "the result", (5, width))
    expect_unit_rows(got.array, "the text embeddings")


@pytest.mark.check(
    points=1,
    title="Text embeddings: in the order of the texts, each on its own",
    hint="A row depends on its own text alone, and row i belongs to text i. Compute from the argument,"
    " not from a variable that was made before.",
)
def test_texts_keep_their_order(student: Student, reference: Expected, rng: Generator) -> None:
    texts = draw_texts(rng, 4)
    width = reference.text_embeddings(texts).shape[1]
    forwards = expect_tensor(student.call("get_text_embeddings", texts), "the result", (4, width))
    backwards = expect_tensor(
        student.call("get_text_embeddings", texts[::-1]), "the result", (4, width)
    )
    expect_close(
        backwards.array[::-1],
        forwards.array.astype(np.float64),
        HALF_PRECISION,
        "the result for the same texts in reverse order",
        "the same rows in reverse order",
    )


@pytest.mark.check(
    points=1,
    title="Text embeddings: the projected features of the model",
    hint="Use what `get_text_features` gives, projected into the space that images share:"
    " `projected(...)` picks it on every version of transformers.",
)
def test_text_features_are_the_projected_ones(
    student: Student, reference: Expected, rng: Generator
) -> None:
    texts = draw_texts(rng, 3)
    wanted = reference.text_embeddings(texts)
    got = expect_tensor(student.call("get_text_embeddings", texts), "the result", wanted.shape)
    expect_close(got.array, wanted, HALF_PRECISION, "the result", "the model's own embedding")


@pytest.mark.check(
    points=2,
    title="Image embeddings: one row of length 1 an image",
    hint="Divide each row by its own length: the norm is taken over the last dimension, and kept as a"
    " column so that the division lines up with the rows.",
)
def test_image_rows_have_unit_length(student: Student, reference: Expected, rng: Generator) -> None:
    pixels = draw_images(reference, rng, 5)
    width = reference.image_embeddings().shape[1]
    got = student.call("get_image_embeddings", Tensor(pixels))
    expect_unit_rows(expect_tensor(got, "the result", (5, width)).array, "the image embeddings")


@pytest.mark.check(
    points=1,
    title="Image embeddings: the projected features of the model",
    hint="Use what `get_image_features` gives for the argument `images`, projected into the space that"
    " texts share. The pixel values are ready for the model: they need no processor any more.",
)
def test_image_features_are_the_projected_ones(
    student: Student, reference: Expected, rng: Generator
) -> None:
    pixels = draw_images(reference, rng, 4)
    wanted = reference.embed(pixels)
    got = expect_tensor(
        student.call("get_image_embeddings", Tensor(pixels)), "the result", wanted.shape
    )
    expect_close(got.array, wanted, HALF_PRECISION, "the result", "the model's own embedding")


@pytest.mark.check(
    points=1,
    title="Image embeddings: an image's row does not depend on its batch",
    hint="A row depends on its own image alone: normalise along a row, never over the whole batch, and"
    " leave the model in evaluation mode.",
)
def test_an_image_alone_gives_the_same_row(
    student: Student, reference: Expected, rng: Generator
) -> None:
    pixels = draw_images(reference, rng, 3)
    width = reference.image_embeddings().shape[1]
    together = expect_tensor(
        student.call("get_image_embeddings", Tensor(pixels)), "the result", (3, width)
    )
    alone = expect_tensor(
        student.call("get_image_embeddings", Tensor(pixels[1:2])), "the result", (1, width)
    )
    expect_close(
        alone.array,
        together.array[1:2].astype(np.float64),
        HALF_PRECISION,
        "the row of an image embedded alone",
        "its row in a batch of three",
    )


@pytest.mark.check(
    points=1,
    title="No gradients are kept",
    hint="Embeddings are only read here. Compute them where torch records no gradients"
    " (`torch.no_grad()` or `torch.inference_mode()`), or memory fills up over 10,000 images.",
)
def test_no_gradients_are_kept(student: Student, reference: Expected, rng: Generator) -> None:
    texts, pixels = draw_texts(rng, 2), draw_images(reference, rng, 2)
    width = reference.image_embeddings().shape[1]
    for name, argument in (
        ("get_text_embeddings", texts),
        ("get_image_embeddings", Tensor(pixels)),
    ):
        got = expect_tensor(student.call(name, argument), f"the result of `{name}`", (2, width))
        expect(not got.requires_grad, f"the result of `{name}` still carries gradients")
