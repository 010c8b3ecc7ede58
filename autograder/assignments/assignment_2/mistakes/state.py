"""Signs in what the notebook holds: names that were overwritten, the data set, the model."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.signs import Sign

WHOLE, TRAINING = 10_000, 60_000
"""Images of the test split and of the training split."""

_SPREAD = (
    "(lambda p: float(p.max() - p.min()) if p.ndim == 4 else None)(next(iter(test_loader))[0])"
)
_TRAIN = "[getattr(data, 'train', None) for data in (test_dataset, test_loader.dataset)]"
_NAMES = "[str(clip_model_name), str(clip_model.name_or_path), str(clip_processor.tokenizer.name_or_path)]"
_MAKES_TENSORS = ("ToTensor", "to_tensor", "ToDtype")
_NEAR = 0.35
"""How far the logarithm of a spread may be from that of a simulated one: batches of 16 differ by less."""


def model_overwritten(evidence: Evidence) -> bool:
    """Return whether model or processor come from elsewhere than `clip_model_name` says."""
    names = evidence.fetch(_NAMES)
    # An object that was not loaded from anywhere has an empty name, which says nothing.
    return isinstance(names, list) and any(name not in ("", names[0]) for name in names[1:])


def dataset_size(evidence: Evidence) -> int | None:
    """Return how many images `test_dataset` has, or None."""
    size = evidence.fetch("len(test_dataset)")
    return size if isinstance(size, int) else None


def train_split(evidence: Evidence) -> bool:
    """Return whether the data set, or what the loader reads, is of the training split, or as large."""
    said = evidence.fetch(_TRAIN)
    return dataset_size(evidence) == TRAINING or (isinstance(said, list) and True in said)


def loader_is_short(evidence: Evidence) -> bool:
    """Return whether data set or loader give fewer images than the test split has."""
    size = dataset_size(evidence)
    drawn = evidence.fetch("len(test_loader.sampler)")
    return (size is not None and size < WHOLE) or (isinstance(drawn, int) and drawn < WHOLE)


def makes_tensors(evidence: Evidence) -> bool:
    """Return whether the data set's transform turns images into tensors from 0 to 1."""
    transform = evidence.fetch("repr(test_dataset.transform)")
    return isinstance(transform, str) and any(word in transform for word in _MAKES_TENSORS)


def double_rescaling(evidence: Evidence) -> bool:
    """Return whether pixels of a batch span a 255th of what they should, or the transform says that they will."""
    return makes_tensors(evidence) or _spread_is(evidence, lambda scale, std: scale)


def processed_twice(evidence: Evidence) -> bool:
    """Return whether pixels of a batch span what a second pass through the processor leaves."""
    return _spread_is(evidence, lambda scale, std: scale / std) or _spread_is(
        evidence, lambda scale, std: 1 / std
    )


def _spread_is(evidence: Evidence, factor: Callable[[float, float], float]) -> bool:
    spread = evidence.fetch(_SPREAD)
    if not isinstance(spread, float) or not math.isfinite(spread) or spread <= 0:
        return False
    settings = evidence.reference.reference.loaded[1].image_processor
    normal = float(np.ptp(evidence.reference.pixel_values(range(16))))
    wanted = normal * factor(settings.rescale_factor, float(np.mean(settings.image_std)))
    return abs(math.log(spread / wanted)) < _NEAR


MODEL_OVERWRITTEN = Sign("model-overwritten", model_overwritten)
TRAINING_MODE = Sign(
    "train-mode-left-on", lambda evidence: evidence.fetch("clip_model.training") is True
)
TRAIN_SPLIT = Sign("train-split", train_split)
SHORT_LOADER = Sign("subset-as-whole", loader_is_short)
DOUBLE_RESCALING = Sign("double-rescaling", double_rescaling)
PROCESSED_TWICE = Sign("images-processed-twice", processed_twice)
