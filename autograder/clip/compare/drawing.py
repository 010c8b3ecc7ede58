"""The page's charts as SVG, small enough to be read on a phone at their own size.

Nothing is said by colour alone: runs differ in shape and dashes as well, values stand beside their
marks, and each chart has a text alternative; the page adds a table below it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from autograder.clip.compare.calibration import Calibration
from autograder.clip.compare.glyphs import glyph_path
from autograder.clip.compare.statistics import Interval

WIDTH = 360
_DASHES = ("none", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")


@dataclass(frozen=True)
class Mark:
    """A value with its interval, under a name; `style` chooses colour, shape and dashes."""

    name: str
    value: float
    interval: Interval
    style: int


@dataclass(frozen=True)
class Curve:
    """Shares at K = 1, 2, ..., under a name."""

    name: str
    values: tuple[float, ...]
    style: int


def interval_chart(marks: Sequence[Mark], label: str, *, signed: bool = False) -> Markup:
    """Draw a mark with its interval a line, each under its name; `signed` values stand about a line at 0."""
    row = 40
    left, right, top = 18.0, WIDTH - 76.0, 6.0
    low = min(mark.interval.low for mark in marks)
    high = max(mark.interval.high for mark in marks)
    if signed:
        low, high = min(low, 0.0), max(high, 0.0)
    low, high, ticks = _ticks_within(low, high)

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    bottom = top + row * len(marks)
    parts = [
        _line(place(tick), top, place(tick), bottom, "zero" if signed and not tick else "rule")
        for tick in ticks
    ]
    for number, mark in enumerate(marks):
        y = top + row * number + 28
        ends = place(mark.interval.low), place(mark.interval.high)
        parts += [
            _text(4, y - 12, mark.name, "name"),
            _line(ends[0], y, ends[1], y, f"whisker run{mark.style % 12}"),
            *(_line(x, y - 4, x, y + 4, f"whisker run{mark.style % 12}") for x in ends),
            _glyph(mark.style, place(mark.value), y),
            _text(WIDTH - 2, y + 4, _percent(mark.value, signed), "value end"),
        ]
    parts += [
        _text(place(tick), bottom + 14, _percent(tick, signed, 0), "tick mid") for tick in ticks
    ]
    return _svg(parts, bottom + 20, label)


def gain_chart(
    names: Sequence[str],
    gains: Sequence[tuple[float, Interval] | None],
    label: str,
    reach: Interval,
) -> Markup:
    """Draw a bar a class from 0 to its gain with its interval; losses are hatched.

    Args:
        names: of the classes.
        gains: gain and interval, or None for a class without images.
        label: the text alternative.
        reach: what the axis holds besides 0, alike for charts that are compared.
    """
    row = 22
    left, right, top = 90.0, WIDTH - 72.0, 4.0
    low, high, ticks = _ticks_within(min(reach.low, 0.0), max(reach.high, 0.0))

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    bottom = top + row * len(names)
    parts = [
        _line(place(tick), top, place(tick), bottom, "rule" if tick else "zero") for tick in ticks
    ]
    for number, (name, found) in enumerate(zip(names, gains, strict=True)):
        y = top + row * number + row / 2
        parts.append(_text(left - 6, y + 4, name, "name end"))
        if found is None:
            parts.append(_text(WIDTH - 2, y + 4, "–", "value end"))
            continue
        gain, interval = found
        start, width = min(place(0), place(gain)), abs(place(gain) - place(0))
        kind = "gain" if gain >= 0 else "loss"
        parts += [
            _tag("rect", x=start, y=y - 6, width=width, height=12, class_=kind),
            _line(place(interval.low), y, place(interval.high), y, "error"),
            _text(WIDTH - 2, y + 4, _percent(gain, True), "value end"),
        ]
    parts += [
        _text(place(tick), bottom + 14, _percent(tick, True, 0), "tick mid") for tick in ticks
    ]
    return _svg(parts, bottom + 20, label)


def curve_chart(curves: Sequence[Curve], label: str) -> Markup:
    """Draw one line a run over K = 1, 2, ...; the page names the lines beside it."""
    height, left, right, top = 260.0, 40.0, WIDTH - 10.0, 10.0
    bottom = height - 34
    low, high, ticks = _nice(min(min(curve.values) for curve in curves), 1.0)
    high = max(1.0, ticks[-1])
    count = len(curves[0].values)

    def across(k: int) -> float:
        return left + (k - 1) / (count - 1) * (right - left)

    def up(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    parts = [_line(left, up(tick), right, up(tick), "rule") for tick in ticks]
    parts += [_text(left - 5, up(tick) + 4, _percent(tick, False, 0), "tick end") for tick in ticks]
    parts += [_text(across(k), bottom + 15, str(k), "tick mid") for k in range(1, count + 1)]
    parts.append(_text((left + right) / 2, height - 4, "K", "tick mid"))
    for curve in curves:
        points = [(across(k), up(value)) for k, value in enumerate(curve.values, start=1)]
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = _DASHES[curve.style % len(_DASHES)]
        style = f"curve run{curve.style % 12}"
        parts.append(_tag("path", d=path, class_=style, stroke_dasharray=dash))
        parts += [_glyph(curve.style, x, y, 4.0) for x, y in points]
    return _svg(parts, height, label)


def reliability_chart(calibration: Calibration, label: str, style: int) -> Markup:
    """Draw accuracy over confidence, a mark a bin with a line to the diagonal, and how many there are below."""
    left, right, top, bottom = 40.0, WIDTH - 22.0, 10.0, 270.0
    floor = 330.0

    def across(value: float) -> float:
        return left + value * (right - left)

    def up(value: float) -> float:
        return bottom - value * (bottom - top)

    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    parts = [_line(left, up(tick), right, up(tick), "rule") for tick in ticks]
    parts += [_line(across(tick), top, across(tick), bottom, "rule") for tick in ticks]
    parts += [_text(left - 5, up(tick) + 4, _percent(tick, False, 0), "tick end") for tick in ticks]
    parts += [_line(across(0), up(0), across(1), up(1), "diagonal")]
    most = max(found.images for found in calibration.bins)
    for found in calibration.bins:
        width = across(found.high) - across(found.low)
        share = found.images / most
        parts.append(
            _tag("rect", x=across(found.low) + 1, y=floor - 34 * share, width=width - 2,
                 height=34 * share, class_="count")
        )  # fmt: skip
        if found.confidence is not None and found.accuracy is not None:
            x, y = across(found.confidence), up(found.accuracy)
            parts.append(_line(x, up(found.confidence), x, y, "gap"))
            # The few images of a small mark say little.
            parts.append(_glyph(style, x, y, 2.5 + 4 * math.sqrt(share)))
    parts.append(_text(left, bottom + 20, f"images, at most {most:,} a bin", "tick"))
    parts += [
        _text(across(tick), floor + 14, _percent(tick, False, 0), "tick mid") for tick in ticks
    ]
    parts.append(
        _text((left + right) / 2, floor + 30, "confidence (across), accuracy (up)", "tick mid")
    )
    return _svg(parts, floor + 36, label)


def swatch(style: int) -> Markup:
    """Return a short piece of a run's line with its shape, for a legend."""
    dash = _DASHES[style % len(_DASHES)]
    line = _tag("path", d="M1,8L33,8", class_=f"curve run{style % 12}", stroke_dasharray=dash)
    return Markup(  # The parts are built from numbers, or escaped.
        '<svg class="swatch" viewBox="0 0 34 16" width="34" height="16" aria-hidden="true">{}{}</svg>'
    ).format(line, _glyph(style, 17, 8))


