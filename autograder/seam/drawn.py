"""Runs in the student's kernel: keeps what the figures that a cell shows are made of, as plain data.

The *text* of this module is what the kernel gets, so it imports nothing of the kit. It holds no check and no secret,
and what it keeps is a stranger's word: a student may change all of it, which changes data, never a verdict. Only
figures of matplotlib can be looked into (seaborn, pandas and scikit-learn draw such); of anything else nothing is kept.
"""

from __future__ import annotations

import sys
import types
from contextlib import suppress
from typing import Any

MODULE = "_autograder_drawn"
"""The module among the kernel's in which the figures are kept."""
MOST_FIGURES = 40
"""Figures of a cell that are kept."""
MOST_AXES = 60
"""Axes of a figure; one that has more is not looked into."""
MOST_POINTS = 10_000
"""Points of one axes; further ones are left out."""
MOST_ENTRIES = 20
"""Rows and columns of a table of colours whose values are kept."""
MOST_TEXTS = 400
LONGEST_TEXT = 200
_ROOM = 4_000_000
"""Numbers and characters, about, that all figures of a notebook may take together."""


def keeper() -> Any:
    """Return a module with functions that keep figures by the request, a text, whose code shows them."""
    if MODULE in sys.modules:  # a test has two of them in one process
        return sys.modules[MODULE]
    kept: Any = types.ModuleType(MODULE)
    figures: dict[str, list[Any]] = {}
    left = _ROOM

    def keep(figure: Any, request: str) -> None:
        nonlocal left
        shown = figures.setdefault(request, [])
        if len(shown) >= MOST_FIGURES:
            return
        summary = None
        if left > 0:
            with suppress(Exception):  # whatever a stranger's figure does
                summary = summarised(figure)
                left -= _size(summary)
        shown.append(summary)

    kept.keep, kept.shown = keep, lambda request: figures.get(request, [])
    sys.modules[MODULE] = kept
    return kept


def record() -> None:
    """Keep, from now on, each figure that a cell of the notebook shows, in whatever way."""
    from IPython import get_ipython

    shell = get_ipython()
    kept = keeper()
    plain = shell.display_formatter.format

    def formatted(value: Any, *args: Any, **options: Any) -> Any:
        if is_figure(value):
            with suppress(Exception):  # a notebook may do anything to its kernel
                kept.keep(value, shell.get_parent()["header"]["msg_id"])
        return plain(value, *args, **options)

    # All ways to show a figure in the page meet here: `plt.show`, `display`, a cell's last line and its end.
    shell.display_formatter.format = formatted


