"""Where the names of the interface stand in a notebook, and after which cell each exercise is judged.

Case and underscores of a name do not count. An exercise is judged after the last cell that makes one of its names;
where only functions and the set-up are asked for, also after each earlier one, because an experiment may redefine what
was right. If a function uses what only a later cell makes (functions first, the model afterwards), it is judged after
the first cell that makes that. Where a check asks for a picture, the cells around, up to the next one that makes a name
of the interface, are waited for.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.assignments.assignment_2.interface import (
    CHOICE,
    DRAWINGS,
    DRAWN_IN,
    EXERCISES,
    EXPERIMENT,
    EXPERIMENT_NAMES,
    INTERFACE,
    PREDICTIONS,
    TOP_K,
    Exercise,
)
from autograder.notebook.cells import CellNames, made_by, parsed, read_cell

_NOTHING = CellNames({})
REDEFINED = frozenset(
    {
        *("check_setup", "check_loading", "check_embeddings"),
        *("check_similarity", "check_predictions", "check_loop"),
    }
)
"""Exercises of which every version is judged: later sections may redefine what these have made."""
_MOST_NEAR = 3
_MOST_NAMES = 300
"""Names of a notebook that are compared with those that were not found; comparing takes long."""
_LONGEST_STUB = 2000
"""Characters of a cell that can be one."""
_LEAST_ALIKE = 0.75
_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST_TOKEN = 5
_OF_A_STUB = re.compile(
    r"^\s*(?:#.*|(?:for|while|if)\b.*:\s*|[\w, ]+=[\s\[\],(){}]*|(?:import|from)\b.*|pass|\.\.\.)?\s*$"
)
"""A line of a cell that does nothing yet."""


@dataclass(frozen=True)
class Search:
    """What was found in the text of a notebook. Cells are counted from 0, over all cells.

    Attributes:
        found: the cells that make a name of the interface, in order, by name; only names that were found.
        made_in: the same for every name that the notebook makes.
        judged_after: the cell after which an exercise is judged, by the exercise's id; absent where none of its
            names was found.
        drawn_in: the cells whose pictures count for a drawing, by the drawing's id.
        versions: the cells after which it is judged, in order; the last of them is `judged_after`.
        names: what the notebook calls a name of the interface, where it writes it in its own way.
        untouched: names of which the last definition is an empty stub.
        near: names that the notebook makes and that are like one that was not found.
        top_k_by_predictions: whether `get_predictions(similarity, k)` does what is asked of the absent
            `get_top_k_predictions`.
        last: the last code cell, or None.
    """

    found: Mapping[str, tuple[int, ...]]
    made_in: Mapping[str, tuple[int, ...]]
    judged_after: Mapping[str, int]
    drawn_in: Mapping[str, tuple[int, ...]]
    versions: Mapping[str, tuple[int, ...]]
    names: Mapping[str, str]
    untouched: frozenset[str]
    near: Mapping[str, tuple[str, ...]]
    top_k_by_predictions: bool
    last: int | None


def search(notebook: NotebookNode) -> Search:
    """Look for the interface in a notebook's text."""
    return _Searched(notebook).result()


def letter_of(names: Container[str], *, top_k_by_predictions: bool = False) -> str | None:
    """Return the letter of the mini-experiment of which most names are there; None if none is."""
    counts = {
        letter: sum(name in names for name in wanted) + (letter == "C" and top_k_by_predictions)
        for letter, wanted in EXPERIMENT_NAMES.items()
    }
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else None


