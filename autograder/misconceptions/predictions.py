"""Section 2: mistakes in `get_predictions(similarity)`, made on purpose."""

from __future__ import annotations

import numpy as np

from autograder.misconceptions.evidence import Evidence
from autograder.misconceptions.signs import Sign, Simulated, Simulation
from autograder.misconceptions.winners import names_winners
from autograder.misconceptions.wrappings import follows_no_argument, indices_wanted

FUNCTION = "get_predictions"

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
    ("ties-give-several", lambda s: np.nonzero(s == s.max(axis=1, keepdims=True))[1]),
)
"""Ways to miss the position of the largest value in each row of (N, M)."""

SIMULATED = Simulated(FUNCTION, lambda similarity: similarity.argmax(axis=1), WINNER_MISTAKES)

_FOLLOWS_NOTHING = follows_no_argument(FUNCTION, SIMULATED.right, lambda a: a[0].shape)


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    return (
        *indices_wanted(FUNCTION, lambda answer, given: names_winners(answer, *given)),
        *SIMULATED.signs(),
        *_FOLLOWS_NOTHING,
    )
