"""Graded cells that earn their points by tests of their own: what is said of them, once in each grading run.

Such tests run in the student's kernel. Imports nothing heavy: every command of nbgrader in a course loads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PLACE = "docs/your_own_assignment.md"
"""What shows the way out."""


def tested_by_themselves(cells: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the ids of the graded code cells that hold tests: where a student writes in one, a person grades it."""
    return tuple(
        about["grade_id"]
        for cell in cells
        if cell["cell_type"] == "code"
        and (about := cell["metadata"].get("nbgrader", {})).get("grade")
        and not about.get("solution")
    )


def warning(assignment: str) -> str:
    """Return the sentence about an assignment in which the own tests of graded cells give points."""
    return (
        f"{assignment}: where a graded cell has no hidden checks its asserts give the points, and they run where the "
        f"student's code runs, which can read and deceive them; {PLACE} shows how to add hidden checks."
    )
