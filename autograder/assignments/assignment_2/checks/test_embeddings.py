"""Section 2: text and image embeddings."""

import numpy as np
import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.besides import GLOBALS, expect_left_alone
from autograder.assignments.assignment_2.checks.presupposed import expect_from_the_model
from autograder.assignments.assignment_2.checks.tolerances import (
    FOLLOWS_THE_MODEL,
    IMAGES_FOLLOW_THE_MODEL,
)
from autograder.checks.expect import expect, expect_close, expect_tensor
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.expected import Expected
from autograder.seam.student import Student
from autograder.seam.wire import Tensor

WORDS = (
    *("hat", "red scarf", "pair of gloves", "long coat", "white sock", "belt", "swimsuit", "tie"),
    *("Raincoat", "T-shirt/top no. 7", "half-length skirt", "pyjamas"),
)


def draw_texts(rng: Generator, count: int) -> list[str]:
    """Draw different texts of different lengths; three or more stand in no order that sorting would give."""
    while True:
        words = [str(word) for word in rng.choice(WORDS, size=count, replace=False)]
        orders = [sorted(words), sorted(words, key=len)]
        if count < 3 or not any(words in (order, order[::-1]) for order in orders):
            return [f"a picture of a {word}" for word in words]


MANY_IMAGES = 17
"""More than a batch of the notebook's loader, so that its size cannot matter; enough to tell what follows a model."""


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
    # More than there are classes.
    texts = draw_texts(rng, len(WORDS))
    wanted = reference.text_embeddings(texts)
    got = expect_tensor(student.call("get_text_embeddings", texts), "the result", wanted.shape)
    expect_unit_rows(got.array, "the text embeddings")
    expect_from_the_model(got.array, wanted, "the text embeddings")


@pytest.mark.check(
    points=1,
    title="Text embeddings: in the order of the texts, each on its own",
    hint="A row depends on its own text alone, and row i belongs to text i. Compute from the argument,"
    " not from a variable that was made before.",
)
def test_texts_keep_their_order(student: Student, reference: Expected, rng: Generator) -> None:
    # As many as there are classes, and none of their names.
    texts = draw_texts(rng, len(reference.class_names))
    wanted = reference.text_embeddings(texts)
    forwards, backwards = (
        expect_tensor(student.call("get_text_embeddings", given), "the result", wanted.shape)
        for given in (texts, texts[::-1])
    )
    expect_close(
        backwards.array[::-1],
        forwards.array.astype(np.float64),
        HALF_PRECISION,
        "the result for the same texts in reverse order",
        "the same rows in reverse order",
    )
    expect_from_the_model(forwards.array, wanted, "the text embeddings")
    twice = [*texts[:3], texts[1]]
    expect_from_the_model(
        expect_tensor(
            student.call("get_text_embeddings", twice),
            "the result for four texts, one of them twice,",
            (4, wanted.shape[1]),
        ).array,
        wanted[[0, 1, 2, 1]],
        "the text embeddings",
    )
    again, changed = student.call_watched("get_text_embeddings", texts, watch=GLOBALS)
    expect_left_alone("get_text_embeddings", ("class_names",), changed)
    expect_close(
        expect_tensor(again, "the result", wanted.shape).array,
        forwards.array.astype(np.float64),
        HALF_PRECISION,
        "the result for the same texts once more",
        "the same rows once more",
    )


@pytest.mark.check(
    points=1,
    title="Text embeddings: the projected features of the model",
    hint="Use what `get_text_features` gives, projected into the space that images share: on version 5 of"
    " transformers it is the `pooler_output` of the answer, before that the answer itself.",
)
def test_text_features_are_the_projected_ones(
    student: Student, reference: Expected, rng: Generator
) -> None:
    for count in (3, 1):
        texts = draw_texts(rng, count)
        texts[0] += ", seen from the front before a plain white wall"  # longer than any bare name
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
    pixels = draw_images(reference, rng, MANY_IMAGES)
    wanted = reference.embed(pixels)
    got = student.call("get_image_embeddings", Tensor(pixels))
    got = expect_tensor(got, "the result", wanted.shape)
    expect_unit_rows(got.array, "the image embeddings")
    expect_from_the_model(got.array, wanted, "the image embeddings", IMAGES_FOLLOW_THE_MODEL)


