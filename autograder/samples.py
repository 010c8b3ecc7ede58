"""Sample submissions: notebooks made from the release by a short text each.

A sample is a py:percent file. Its first cell says in words what the student did, and in its header what the
notebook starts from: `base="solved"` (the reference solution in every cell, except those named in
`unfinished`) or `base="released"`. Each further cell names a cell of the notebook by `id` and replaces its
source; `do` says what else happens to it: "delete", "duplicate", "move" (behind the cell `after`), or "split"
(in front of the line `at`; both halves keep the cell's metadata, as JupyterLab leaves them).
`truncate` cuts the finished file off after so many characters.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.course import ASSIGNMENT
from autograder.errors import CourseError
from autograder.notebook.marks import grade_id

_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def make_sample(text: str, source: NotebookNode, released: NotebookNode) -> str:
    """Return the content of a submitted `.ipynb` file.

    Args:
        text: the sample in py:percent.
        source: the source notebook, with solutions.
        released: the notebook that students get.

    Raises:
        CourseError: the text names a cell or a change that does not exist.
    """
    about, *edits = jupytext.reads(text, fmt="py:percent").cells
    notebook = _start(about.metadata, source, released)
    for edit in edits:
        _apply(notebook, edit)
    content: str = nbformat.writes(notebook)
    return content[: about.metadata.get("truncate", len(content))]


def add_samples(course: Path, samples: Path) -> list[str]:
    """Put every sample of a folder into a course as a submission; return the students' names.

    Raises:
        CourseError: the course has no release yet, or a sample is wrong.
    """
    source, released = (
        course / step / ASSIGNMENT / f"{ASSIGNMENT}.ipynb" for step in ("source", "release")
    )
    if not released.is_file():
        raise CourseError(
            f"{released} is not there; in {course} run: nbgrader generate_assignment {ASSIGNMENT}"
        )
    notebooks = [nbformat.read(path, as_version=4) for path in (source, released)]
    students = []
    for path in sorted(samples.glob("*.py")):
        try:
            content = make_sample(path.read_text(encoding="utf-8"), *notebooks)
        except CourseError as error:
            raise CourseError(f"{path}: {error}") from error
        folder = course / "submitted" / path.stem / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(content, encoding="utf-8")
        students.append(path.stem)
    return students


def _start(about: NotebookNode, source: NotebookNode, released: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(released)
    if about.get("base") not in ("solved", "released"):
        raise CourseError('its first cell needs base="solved" or base="released"')
    if about["base"] == "solved":
        unfinished = set(about.get("unfinished", "").split())
        solved = {name: cell for cell in source.cells if (name := grade_id(cell))}
        if unknown := unfinished - set(solved):
            raise CourseError(f"unfinished names no cell of the notebook: {sorted(unknown)}")
        for cell in notebook.cells:
            name = grade_id(cell)
            if name and name not in unfinished and cell.metadata.nbgrader.solution:
                cell.source = _MARKS.sub("", solved[name].source).rstrip("\n")
    return notebook


def _apply(notebook: NotebookNode, edit: NotebookNode) -> None:
    names = [grade_id(cell) for cell in notebook.cells]
    wanted = edit.metadata.get("id")
    if wanted is None or wanted not in names:
        raise CourseError(f"it names a cell that is not in the notebook: {wanted!r}")
    index = names.index(wanted)
    cell = notebook.cells[index]
    if edit.source:
        cell.source = edit.source
    options: dict[str, Any] = edit.metadata
    match options.get("do"):
        case None:
            pass
        case "delete":
            del notebook.cells[index]
        case "duplicate":
            notebook.cells.insert(index + 1, _copied(cell))
        case "split":
            lines = cell.source.split("\n")
            second = _copied(cell)
            if not isinstance(options.get("at"), int):
                raise CourseError(f"the cell {wanted!r} is split, but `at` gives no line")
            cell.source = "\n".join(lines[: options["at"]])
            second.source = "\n".join(lines[options["at"] :])
            notebook.cells.insert(index + 1, second)
        case "move":
            if options.get("after") is None or options["after"] not in names:
                raise CourseError(
                    f"the cell {wanted!r} is moved behind {options.get('after')!r}, which is not there"
                )
            notebook.cells.insert(names.index(options["after"]) + 1, cell)
            del notebook.cells[index + (names.index(options["after"]) < index)]
        case other:
            raise CourseError(f"the cell {wanted!r} has an unknown change: {other!r}")


def _copied(cell: NotebookNode) -> NotebookNode:
    """Copy a cell as editors do: the same metadata under a new cell id."""
    again = copy.deepcopy(cell)
    again.id = f"{cell.id}-copy"
    return again
