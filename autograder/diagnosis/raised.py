"""Signs in what a student's code raised: a few exceptions say by their words what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.signs import Sign
from autograder.mistakes import LEFTOVER
from autograder.seam.student import StudentError

_LEFT_OVER = re.compile(r"^`\w+` uses `\w+`, which is not defined$")


def raised_signs(words: Mapping[str, str], asked_for: Collection[str]) -> tuple[Sign, ...]:
    """Return the signs that stand in errors.

    Args:
        words: regular expressions, by the id of the mistake that gives itself away by them.
        asked_for: what the assignment's tasks ask for: it is missing where a task is not done, which is no mistake.
    """

    def is_left_over(evidence: Evidence) -> bool:
        error = evidence.error
        return (
            isinstance(error, StudentError)
            and _LEFT_OVER.search(error.reason) is not None
            and error.missing not in asked_for
        )

    return (
        *(Sign(name, _speaks(pattern), decides=True) for name, pattern in words.items()),
        Sign(LEFTOVER.id, is_left_over, decides=True),
    )


def _speaks(pattern: str) -> Callable[[Evidence], bool]:
    found = re.compile(pattern)

    def holds(evidence: Evidence) -> bool:
        return isinstance(evidence.error, StudentError) and bool(found.search(str(evidence.error)))

    return holds
