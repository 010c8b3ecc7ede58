"""Ten shapes that tell runs and classes apart without colour, once for SVG and for the map's canvas."""

from __future__ import annotations

import math

Point = tuple[float, float]


def _regular(corners: int, turn: float = 0.0, inner: float | None = None) -> tuple[Point, ...]:
    """Return a regular polygon with a corner at the top, or with `inner` a star of that inner radius."""
    steps = corners if inner is None else 2 * corners
    points = []
    for step in range(steps):
        radius = inner if inner is not None and step % 2 else 1.0
        angle = 2 * math.pi * step / steps + turn
        points.append((round(radius * math.sin(angle), 3), round(-radius * math.cos(angle), 3)))
    return tuple(points)


def _cross(arm: float, turn: bool) -> tuple[Point, ...]:
    corners = [
        (-arm, -1), (arm, -1), (arm, -arm), (1, -arm), (1, arm), (arm, arm),
        (arm, 1), (-arm, 1), (-arm, arm), (-1, arm), (-1, -arm), (-arm, -arm),
    ]  # fmt: skip
    half = math.sqrt(0.5)
    return tuple(
        (round((x - y) * half, 3), round((x + y) * half, 3)) if turn else (float(x), float(y))
        for x, y in corners
    )


GLYPHS: tuple[tuple[Point, ...], ...] = (
    _regular(16),
    _regular(3),
    _regular(4, math.pi / 4),
    _regular(4),
    _regular(3, math.pi),
    _cross(0.3, turn=False),
    _cross(0.3, turn=True),
    _regular(5, inner=0.42),
    _regular(3, math.pi / 2),
    ((-1.0, -1.0), (1.0, -1.0), (0.0, 0.0), (1.0, 1.0), (-1.0, 1.0), (0.0, 0.0)),
)
"""Corners of each shape, within about 1 of its centre, y downwards: circle, triangle, square, diamond, triangle
down, plus, cross, star, triangle right, hourglass."""

GLYPH_WORDS = (
    "circle", "triangle", "square", "diamond", "triangle down",
    "plus", "cross", "star", "triangle right", "hourglass",
)  # fmt: skip


def glyph_path(index: int, x: float, y: float, radius: float) -> str:
    """Return the `d` of an SVG path: the shape of a number, counted round, about a centre."""
    corners = GLYPHS[index % len(GLYPHS)]
    return (
        "M" + "L".join(f"{x + radius * dx:.1f},{y + radius * dy:.1f}" for dx, dy in corners) + "Z"
    )
