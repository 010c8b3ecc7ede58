"""What happened in a notebook's cells, read from their outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.any_notebook.findings import CellFinding, Kind
from autograder.any_notebook.startup import NOTE
from autograder.intake.findings import shortened
from autograder.misconceptions import BY_ID
from autograder.misconceptions.flow import flow_findings
from autograder.misconceptions.raised import named_by_words
from autograder.notebook.cells import read_cell

_PLACE = re.compile(r"\((?:<[^>]*>|[\w./-]*\.py), line (\d+)\)")
_LONGEST = 300
_AT_LIMIT = "CellTimeoutError"
"""What the runner calls the error of a cell that it has stopped."""


def cell_findings(notebook: NotebookNode, cell_limit: float) -> tuple[CellFinding, ...]:
    """Return what happened, cell by cell.

    Args:
        notebook: it has been run; its cells hold their outputs and no metadata of graded cells.
        cell_limit: seconds after which a cell was stopped.
    """
    found: list[CellFinding] = []
    # What its words give away is read below, for every cell; of an import that failed, the note tells.
    flow = {
        finding.cell: finding
        for finding in flow_findings(notebook)
        if finding.name
        and finding.name not in read_cell(notebook.cells[finding.cell - 1].source).makes
    }
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        found.extend(_notes(cell, number))
        if number in flow:
            missing = flow[number]
            made = (
                f"only cell {missing.made_in} makes it"
                if missing.made_in is not None
                else "no cell makes it"
            )
            text = f"it uses `{missing.name}`, which is not there: {made}"
            found.append(_with_mistake(number, Kind.ORDER, text, missing.misconception))
        else:
            found.extend(_error(cell, number, cell_limit))
    return tuple(found)


def _notes(cell: NotebookNode, number: int) -> Iterator[CellFinding]:
    seen = set()
    for output in cell.outputs:
        if output.output_type == "stream":
            for line in str(output.text).splitlines():
                if line.startswith(NOTE) and line not in seen:
                    seen.add(line)
                    yield CellFinding(
                        number, Kind.NOTE, shortened(line.removeprefix(NOTE), _LONGEST)
                    )


def _error(cell: NotebookNode, number: int, cell_limit: float) -> Iterator[CellFinding]:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if any(error.ename == _AT_LIMIT for error in errors):
        yield CellFinding(
            number, Kind.STOPPED, f"stopped after {cell_limit:g} seconds; the next cell went on"
        )
    elif errors:
        error = errors[-1]
        said = _PLACE.sub(r"(line \1)", str(error.evalue))
        first = next((line for line in said.splitlines() if line.strip()), "")
        text = shortened(f"{error.ename}: {first}" if first else str(error.ename), _LONGEST)
        yield _with_mistake(
            number, Kind.ERROR, text, named_by_words(f"{error.ename}: {error.evalue}")
        )


def _with_mistake(number: int, kind: Kind, text: str, mistake: str | None) -> CellFinding:
    if mistake is None:
        return CellFinding(number, kind, text)
    known = BY_ID[mistake]
    return CellFinding(number, kind, text, mistake, known.name, known.hint)
