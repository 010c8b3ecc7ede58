"""Whether the map was made by t-SNE: what the notebook's own record of its cells shows.

Neighbours alone do not tell, since t-SNE keeps them as well as UMAP does.
"""

from __future__ import annotations

import ast

from autograder.checks.expect import Wrong
from autograder.checks.own_cells import cells_with
from autograder.notebook.cells import made_by, parsed
from autograder.seam.student import Student, StudentError

_MAP, _TSNE, _UMAP = "embeddings_umap", "TSNE", "UMAP"


def expect_no_tsne(student: Student) -> None:
    """Raise `Wrong` if the last cell that makes the map takes it from t-SNE."""
    try:
        cells = student.fetch(cells_with(_TSNE, _MAP))
    except StudentError:
        return
    texts = [text for text in cells if isinstance(text, str)] if isinstance(cells, list) else []
    if is_made_by_tsne(texts):
        raise Wrong(
            f"`{_MAP}` is made by t-SNE, and the task asks for UMAP", "tsne-instead-of-umap"
        )


def is_made_by_tsne(cells: list[str]) -> bool:
    """Return whether these cells, run in their order, leave a map of t-SNE behind.

    What is computed from t-SNE's points counts as t-SNE's, unless UMAP is a part of it, which may start from them.
    """
    of_tsne: set[str] = set()
    for tree in filter(None, map(parsed, cells)):
        for statement in _plain(tree.body):
            names = made_by(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                of_tsne -= names
            elif _comes_from_tsne(statement, of_tsne):
                of_tsne |= names
            else:
                of_tsne -= names
    return _MAP in of_tsne


def _plain(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements in their order, with what stands within `if`, `with`, `for` and `try` in its place."""
    found = []
    for statement in body:
        inner = [
            part
            for name in ("body", "orelse", "finalbody")
            for part in getattr(statement, name, ())
        ]
        is_scope = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        found += [statement] if is_scope or not inner else _plain(inner)
    return found


def _comes_from_tsne(statement: ast.stmt, of_tsne: set[str]) -> bool:
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    return bool(used & {_TSNE, *(of_tsne - made_by(statement))}) and _UMAP not in used
