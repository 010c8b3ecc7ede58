"""Cells that run in a room, one way or another, and what came of it."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.kernel.isolation import COLD, isolation_named
from autograder.kernel.limits import Bounds, Limits
from autograder.kernel.runner import run_notebook
from autograder.seam.student import Student, StudentError

LIMITS = Limits(start=120, cell=60, probe=60, notebook=200, stop=3)


def run(
    folder: Path,
    *sources: str,
    bounds: Bounds | None = None,
    environment: dict[str, str] | None = None,
    folders: dict[Path, str] | None = None,
    way: str = COLD,
) -> tuple[list[NotebookNode], str]:
    """Run cells, then ask for 1; return the cells, and why there was no answer (or "")."""
    about = {"grade": True, "grade_id": "check_x", "solution": False, "locked": True, "points": 1}
    cells = [new_code_cell(source) for source in sources]
    notebook = new_notebook(cells=[*cells, new_code_cell("", metadata={"nbgrader": about})])
    reasons: list[str] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        try:
            assert student.fetch("1") == 1
        except StudentError as error:
            reasons.append(error.reason)

    run_notebook(
        notebook,
        files=folder,
        environment=environment or {},
        folders=folders or {},
        limits=LIMITS,
        judge=judge,
        isolation=isolation_named(way),
        bounds=bounds,
    )
    return cells, "".join(reasons)


def text(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)
