"""What happened in a notebook's cells, read from their outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from autograder.any_notebook.findings import CellFinding, Kind
from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID
from autograder.clip.startup import NOTE
from autograder.diagnosis.flow import flow_findings
from autograder.intake.findings import shortened
from autograder.judging.stopped import AT_LIMIT, Stop, Stops
from autograder.notebook.cells import read_cell

_LONGEST = 300


def cell_findings(
    notebook: NotebookNode,
    stops: Stops,
    cell_limit: float,
    undone: Mapping[int, str] | None = None,
) -> tuple[CellFinding, ...]:
    """Return what happened, cell by cell.

    Args:
        notebook: it has been run; its cells hold their outputs and no metadata of graded cells.
        stops: which of its cells stopped.
        cell_limit: seconds after which a cell was stopped.
        undone: what is to be said of cells that stopped only because nobody has filled a stub.
    """
    found: list[CellFinding] = []
    # What its words give away is read below, for every cell; of an import that failed, the note tells.
    flow = {
        finding.cell: finding
        for finding in flow_findings(notebook, ASSIGNMENT)
        if finding.name
        and finding.name not in read_cell(notebook.cells[finding.cell - 1].source).makes
    }
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        found.extend(_notes(cell, number))
        stop = stops.of_cell.get(number)
        if undone and number in undone:
            found.append(CellFinding(number, Kind.NOTE, undone[number]))
        elif number in flow and not (stop is not None and stop.elsewhere):
            missing = flow[number]
            made = (
                f"only cell {missing.made_in} makes it"
                if missing.made_in is not None
                else "no cell makes it"
            )
            name = shortened(missing.name, _LONGEST)
            text = f"it uses `{name}`, which is not there: {made}"
            # A cell that only shows something keeps nothing from being right.
            kind = Kind.ORDER if read_cell(cell.source).makes else Kind.NOTE
            found.append(_with_mistake(number, kind, text, missing.misconception))
        elif stop is not None:
            found.append(_stopped(stop, stops, cell_limit))
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


def _stopped(stop: Stop, stops: Stops, cell_limit: float) -> CellFinding:
    if stop.text == AT_LIMIT:
        text = f"stopped after {cell_limit:g} seconds; the next cell went on"
        return CellFinding(stop.cell, Kind.STOPPED, text)
    cause = stops.cause_of(stop.missing) if stop.missing else None
    if cause is not None:  # told once, where it is
        text = f"stopped without `{stop.missing}`: see cell {cause.cell}"
        kind = Kind.ELSEWHERE if cause.elsewhere else Kind.CAUSED
        return CellFinding(stop.cell, kind, text, cause=cause.cell)
    if stop.elsewhere:
        return CellFinding(stop.cell, Kind.ELSEWHERE, stop.text)
    return _with_mistake(stop.cell, Kind.ERROR, stop.text, stop.misconception)


def _with_mistake(number: int, kind: Kind, text: str, mistake: str | None) -> CellFinding:
    if mistake is None:
        return CellFinding(number, kind, text)
    known = BY_ID[mistake]
    return CellFinding(number, kind, text, mistake, known.name, known.hint)
