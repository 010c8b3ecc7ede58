"""Whether a figure was typed in: what the notebook's own record of its cells shows."""

from __future__ import annotations

import ast

from autograder.checks.own_cells import cells_with
from autograder.diagnosis.evidence import Evidence
from autograder.notebook.cells import parsed

_PLAIN = (ast.Constant, ast.Dict, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator, ast.Load)


def is_typed_in(evidence: Evidence, name: str) -> bool:
    """Return whether the last cell that gives a variable its value writes it out in digits.

    Args:
        evidence: of the failed check.
        name: the variable's.
    """
    texts = evidence.fetch(cells_with(name))
    if not isinstance(texts, list):
        return False
    written = [
        value
        for text in texts
        if isinstance(text, str) and (tree := parsed(text)) is not None
        for value in _values(tree, name)
    ]
    if not written:
        return False
    nodes = list(ast.walk(written[-1]))
    return all(isinstance(node, _PLAIN) for node in nodes) and any(
        isinstance(node, ast.Constant) and isinstance(node.value, float) for node in nodes
    )


def _values(tree: ast.Module, name: str) -> list[ast.expr]:
    """Return what is assigned to a name anywhere in a cell, in order."""
    found = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
            if node.value is not None:
                found.append(node.value)
    return found
