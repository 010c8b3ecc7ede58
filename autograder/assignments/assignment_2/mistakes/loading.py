"""Sections 0 and 1: mistakes in the set-up, the data set and its loader."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.assignments.assignment_2.checks.test_loading import EVERY, LABELS_GIVEN
from autograder.assignments.assignment_2.mistakes.state import (
    DOUBLE_RESCALING,
    MODEL_OVERWRITTEN,
    PROCESSED_TWICE,
    SHORT_LOADER,
    TRAIN_SPLIT,
    TRAINING,
    TRAINING_MODE,
    WHOLE,
    dataset_size,
)
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.signs import Sign
from autograder.seam.wire import Tensor

_SPLIT = "test_dataset_is_the_test_split"
_TRANSFORM = "test_images_have_no_transform"
_COVERS = "test_loader_covers_the_split"
_BATCH = "test_batch_is_preprocessed_and_in_step"
_BATCH_NOW = "next(iter(test_loader))"


def _own_device(evidence: Evidence) -> bool:
    device = evidence.fetch("str(device)")
    return isinstance(device, str) and device.startswith("cuda")


def _no_shuffling(evidence: Evidence) -> bool:
    return evidence.fetch("type(test_loader.sampler).__name__") == "SequentialSampler"


def _other_size(evidence: Evidence) -> bool:
    size = evidence.fetch("test_loader.batch_size")
    return isinstance(size, int) and size != 16


def _not_collated(evidence: Evidence) -> bool:
    """Hold where a batch is no pair of tensors, or cannot be made at all, by another function than the given one."""
    if not _own_collate(evidence):
        return False
    batch = evidence.fetch(_BATCH_NOW)
    if not isinstance(batch, (list, tuple)) or len(batch) != 2:
        return True
    pixels, labels = batch
    if not isinstance(pixels, Tensor) or not isinstance(labels, Tensor):
        return True
    return pixels.array.shape[1:] != evidence.reference.pixel_values([0]).shape[1:]


def _own_collate(evidence: Evidence) -> bool:
    return evidence.fetch("test_loader.collate_fn is collate_clip") is False


def _labels_beside(evidence: Evidence) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the labels of a batch, and those of the test images in it; None where it holds other images."""
    batch = evidence.fetch(_BATCH_NOW)
    if not isinstance(batch, (list, tuple)) or len(batch) != 2:
        return None
    pixels, labels = (part.array if isinstance(part, Tensor) else None for part in batch)
    known = evidence.reference.pixel_values([0])
    if pixels is None or labels is None or pixels.shape[1:] != known.shape[1:]:
        return None
    if labels.shape != pixels.shape[:1]:
        return None
    similarity = evidence.reference.embed(pixels) @ evidence.reference.image_embeddings().T
    own = evidence.reference.labels()[similarity.argmax(axis=1)]
    return (labels, own) if (similarity.max(axis=1) > 0.999).all() else None


def _out_of_step(evidence: Evidence) -> bool:
    """Hold where the labels of a batch are not those of its images, and are those of other images."""
    beside = _labels_beside(evidence)
    if beside is None:
        return False
    labels, own = beside
    # A wrong count, or a table of other labels, gives each class one label, whatever image it stands beside.
    by_class = {(int(one), int(other)) for one, other in zip(own, labels, strict=True)}
    return bool((own != labels).any() and len(by_class) > len(np.unique(own)))


def _other_numbers(evidence: Evidence) -> bool:
    """Hold where each class has one label, and some have another class's."""
    beside = _labels_beside(evidence)
    if beside is None:
        return False
    labels, own = beside
    pairs = {(int(one), int(other)) for one, other in zip(own, labels, strict=True)}
    is_one_to_one = len(pairs) == len(set(own.tolist())) == len(set(labels.tolist()))
    return bool(is_one_to_one and len(pairs) > 2 and (own != labels).any())


def _merged(evidence: Evidence) -> bool:
    """Hold where a class has the label of another one, which has it as well."""
    told = evidence.fetch(LABELS_GIVEN)
    if not isinstance(told, list) or not all(isinstance(label, int) for label in told):
        return False
    own = evidence.reference.labels()[::EVERY].tolist()
    pairs = set(zip(own, told, strict=False))
    return len(told) == len(own) and len(pairs) == len(set(own)) > len(set(told))


def _counted_from_one(evidence: Evidence) -> bool:
    beside = _labels_beside(evidence)
    return beside is not None and bool((beside[0] == beside[1] + 1).all())


