"""In the release, each stub says which task it is, and which part of it."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.notebook.marks import KIT_METADATA

PLAIN_STUB = "raise NotImplementedError()"
BETWEEN_PARTS = " | "
"""Stands in a cell's `stub` between what its first, second and further stubs say."""
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
            for part in about["stub"].split(BETWEEN_PARTS):
                message = f"Task {about['task']}: {part}"
                named = f"raise NotImplementedError({message!r})"
                cell.source = cell.source.replace(PLAIN_STUB, named, 1)
        if begun:
            cell.metadata["tags"] = [MAY_FAIL]
