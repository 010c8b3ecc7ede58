"""UMAP in the audit: the real one, compiled once, with the reference solution's map remembered.

A trial's UMAP is spared only where it would do again what was done: the same settings on the same rows, in any order.
The points are then put into that order. UMAP itself would give others for another order, as it does for another seed,
and these would be as right; whatever else a variant asks for, it gets from UMAP.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from autograder.kernel import compiled
from autograder.kernel.kept_code import keep_code

_ROWS = 5000
"""So many make UMAP search neighbours by descent, as it does for the test split."""
_FEW = 100
_METRICS = ("cosine", "euclidean")


def load_umap() -> Any:
    """Import and compile UMAP for processes that are forked from this one, and return the module.

    Its class `UMAP` is replaced by one that remembers; a minute's work the first time.
    """
    with tempfile.TemporaryDirectory(prefix="compiled-") as folder:
        # Copied and copied back: what trials compile later is theirs, and goes with them.
        compiled.copy_kept(code := Path(folder, "code"))
        os.environ["NUMBA_CACHE_DIR"] = str(code)
        # The one threading layer of numba that is always there and outlives a fork.
        os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
        os.environ["NUMBA_NUM_THREADS"] = "1"
        keep_code()
        umap = _imported()
        compiled.keep(code)
    umap.UMAP = _remembering(umap.UMAP)
    return umap


def _imported() -> Any:
    """Import UMAP, and let it compile what the variants may need."""
    import umap

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(_ROWS, 64)).astype(np.float32)
    classes = rng.integers(10, size=_ROWS)
    for metric in _METRICS:
        for target in (None, classes):
            reducer = umap.UMAP(metric=metric, n_epochs=10, random_state=0, n_jobs=1)
            reducer.fit(rows, target)
        reducer.transform(rows[:100])
        # Of few rows it takes all distances, with functions that it compiles for no more than that.
        umap.UMAP(metric=metric, n_epochs=10, random_state=0, n_jobs=1).fit(rows[:_FEW])
    return umap


def _key(reducer: Any, rows: np.ndarray, settings: Any) -> str | None:
    """Return what a map depends on besides the rows' bytes; None if that cannot be told, or chance takes part.

    Args:
        reducer: of UMAP, not yet fitted.
        rows: (N, D).
        settings: what else `fit` was given.
    """
    parameters = reducer.get_params()
    if parameters["random_state"] is None or not _is_plain([settings, *parameters.values()]):
        return None
    jobs = parameters["n_jobs"]
    if isinstance(jobs, int) and (jobs == -1 or jobs > 0):
        # With a seed UMAP takes one, whatever it is told; what is no number of jobs it refuses.
        parameters["n_jobs"] = 1
    return f"{rows.dtype} {rows.shape[1:]} {sorted(parameters.items())} {settings}"


def _is_plain(value: Any) -> bool:
    """Return whether a value's text tells all of it, unlike that of an array, a function or a generator of numbers."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.items()))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | float | str | None)


def _remembering(plain: Any) -> Any:
    known: dict[str, tuple[Counter[bytes], dict[bytes, np.ndarray]]] = {}

    class UMAP(plain):
        """UMAP that recalls what it has made of the same rows."""

        _recalled: Any = None

        def fit(self, X: Any, y: Any = None, *more: Any, **settings: Any) -> Any:
            """Fit rows (N, D), or recall their points; see `umap.UMAP.fit`."""
            self._recalled = None
            rows = np.asarray(X)
            # `fit_transform` says what `fit` takes for granted: that all values have to be finite.
            key = _key(self, rows, [more or (True,), settings]) if y is None else None
            if key is None:
                return super().fit(X, y, *more, **settings)
            marks = [row.tobytes() for row in rows]
            counted, points = known.get(key, (Counter(), {}))
            if marks and Counter(marks) == counted:
                self.embedding_ = np.stack([points[mark] for mark in marks])
                self._recalled = X
                return self
            super().fit(X, y, *more, **settings)
            if marks:
                known[key] = Counter(marks), dict(zip(marks, self.embedding_, strict=True))
            return self

        def transform(self, X: Any, *more: Any) -> Any:
            """Place further rows; see `umap.UMAP.transform`."""
            if self._recalled is not None:
                super().fit(self._recalled)
                self._recalled = None
            return super().transform(X, *more)

    return UMAP