_WAYS_BACK: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda pixels: pixels[..., ::-1],
    lambda pixels: pixels[..., ::-1, :],
    lambda pixels: pixels[..., ::-1, ::-1],
    lambda pixels: pixels.transpose(0, 1, 3, 2),
    lambda pixels: pixels[..., ::-1].transpose(0, 1, 3, 2),
    lambda pixels: pixels[..., ::-1, :].transpose(0, 1, 3, 2),
    lambda pixels: pixels[:, ::-1],
)
"""Undo a mirror, a turn, an exchange of axes or of colours."""


def _pixels_of_a_batch(evidence: Evidence) -> np.ndarray | None:
    """Return a batch's pixel values if they have the model's shape and are no test images as they should be."""
    batch = evidence.fetch(_BATCH_NOW)
    if not isinstance(batch, (list, tuple)) or not batch or not isinstance(batch[0], Tensor):
        return None
    pixels, known = batch[0].array, evidence.reference.pixel_values([0])
    if pixels.shape[1:] != known.shape[1:] or pixels.dtype.kind != "f" or not np.ptp(pixels) > 0:
        return None
    if not np.isfinite(pixels).all() or _are_test_images(pixels, evidence):
        return None
    return pixels.astype(np.float32)


def _are_test_images(pixels: np.ndarray, evidence: Evidence) -> bool:
    similarity = evidence.reference.embed(pixels) @ evidence.reference.image_embeddings().T
    return bool((similarity.max(axis=1) > 0.999).all())


def _altered(evidence: Evidence) -> bool:
    """Hold where images are test images again once they are turned back, or once the negative is made of them."""
    pixels = _pixels_of_a_batch(evidence)
    if pixels is None:
        return False
    whole = evidence.reference.pixel_values(range(16))
    negative = float(whole.max() + whole.min()) - pixels
    return any(
        _are_test_images(np.ascontiguousarray(back(pixels)), evidence) for back in _WAYS_BACK
    ) or _are_test_images(negative, evidence)


def _other_range(evidence: Evidence) -> bool:
    """Hold where images are test images again once they span what they should."""
    pixels = _pixels_of_a_batch(evidence)
    if pixels is None:
        return False
    whole = evidence.reference.pixel_values(range(16))
    axes = (0, 2, 3)
    lowest, spread = (
        (array.min(axis=axes, keepdims=True), np.ptp(array, axis=axes, keepdims=True))
        for array in (pixels, whole)
    )
    if not (lowest[1] > 0).all():
        return False
    return _are_test_images((pixels - lowest[0]) / lowest[1] * spread[1] + spread[0], evidence)


def _both_splits(evidence: Evidence) -> bool:
    return dataset_size(evidence) == WHOLE + TRAINING


def _transformed(evidence: Evidence) -> bool:
    return evidence.fetch("test_dataset.transform is None") is False


def _with_replacement(evidence: Evidence) -> bool:
    return evidence.fetch("getattr(test_loader.sampler, 'replacement', None)") is True


SETUP_SIGNS = (
    Sign("hard-coded-cuda", _own_device, ("test_model_is_on_the_device",)),
    TRAINING_MODE,
    MODEL_OVERWRITTEN,
)

LOADING_SIGNS = (
    Sign("splits-joined", _both_splits),
    TRAIN_SPLIT,
    Sign("subset-as-whole", SHORT_LOADER.holds, (_SPLIT, _TRANSFORM)),
    Sign("double-rescaling", DOUBLE_RESCALING.holds, (_TRANSFORM, _BATCH)),
    Sign("other-transform", _transformed, (_TRANSFORM,)),
    Sign("wrong-batch-size", _other_size, (_COVERS,)),
    Sign("drop-last", lambda e: e.fetch("test_loader.drop_last") is True, (_COVERS,)),
    Sign("subset-as-whole", SHORT_LOADER.holds, (_COVERS,)),
    Sign("drawn-with-replacement", _with_replacement, (_COVERS,)),
    Sign("not-shuffled", _no_shuffling, (_COVERS,)),
    Sign("images-processed-twice", PROCESSED_TWICE.holds, (_BATCH,)),
    Sign("wrong-collate", _not_collated, (_BATCH,)),
    Sign("not-rescaled", _other_range, (_BATCH,)),
    Sign("images-altered", _altered, (_BATCH,)),
    Sign("one-based-indices", _counted_from_one, (_BATCH,)),
    Sign("classes-merged", _merged, (_BATCH,)),
    Sign("labels-from-another-pass", _out_of_step, (_BATCH,)),
    Sign("classes-renumbered", _other_numbers, (_BATCH,), weak=True),
    Sign("wrong-batch-size", _other_size, (_BATCH,)),
    Sign("other-transform", _transformed, (_BATCH,)),
    Sign("wrong-collate", _own_collate, (_BATCH,), weak=True),
)


def setup_signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs of Section 0."""
    return SETUP_SIGNS


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs of Section 1, most specific first."""
    return LOADING_SIGNS