def class_swatch(index: int) -> Markup:
    """Return a class's shape in its colour, as on the map."""
    return Markup(
        '<svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{}</svg>'
    ).format(_tag("path", d=glyph_path(index, 8, 8, 6), class_=f"class{index}"))


def _nice(low: float, high: float) -> tuple[float, float, list[float]]:
    """Widen a range to whole steps of 1, 2 or 5 times a power of ten, and return about five ticks."""
    span = max(high - low, 0.002)
    power = 10 ** math.floor(math.log10(span / 4))
    step = next(factor * power for factor in (1, 2, 5, 10) if span / (factor * power) <= 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = [round(number * step, 10) for number in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _ticks_within(low: float, high: float) -> tuple[float, float, list[float]]:
    """Widen a range a little, and return the round ticks within it."""
    margin = max(0.03 * (high - low), 0.001)
    low, high = low - margin, high + margin
    return low, high, [tick for tick in _nice(low, high)[2] if low <= tick <= high]


def _percent(value: float, signed: bool, digits: int = 1) -> str:
    """Return a share in per cent, or a signed difference of two in percentage points, without unit."""
    shown = f"{100 * value:{'+' if signed else ''}.{digits}f}"
    if digits == 0 and abs(100 * value - round(100 * value)) > 1e-6:
        shown = f"{100 * value:{'+' if signed else ''}.1f}"
    if float(shown) == 0:
        shown = "0" if digits == 0 else "0.0"
    return shown.replace("-", "−") + ("" if signed else " %")


def _svg(parts: Sequence[Markup], height: float, label: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, height, label, Markup("").join(parts))


def _glyph(style: int, x: float, y: float, radius: float = 5.0) -> Markup:
    return _tag("path", d=glyph_path(style, x, y, radius), class_=f"glyph run{style % 12}")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return _tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def _text(x: float, y: float, words: str, kind: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>').format(x, y, kind, words)


def _tag(name: str, **attributes: float | str) -> Markup:
    shown = []
    for key, value in attributes.items():
        number = f"{value:.1f}" if isinstance(value, (int, float)) else value
        shown.append(f'{key.rstrip("_").replace("_", "-")}="{escape(number)}"')
    return Markup(f"<{name} {' '.join(shown)}/>")