@pytest.mark.check(
    points=1,
    title="Image embeddings: the projected features of the model",
    hint="Use what `get_image_features` gives for the argument `images`, projected into the space that"
    " texts share. The pixel values are ready for the model: they need no processor any more.",
)
def test_image_features_are_the_projected_ones(
    student: Student, reference: Expected, rng: Generator
) -> None:
    # Two batches of one size, for whoever keeps results by the size of a batch; and images in colour, since those of
    # the test split are the same in all three channels.
    pixels = draw_images(reference, rng, 8)
    coloured = np.stack([pixels[:3, 0], pixels[3:6, 1], pixels[[6, 7, 0], 2]], axis=1)
    for batch in (pixels[:4], pixels[4:], coloured):
        wanted = reference.embed(batch)
        got, changed = student.call_watched("get_image_embeddings", Tensor(batch), watch=GLOBALS)
        got = expect_tensor(got, "the result", wanted.shape)
        expect_close(got.array, wanted, HALF_PRECISION, "the result", "the model's own embedding")
        expect_left_alone("get_image_embeddings", ("images",), changed)


@pytest.mark.check(
    points=1,
    title="Image embeddings: an image's row does not depend on its batch",
    hint="A row depends on its own image alone: normalise along a row, never over the whole batch, and"
    " leave the model in evaluation mode.",
)
def test_an_image_alone_gives_the_same_row(
    student: Student, reference: Expected, rng: Generator
) -> None:
    pixels = draw_images(reference, rng, MANY_IMAGES)
    wanted = reference.embed(pixels)
    together = expect_tensor(
        student.call("get_image_embeddings", Tensor(pixels)), "the result", wanted.shape
    )
    # Each of several: one may be what all are measured by, such as the longest.
    for row in (0, 1, int(np.linalg.norm(together.array, axis=1).argmax())):
        alone = student.call("get_image_embeddings", Tensor(pixels[row : row + 1]))
        alone = expect_tensor(alone, "the result", (1, wanted.shape[1]))
        expect_close(
            alone.array,
            together.array[row : row + 1].astype(np.float64),
            HALF_PRECISION,
            "the row of an image embedded alone",
            f"its row in a batch of {MANY_IMAGES}",
        )
    expect_from_the_model(together.array, wanted, "the image embeddings", IMAGES_FOLLOW_THE_MODEL)
    training = student.fetch("getattr(globals().get('clip_model'), 'training', False)")
    expect(
        training is False,
        "`clip_model` is in training mode after images were embedded",
        "train-mode-left-on",
    )


@pytest.mark.check(
    points=1,
    title="No gradients are kept",
    hint="Embeddings are only read here. Compute them where torch records no gradients"
    " (`torch.no_grad()` or `torch.inference_mode()`), or memory fills up over 10,000 images.",
)
def test_no_gradients_are_kept(student: Student, reference: Expected, rng: Generator) -> None:
    texts, pixels = draw_texts(rng, 2), draw_images(reference, rng, MANY_IMAGES)
    wanted_texts, wanted_images = reference.text_embeddings(texts), reference.embed(pixels)
    for name, argument, wanted, least in (
        ("get_text_embeddings", texts, wanted_texts, FOLLOWS_THE_MODEL),
        ("get_image_embeddings", Tensor(pixels), wanted_images, IMAGES_FOLLOW_THE_MODEL),
    ):
        got = expect_tensor(student.call(name, argument), f"the result of `{name}`", wanted.shape)
        expect(not got.requires_grad, f"the result of `{name}` still carries gradients")
        expect_from_the_model(got.array, wanted, f"the rows of `{name}`", least)
