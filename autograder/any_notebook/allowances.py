"""Work that is right in a notebook of its own, though not to the letter of the release.

The original hand-out says that the cosine of normalised rows is their dot product; functions that pass tensors to each
other work as well as functions that pass arrays. An exercise that fails as the release asks for it is judged once more
with each of these allowances; if that earns more, it counts, with a remark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.interface import PREDICTIONS, TOP_K
from autograder.seam.figures import Figure
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Tensor

_SIMILARITY = "get_cosine_similarity"
_TAKE_SIMILARITIES = (PREDICTIONS, TOP_K, "get_multi_prompt_predictions")
_GIVE_ARRAYS = (_SIMILARITY, *_TAKE_SIMILARITIES, "run_zero_shot")
_OTHER_KIND = ("AttributeError", "TypeError")
"""What a function raises that was written for the other kind of rows of numbers."""
_BATCH = 16
_IMAGES = 10_000
_SAME_PIXELS = (
    "all(__import__('numpy').array_equal(__import__('numpy').asarray(test_dataset[i][0].convert('RGB')),"
    " __import__('numpy').repeat(test_dataset.data[i].numpy()[:, :, None], 3, axis=2))"
    " for i in (0, 1, 17, 4999, 9999))"
)
_FIRST_IMAGES = (
    "[__import__('torch').cat(parts)[:16] for parts in"
    " zip(*[batch for batch, _ in zip(test_loader, range({count}))])]"
)
_JOINED = {
    "all_img_emb": "__import__('numpy').vstack([__import__('numpy').asarray(row) for row in all_img_emb])",
    "all_labels": (
        "__import__('numpy').concatenate([__import__('numpy').atleast_1d(row) for row in all_labels])"
    ),
}


class Allowance(StrEnum):
    """What may be allowed, in the words of its remark."""

    UNIT_ROWS = (
        "right for rows of length 1, of which the hand-out says that their dot product is the cosine; "
        "rows of other lengths would give something else"
    )
    OTHER_KINDS = "works among the notebook's own functions, which pass tensors or lists on; a NumPy array is asked for"
    SAME_PIXELS = "`test_dataset` has a transform that changes no pixel: harmless"
    BATCH_SIZE = "the batches have another size than 16: no mistake, unless 16 was asked for"
    ROWS_IN_LISTS = "a list of rows, which works; an array is asked for"


ALLOWED: Mapping[str, Sequence[frozenset[Allowance]]] = {
    "check_loading": (
        frozenset({Allowance.SAME_PIXELS}),
        frozenset({Allowance.BATCH_SIZE}),
        frozenset({Allowance.SAME_PIXELS, Allowance.BATCH_SIZE}),
    ),
    "check_similarity": (
        frozenset({Allowance.OTHER_KINDS}),
        frozenset({Allowance.UNIT_ROWS}),
        frozenset({Allowance.OTHER_KINDS, Allowance.UNIT_ROWS}),
    ),
    "check_predictions": (frozenset({Allowance.OTHER_KINDS}),),
    "check_loop": (frozenset({Allowance.OTHER_KINDS}),),
    "check_umap": (frozenset({Allowance.ROWS_IN_LISTS}),),
    "check_experiment": (frozenset({Allowance.OTHER_KINDS}),),
}
"""By the exercise's id, the fewest first."""


class Allowing:
    """A `Student` to whom something is allowed."""

    def __init__(self, student: Student, allowed: frozenset[Allowance]) -> None:
        """Wrap the seam that the checks would get otherwise."""
        self._student = student
        self._allowed = allowed

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self.count_calls(name, *args, of=())[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`."""
        if name == _SIMILARITY and Allowance.UNIT_ROWS in self._allowed:
            args = tuple(map(_with_unit_rows, args))
        if Allowance.OTHER_KINDS not in self._allowed or name not in _GIVE_ARRAYS:
            return self._student.count_calls(name, *args, of=of)
        try:
            value, counts = self._student.count_calls(name, *args, of=of)
        except StudentError as error:
            if name not in _TAKE_SIMILARITIES or error.raised not in _OTHER_KIND:
                raise
            tensors = [Tensor(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
            value, counts = self._student.count_calls(name, *tensors, of=of)
        return _as_array(value), counts

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """See `Student.call_watched`; of an answer that something was allowed for nothing else is asked."""
        if Allowance.OTHER_KINDS in self._allowed and name in _GIVE_ARRAYS:
            return self.call(name, *args), ()
        if name == _SIMILARITY and Allowance.UNIT_ROWS in self._allowed:
            args = tuple(map(_with_unit_rows, args))
        return self._student.call_watched(name, *args, watch=watch)

    def fetch(self, expression: str) -> Any:
        """See `Student.fetch`."""
        if Allowance.SAME_PIXELS in self._allowed:
            is_asked = expression == "type(test_dataset.transform).__name__"
            if is_asked and self._student.fetch(_SAME_PIXELS) is True:
                return type(None).__name__
        if Allowance.BATCH_SIZE in self._allowed and expression in (
            "test_loader.batch_size",
            "len(test_loader)",
            "next(iter(test_loader))",
        ):
            return self._of_batches(expression)
        if Allowance.ROWS_IN_LISTS in self._allowed and expression in _JOINED:
            return self._student.fetch(_JOINED[expression])
        return self._student.fetch(expression)

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`."""
        return self._student.pictures(cell)

    def figures(self, cell: str) -> Sequence[Figure | None]:
        """See `Student.figures`."""
        return self._student.figures(cell)

    def _of_batches(self, expression: str) -> Any:
        """Answer as a loader with batches of 16 would, where this one has as many of its own size as it should."""
        size = self._student.fetch("test_loader.batch_size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            return self._student.fetch(expression)
        if expression == "test_loader.batch_size":
            return _BATCH
        if expression == "len(test_loader)":
            batches = self._student.fetch(expression)
            return -(-_IMAGES // _BATCH) if batches == -(-_IMAGES // size) else batches
        return self._student.fetch(_FIRST_IMAGES.format(count=-(-_BATCH // size)))


def _with_unit_rows(argument: Any) -> Any:
    if not isinstance(argument, Tensor):
        return argument
    lengths = np.linalg.norm(argument.array, axis=-1, keepdims=True)
    return Tensor((argument.array / lengths).astype(argument.array.dtype))


def _as_array(value: Any) -> Any:
    """Return what a function gave as the array that it stands for; a pair is one of two such values."""
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, tuple):
        return tuple(map(_as_array, value))
    if isinstance(value, list) and value:
        plain = [row.array if isinstance(row, Tensor) else row for row in value]
        try:
            return np.asarray(plain)
        except ValueError:  # of unequal lengths
            return value
    return value
