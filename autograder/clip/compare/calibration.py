"""Whether a run's confidence can be believed: of the answers given with 80 %, are 80 % right?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers of similar confidence.

    Attributes:
        low: lower end of the bin, excluded.
        high: upper end, included.
        images: how many answers fall into it.
        confidence: their mean confidence; None for an empty bin.
        accuracy: share of them that are right; None for an empty bin.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """Bins of equal width over [0, 1], the expected calibration error, and the mean confidence."""

    bins: tuple[Bin, ...]
    error: float
    mean_confidence: float


def probabilities(scores: NDArray[np.floating], scale: float = 1.0) -> NDArray[np.float64]:
    """Return softmax(scale * scores) a row: (N, M) -> float64 (N, M), rows that sum to 1.

    For CLIP `scores` are cosines and `scale` is the model's own logit scale, the exponential of a
    trained parameter: A. Radford et al. (2021), arXiv:2103.00020, figure 3. For a classifier they
    are what its last layer gives, and the scale is 1.
    """
    logits = np.asarray(scores, np.float64) * scale
    # The largest is taken off first: the exponential of 100 times a cosine would lose the small ones.
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def calibrate(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> Calibration:
    """Sort answers into bins by their confidence, and sum up how far the two are apart.

    M. P. Naeini, G. F. Cooper, M. Hauskrecht (2015), "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI; C. Guo et al. (2017), "On calibration of modern neural networks",
    arXiv:1706.04599, equations 2, 3 and 5: the mean over all images of |accuracy - confidence| of
    their bin, bins ((m - 1) / M, m / M].

    Args:
        confidence: of the answer given, (N,), in [0, 1], at least one.
        right: whether it was right, bool (N,).
        bins: their number M.

    Raises:
        ValueError: the shapes differ or there is nothing in them.
    """
    if confidence.shape != right.shape or not len(confidence):
        raise ValueError("one confidence and one answer an image are needed")
    index = np.clip(np.ceil(np.asarray(confidence, np.float64) * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    sums = np.bincount(index, weights=confidence, minlength=bins)
    hits = np.bincount(index, weights=right, minlength=bins)
    found = tuple(
        Bin(
            low=position / bins,
            high=(position + 1) / bins,
            images=int(count),
            confidence=float(sums[position] / count) if count else None,
            accuracy=float(hits[position] / count) if count else None,
        )
        for position, count in enumerate(counts)
    )
    error = float(np.abs(hits - sums).sum() / len(confidence))
    return Calibration(found, error, float(np.mean(confidence)))
