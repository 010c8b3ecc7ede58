"""Section 2: mistakes in `get_cosine_similarity(image_feats, text_feats)`, made on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.mistakes.state import WHOLE
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.diagnosis.agreement import close, numbers
from autograder.diagnosis.evidence import Call, Evidence
from autograder.diagnosis.relations import (
    both_resized,
    follows_the_lengths,
    ignores_a_coordinate,
    right_for_other_sizes,
    squeezed,
)
from autograder.diagnosis.signs import Sign, Simulated, outcome
from autograder.diagnosis.wrappings import array_wanted, equals, follows_no_argument
from autograder.seam.wire import Tensor

FUNCTION = "get_cosine_similarity"
Rows = np.ndarray
_TOO_FEW = 8
"""Entries of a table that show no function."""
LOGIT_SCALE = 100.0
"""What CLIP's learned scale is clipped to, and where OpenAI's checkpoints have arrived."""


def _float(features: Any) -> Rows:
    array: Rows = getattr(features, "array", features).astype(np.float64)
    return array


def _on_rows(mistake: Callable[[Rows, Rows], Any]) -> Callable[[Any, Any], Any]:
    """Let a mistake work on two float64 arrays, (N, D) and (M, D)."""
    return lambda images, texts: mistake(_float(images), _float(texts))


def _unit(rows: Rows) -> Rows:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cosines(images: Rows, texts: Rows) -> Rows:
    """Return the cosine of every image with every text, (N, M)."""
    return _unit(images) @ _unit(texts).T


def _centred(rows: Rows) -> Rows:
    return rows - rows.mean(axis=1, keepdims=True)


def _softmax(table: Rows, axis: int, scale: float) -> Rows:
    powers = np.exp(scale * (table - table.max(axis=axis, keepdims=True)))
    return powers / powers.sum(axis=axis, keepdims=True)


def _divided(length: Callable[[Rows], Any]) -> Callable[[Rows, Rows], Rows]:
    return lambda a, b: (a / length(a)) @ (b / length(b)).T


def _distances(a: Rows, b: Rows) -> Rows:
    return np.linalg.norm(a[:, None] - b[None], axis=2)


def _along(a: Rows, b: Rows, axis: int) -> Rows:
    """Return what torch's `cosine_similarity` gives along an axis of two arrays that are broadcast."""
    product: Rows = (a * b).sum(axis=axis)
    lengths = [np.sqrt((x**2).sum(axis=axis)) for x in np.broadcast_arrays(a, b)]
    return product / np.prod(lengths, axis=0)


def _pairs(a: Rows, b: Rows) -> Rows:
    """Compare row i with row i, as far as both go."""
    return np.array([float(x @ y) for x, y in zip(_unit(a), _unit(b), strict=False)])


