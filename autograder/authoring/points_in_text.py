"""What the notebook's text says of points: filled in from the cells that carry them, so that it stays true.

A Markdown cell of the text may say `<points: CELL>`, `<points: CELL, CELL>` for a sum, `<points: automatic>` or
`<points: by hand>`. A table with the columns `points` and `for` says how the next written answer earns its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.errors import BuildError

_POINTS = re.compile(r"<points:([^>\n]*)>")
_RUBRIC = re.compile(r"^\| points \| for \|\n\|[-|]+\|\n((?:\|.*\n?)+)", re.MULTILINE)
_ROW = re.compile(r"^\| *([\d.]+) *\|", re.MULTILINE)
AUTOMATIC, BY_HAND = "automatic", "by hand"


def fill_points(cells: list[NotebookNode]) -> None:
    """Fill in the points of a notebook's Markdown cells, in place.

    Raises:
        BuildError: a text speaks of a cell that carries no points, or a rubric's points are not those of its answer.
    """
    worth = _worth(cells)
    rubric: tuple[str, float] | None = None
    for cell in cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            if about["solution"] and rubric is not None and rubric[1] != about["points"]:
                raise BuildError(
                    f"cell {cell.id!r} is worth {about['points']:g} points, and the table of cell {rubric[0]!r} "
                    f"above it gives {rubric[1]:g}. Change one of them."
                )
            rubric = None
        elif cell.cell_type == "markdown":
            cell.source = _filled(cell, worth)
            for table in _RUBRIC.finditer(cell.source):
                rubric = cell.id, sum(map(float, _ROW.findall(table[1])))


def _worth(cells: list[NotebookNode]) -> Mapping[str, float]:
    graded = {
        cell.id: about
        for cell in cells
        if (about := cell.metadata.get("nbgrader", {})).get("grade")
    }
    by_hand = sum(about["points"] for about in graded.values() if about["solution"])
    total = sum(about["points"] for about in graded.values())
    worth = {cell: about["points"] for cell, about in graded.items()}
    return worth | {AUTOMATIC: total - by_hand, BY_HAND: by_hand}


def _filled(cell: NotebookNode, worth: Mapping[str, float]) -> str:
    def number(match: re.Match[str]) -> str:
        names = [name.strip() for name in match[1].split(",")]
        for name in names:
            if name not in worth:
                raise BuildError(
                    f"cell {cell.id!r}: {match[0]} speaks of {name!r}, which is no cell with points. "
                    f"Name one or more of: {', '.join(worth)}."
                )
        return f"{sum(worth[name] for name in names):g}"

    return _POINTS.sub(number, cell.source)
