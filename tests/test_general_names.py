"""Names that say what is seen from outside: given where nothing shows the mistake itself, and one of them at most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.judging.exercise import judge
from autograder.seam.student import in_process

BY_SIZE = "axis = 0 if len(similarity) == 10 else 1\n    return similarity.argmax(axis=axis)"
GREY_LEVELS = "return np.round(200 * similarity).argmax(axis=1)"
ABOVE = "over = similarity > 0.3\n    return np.where(over.any(axis=1), over.argmax(axis=1), similarity.argmax(axis=1))"
TEN_COLUMNS = "return similarity[:, :11].argmax(axis=1)"
SIXTEEN = (
    "best = np.zeros(16, dtype=int)\n    rows = similarity[:16]\n"
    "    best[:len(rows)] = rows.argmax(axis=1)\n    return best"
)


def names_of(body: str, seed: int) -> set[str | None]:
    """Return the mistakes that a student is told of whose `get_predictions` has this body."""
    space: dict[str, Any] = {"np": np}
    exec(f"def get_predictions(similarity):\n    {body}", space)
    found = judge(ASSIGNMENT_2, "check_predictions", in_process(space, {}), None, seed)  # type: ignore[arg-type]
    assert any(verdict.unknown or verdict.misconception for verdict in found.verdicts)
    return {verdict.misconception for verdict in found.verdicts} - {None}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("body", "names"),
    [
        (BY_SIZE, {"sizes-taken-for-granted"}),
        (GREY_LEVELS, {"rounded-before-argmax"}),
        (ABOVE, {"level-matters"}),
        (TEN_COLUMNS, {"part-of-the-argument"}),
        # No variable of the notebook is read there, as a size that is always the same may seem to say.
        (SIXTEEN, set()),
    ],
)
def test_one_thing_is_said(body: str, names: set[str], seed: int) -> None:
    assert names_of(body, seed) == names