class _Searched:
    def __init__(self, notebook: NotebookNode) -> None:
        self.sources = [c.source if c.cell_type == "code" else None for c in notebook.cells]
        self.cells = [_NOTHING if s is None else read_cell(s) for s in self.sources]
        self.made_in: dict[str, list[int]] = {}
        self.uses: dict[str, list[frozenset[str]]] = {}
        for index, cell in enumerate(self.cells):
            for name, used in cell.makes.items():
                self.made_in.setdefault(name, []).append(index)
                self.uses.setdefault(name, []).extend(used)
        imported = {name for source in self.sources if source for name in _imported(source)}
        self.own = [name for name in self.made_in if name not in imported]
        self.names = _own_spellings(self.own)
        self.found = {n: tuple(at) for n, at in self.made_in.items() if n in INTERFACE}
        self.found |= {name: tuple(self.made_in[own]) for name, own in self.names.items()}
        self.by_predictions = TOP_K not in self.found and self.predictions_take_k()

    def result(self) -> Search:
        drawn_in = {
            drawing: self.drawn_in(drawing)
            for drawing in DRAWINGS
            if DRAWINGS[drawing].variable in self.found
        }
        judged_after = {}
        for exercise in EXERCISES:
            names = self.names_of(exercise)
            if names:
                cells = [self.place(names), *drawn_in.get(DRAWN_IN.get(exercise.cell, ""), ())]
                judged_after[exercise.cell] = max(cells)
        code = [index for index, source in enumerate(self.sources) if source is not None]
        return Search(
            self.found,
            {name: tuple(at) for name, at in self.made_in.items()},
            judged_after,
            drawn_in,
            {exercise: self.versions(exercise, last) for exercise, last in judged_after.items()},
            self.names,
            frozenset(name for name in self.found if self.is_untouched(name)),
            self.near(),
            self.by_predictions,
            code[-1] if code else None,
        )

    def names_of(self, exercise: Exercise) -> list[str]:
        names = [name for name in exercise.names if name in self.found]
        if exercise.cell == EXPERIMENT and self.by_predictions:
            names.append(PREDICTIONS)
        return names

    def predictions_take_k(self) -> bool:
        made = self.found.get(PREDICTIONS, ())
        return bool(made) and PREDICTIONS in self.cells[made[-1]].takes_k

    def versions(self, exercise: str, last: int) -> tuple[int, ...]:
        """Return the cells after which an exercise is judged, the last one among them."""
        if exercise not in REDEFINED:
            return (last,)
        (names,) = (e.names for e in EXERCISES if e.cell == exercise)
        found = [name for name in names if name in self.found]
        firsts = [self.found[name][0] for name in found]
        firsts += [self.made_in[name][0] for name in self.reached(found, first=True)]
        whole = max(firsts)
        makers = {max(whole, index) for name in found for index in self.found[name]}
        return tuple(sorted({index for index in makers if index < last} | {last}))

    def is_untouched(self, name: str) -> bool:
        """Return whether a name's last definition is a stub that nobody has filled."""
        source = self.sources[self.found[name][-1]]
        own = self.names.get(name, name)
        return source is not None and _is_stub(source, own)

    def near(self) -> dict[str, tuple[str, ...]]:
        """Return names that the notebook makes and that are like those that were not found."""
        taken = {*self.found, *self.names.values()}
        others = [name for name in self.own if name not in taken][:_MOST_NAMES]
        near = {}
        for exercise in EXERCISES:
            if exercise.cell == EXPERIMENT:  # whose names are like those of every other section
                continue
            for name in exercise.names:
                alike = [] if name in self.found else _alike(name, others)
                if alike:
                    near[name] = tuple(alike)
        return near

    def place(self, names: Sequence[str]) -> int:
        """Return the cell after which these names, and all that they use, have been made."""
        last = max(self.found[name][-1] for name in names)
        first = (self.made_in[name][0] for name in self.reached(names))
        return max(last, *first)

    def reached(self, names: Iterable[str], *, first: bool = False) -> set[str]:
        """Return these names and the names that their definitions use, by any number of steps.

        Args:
            names: of the interface.
            first: whether only the first definition of each is followed.
        """
        seen: set[str] = set()
        followed: set[int] = set()  # many names may share one set of what they use
        waiting = [self.names.get(name, name) for name in names if name != CHOICE]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.made_in:
                continue
            seen.add(name)
            for used in self.uses[name][: 1 if first else None]:
                if id(used) not in followed:
                    followed.add(id(used))
                    waiting.extend(used)
        return seen or {self.names.get(name, name) for name in names}

    def drawn_in(self, drawing: str) -> tuple[int, ...]:
        """Return the cell of a drawing's variable, and those close by that draw."""
        home = self.found[DRAWINGS[drawing].variable][-1]
        near = []
        for way in (range(home - 1, -1, -1), range(home + 1, len(self.sources))):
            for index in way:
                if INTERFACE.intersection(self.cells[index].makes):
                    break
                source = self.sources[index]
                if source is not None and re.search(DRAWINGS[drawing].words, source):
                    near.append(index)
        return tuple(sorted([home, *near]))


def _imported(source: str) -> set[str]:
    tree = parsed(source)
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in (ast.walk(tree) if tree is not None else ())
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _own_spellings(made: Iterable[str]) -> dict[str, str]:
    """Return the notebook's own spelling of names of the interface, where only case and underscores differ."""
    by_letters: dict[str, list[str]] = {}
    for name in made:
        by_letters.setdefault(_letters(name), []).append(name)
    spelt = {}
    for name in INTERFACE - {CHOICE}:
        own = by_letters.get(_letters(name), [])
        if len(own) == 1 and own != [name]:
            spelt[name] = own[0]
    return spelt


def _letters(name: str) -> str:
    return name.replace("_", "").casefold()


def _alike(name: str, others: Sequence[str]) -> list[str]:
    tokens = {token for token in _TOKEN.findall(name) if len(token) >= _SHORTEST_TOKEN}
    sharing = [other for other in others if tokens.intersection(_TOKEN.findall(other.lower()))]
    close = difflib.get_close_matches(name, others, _MOST_NEAR, _LEAST_ALIKE)
    return list(dict.fromkeys([*close, *sharing]))[:_MOST_NEAR]


def _is_stub(source: str, name: str) -> bool:
    """Return whether a cell only names a function or a variable, and does nothing for it yet."""
    if len(source) > _LONGEST_STUB:
        return False
    tree = parsed(source)
    if tree is None:
        return all(_OF_A_STUB.match(line) for line in source.split("\n"))
    makers = [statement for statement in tree.body if name in made_by(statement)]
    match makers:
        case [ast.FunctionDef(body=body)]:
            return all(map(_does_nothing, body))
        case [ast.Assign(value=value)]:
            others = [statement for statement in tree.body if statement not in makers]
            return _is_nothing(value) and all(map(_does_nothing, others))
        case _:
            return False


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=value) | ast.Assign(value=value):
            return value is None or _is_nothing(value)
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case _:
            return False


def _is_nothing(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(map(_is_nothing, elements))
        case _:
            return False
