"""Where the names of the interface stand in a notebook, and after which cell each exercise is judged.

An exercise is judged after the last cell that makes one of its names: what is defined more than once counts as it
stands last. If a function uses what only a later cell makes (functions first, the model afterwards), it is judged
after the first cell that makes that. Where a check asks for a picture, the cells around, up to the next one that
makes a name of the interface, are waited for.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.interface import (
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
from autograder.notebook.cells import CellNames, read_cell

_NOTHING = CellNames({})


@dataclass(frozen=True)
class Search:
    """What was found in the text of a notebook. Cells are counted from 0, over all cells.

    Attributes:
        found: the cells that make a name of the interface, in order, by name; only names that were found.
        made_in: the same for every name that the notebook makes.
        judged_after: the cell after which an exercise is judged, by the exercise's id; absent where none of its
            names was found.
        drawn_in: the cells whose pictures count for a drawing, by the drawing's id.
        top_k_by_predictions: whether `get_predictions(similarity, k)` does what is asked of the absent
            `get_top_k_predictions`.
        last: the last code cell, or None.
    """

    found: Mapping[str, tuple[int, ...]]
    made_in: Mapping[str, tuple[int, ...]]
    judged_after: Mapping[str, int]
    drawn_in: Mapping[str, tuple[int, ...]]
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
        self.uses: dict[str, set[str]] = {}
        for index, cell in enumerate(self.cells):
            for name, used in cell.makes.items():
                self.made_in.setdefault(name, []).append(index)
                self.uses.setdefault(name, set()).update(used)
        self.found = {n: tuple(at) for n, at in self.made_in.items() if n in INTERFACE}
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

    def place(self, names: Sequence[str]) -> int:
        """Return the cell after which these names, and all that they use, have been made."""
        last = max(self.found[name][-1] for name in names)
        first = (self.made_in[name][0] for name in self.reached(names))
        return max(last, *first)

    def reached(self, names: Iterable[str]) -> set[str]:
        """Return these names and the names that their definitions use, by any number of steps."""
        seen: set[str] = set()
        waiting = [name for name in names if name != CHOICE]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.made_in:
                continue
            seen.add(name)
            waiting.extend(self.uses[name])
        return seen or set(names)

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
