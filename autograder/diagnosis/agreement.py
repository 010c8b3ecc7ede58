"""Whether an answer is the one that a mistake would give.

Kinds are compared loosely (a tensor, an array and a list of the same numbers are the same answer), because a
simulated mistake says which numbers come out, not in what they are wrapped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.tolerances import HALF_PRECISION
from autograder.diagnosis.evidence import Call
from autograder.seam.wire import Tensor

NUMBERS = "biuf"
SHAPE_ERRORS = ("RuntimeError", "ValueError", "IndexError")
"""What torch and NumPy raise where shapes do not fit: the one or the other, for the same mistake."""


def numbers(value: Any) -> np.ndarray | None:
    """Return the real numbers that an answer holds, or None if it holds anything else."""
    if isinstance(value, Tensor):
        value = value.array
    elif isinstance(value, (list, tuple)):
        value = _rectangle(value)
    elif isinstance(value, (bool, int, float, np.generic)):
        value = np.asarray(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in NUMBERS:
        return value
    return None


def single(value: Any) -> float | None:
    """Return the one number that an answer holds, in whatever it is wrapped, or None."""
    found = numbers(value)
    return float(found.reshape(())) if found is not None and found.size == 1 else None


def close(got: Any, wanted: Any) -> bool:
    """Return whether two answers hold the same numbers in the same shape, up to rounding in half precision."""
    got, wanted = numbers(got), numbers(wanted)
    if got is None or wanted is None or got.shape != wanted.shape:
        return False
    got, wanted = got.astype(np.float64), wanted.astype(np.float64)
    if not got.size:
        return True
    if not (np.isfinite(got).all() and np.isfinite(wanted).all()):
        return bool(np.array_equal(got, wanted, equal_nan=True))
    scale = max(1.0, float(np.abs(wanted).max()))
    return bool(np.abs(got - wanted).max() <= HALF_PRECISION * scale)


def same(call: Call, simulated: Any) -> bool:
    """Return whether a call ended as the simulated mistake does; an exception is a way to end."""
    if isinstance(simulated, Exception):
        raised = call.error.raised if call.error is not None else ""
        kind = type(simulated).__name__
        return raised == kind or (raised in SHAPE_ERRORS and kind in SHAPE_ERRORS)
    return call.error is None and close(call.answer, simulated)


def _rectangle(items: Any) -> np.ndarray | None:
    # NumPy gives every text as much room as the longest one takes.
    if _holds_texts(items):
        return None
    plain = [item.array if isinstance(item, Tensor) else item for item in items]
    try:
        return np.asarray(plain)
    except ValueError:  # rows of different lengths
        return None


def _holds_texts(items: Any) -> bool:
    waiting = [items]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, tuple)):
            waiting.extend(part)
        elif isinstance(part, str):
            return True
    return False
