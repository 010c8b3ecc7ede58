"""The seam between the hidden checks and a notebook that names things its own way, or leaves parts out.

Checks are the same as for the release. What they ask for and the notebook does not have is answered by a sentence
that can be told from a failure; two shapes that the assignment's wording leads to are brought into the one that
checks expect:

- `get_predictions(similarity, k)`, which returns the k best classes of each image, is called with k = 1, and its one
  column is the prediction. Where `get_top_k_predictions` is absent, it stands for that as well.
- `top_k_accuracy(y_true, top_k, k=1)`, which cuts the guesses to k by default, is called with as many as there are.
- A name of the interface in the notebook's own spelling is asked for by that.
- A notebook without the line `experiment = "C"` is judged by the letter whose names it has.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.interface import (
    CHOICE,
    CLASS_NAMES,
    DRAWINGS,
    INTERFACE,
    PREDICTIONS,
    TOP_K,
)
from autograder.notebook.cells import K_NAMES
from autograder.seam.figures import Figure
from autograder.seam.student import Student, StudentError

_MODULES = ("torch",)
"""What expressions of the checks use and a notebook may have imported under another name."""
_PARAMETERS = (
    "[(p.name, p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD), p.default is p.empty)"
    " for p in __import__('inspect').signature({}).parameters.values()]"
)
_ACCURACY = "top_k_accuracy"


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
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Wrap the plain seam.

        Args:
            student: the plain seam.
            there: the names of the interface that the notebook has.
            drawn_in: ids of the notebook's cells whose pictures count, by the id of the release's cell.
            class_names: what `CLASS_NAMES` would be where a notebook does without that name.
            letter: of the experiment, for a notebook that does not say.
            names: what stands for names of the interface: the notebook's own spelling, or an expression.
        """
        self._student = student
        self._there = there
        self._drawn_in = drawn_in
        self._class_names = list(class_names)
        self._letter = letter
        self._names = names or {}
        self._takes_k: bool | None = None

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self.count_calls(name, *args, of=())[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`; what is not there is never called."""
        own = {dotted: self._own(dotted) for dotted in of if self._has(dotted.split(".")[0])}
        value, counts = self._count(name, *args, of=list(own.values()))
        return value, {dotted: counts[own[dotted]] if dotted in own else 0 for dotted in of}

    def _count(self, name: str, *args: Any, of: Sequence[str]) -> tuple[Any, Mapping[str, int]]:
        if name == TOP_K and not self._has(TOP_K) and self._has(PREDICTIONS) and self._wants_k():
            return self._student.count_calls(self._own(PREDICTIONS), *args, of=of)
        if not self._has(name):
            raise StudentError(not_found(name))
        if name == PREDICTIONS and self._wants_k():
            value, counts = self._student.count_calls(self._own(name), *args, 1, of=of)
            return _only_column(value), counts
        if name == _ACCURACY and self._cuts_to_k():
            args = (*args, np.asarray(args[1]).shape[1])
        return self._student.count_calls(self._own(name), *args, of=of)

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """See `Student.call_watched`; of names that the notebook does not have nothing is told."""
        own = {self._own(each): each for each in watch if self._has(each)}
        is_plain = self._has(name) and not (name == PREDICTIONS and self._wants_k())
        if not is_plain or (name == _ACCURACY and self._cuts_to_k()):
            return self.call(name, *args), ()
        value, changed = self._student.call_watched(self._own(name), *args, watch=list(own))
        return value, [own[key] if isinstance(key, str) else key for key in changed]

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
        if names.intersection(_MODULES) or self._names:
            expression = ast.unparse(_Imported(self._names).visit(tree))
        return self._student.fetch(expression)

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`.

        Raises:
            StudentError: the notebook does not have what the picture is of.
        """
        if not self._has(DRAWINGS[cell].variable):
            raise StudentError(not_found(DRAWINGS[cell].variable))
        return sum(map(self._student.pictures, self._drawn_in.get(cell, ())))

    def figures(self, cell: str) -> Sequence[Figure | None]:
        """See `Student.figures`."""
        shown = map(self._student.figures, self._drawn_in.get(cell, ()))
        return [figure for figures in shown for figure in figures]

    def _has(self, name: str) -> bool:
        return name in self._there or name not in INTERFACE

    def _own(self, dotted: str) -> str:
        first, point, rest = dotted.partition(".")
        return self._names.get(first, first) + point + rest

    def _wants_k(self) -> bool:
        if self._takes_k is None:
            self._takes_k = _second_is_k(self._parameters(PREDICTIONS))
        return self._takes_k

    def _cuts_to_k(self) -> bool:
        """Return whether the accuracy has a third parameter that says how many guesses count, with a default."""
        parameters = self._parameters(_ACCURACY)
        try:
            name, is_positional, is_needed = parameters[2]
            return bool(is_positional) and not is_needed and name.lower() in K_NAMES
        except (AttributeError, IndexError, TypeError, ValueError):
            return False

    def _parameters(self, name: str) -> Any:
        try:
            return self._student.fetch(_PARAMETERS.format(self._own(name)))
        except StudentError:  # not defined, or something that has no signature
            return None


def not_found(name: str) -> str:
    """Return the sentence that stands for a part that a notebook does not have."""
    return f"`{name}` was not found in this notebook"


NOT_FOUND = frozenset(map(not_found, INTERFACE))
"""All such sentences."""


class _Imported(ast.NodeTransformer):
    """Makes an expression import the modules that it names, and use the notebook's own spellings."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in _MODULES:
            return ast.parse(self._names.get(node.id, node.id), mode="eval").body
        return ast.parse(f"__import__({node.id!r})", mode="eval").body

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Let what is looked up by its name, as in `globals()`, be found as well."""
        own = self._names.get(node.value) if isinstance(node.value, str) else None
        return node if own is None else ast.Constant(own)


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
