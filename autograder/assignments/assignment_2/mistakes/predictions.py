"""Section 2: mistakes in `get_predictions(similarity)`, made on purpose."""

from __future__ import annotations

import numpy as np

from autograder.assignments.assignment_2.mistakes.winners import names_winners
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.relations import table_signs
from autograder.diagnosis.signs import Sign, Simulated, Simulation
from autograder.diagnosis.wrappings import (
    answers_differ,
    follows_no_argument,
    follows_others,
    indices_wanted,
)

FUNCTION = "get_predictions"

ROUNDED: tuple[Simulation, ...] = (
    lambda s: s.astype(np.float16).argmax(axis=1),
    lambda s: (10 * s).astype(np.int64).argmax(axis=1),
    lambda s: (100 * s).astype(np.int64).argmax(axis=1),
    *(lambda s, d=digits: np.round(s, d).argmax(axis=1) for digits in (0, 1, 2, 3)),
    lambda s: _softmax_in_half(s).argmax(axis=1),
)
"""Ways to lose what decides narrowly: the first of what has become equal wins."""


def _softmax_in_half(table: np.ndarray) -> np.ndarray:
    powers = np.exp(table.astype(np.float16))
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


WINNER_MISTAKES: tuple[tuple[str, Simulation], ...] = (
    ("argmax-wrong-axis", lambda s: s.argmax(axis=0)),
    ("argmin", lambda s: s.argmin(axis=1)),
    ("argmax-of-everything", lambda s: s.argmax()),
    ("argmax-of-everything", lambda s: s.argmax()[None]),
    ("values-instead-of-indices", lambda s: s.max(axis=1)),
    ("extra-dimension", lambda s: s.argmax(axis=1)[:, None]),
    ("extra-dimension", lambda s: s.argmax(axis=1)[None]),
    ("absolute-values", lambda s: np.abs(s).argmax(axis=1)),
    ("one-based-indices", lambda s: s.argmax(axis=1) + 1),
    # Of numbers up to 1 this is what rounding to whole numbers gives as well; a threshold is what people write.
    ("level-matters", lambda s: (s > 0.5).argmax(axis=1)),
    ("level-matters", lambda s: (s > 0).argmax(axis=1)),
    *(("rounded-before-argmax", simulation) for simulation in ROUNDED),
    ("negatives-cut", lambda s: np.maximum(s, 0).argmax(axis=1)),
    ("second-best-taken", lambda s: np.argsort(-s, axis=1)[:, 1]),
    ("second-best-taken", lambda s: np.argsort(s, axis=1)[:, -2]),
    ("rank-instead-of-index", lambda s: s.argsort(axis=1).argsort(axis=1)[:, 0]),
    ("rank-instead-of-index", lambda s: s.argsort(axis=1).argsort(axis=1)[:, -1]),
    ("rank-instead-of-index", lambda s: (-s).argsort(axis=1).argsort(axis=1)[:, 0]),
    ("class-zero-lost", lambda s: s[:, 1:].argmax(axis=1) + 1),
    ("part-of-the-argument", lambda s: s[:, :10].argmax(axis=1)),
    ("part-of-the-argument", lambda s: s[:, :-1].argmax(axis=1)),
    ("part-of-the-argument", lambda s: s[:, 1:].argmax(axis=1)),
    ("classes-renumbered", lambda s: np.unique(s.argmax(axis=1), return_inverse=True)[1]),
    ("classes-renumbered", lambda s: s.shape[1] - 1 - s.argmax(axis=1)),
    ("one-hot-returned", lambda s: (s == s.max(axis=1, keepdims=True)).astype(int)),
    ("answers-sorted", lambda s: np.sort(s.argmax(axis=1))),
    ("answers-sorted", lambda s: np.unique(s.argmax(axis=1))),
    ("order-not-kept", lambda s: s.argmax(axis=1)[::-1]),
    ("axis-squeezed", lambda s: np.squeeze(s.argmax(axis=1))),
    ("axis-by-size", lambda s: s.argmax(axis=1 if len(s) >= s.shape[1] else 0)),
    ("axis-by-size", lambda s: s.argmax(axis=1 if len(s) <= s.shape[1] else 0)),
    ("axis-by-size", lambda s: s.argmax(axis=1 if s.shape[1] == 10 else 0)),
    ("ties-give-several", lambda s: np.nonzero(s == s.max(axis=1, keepdims=True))[1]),
)
"""Ways to miss the position of the largest value in each row of (N, M)."""

SIMULATED = Simulated(FUNCTION, lambda similarity: similarity.argmax(axis=1), WINNER_MISTAKES)

_FOLLOWS_NOTHING = follows_no_argument(FUNCTION, SIMULATED.right, lambda a: len(a[0]))


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    return (
        *indices_wanted(FUNCTION, lambda answer, given: names_winners(answer, *given)),
        Sign("random-answers", answers_differ(FUNCTION)),
        *SIMULATED.signs(),
        Sign("depends-on-batch", follows_others(FUNCTION, SIMULATED), weak=True),
        *_FOLLOWS_NOTHING,
        *table_signs(FUNCTION, SIMULATED.right),
    )