_MISTAKES: list[tuple[str, Callable[[Rows, Rows], Any]]] = [
    ("transposed", lambda a, b: cosines(a, b).T),
    ("factor-not-turned", lambda a, b: _unit(a) @ _unit(b)),
    ("factor-not-turned", lambda a, b: a @ b),
    ("reshaped-not-transposed", lambda a, b: _unit(a) @ _unit(b).reshape(b.shape[::-1])),
    ("reshaped-not-transposed", lambda a, b: a @ b.reshape(b.shape[::-1])),
    ("reshaped-not-transposed", lambda a, b: cosines(b, a).reshape(len(a), len(b))),
    ("not-normalised", lambda a, b: a @ b.T),
    ("only-one-side-normalised", lambda a, b: _unit(a) @ b.T),
    ("only-one-side-normalised", lambda a, b: a @ _unit(b).T),
    ("norm-of-whole-matrix", _divided(np.linalg.norm)),
    ("norm-over-columns", _divided(lambda x: np.linalg.norm(x, axis=0))),
    ("norm-over-columns", _divided(lambda x: np.linalg.norm(x, axis=0, keepdims=True))),
    ("squared-norm", _divided(lambda x: (x**2).sum(axis=1, keepdims=True))),
    ("l1-norm", _divided(lambda x: np.abs(x).sum(axis=1, keepdims=True))),
    ("softmax-wrong-axis", lambda a, b: _softmax(cosines(a, b), 0, 1.0)),
    ("softmax-wrong-axis", lambda a, b: _softmax(cosines(a, b), 0, LOGIT_SCALE)),
    ("softmax-wrong-axis", lambda a, b: _softmax(a @ b.T, 0, 1.0)),
    ("softmax-applied", lambda a, b: _softmax(cosines(a, b), 1, 1.0)),
    ("softmax-applied", lambda a, b: _softmax(cosines(a, b), 1, LOGIT_SCALE)),
    ("softmax-applied", lambda a, b: _softmax(a @ b.T, 1, 1.0)),
    ("distance-instead-of-similarity", lambda a, b: 1 - cosines(a, b)),
    ("distance-instead-of-similarity", lambda a, b: -cosines(a, b)),
    ("distance-instead-of-similarity", lambda a, b: np.arccos(np.clip(cosines(a, b), -1, 1))),
    *(
        (
            "distance-instead-of-similarity",
            lambda a, b, f=form, p=prepare: f(_distances(p(a), p(b))),
        )
        for prepare in (lambda x: x, _unit)
        for form in (lambda d: d, lambda d: -d, lambda d: d**2, lambda d: 1 / (1 + d))
    ),
    ("absolute-values", lambda a, b: np.abs(cosines(a, b))),
    ("negatives-cut", lambda a, b: np.maximum(cosines(a, b), 0)),
    ("negatives-cut", lambda a, b: np.maximum(_unit(a), 0) @ np.maximum(_unit(b), 0).T),
    ("correlation-instead-of-cosine", lambda a, b: cosines(_centred(a), _centred(b))),
    ("correlation-instead-of-cosine", lambda a, b: cosines(_centred(a), b)),
    *(
        ("values-rounded", lambda a, b, d=digits: np.round(cosines(a, b), d))
        for digits in (0, 1, 2, 3)
    ),
    ("values-rounded", lambda a, b: np.trunc(cosines(a, b))),
    ("values-rounded", lambda a, b: np.round(100 * cosines(a, b))),
    ("axis-squeezed", squeezed(cosines)),
    ("answers-sorted", lambda a, b: np.sort(cosines(a, b), axis=1)),
    ("answers-sorted", lambda a, b: -np.sort(-cosines(a, b), axis=1)),
    ("axis-by-size", lambda a, b: cosines(a, b) if len(a) >= len(b) else cosines(b, a)),
    ("axis-by-size", lambda a, b: cosines(a, b) if len(a) <= len(b) else cosines(b, a)),
    *(
        ("cosine-along-wrong-axis", lambda a, b, axis=axis: _along(a[:, None], b[None], axis))
        for axis in (0, 1)
    ),
    ("cosine-along-wrong-axis", lambda a, b: _along(a, b, 0)),
    # Images and texts paired row by row; of unequal numbers the product raises, or repeats a single row.
    ("element-wise-product", lambda a, b: a * b),
    ("element-wise-product", lambda a, b: a[:, None] * b[None]),
    ("element-wise-product", lambda a, b: _unit(a)[:, None] * _unit(b)[None]),
    ("element-wise-product", lambda a, b: _unit(a) * _unit(b)),
    ("one-pair-only", lambda a, b: (_unit(a) * _unit(b)).sum(axis=1)),
    ("element-wise-product", lambda a, b: (a * b).sum(axis=1)),
    ("one-pair-only", _pairs),
    ("one-pair-only", lambda a, b: _pairs(a, b)[0]),
    ("one-pair-only", lambda a, b: _pairs(a, b)[:1]),
    ("one-pair-only", lambda a, b: np.full((len(a), len(b)), _pairs(a, b)[0])),
    ("one-pair-only", lambda a, b: np.repeat(cosines(a, b[:1]), len(b), axis=1)),
    ("one-pair-only", lambda a, b: np.repeat(cosines(a[:1], b), len(a), axis=0)),
    ("one-pair-only", lambda a, b: np.outer(_pairs(a, b), np.ones(len(b)))),
    ("one-pair-only", lambda a, b: cosines(a, b[:1])),
    ("one-pair-only", lambda a, b: cosines(a[:1], b)),
]


def _further(evidence: Evidence) -> Sequence[tuple[Any, ...]]:
    """Return arguments for which mistakes do not raise: as many images as texts, and as both have coordinates."""
    rng = evidence.rng
    shapes = [((5, 6), (5, 6)), ((4, 4), (4, 4))]
    width = evidence.fetch("int(clip_model.config.projection_dim)")
    if isinstance(width, int):
        # As wide as the notebook's own embeddings, should one of these be used instead.
        shapes.append(((3, width), (4, width)))
    return [tuple(Tensor(rng.normal(size=s).astype(np.float32)) for s in pair) for pair in shapes]


