"""Figures that a cell has shown, as a student's kernel tells of them: what they are made of, not what they look like.

`autograder.seam.drawn` writes it down there. It is a stranger's word, so each part is taken for what it is only
after a look; a figure of which that cannot be said is None: it was shown, and cannot be looked into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.seam.drawn import MOST_AXES, MOST_ENTRIES, MOST_FIGURES, MOST_POINTS, MOST_TEXTS

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Table:
    """A table of colours: what `imshow`, `matshow`, `pcolormesh` or a heat map draws.

    Attributes:
        shape: its shape; of three dimensions if it is a picture in colours of its own.
        values: float64 (rows, columns), NaN where one is masked; None if it is larger than is looked at.
        x: where its columns are, float64 (columns,); None with `values`.
        y: where its rows are, float64 (rows,); None with `values`.
    """

    shape: tuple[int, ...]
    values: np.ndarray | None
    x: np.ndarray | None
    y: np.ndarray | None


@dataclass(frozen=True)
class Points:
    """Points of one scatter plot, or markers of one line.

    Attributes:
        count: how many there are; `at` may hold fewer.
        at: where they are, float32 (n, 2).
        colours: uint8 (n, 3), or (1, 3) for all of them.
    """

    count: int
    at: np.ndarray
    colours: np.ndarray


@dataclass(frozen=True)
class Axes:
    """One of a figure's coordinate systems, and what is drawn in it; colour bars are left out.

    Attributes:
        x_label: what stands at its horizontal axis.
        y_label: what stands at its vertical axis.
        title: above it.
        x_ticks: places and texts along the horizontal axis.
        y_ticks: places and texts along the vertical axis.
        tables: see `Table`.
        points: see `Points`.
        texts: places (x, y) and texts written into it.
        legend: texts of the legend, and the colours beside them; the figure's own legend as well.
        lines: how many lines it has, those of markers alone included.
        patches: how many bars, wedges and other surfaces.
        other: how many things that are none of these.
    """

    x_label: str
    y_label: str
    title: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    tables: tuple[Table, ...]
    points: tuple[Points, ...]
    texts: tuple[tuple[float, float, str], ...]
    legend: tuple[tuple[str, Colour | None], ...]
    lines: int
    patches: int
    other: int


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        axes: its coordinate systems.
        other: how many pictures it holds outside of them.
    """

    axes: tuple[Axes, ...]
    other: int


def read_figures(value: Any) -> list[Figure | None]:
    """Return the figures that a kernel tells of, in the order in which they were shown.

    Args:
        value: plain data, see `autograder.seam.drawn`.
    """
    if not isinstance(value, list):
        return []
    return [_read(figure) for figure in value[:MOST_FIGURES]]


def _read(figure: Any) -> Figure | None:
    try:
        legend = _legend(figure["legend"])
        axes = _only(figure["axes"], list)
        if len(axes) > MOST_AXES:
            return None
        return Figure(tuple(_axes(one, legend) for one in axes), _count(figure["other"]))
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def _axes(axes: Any, legend: tuple[tuple[str, Colour | None], ...]) -> Axes:
    x_label, y_label = (_only(text, str) for text in axes["labels"])
    x_ticks, y_ticks = (
        tuple((float(place), _only(text, str)) for place, text in _few(ticks))
        for ticks in axes["ticks"]
    )
    return Axes(
        x_label=x_label,
        y_label=y_label,
        title=_only(axes["title"], str),
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        tables=tuple(_table(table) for table in _few(axes["tables"])),
        points=tuple(_points(points) for points in _few(axes["points"])),
        texts=tuple((float(x), float(y), _only(text, str)) for x, y, text in _few(axes["texts"])),
        legend=_legend(axes["legend"]) + legend,
        lines=_count(axes["lines"]),
        patches=_count(axes["patches"]),
        other=_count(axes["other"]),
    )


def _table(table: Any) -> Table:
    shape = tuple(_count(size) for size in _few(table["shape"]))
    if table["values"] is None:
        return Table(shape, None, None, None)
    rows, columns = shape
    values = _array(table["values"], shape).astype(np.float64)
    if max(shape) > MOST_ENTRIES:
        raise ValueError("a table larger than is kept")
    x, y = _array(table["x"], (columns,)), _array(table["y"], (rows,))
    return Table(shape, values, x.astype(np.float64), y.astype(np.float64))


def _points(points: Any) -> Points:
    count = min(_count(points["count"]), MOST_POINTS)
    at, colours = _array(points["at"]), _array(points["colours"])
    if at.ndim != 2 or at.shape[1] != 2 or len(at) > MOST_POINTS or at.dtype != np.float32:
        raise ValueError("no points")
    if (
        colours.dtype != np.uint8
        or colours.ndim != 2
        or colours.shape[1] != 3
        or len(colours) not in (1, len(at))
    ):
        raise ValueError("no colours")
    return Points(max(count, len(at)), at, colours)


def _legend(entries: Any) -> tuple[tuple[str, Colour | None], ...]:
    found: list[tuple[str, Colour | None]] = []
    for text, colour in _few(entries):
        if colour is not None:
            red, green, blue = (_count(part) for part in colour)
            colour = (red, green, blue)
        found.append((_only(text, str), colour))
    return tuple(found)


def _few(value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)) or len(value) > MOST_TEXTS:
        raise ValueError("no short list")
    return value


def _only(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"a {type(value).__name__}")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("no count")
    return value


def _array(value: Any, shape: tuple[int, ...] | None = None) -> np.ndarray:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise TypeError("no numbers")
    if shape is not None and value.shape != shape:
        raise ValueError("another shape")
    return value
