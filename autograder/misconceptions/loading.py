"""Sections 0 and 1: mistakes in the set-up, the data set and its loader."""

from __future__ import annotations

import numpy as np

from autograder.kernel.wire import Tensor
from autograder.misconceptions.evidence import Evidence
from autograder.misconceptions.signs import Sign
from autograder.misconceptions.state import (
    DOUBLE_RESCALING,
    MODEL_OVERWRITTEN,
    PROCESSED_TWICE,
    SHORT_LOADER,
    TRAIN_SPLIT,
    TRAINING_MODE,
)

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


def _counted_from_one(evidence: Evidence) -> bool:
    beside = _labels_beside(evidence)
    return beside is not None and bool((beside[0] == beside[1] + 1).all())


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
    Sign("one-based-indices", _counted_from_one, (_BATCH,)),
    Sign("labels-from-another-pass", _out_of_step, (_BATCH,)),
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
