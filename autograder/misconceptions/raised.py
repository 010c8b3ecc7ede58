"""Signs in what a student's code raised: a few exceptions say by their words what was done."""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.interface import ASKED_FOR
from autograder.misconceptions.evidence import Evidence
from autograder.misconceptions.signs import Sign
from autograder.student import StudentError

_WORDS = {
    "hard-coded-cuda": (
        r"Torch not compiled with CUDA enabled|No CUDA GPUs are available|Found no NVIDIA driver"
        r"|torch\.cuda\.is_available\(\) is False|no CUDA-capable device"
    ),
    "mixed-devices": r"Expected all tensors to be on the same device",
    "result-on-gpu": r"can't convert (cuda|mps)\S* device type tensor to numpy",
    "transformers-output-object": (
        r"'?BaseModelOutputWithPooling'?|ModelOutput' object has no attribute"
        r"|unsupported operand type\(s\) for [/@*]=?: '\w*Output"
    ),
    "gradients-kept": r"Can't call numpy\(\) on Tensor that requires grad",
    "uneven-last-batch": (
        r"inhomogeneous shape|stack expects each tensor to be equal size"
        r"|all input arrays must have the same shape"
        r"|all the input array dimensions except for the concatenation axis must match exactly"
    ),
}
_OF_A_CELL = {
    **_WORDS,
    # A table of token vectors is asked for a row that it does not have: the tokens are of another model.
    "new-model-old-processor": r"^IndexError: index out of range in self$",
    "prompt-too-long": r"Sequence length must be less than max_position_embeddings",
}
_LEFT_OVER = re.compile(r"^`\w+` uses `\w+`, which is not defined$")


def named_by_words(error: str) -> str | None:
    """Return the id of the mistake that a cell's error gives away, or None.

    Args:
        error: the exception's type and message, "ValueError: …".
    """
    return next((name for name, words in _OF_A_CELL.items() if re.search(words, error)), None)


def _speaks(pattern: str) -> Callable[[Evidence], bool]:
    found = re.compile(pattern)

    def holds(evidence: Evidence) -> bool:
        return isinstance(evidence.error, StudentError) and bool(found.search(str(evidence.error)))

    return holds


def _is_left_over(evidence: Evidence) -> bool:
    """Return whether a function uses what no task asks for: what one asks for is missing where it is not done."""
    error = evidence.error
    return (
        isinstance(error, StudentError)
        and _LEFT_OVER.search(error.reason) is not None
        and error.missing not in ASKED_FOR
    )


SIGNS = (
    *(Sign(name, _speaks(pattern), decides=True) for name, pattern in _WORDS.items()),
    Sign("leftover-state", _is_left_over, decides=True),
)
