"""A released notebook of seven cells, made by hand: every kind of cell that an assignment has."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def _about(name: str, *, grade: bool, solution: bool, **more: Any) -> dict[str, Any]:
    nbgrader = {
        "cell_type": "code",
        "checksum": f"sum of {name}",
        "grade": grade,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": nbgrader | more}


def release() -> NotebookNode:
    stub = {"autograder": {"task": "1", "stub": "do it"}}
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell(
            "import os", id="setup", metadata=_about("setup", grade=False, solution=False)
        ),
        new_markdown_cell("## One", id="one"),
        new_code_cell(
            "def f():\n    raise NotImplementedError('Task 1')",
            id="f",
            metadata=_about("f", grade=False, solution=True) | stub,
        ),
        new_code_cell(
            "assert f() == 1\nprint('passed')",
            id="check_f",
            metadata=_about("check_f", grade=True, solution=False, points=2),
        ),
        new_code_cell("g = None", id="g", metadata=_about("g", grade=False, solution=True)),
        new_markdown_cell(
            "YOUR ANSWER HERE",
            id="answer",
            metadata=_about("answer", grade=True, solution=True, points=3),
        ),
    ]
    return new_notebook(cells=cells, metadata={})
