"""Cells that run in a kernel of a given isolation, and what they printed."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.clip.assets import find_fashion_mnist, find_model, surroundings_in
from autograder.kernel.limits import Limits
from autograder.kernel.processes import Isolation
from autograder.kernel.runner import run_notebook

LIMITS = Limits(start=200, cell=200, probe=200, notebook=600)


def run(isolation: Isolation, folder: Path, *sources: str, assets: bool = False) -> list[str]:
    """Run cells; return what each printed, errors included."""
    given = surroundings_in(isolation, find_model(), find_fashion_mnist())
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    run_notebook(
        notebook,
        files=folder,
        environment=given.environment if assets else {},
        folders=given.folders if assets else {},
        limits=LIMITS,
        judge=lambda cell, student: None,
        isolation=isolation,
    )
    return [" ".join(map(_said, cell.outputs)).strip() for cell in notebook.cells]


def _said(output: NotebookNode) -> str:
    if "image/png" in output.get("data", {}):
        return "[picture]"
    return str(output.get("text") or output.get("ename", ""))
