"""The comparison as one self-contained HTML page: nothing is fetched, and without scripts all but the map is there."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from autograder.clip.accuracy.pictures import COLOURS
from autograder.clip.accuracy.umap_map import ModelMap, named
from autograder.clip.compare.drawing import (
    Curve,
    Mark,
    class_swatch,
    curve_chart,
    gain_chart,
    interval_chart,
    reliability_chart,
    swatch,
)
from autograder.clip.compare.glyphs import GLYPH_WORDS, GLYPHS
from autograder.clip.compare.pictures import SHEET_COLUMNS, png_address, sprite_sheet
from autograder.clip.compare.record import Comparison
from autograder.clip.compare.statistics import Interval
from autograder.clip.compare.tables import p_words
from autograder.clip.prompt_sets import CLASS_NAMES

TEMPLATES = Path(__file__).parents[2] / "templates" / "compare"
_STEPS = 65_535
"""The map's coordinates are sent as whole numbers up to this, finer than any screen."""


def write_page(comparison: Comparison, path: Path) -> None:
    """Write the page.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(as_html(comparison), encoding="utf-8")


def as_html(comparison: Comparison) -> str:
    """Return the page. What the plan says is escaped: names and titles cannot act."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=_percent, points=_points, number=lambda value: f"{value:,}", p=p_words
    )
    return environment.get_template("page.html.j2").render(
        c=comparison,
        classes=CLASS_NAMES,
        against={found.second: found for found in comparison.differences if found.first == 0},
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        class_colours=COLOURS,
        script=Markup((TEMPLATES / "page.js").read_text(encoding="utf-8")),
        swatch=swatch,
        class_swatch=class_swatch,
        glyph_words=GLYPH_WORDS,
        named=named,
        has_scores=any(run.calibration is not None for run in comparison.runs),
        charts=_charts(comparison),
        picture=lambda row: png_address(comparison.split.images[row]),
        sheet=png_address(sprite_sheet(comparison.split.images)) if comparison.maps else None,
        data=_script_data(comparison),
    )


def _charts(comparison: Comparison) -> dict[str, Any]:
    runs = comparison.runs
    first = runs[0].name
    against = [found for found in comparison.differences if found.first == 0]
    found_gains = [gain for gains in comparison.gains for gain in gains if gain is not None]
    reach = Interval(
        min([gain.interval.low for gain in found_gains], default=0.0),
        max([gain.interval.high for gain in found_gains], default=0.0),
    )
    curves = [
        Curve(run.name, run.top_k, index) for index, run in enumerate(runs) if run.top_k is not None
    ]
    return {
        "accuracy": interval_chart(
            [Mark(run.name, run.accuracy, run.interval, index) for index, run in enumerate(runs)],
            "Accuracy of each run with its 95 % interval; the table above holds the numbers.",
        ),
        "differences": interval_chart(
            [
                Mark(runs[one.second].name, one.accuracy, one.interval, one.second)
                for one in against
            ],
            f"Accuracy of each run less that of {first}, with its 95 % interval; numbers in the table above.",
            signed=True,
        )
        if against
        else None,
        "gains": [
            gain_chart(
                CLASS_NAMES,
                [None if gain is None else (gain.gain, gain.interval) for gain in gains],
                f"What {run.name} gains over {first} on each class; the table below holds the numbers.",
                reach,
            )
            for run, gains in zip(runs[1:], comparison.gains, strict=True)
        ],
        "curves": curve_chart(
            curves, "Share of images whose class is among the K best; numbers in the table."
        )
        if curves
        else None,
        "reliability": [
            None
            if run.calibration is None
            else reliability_chart(
                run.calibration,
                f"Accuracy over confidence of {run.name}; the table below holds the numbers.",
                index,
            )
            for index, run in enumerate(runs)
        ],
    }


def _script_data(comparison: Comparison) -> Markup:
    """Return what the map's script reads, as JSON that cannot end the element it stands in."""
    runs = [
        {
            "name": run.name,
            "predicted": _bytes(run.answers.predicted.astype(np.uint8)),
            "confidence": None
            if run.answers.confidence is None
            else _bytes(np.round(run.answers.confidence * 255).astype(np.uint8)),
        }
        for run in comparison.runs
    ]
    content = {
        "classes": CLASS_NAMES,
        "colours": COLOURS,
        "glyphs": GLYPHS,
        "columns": SHEET_COLUMNS,
        "labels": _bytes(comparison.split.labels.astype(np.uint8)),
        "runs": runs,
        "maps": [{"model": found.model, "points": _points_of(found)} for found in comparison.maps],
    }
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _points_of(found: ModelMap) -> str:
    """Return x and y of all points in turn, scaled alike to 0 .. `_STEPS`, as base64 of little-endian uint16."""
    low = found.plane.min(axis=0)
    span = float(max(np.ptp(found.plane, axis=0).max(), 1e-6))
    # The narrower side is centred.
    margin = (1 - np.ptp(found.plane, axis=0) / span) / 2
    scaled = (found.plane - low) / span + margin
    return _bytes(np.round(np.clip(scaled, 0, 1) * _STEPS).astype("<u2"))


def _bytes(array: NDArray[np.generic]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _points(value: float | None, digits: int = 1) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    if value is None:
        return "–"
    shown = f"{100 * value:+.{digits}f}"
    return ("0.0" if float(shown) == 0 else shown).replace("-", "−")