def is_figure(value: Any) -> bool:
    """Return whether a value is a figure of matplotlib."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and issubclass(type(value), module.Figure)


def summarised(figure: Any) -> dict[str, Any]:
    """Return what a figure is made of.

    Raises:
        Exception: it cannot be told.
    """
    axes = [one for one in figure.axes if not hasattr(one, "_colorbar")]
    if len(axes) > MOST_AXES:
        raise ValueError("too many axes")
    legends = [entry for legend in figure.legends for entry in _entries(legend)]
    return {
        "axes": [_axes(one) for one in axes],
        "legend": legends,
        "other": len(figure.images),
    }


def _axes(axes: Any) -> dict[str, Any]:
    tables, points, other = [], [], len(axes.tables) + len(axes.artists) + len(axes.child_axes)
    other += axes.name != "rectilinear"
    left = MOST_POINTS
    for artist in (*axes.images, *axes.collections, *axes.lines):
        if not artist.get_visible():
            continue
        kind = type(artist).__name__
        try:
            if kind == "AxesImage":
                tables.append(_image(artist))
            elif kind == "QuadMesh":
                tables.append(_mesh(artist))
            elif kind == "PathCollection":
                points.append(_points(artist, left))
                left -= len(points[-1]["at"])
            elif kind == "Line2D" and artist.get_linestyle() in ("None", "none", " ", ""):
                points.append(_markers(artist, left))
                left -= len(points[-1]["at"])
            elif kind != "Line2D":
                other += 1
        except Exception:  # drawn in a way that is not known here
            other += 1
    return {
        "labels": [_text(axes.get_xlabel()), _text(axes.get_ylabel())],
        "title": _text(axes.get_title()),
        "ticks": [_ticks(axes.xaxis), _ticks(axes.yaxis)],
        "tables": tables,
        "points": points,
        "texts": [
            [*map(float, text.get_position()), _text(text.get_text())]
            for text in axes.texts[:MOST_TEXTS]
        ],
        "legend": _entries(axes.get_legend()),
        "lines": len(axes.lines),
        "patches": len(axes.patches),
        "other": other,
    }


def _text(value: Any) -> str:
    return str(value)[:LONGEST_TEXT]


def _ticks(axis: Any) -> list[list[Any]]:
    places = axis.get_majorticklocs()[:MOST_TEXTS]
    said = axis.get_major_formatter().format_ticks(places)
    return [[float(place), _text(text)] for place, text in zip(places, said, strict=False)]


def _table(values: Any, x: Any, y: Any) -> dict[str, Any]:
    """Return a table of colours: its shape and, if it is small, its values and where its rows and columns are."""
    import numpy as np

    small = values.ndim == 2 and max(values.shape) <= MOST_ENTRIES and values.dtype.kind in "biuf"
    return {
        "shape": list(values.shape),
        "values": np.ma.filled(np.ma.asarray(values, dtype=float), np.nan) if small else None,
        "x": np.asarray(x, dtype=float)[:MOST_ENTRIES] if small else None,
        "y": np.asarray(y, dtype=float)[:MOST_ENTRIES] if small else None,
    }


def _image(image: Any) -> dict[str, Any]:
    import numpy as np

    values = image.get_array()
    rows, columns = values.shape[:2]
    left, right, bottom, top = image.get_extent()
    first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = first + (np.arange(rows) + 0.5) * (last - first) / rows
    return _table(values, x, y)


def _mesh(mesh: Any) -> dict[str, Any]:
    corners = mesh.get_coordinates()
    rows, columns = corners.shape[0] - 1, corners.shape[1] - 1
    x, y = corners[0, :, 0], corners[:, 0, 1]
    values = mesh.get_array().reshape(rows, columns)
    return _table(values, (x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2)


def _points(collection: Any, left: int) -> dict[str, Any]:
    import numpy as np

    at: Any = np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan)
    colours = collection.get_facecolors()
    if collection.get_array() is not None:
        colours = collection.to_rgba(collection.get_array())
    elif not len(colours):
        colours = collection.get_edgecolors()
    return _coloured(at, colours, left)


def _markers(line: Any, left: int) -> dict[str, Any]:
    import numpy as np
    from matplotlib.colors import to_rgba

    return _coloured(
        np.asarray(line.get_xydata(), dtype=float), [to_rgba(line.get_markerfacecolor())], left
    )


def _coloured(at: Any, colours: Any, left: int) -> dict[str, Any]:
    """Return points (n, 2) and their colours, (n, 3) or (1, 3) for all of them, 0 … 255."""
    import numpy as np

    colours = np.round(np.asarray(colours, dtype=float).reshape(-1, 4)[:, :3] * 255)
    return {
        "count": len(at),
        "at": at[:left].astype(np.float32),
        "colours": colours[: max(left, 1)].astype(np.uint8),
    }


def _entries(legend: Any) -> list[list[Any]]:
    """Return the entries of a legend: a text, and the colour beside it, 0 … 255, or None."""
    if legend is None:
        return []
    handles = legend.legend_handles[:MOST_TEXTS]
    return [
        [_text(text.get_text()), _colour(handle)]
        for handle, text in zip(handles, legend.get_texts(), strict=False)
    ]


def _colour(handle: Any) -> list[int] | None:
    from matplotlib.colors import to_rgba

    ways = ("get_markerfacecolor",) if hasattr(handle, "get_markerfacecolor") else ()
    with suppress(Exception):
        for way in (*ways, "get_facecolor", "get_color"):
            value = getattr(handle, way, lambda: None)()
            if value is not None and len(value):
                if not isinstance(value, str) and getattr(value, "ndim", 1) == 2:
                    value = value[0]
                return [round(part * 255) for part in to_rgba(value)[:3]]
    return None


def _size(summary: Any) -> int:
    """Return how many numbers and characters a summary holds, about."""
    if isinstance(summary, dict):
        return 10 + sum(map(_size, summary.values()))
    if isinstance(summary, list):
        return 2 + sum(map(_size, summary))
    return len(summary) if isinstance(summary, str) else int(getattr(summary, "size", 1))
