"""Whether UMAP was asked for two dimensions: what the notebook's own record of its cells shows.

Neighbours alone do not tell, since two dimensions of ten keep many of them.
"""

from __future__ import annotations

import ast

from autograder.checks.expect import Wrong
from autograder.checks.own_cells import cells_with
from autograder.notebook.cells import parsed
from autograder.seam.student import Student, StudentError

_UMAP = "UMAP"
_ASKED_FOR = 2
_PLACE = 1
"""Of `n_components` among UMAP's arguments."""


def expect_two_dimensions(student: Student) -> None:
    """Raise `Wrong` if every map that the notebook makes with UMAP has another number of dimensions than two."""
    try:
        cells = student.fetch(cells_with(_UMAP))
    except StudentError:
        return
    texts = [text for text in cells if isinstance(text, str)] if isinstance(cells, list) else []
    numbers = dimensions(texts)
    if numbers and None not in numbers and _ASKED_FOR not in numbers:
        raise Wrong(
            f"UMAP is asked for {numbers[-1]} dimensions, and `embeddings_umap` is a part of them: near on the map are"
            " points that are far from one another in the others",
            "part-of-more-dimensions",
        )


def dimensions(cells: list[str]) -> list[int | None]:
    """Return `n_components` of each call of UMAP in these cells, None where the text does not say a number."""
    calls = [
        node
        for tree in filter(None, map(parsed, cells))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) == _UMAP
    ]
    return [_dimensions(call) for call in calls]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _dimensions(call: ast.Call) -> int | None:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in keywords or any(isinstance(value, ast.Starred) for value in call.args):
        return None
    value = keywords.get("n_components", next(iter(call.args[_PLACE:]), None))
    if value is None:
        return _ASKED_FOR  # which is UMAP's own
    return value.value if isinstance(value, ast.Constant) and type(value.value) is int else None
