"""What cells are known by: nbgrader's id, and the keys under which the kit leaves its own notes.

Imports nothing heavy: every command of nbgrader in a course loads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

KIT_METADATA = "autograder"
"""Key of the kit's metadata: of a solution cell, its task and its stub's message; of a graded cell or a notebook, what
grading noted."""
NOTE_ID = "autograder-"
"""Cells whose id begins so were written by the grader."""


def is_scored(cell: NotebookNode) -> bool:
    """Return whether a cell gives points: a graded one, or a task in nbgrader's sense, answered behind it."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") or about.get("task"))


def grade_id(cell: NotebookNode) -> str | None:
    """Return a cell's nbgrader id, or None."""
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def nbgrader_metadata(
    name: str, *, solution: bool, points: float | None = None, cell_type: str = "code"
) -> dict[str, Any]:
    """Return what nbgrader keeps of a cell of a source notebook, under its key "nbgrader".

    Args:
        name: the cell's id.
        solution: whether students write in it; all others are locked.
        points: what it is worth; None if it is not graded.
        cell_type: "code" or "markdown".
    """
    return {
        "cell_type": cell_type,
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({} if points is None else {"points": points}),
    }
