"""Section 1: the test split and its loader."""

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from autograder.checks.expect import Wrong, expect, expect_tensor
from autograder.clip.expected import Expected
from autograder.seam.student import Student
from autograder.seam.wire import Tensor

SAME_IMAGE = 1e-4
"""Two embeddings of one image, with unit length, differ in cosine by less; float32 gives about 1e-6."""


LARGEST_SPREAD = 1000
"""Times as far as pixels should span they may, to be put through the model: beyond, numbers grow out of all bounds."""


@pytest.mark.check(
    points=2,
    title="`test_dataset` is the test split, whole",
    hint="`FashionMNIST` has two splits, chosen by its argument `train`. Report on images that no"
    " model was trained on: all 10,000 of the test split.",
)
def test_dataset_is_the_test_split(student: Student, reference: Expected, rng: Generator) -> None:
    size = student.fetch("len(test_dataset)")
    expect(
        size != 60_000,
        "`test_dataset` has 60,000 images: that is the training split, not the test split",
    )
    expect(size == 10_000, f"`test_dataset` has {size} images, the test split has 10,000")
    labels = as_labels(student.fetch("test_dataset.targets"))
    expect(
        labels.shape == (10_000,) and (labels == reference.labels()).all(),
        "the labels of `test_dataset` are not those of the test split",
    )


def as_labels(targets: Any) -> np.ndarray:
    """Return a data set's labels as an array; an empty one if they are no row of numbers."""
    if isinstance(targets, Tensor):
        return targets.array
    if isinstance(targets, list) and all(isinstance(label, int) for label in targets):
        return np.array(targets)
    return targets if isinstance(targets, np.ndarray) else np.empty(0)


@pytest.mark.check(
    points=1,
    title="The images come without a transform",
    hint="Give the data set no `transform`: the processor in `collate_clip` takes PIL images and does"
    " all that the model needs. `ToTensor` before it makes it rescale the pixels a second time.",
)
def test_images_have_no_transform(student: Student, reference: Expected, rng: Generator) -> None:
    transform = student.fetch("type(test_dataset.transform).__name__")
    expect(
        transform == "NoneType",
        f"`test_dataset` has the transform {transform}, so the processor gets changed images",
    )
    kind = student.fetch("type(test_dataset[0][0]).__name__")
    expect(kind == "Image", f"an image of `test_dataset` is of type {kind}, expected a PIL image")


@pytest.mark.check(
    points=1,
    title="The loader gives every image once, shuffled, 16 at a time",
    hint="A `DataLoader` of the whole data set: `batch_size=16`, `shuffle=True`, and no batch dropped.",
)
def test_loader_covers_the_split(student: Student, reference: Expected, rng: Generator) -> None:
    size = student.fetch("test_loader.batch_size")
    expect(size == 16, f"a batch of `test_loader` holds {size} images, expected 16")
    batches = student.fetch("len(test_loader)")
    expect(batches == 625, f"`test_loader` has {batches} batches, expected 625 (10,000 / 16)")
    dropped = student.fetch("test_loader.drop_last")
    expect(
        dropped is False,
        "`test_loader` is told to drop the last batch if it is smaller",
        "drop-last",
    )
    different = student.fetch("len(set(test_loader.sampler))")
    expect(
        different == 10_000,
        f"one pass over `test_loader` meets {different} different images, expected 10,000",
    )
    sampler = student.fetch("type(test_loader.sampler).__name__")
    expect(sampler == "RandomSampler", "`test_loader` does not shuffle")


EVERY = 29
"""Of the data set's images, one in so many is asked for its label: each class some thirty times."""
LABELS_GIVEN = f"[int(test_dataset[place][1]) for place in range(0, len(test_dataset), {EVERY})]"
"""What a loader gets as labels: a transform of the targets is seen in these, and not in `targets`."""


STEPS = ("do_resize", "do_center_crop", "do_rescale", "do_normalize")
"""What the processor does with an image, each of which a model was trained with."""
_STEPS_LEFT_OUT = (
    f"[name for name in {STEPS!r}"
    " if getattr(getattr(globals().get('clip_processor'), 'image_processor', None), name, True) is False]"
)


def expect_processor_kept(student: Student) -> None:
    """Raise `Wrong` if a step of the processor was switched off, also one that a small model does not notice."""
    left_out = student.fetch(_STEPS_LEFT_OUT)
    expect(
        not left_out,
        f"`clip_processor` was changed: {', '.join(map(str, left_out or []))} is switched off, so the model gets other"
        " images than it was trained on",
        "not-rescaled",
    )


@pytest.mark.check(
    points=2,
    title="A batch holds pixel values for the model, each beside its own label",
    hint="Pass `collate_fn=collate_clip` to the `DataLoader`, and leave `collate_clip` as it was"
    " given: it runs the processor on PIL images and keeps the labels in the same order.",
)
def test_batch_is_preprocessed_and_in_step(
    student: Student, reference: Expected, rng: Generator
) -> None:
    batch = student.fetch("next(iter(test_loader))")
    if not (isinstance(batch, (list, tuple)) and len(batch) == 2):
        raise Wrong("a batch of `test_loader` is not a pair of pixel values and labels")
    wanted = reference.pixel_values([0])
    pixels = expect_tensor(batch[0], "the pixel values of a batch", (16, *wanted.shape[1:])).array
    labels = expect_tensor(batch[1], "the labels of a batch", (16,)).array
    told = "the images of a batch are not those of the test split as the processor gives them"
    expect(pixels.dtype.kind in "iuf" and np.isfinite(pixels).all(), told)
    spread, wanted_spread = float(np.ptp(pixels)), float(np.ptp(reference.pixel_values(range(16))))
    expect(
        spread > wanted_spread / 10,
        f"the pixel values span {spread:.3g}, expected about {wanted_spread:.3g}: they look rescaled"
        " twice (a `ToTensor` before the processor?)",
    )
    expect(spread < wanted_spread * LARGEST_SPREAD, told)
    similarity = reference.embed(pixels) @ reference.image_embeddings().T
    # An image's own embedding is met up to rounding; another image's hardly ever is.
    expect(
        (similarity.max(axis=1) > 1 - SAME_IMAGE).all(),
        told,
    )
    expect_processor_kept(student)
    own = reference.labels()[similarity.argmax(axis=1)]
    in_step = int((own == labels).sum())
    # Identical images of different classes may exist, but hardly two in one batch of 16.
    expect(in_step >= 14, f"only {in_step} of 16 images stand beside their own label")
    targets = as_labels(student.fetch("getattr(test_dataset, 'targets', None)"))
    told_labels = student.fetch(LABELS_GIVEN)
    expect(
        len(targets) != len(reference.labels()) or told_labels == targets[::EVERY].tolist(),
        "`test_dataset` gives other labels than those that it holds: a transform changes them",
    )
