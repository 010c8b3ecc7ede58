"""What checks say when work is wrong: one exception, and the comparisons that raise it.

A message is written for the student: what was seen and what was expected, never how the check found it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.seam.wire import Opaque, Tensor


class Wrong(Exception):  # noqa: N818  (it reads as what is raised: the work is wrong)
    """The student's work failed a check; the text says what was seen and what was expected.

    Attributes:
        misconception: the id of the mistake, where the check itself has recognised it; else None.
    """

    def __init__(self, message: str, misconception: str | None = None) -> None:
        super().__init__(message)
        self.misconception = misconception


class NotJudged(Exception):  # noqa: N818
    """The check cannot be made on this machine; a person must look. The text says why."""


def expect(condition: object, message: str, misconception: str | None = None) -> None:
    """Raise `Wrong(message, misconception)` unless `condition` holds."""
    if not condition:
        raise Wrong(message, misconception)


def kind(value: Any) -> str:
    """Name the type of a value that came back, as a student knows it."""
    match value:
        case Tensor():
            return "a torch tensor"
        case np.ndarray():
            return "a NumPy array" if value.ndim else "a NumPy number"
        case Opaque():
            return f"an object of type {value.type_name}"
        case None:
            return "None (is a `return` missing?)"
        case _:
            name = type(value).__name__
            return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def expect_array(value: Any, what: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return `value` if it is an ndarray of this shape, else raise `Wrong`."""
    expect(isinstance(value, np.ndarray), f"{what} is {kind(value)}, expected a NumPy array")
    expect(
        value.shape == shape,
        f"{what} has shape {_shape(value.shape)}, expected {_shape(shape)}",
    )
    return value


def expect_tensor(value: Any, what: str, shape: tuple[int, ...]) -> Tensor:
    """Return `value` if it is a tensor of real numbers of this shape, else raise `Wrong`."""
    expect(isinstance(value, Tensor), f"{what} is {kind(value)}, expected a torch tensor")
    expect(
        value.array.shape == shape,
        f"{what} has shape {_shape(value.array.shape)}, expected {_shape(shape)}",
    )
    expect(
        value.array.dtype.kind in "biuf",
        f"{what} has dtype {value.dtype or value.array.dtype}, expected real numbers",
    )
    return value


def expect_indices(value: Any, what: str, shape: tuple[int, ...], classes: int) -> np.ndarray:
    """Return `value` if it is an integer ndarray of this shape with entries in [0, classes)."""
    array = expect_array(value, what, shape)
    expect(
        array.dtype.kind in "iu",
        f"{what} has dtype {array.dtype}, expected integers: the positions of the winners",
    )
    expect(
        array.size == 0 or (array.min() >= 0 and array.max() < classes),
        f"{what} holds values outside 0 … {classes - 1}, which are no class indices",
    )
    return array


def expect_number(value: Any, what: str) -> float:
    """Return a plain number: a Python or NumPy number, or an array or tensor that holds a single one."""
    array = value.array if isinstance(value, Tensor) else value
    if isinstance(array, np.ndarray) and array.size == 1 and array.dtype.kind in "biuf":
        return float(array.reshape(()))
    expect(
        isinstance(array, (int, float)) and not isinstance(array, bool),
        f"{what} is {kind(value)}, expected a number",
    )
    try:
        return float(array)
    except OverflowError:
        raise Wrong(f"{what} is larger than any floating-point number") from None


def expect_accuracy(value: Any, what: str) -> float:
    """Return a number in [0, 1], else raise `Wrong`."""
    number = expect_number(value, what)
    expect(
        0.0 <= number <= 1.0,
        f"{what} is {number:.4g}, expected a share between 0 and 1 (not a percentage)",
    )
    return number


def expect_close(
    got: np.ndarray, wanted: np.ndarray, tolerance: float, what: str, meaning: str
) -> None:
    """Raise `Wrong` unless the arrays, of one shape, differ by at most `tolerance` everywhere."""
    expect(got.dtype.kind in "biuf", f"{what} has dtype {got.dtype}, expected real numbers")
    expect(np.isfinite(got).all(), f"{what} holds NaN or infinite values")
    gap = np.abs(got.astype(np.float64) - wanted)
    if gap.size and gap.max() > tolerance:
        place = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), gap.shape))
        raise Wrong(
            f"{what} is not {meaning}: entry {list(place)} is {float(got[place]):.4f}, "
            f"expected {wanted[place]:.4f}"
        )


def _shape(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
