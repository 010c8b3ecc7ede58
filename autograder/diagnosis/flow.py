"""Mistakes of a notebook as a whole: what a run of its cells from top to bottom has shown.

A cell uses what is not there (yet), or stops with an error whose words say what was done. Checks see neither: to
them, what such a cell should have made is just not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.mistakes import LEFTOVER, NOTHING_KNOWN, OUT_OF_ORDER
from autograder.notebook.cells import read_cell
from autograder.notebook.marks import NOTE_ID

_LONGEST_REMEMBERED = 20_000
"""Characters of a cell whose names are remembered for the life of the process."""
_MISSING = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class Finding:
    """A cell that uses what is not there, or that stops with an error which says what was done.

    Attributes:
        misconception: the mistake's id.
        cell: the number of the cell, counted from 1 over all cells of the student's notebook.
        name: the variable that is missing; empty if none is.
        made_in: the number of the later cell that makes it, or None if no cell does.
        error: what the cell stopped with, where that is what gives the mistake away; else empty.
    """

    misconception: str
    cell: int
    name: str
    made_in: int | None
    error: str = ""


def flow_findings(notebook: NotebookNode, assignment: Assignment | None) -> tuple[Finding, ...]:
    """Return what a run from top to bottom has shown, at most once a variable and once an error's mistake.

    Args:
        notebook: it has been run, and its cells hold their outputs.
        assignment: whose notebook it is; None for one of which nothing is known. There what is missing may always be
            what a task asks for, and no error's words are taken for a mistake of assignments that are known.
    """
    # What the grader has put in before is none of the student's cells, and does not count.
    cells = [cell for cell in notebook.cells if not cell.get("id", "").startswith(NOTE_ID)]
    made_in: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        for name in _made_by(cell):
            made_in.setdefault(name, []).append(index)
    catalogue = NOTHING_KNOWN if assignment is None else assignment.catalogue()
    found: dict[str, Finding] = {}
    is_undone = False
    for index, cell in enumerate(cells):
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        error = _stopped_with(cell)
        is_undone = is_undone or error.startswith(NotImplementedError.__name__)
        told = catalogue.named_by_words(error)
        if told is not None and told not in found:
            found[told] = Finding(told, index + 1, "", None, error)
        missing = _missing(cell)
        if missing is None or missing in found:
            continue
        makers = made_in.get(missing, [])
        # What an earlier cell makes is missing because that cell failed: its own error says why.
        if makers and makers[0] < index:
            continue
        later = next((at for at in makers[:2] if at > index), None)
        # What a task asks for is missing where the task is not done, which is another matter.
        asked_for = None if assignment is None else assignment.asked_for
        is_asked_for = asked_for is None or missing in asked_for
        if later is not None:
            if not (is_asked_for and is_undone):
                found[missing] = Finding(OUT_OF_ORDER.id, index + 1, missing, later + 1)
        elif not is_asked_for:
            found[missing] = Finding(LEFTOVER.id, index + 1, missing, None)
    return tuple(found.values())


def _stopped_with(cell: NotebookNode) -> str:
    """Return the first line of the error that a cell has stopped with, or an empty text."""
    for output in cell.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}".splitlines()[0]
    return ""


def _missing(cell: NotebookNode) -> str | None:
    for output in cell.outputs:
        if output.output_type == "error" and output.ename == "NameError":
            match = _MISSING.search(str(output.evalue))
            if match:
                return match[1]
    return None


def _made_by(cell: NotebookNode) -> frozenset[str]:
    """Return the names that a cell gives to the notebook, whether or not it gets that far."""
    if cell.cell_type != "code":
        return frozenset()
    is_remembered = len(cell.source) <= _LONGEST_REMEMBERED
    return _made_in(cell.source) if is_remembered else frozenset(read_cell(cell.source).makes)


# Most cells are the same in every notebook of a batch.
@lru_cache(maxsize=512)
def _made_in(source: str) -> frozenset[str]:
    return frozenset(read_cell(source).makes)
