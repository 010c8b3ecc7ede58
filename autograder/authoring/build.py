"""Builds the source notebook from its py:percent text.

In the text, a cell's header says in short what nbgrader's metadata says at length:

    role="given"     id=…                    code given to students, locked
    role="solution"  id=… task=… stub=…      students complete it; `stub` is what the release's stub says,
                                             with ` | ` between the words of several stubs
    role="check"     id=…                    visible tests; hidden checks belong to it and give its points
    role="answer"    id=… points=…           Markdown, graded by hand; its text is the reference answer

The result depends on the text, on the `solutions` package and on the stored outputs alone: building twice
gives the same bytes. Stored outputs are kept for cells whose source did not change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.assignment import assignment_named
from autograder.authoring.points_in_text import fill_points
from autograder.authoring.regions import fill_regions
from autograder.course import ASSIGNMENT
from autograder.errors import BuildError
from autograder.judging.exercise import exercise_points
from autograder.notebook.marks import KIT_METADATA, nbgrader_metadata

_ID = re.compile(r"[A-Za-z0-9_]{1,60}")  # nbformat allows a cell's id 64 characters

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


@dataclass(frozen=True)
class Role:
    """What nbgrader is told of a cell.

    Attributes:
        cell_type: "code" or "markdown".
        grade: it carries points.
        solution: the student edits it.
        keys: the header's keys besides role and id; all are needed.
    """

    cell_type: str
    grade: bool
    solution: bool
    keys: tuple[str, ...] = ()


ROLES = {
    "given": Role("code", grade=False, solution=False),
    "solution": Role("code", grade=False, solution=True, keys=("task", "stub")),
    "check": Role("code", grade=True, solution=False),
    "answer": Role("markdown", grade=True, solution=True, keys=("points",)),
}


def build_notebook(text: str) -> NotebookNode:
    """Turn py:percent text into the source notebook, without outputs.

    Raises:
        BuildError: a header is wrong, an id is used twice, a region names no solution, or a text is wrong about points.
    """
    parsed = jupytext.reads(text, fmt="py:percent")
    cells: list[NotebookNode] = []
    named: set[str] = set()
    last, after = "start", 0
    for cell in parsed.cells:
        header = {key: v for key, v in cell.metadata.items() if key != "lines_to_next_cell"}
        if "role" in header:
            name = _checked_id(header, cell, named)
            last, after = name, 0
            built = _named_cell(cell, header, name)
        elif header:
            raise BuildError(f"a cell after {last!r} has a header without a role: {header}")
        else:
            after += 1
            built = _new_cell(cell.cell_type, cell.source, f"{last}-{after}", {})
        cells.append(built)
    fill_points(cells)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def keep_outputs(notebook: NotebookNode, stored: NotebookNode) -> None:
    """Give the cells of `notebook` the outputs that a cell of the same id and source has in `stored`."""
    known = {cell.id: cell for cell in stored.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        old = known.get(cell.id)
        if cell.cell_type == "code" and old is not None and old.source == cell.source:
            cell.outputs, cell.execution_count = old.outputs, old.execution_count


def to_bytes(notebook: NotebookNode) -> bytes:
    """Return the file's content: always the same for the same notebook."""
    return (nbformat.writes(notebook) + "\n").encode()


def points(notebook: NotebookNode) -> tuple[float, float]:
    """Return the points that checks give and those that a person gives."""
    graded = [
        c.metadata.nbgrader for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]
    by_hand = sum(cell.points for cell in graded if cell.solution)
    return sum(cell.points for cell in graded) - by_hand, by_hand


def build_source(text_file: Path, notebook_file: Path) -> NotebookNode:
    """Build `text_file` in memory, with the outputs that `notebook_file` has stored.

    Raises:
        BuildError: the text cannot be read or built, or the stored notebook cannot be read.
    """
    try:
        text = text_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{text_file} cannot be read: {error}") from error
    try:
        notebook = build_notebook(text)
    except BuildError as error:
        raise BuildError(f"{text_file}: {error}") from error
    if notebook_file.is_file():
        try:
            stored = nbformat.read(notebook_file, as_version=4)
        except Exception as error:  # nbformat raises many kinds where JSON is no notebook
            raise BuildError(
                f"{notebook_file} is no notebook; remove it, then run: autograder build --execute"
            ) from error
        keep_outputs(notebook, stored)
    return notebook


def _checked_id(header: dict[str, Any], cell: NotebookNode, named: set[str]) -> str:
    name, role = header.get("id"), ROLES.get(str(header["role"]))
    where = f"cell {name!r}"
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise BuildError(f"{where}: needs an id of up to 60 letters, digits and underscores")
    if name in named:
        raise BuildError(f"{where}: the id is used twice")
    if role is None:
        raise BuildError(f"{where}: role {header['role']!r} is not one of {', '.join(ROLES)}")
    if cell.cell_type != role.cell_type:
        raise BuildError(f"{where}: role {header['role']!r} needs a {role.cell_type} cell")
    wanted = {"role", "id", *role.keys}
    if set(header) != wanted:
        raise BuildError(f"{where}: has the keys {sorted(header)}, needs {sorted(wanted)}")
    worth = header.get("points", 0)
    if isinstance(worth, bool) or not isinstance(worth, (int, float)) or not worth >= 0:
        raise BuildError(f"{where}: points={worth!r} is not a number of points")
    named.add(name)
    return name


def _named_cell(cell: NotebookNode, header: dict[str, Any], name: str) -> NotebookNode:
    role = ROLES[header["role"]]
    points = None
    if role.grade:
        points = header["points"] if role.solution else _points_of(name)
    about = nbgrader_metadata(name, solution=role.solution, points=points, cell_type=role.cell_type)
    metadata: dict[str, Any] = {"nbgrader": about}
    if not role.solution:
        metadata |= {"deletable": False, "editable": False}
    if header["role"] == "solution":
        metadata[KIT_METADATA] = {"stub": header["stub"], "task": str(header["task"])}
    return _new_cell(role.cell_type, fill_regions(cell.source, name), name, metadata)


def _points_of(name: str) -> float:
    try:
        assignment = assignment_named(ASSIGNMENT)
        assert assignment is not None
        total = exercise_points(assignment, name)
    except KeyError:
        raise BuildError(
            f"cell {name!r}: no module of its assignment's checks belongs to it"
        ) from None
    except ValueError as error:
        raise BuildError(f"cell {name!r}: {error}") from error
    return int(total) if total == int(total) else total


def _new_cell(cell_type: str, source: str, name: str, metadata: dict[str, Any]) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell_type == "code" else nbformat.v4.new_markdown_cell
    return make(source, id=name, metadata=metadata)
