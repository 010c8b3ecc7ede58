"""In the release, each stub says which task it is."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.notebook.build import KIT_METADATA

PLAIN_STUB = "raise NotImplementedError()"
MAY_FAIL = "raises-exception"
"""Jupyter's tag for a cell whose error does not stop "Run All": open tasks, and what builds on them."""


def name_stubs(notebook: NotebookNode) -> None:
    """Put task and message into the stubs that nbgrader has left, and tag the cells that may fail."""
    begun = False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if about := cell.metadata.get(KIT_METADATA):
            begun = True
            message = f"Task {about['task']}: {about['stub']}"
            cell.source = cell.source.replace(PLAIN_STUB, f"raise NotImplementedError({message!r})")
        if begun:
            cell.metadata["tags"] = [MAY_FAIL]
