"""A failing example in words: the call, what came back, and what is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.diagnosis.smallest import Example
from autograder.intake.findings import shortened
from autograder.seam.wire import Loader, Opaque, Tensor

_LARGEST = 24
"""Most entries of an array that are written out."""
_FIRST = 3
_LONGEST = 300


def example_lines(example: Example) -> tuple[str, str, str]:
    """Return three lines: the call, the answer, the right answer."""
    arguments = ", ".join(map(_written, example.arguments))
    got = example.raised or f"gives {_written(example.got)}"
    return (
        shortened(f"{example.function}({arguments})", _LONGEST),
        shortened(got, _LONGEST),
        shortened(f"expected {_written(example.expected)}", _LONGEST),
    )


def _written(value: Any) -> str:
    match value:
        case Tensor():
            return f"tensor({_array(value.array)})"
        case np.ndarray():
            return _array(value)
        case np.generic():
            return _number(value)
        case Loader():
            count, size = len(value.labels), value.batch_size
            order = ", shuffled" if value.shuffle else ""
            return f"<loader: {count} images, batches of {size}, labels {value.labels.tolist()}{order}>"
        case Opaque():
            return f"<{value.type_name}>"
        case list() | tuple():
            inner = ", ".join(map(_written, value[:_LARGEST]))
            more = ", …" if len(value) > _LARGEST else ""
            return f"[{inner}{more}]" if isinstance(value, list) else f"({inner}{more})"
        case float():
            return _number(value)
        case _:
            return repr(value)


def _array(array: np.ndarray) -> str:
    if array.size <= _LARGEST and array.ndim <= 2:
        return _rows(array)
    shape = " × ".join(map(str, array.shape))
    first = ", ".join(map(_number, array.reshape(-1)[:_FIRST]))
    return f"<{shape} numbers, the first {first}, …>"


def _rows(array: np.ndarray) -> str:
    if array.ndim == 0:
        return _number(array[()])
    inner = ", ".join(_rows(row) if array.ndim > 1 else _number(row) for row in array)
    return f"[{inner}]"


def _number(value: Any) -> str:
    return (
        f"{value:.4g}"
        if isinstance(value, (float, np.floating))
        else repr(np.asarray(value).tolist())
    )
