"""Whether indices name the largest entries of each row, where several answers are right because of ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.diagnosis.agreement import numbers


def names_winners(answer: Any, table: np.ndarray, k: int | None = None) -> bool:
    """Return whether an answer holds the position of the largest entry of each row, or of the k largest.

    Args:
        answer: wrapped in whatever it came in; float values that are whole numbers count.
        table: (N, M).
        k: how many, best first; None for the one, and an answer of shape (N,).
    """
    found = numbers(answer)
    shape = (len(table),) if k is None else (len(table), k)
    if found is None or found.shape != shape or not np.isfinite(found.astype(np.float64)).all():
        return False
    if found.size and (found.min() < 0 or found.max() >= table.shape[1] or (found % 1).any()):
        return False
    places = found.astype(np.int64).reshape(len(table), -1)
    chosen = np.take_along_axis(table, places, axis=1)
    wanted = -np.sort(-table, axis=1)[:, : places.shape[1]]
    distinct = all(len(set(row)) == len(row) for row in places.tolist())
    return bool(distinct and np.array_equal(chosen, wanted))