SIMULATED = Simulated(
    FUNCTION, _on_rows(cosines), [(name, _on_rows(wrong)) for name, wrong in _MISTAKES], _further
)


def _scaled(evidence: Evidence) -> bool:
    """Hold where all answers are the cosines times one number."""
    factors = [_factor(call) for call in evidence.asked(FUNCTION)]
    if not factors or None in factors:
        return False
    factor = factors[0] or 0.0
    return abs(factor - 1) > 0.01 and all(
        close(np.asarray(other), np.asarray(factor)) for other in factors
    )


def _factor(call: Call) -> float | None:
    got = numbers(call.answer)
    wanted = outcome(SIMULATED.right, call.arguments)
    if got is None or got.shape != wanted.shape or not np.isfinite(got).all():
        return None
    factor = float((got * wanted).sum() / (wanted**2).sum())
    return factor if factor > 0 and close(got / factor, wanted) else None


def _tables(calls: Sequence[Call]) -> list[tuple[Rows, Rows]] | None:
    """Return right and returned tables, float64, of calls that can tell something; None if one has another shape."""
    found = []
    for call in calls:
        wanted, got = outcome(SIMULATED.right, call.arguments), numbers(call.answer)
        if got is None or got.shape != wanted.shape or not np.isfinite(got).all():
            return None
        if wanted.size > _TOO_FEW:
            found.append((wanted, got.astype(np.float64)))
    return found


def _other_range(evidence: Evidence) -> bool:
    """Hold where each table is the cosines times one number, and another one added."""
    tables = _tables(evidence.asked(FUNCTION))
    if not tables:
        return False
    moved = False
    for wanted, got in tables:
        slope, start = np.polyfit(wanted.ravel(), got.ravel(), 1)
        if slope <= 0 or not close(got, slope * wanted + start):
            return False
        moved = moved or abs(start) > 0.01
    return moved


def _one_function(evidence: Evidence) -> bool:
    """Hold where larger cosines have larger entries in all tables together, or smaller ones, and other ones."""
    tables = _tables(evidence.asked(FUNCTION))
    if not tables:
        return False
    wanted, got = (np.concatenate([pair[part].ravel() for pair in tables]) for part in (0, 1))
    return _is_monotone(wanted, got)


def _one_function_a_row(evidence: Evidence) -> bool:
    """Hold where larger cosines have larger entries in each row, and not in all rows together."""
    tables = _tables(evidence.asked(FUNCTION))
    pairs = [pair for table in tables or [] for pair in zip(*table, strict=True)]
    return len(pairs) > 1 and all(
        len(wanted) > 2 and _is_monotone(wanted, got) for wanted, got in pairs
    )


def _is_monotone(wanted: Rows, got: Rows) -> bool:
    steps = np.diff(got[np.argsort(wanted, kind="stable")])
    slack = HALF_PRECISION * float(np.ptp(got))
    return bool(np.ptp(got) > 0 and ((steps >= -slack).all() or (steps <= slack).all()))


def _size_of_the_notebooks(evidence: Evidence) -> bool:
    """Hold where the table has a column for each of the ten classes, or a row for each test image, unasked."""
    names, images = len(CLASS_NAMES), WHOLE
    for call in SIMULATED.calls(evidence):
        found = numbers(call.answer)
        if call.error is not None or found is None or found.ndim != 2:
            continue
        rows, columns = (len(_float(argument)) for argument in call.arguments)
        if found.shape != (rows, columns) and found.shape in ((rows, names), (images, columns)):
            return True
    return False


_FOLLOWS_NOTHING = follows_no_argument(
    FUNCTION, SIMULATED.right, lambda arguments: tuple(_float(a).shape for a in arguments)
)


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    return (
        *array_wanted(FUNCTION, equals(SIMULATED.right)),
        *SIMULATED.signs(),
        Sign("scaled-similarity", _scaled),
        Sign("global-instead-of-argument", _size_of_the_notebooks),
        *_FOLLOWS_NOTHING,
        Sign("range-changed", _other_range),
        Sign("length-matters", follows_the_lengths(FUNCTION, SIMULATED.right), general=True),
        Sign("function-of-cosine", _one_function, general=True),
        Sign("rows-rescaled", _one_function_a_row, general=True),
        Sign(
            "part-of-the-argument",
            ignores_a_coordinate(FUNCTION, SIMULATED.right),
            general=True,
        ),
        Sign(
            "sizes-taken-for-granted",
            right_for_other_sizes(FUNCTION, SIMULATED.right, both_resized),
            general=True,
        ),
    )
