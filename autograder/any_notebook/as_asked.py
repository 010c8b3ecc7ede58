"""The seam between the hidden checks and a notebook that names things its own way, or leaves parts out.

Checks are the same as for the release. What they ask for and the notebook does not have is answered by a sentence
that can be told from a failure; two shapes that the assignment's wording leads to are brought into the one that
checks expect:

- `get_predictions(similarity, k)`, which returns the k best classes of each image, is called with k = 1, and its one
  column is the prediction. Where `get_top_k_predictions` is absent, it stands for that as well.
- A notebook without the line `experiment = "C"` is judged by the letter whose names it has.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.interface import (
    CHOICE,
    CLASS_NAMES,
    DRAWINGS,
    INTERFACE,
    PREDICTIONS,
    TOP_K,
)
from autograder.notebook.cells import K_NAMES
from autograder.student import Student, StudentError

_MODULES = ("torch",)
"""What expressions of the checks use and a notebook may have imported under another name."""
_PARAMETERS = (
    "[(p.name, p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD), p.default is p.empty)"
    f" for p in __import__('inspect').signature({PREDICTIONS}).parameters.values()]"
)


class AsAsked:
    """A `Student` for checks that were written for the release."""

    def __init__(
        self,
        student: Student,
        *,
        there: frozenset[str],
        drawn_in: Mapping[str, Sequence[str]],
        class_names: Sequence[str],
        letter: str | None,
    ) -> None:
        """Wrap the plain seam.

        Args:
            student: the plain seam.
            there: the names of the interface that the notebook has.
            drawn_in: ids of the notebook's cells whose pictures count, by the id of the release's cell.
            class_names: what `CLASS_NAMES` would be where a notebook does without that name.
            letter: of the experiment, for a notebook that does not say.
        """
        self._student = student
        self._there = there
        self._drawn_in = drawn_in
        self._class_names = list(class_names)
        self._letter = letter
        self._takes_k: bool | None = None

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self.count_calls(name, *args, of=())[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`; what is not there is never called."""
        watched = [dotted for dotted in of if self._has(dotted.split(".")[0])]
        unwatched = dict.fromkeys(set(of) - set(watched), 0)
        if name == TOP_K and not self._has(TOP_K) and self._has(PREDICTIONS) and self._wants_k():
            value, counts = self._student.count_calls(PREDICTIONS, *args, of=watched)
        elif not self._has(name):
            raise StudentError(not_found(name))
        elif name == PREDICTIONS and self._wants_k():
            value, counts = self._student.count_calls(name, *args, 1, of=watched)
            value = _only_column(value)
        else:
            value, counts = self._student.count_calls(name, *args, of=watched)
        return value, {**counts, **unwatched}

    def fetch(self, expression: str) -> Any:
        """See `Student.fetch`."""
        tree = ast.parse(expression, mode="eval")
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name in sorted(INTERFACE.intersection(names)):
            if self._has(name):
                continue
            if name == CHOICE and self._letter is not None:
                return self._letter
            if name == CLASS_NAMES:  # what is not there has not been overwritten
                return self._class_names
            raise StudentError(not_found(name))
        if names.intersection(_MODULES):
            expression = ast.unparse(_Imported().visit(tree))
        return self._student.fetch(expression)

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`.

        Raises:
            StudentError: the notebook does not have what the picture is of.
        """
        if not self._has(DRAWINGS[cell].variable):
            raise StudentError(not_found(DRAWINGS[cell].variable))
        return sum(map(self._student.pictures, self._drawn_in.get(cell, ())))

    def _has(self, name: str) -> bool:
        return name in self._there or name not in INTERFACE

    def _wants_k(self) -> bool:
        if self._takes_k is None:
            try:
                self._takes_k = _second_is_k(self._student.fetch(_PARAMETERS))
            except StudentError:  # not defined, or something that has no signature
                self._takes_k = False
        return self._takes_k


def not_found(name: str) -> str:
    """Return the sentence that stands for a part that a notebook does not have."""
    return f"`{name}` was not found in this notebook"


NOT_FOUND = frozenset(map(not_found, INTERFACE))
"""All such sentences."""


class _Imported(ast.NodeTransformer):
    """Makes an expression import the modules that it names."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in _MODULES:
            return node
        return ast.parse(f"__import__({node.id!r})", mode="eval").body


def _second_is_k(parameters: Any) -> bool:
    """Return whether a signature's second parameter is needed, or is called as the number of classes would be."""
    try:
        positional = [(name, needed) for name, is_positional, needed in parameters if is_positional]
        name, needed = positional[1]
        return bool(needed) or name.lower() in K_NAMES
    except (AttributeError, IndexError, TypeError, ValueError):
        return False


def _only_column(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == 1:
        return value[:, 0]
    return value
