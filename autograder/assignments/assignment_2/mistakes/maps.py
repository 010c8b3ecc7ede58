"""Section 4: mistakes in `all_img_emb`, `all_labels` and `embeddings_umap`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.checks.map_of_embeddings import neighbours, share_of_own
from autograder.assignments.assignment_2.checks.presupposed import images_shown
from autograder.assignments.assignment_2.checks.tolerances import NO_ORDER
from autograder.assignments.assignment_2.mistakes.state import (
    MODEL_OVERWRITTEN,
    TRAIN_SPLIT,
    TRAINING,
    WHOLE,
    double_rescaling,
    loader_is_short,
    processed_twice,
)
from autograder.assignments.assignment_2.mistakes.upstream import FUNCTION_USED_IS_WRONG
from autograder.diagnosis.agreement import numbers
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.signs import Sign
from autograder.diagnosis.wrappings import Holds, is_list, is_tensor, on_gpu
from autograder.seam.wire import Tensor

_EMBEDDED = ("test_every_image_is_embedded",)
_STEP = ("test_labels_are_in_step",)
_MAP = ("test_map_keeps_the_rows",)
_BATCH = 16
_SAMPLE = 300
IN_STEP = 0.9
"""Share of labels that belong to the embedding beside them: near 1 for right work, about 0.1 for labels out of step."""


def _array(evidence: Evidence, name: str) -> np.ndarray | None:
    return numbers(evidence.fetch(name))


def _rows(name: str, *counts: int) -> Holds:
    def holds(evidence: Evidence) -> bool:
        array = _array(evidence, name)
        return array is not None and array.ndim > 0 and len(array) in counts

    return holds


def _of_similarities(evidence: Evidence) -> bool:
    array = _array(evidence, "all_img_emb")
    return array is not None and array.ndim == 2 and array.shape[1] == 10


def _counts(evidence: Evidence) -> list[int]:
    """Return how many images each of the three arrays holds, as far as that can be said."""
    counts = []
    for name in ("all_img_emb", "all_labels", "embeddings_umap"):
        array = _array(evidence, name)
        if array is not None and array.ndim > 0 and not _in_batches(evidence.fetch(name)):
            counts.append(len(array))
    return counts


def _in_batches(value: Any) -> bool:
    """Return whether a list holds batches: its length says nothing of the number of images."""
    return is_list(value) and any(isinstance(part, (np.ndarray, Tensor)) for part in value)


def _one_batch(evidence: Evidence) -> bool:
    return any(0 < count <= _BATCH for count in _counts(evidence))


def _fewer(evidence: Evidence) -> bool:
    return any(_BATCH < count < WHOLE for count in _counts(evidence)) or loader_is_short(evidence)


def _not_of_length_one(evidence: Evidence) -> bool:
    array = _array(evidence, "all_img_emb")
    width = evidence.reference.image_embeddings().shape[1]
    if array is None or array.ndim != 2 or not len(array) or array.shape[1] != width:
        return False
    lengths = np.linalg.norm(array[:200].astype(np.float64), axis=1)
    return bool(np.abs(lengths - 1).min() > 0.05) and not _columns_changed(evidence)


def _columns_changed(evidence: Evidence) -> bool:
    """Hold where each column has the right numbers on a scale of its own, as a scaler leaves them."""
    array, wanted = _array(evidence, "all_img_emb"), evidence.reference.image_embeddings()
    if array is None or array.shape != wanted.shape or not np.isfinite(array).all():
        return False
    got, right = (np.sort(table.astype(np.float64), axis=0) for table in (array, wanted))
    spreads = got.std(axis=0), right.std(axis=0)
    if not (spreads[0] > 0).all():
        return False
    factors, starts = spreads[0] / spreads[1], got.mean(axis=0)
    gaps = np.abs((got - starts) / spreads[0] - (right - right.mean(axis=0)) / spreads[1])
    moved = np.abs(starts - factors * right.mean(axis=0)).max() > 0.01 * spreads[0].max()
    return bool(gaps.mean() < 0.01 and (moved or np.ptp(factors) > 0.05 * factors.max()))


def share_in_step(embeddings: np.ndarray, labels: np.ndarray, evidence: Evidence) -> float | None:
    """Return the share of a sample of rows that stand beside the label of their test image; None if they embed none."""
    rows = evidence.rng.choice(len(embeddings), size=_SAMPLE, replace=False)
    images = images_shown(embeddings, evidence.reference, rows)
    if images is None:
        return None
    return float((evidence.reference.labels()[images] == labels[rows]).mean())


def _in_step(evidence: Evidence) -> bool | None:
    """Return whether labels belong to embeddings; None where that cannot be asked."""
    embeddings, labels = _array(evidence, "all_img_emb"), _array(evidence, "all_labels")
    shape = evidence.reference.image_embeddings().shape
    if embeddings is None or labels is None:
        return None
    if embeddings.shape != shape or labels.shape != shape[:1]:
        return None
    share = share_in_step(embeddings, labels, evidence)
    return None if share is None else share > IN_STEP


def _labels_elsewhere(evidence: Evidence) -> bool:
    labels = _array(evidence, "all_labels")
    if labels is None or _in_step(evidence) is not False:
        return False
    return bool(np.array_equal(np.sort(labels), np.sort(evidence.reference.labels())))


def _repeated(evidence: Evidence) -> bool:
    """Hold where less than half of the points, or of the rows, are different ones."""
    for name in ("embeddings_umap", "all_img_emb"):
        array = _array(evidence, name)
        if array is None or array.ndim != 2 or len(array) != WHOLE:
            continue
        if len(np.unique(array.astype(np.float32), axis=0)) < WHOLE / 2:
            return True
    return False


def _interleaved(labels: np.ndarray) -> tuple[np.ndarray, ...]:
    return labels.reshape(-1, _BATCH).T.ravel(), labels.reshape(_BATCH, -1).T.ravel()


def _turned_round(evidence: Evidence) -> bool:
    """Hold where labels belong to embeddings in the opposite order of images, or of batches."""
    embeddings, labels = _array(evidence, "all_img_emb"), _array(evidence, "all_labels")
    if embeddings is None or labels is None or _in_step(evidence) is not False:
        return False
    batches = labels.reshape(-1, _BATCH)[::-1].reshape(-1)
    return any(
        (share_in_step(embeddings, order, evidence) or 0.0) > IN_STEP
        # Turned round, batch by batch, or all first images of the batches, then all second ones.
        for order in (labels[::-1], batches, *_interleaved(labels))
    )


def _labels_sorted(evidence: Evidence) -> bool:
    labels = _array(evidence, "all_labels")
    if labels is None or _in_step(evidence) is not False:
        return False
    return bool(np.array_equal(labels, np.sort(evidence.reference.labels())))


def _transposed(evidence: Evidence) -> bool:
    points = _array(evidence, "embeddings_umap")
    if points is None or points.ndim != 2:
        return False
    width = evidence.reference.image_embeddings().shape[1]
    return points.shape[0] == 2 or len(points) == width


def _other_dimensions(evidence: Evidence) -> bool:
    points = _array(evidence, "embeddings_umap")
    return points is not None and points.ndim == 2 and len(points) == WHOLE and points.shape[1] != 2


def _points_elsewhere(evidence: Evidence) -> bool:
    """Return whether points lie among those of all classes alike, though the labels belong to the embeddings."""
    points, labels = _array(evidence, "embeddings_umap"), _array(evidence, "all_labels")
    if points is None or labels is None or points.shape != (WHOLE, 2) or not _in_step(evidence):
        return False
    rows = evidence.rng.choice(WHOLE, size=_SAMPLE, replace=False)
    return bool(share_of_own(labels, rows, neighbours(points, rows)).mean() < NO_ORDER)


def _kind(kind_of: Callable[[Any], bool]) -> Holds:
    def holds(evidence: Evidence) -> bool:
        names = ("all_img_emb", "all_labels", "embeddings_umap")
        return any(kind_of(evidence.fetch(name)) for name in names)

    return holds


_SIGNS = (
    MODEL_OVERWRITTEN,
    TRAIN_SPLIT,
    Sign("train-split", _rows("all_img_emb", TRAINING), _EMBEDDED),
    Sign("splits-joined", _rows("all_img_emb", TRAINING + WHOLE)),
    Sign("sorted-apart", _labels_sorted, (*_STEP, *_MAP)),
    Sign("order-not-kept", _turned_round, (*_STEP, *_MAP)),
    Sign("subset-as-whole", _repeated, (*_EMBEDDED, *_STEP, *_MAP)),
    Sign("map-transposed", _transposed, _MAP),
    Sign("map-of-similarities", _of_similarities),
    Sign("one-batch-only", _one_batch),
    Sign("map-not-two-dimensional", _other_dimensions, _MAP),
    Sign("subset-as-whole", _fewer),
    Sign("double-rescaling", double_rescaling),
    Sign("images-processed-twice", processed_twice),
    Sign("labels-from-another-pass", _labels_elsewhere, (*_STEP, *_MAP)),
    Sign("columns-rescaled", _columns_changed),
    Sign("not-normalised", _not_of_length_one, (*_EMBEDDED, *_STEP)),
    Sign("map-rows-out-of-step", _points_elsewhere, _MAP),
    Sign("result-on-gpu", _kind(on_gpu)),
    Sign("tensor-instead-of-array", _kind(is_tensor)),
    Sign("list-returned", _kind(is_list)),
    FUNCTION_USED_IS_WRONG,
)


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    return _SIGNS
