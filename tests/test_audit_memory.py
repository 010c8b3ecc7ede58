"""What the audit remembers changes no answer: the memories of UMAP, and of processor and model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from autograder.audit.map_memory import _remembering
from autograder.audit.memory import FeatureMemory

ROWS = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)


class Umap:
    """As much of UMAP as the memory looks at; each fit gives other points, and is counted."""

    fits = 0

    def __init__(self, **parameters: Any) -> None:
        self.parameters = {"random_state": 0, "n_jobs": 1, "n_epochs": None, **parameters}

    def get_params(self) -> dict[str, Any]:
        return dict(self.parameters)

    def fit(self, X: Any, y: Any = None, *more: Any, **settings: Any) -> Umap:
        jobs = self.parameters["n_jobs"]
        if jobs == 0:
            raise ValueError("n_jobs")
        type(self).fits += 1
        self.embedding_ = np.arange(2.0 * len(X)).reshape(-1, 2) + 100 * self.fits
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        return self.embedding_[: len(X)]


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Umap, "fits", 0)
    kind = _remembering(Umap)
    kind().fit(ROWS)
    return kind


def test_the_same_rows_in_another_order_get_their_points(remembering: Any) -> None:
    order = np.array([3, 1, 5, 0, 2, 4])
    first = remembering().fit(ROWS).embedding_
    assert np.array_equal(remembering().fit(ROWS[order]).embedding_, first[order])
    assert remembering.fits == 1


def test_what_is_taken_for_granted_may_be_said(remembering: Any) -> None:
    remembering().fit(ROWS, None, True)  # as `fit_transform` does
    assert remembering.fits == 1
    remembering().fit(ROWS, None, False)
    assert remembering.fits == 2


@pytest.mark.parametrize("jobs", [-1, 1, 2])
def test_with_a_seed_the_number_of_jobs_makes_no_other_map(remembering: Any, jobs: int) -> None:
    remembering(n_jobs=jobs).fit(ROWS)
    assert remembering.fits == 1


def test_a_number_of_jobs_that_umap_refuses_is_refused(remembering: Any) -> None:
    with pytest.raises(ValueError, match="n_jobs"):
        remembering(n_jobs=0).fit(ROWS)


@pytest.mark.parametrize(
    "parameters",
    [
        {"random_state": 1},
        {"n_epochs": 7},
        {"metric": "cosine"},
    ],
)
def test_other_settings_are_fitted(remembering: Any, parameters: dict[str, Any]) -> None:
    remembering(**parameters).fit(ROWS)
    assert remembering.fits == 2


@pytest.mark.parametrize(
    "rows", [ROWS[:5], ROWS + 1, ROWS[[0, 0, 1, 2, 3, 4]], ROWS.astype(np.float64)]
)
def test_other_rows_are_fitted(remembering: Any, rows: NDArray[Any]) -> None:
    remembering().fit(rows)
    assert remembering.fits == 2


@pytest.mark.parametrize(
    "parameters",
    [
        {"random_state": None},
        {"random_state": np.random.RandomState(0)},
        {"init": np.zeros((2000, 2))},
        {"metric": max},
    ],
)
def test_what_no_text_tells_is_fitted_each_time(
    remembering: Any, parameters: dict[str, Any]
) -> None:
    for _ in range(2):
        remembering(**parameters).fit(ROWS)
    assert remembering.fits == 3


def test_labels_take_part(remembering: Any) -> None:
    remembering().fit(ROWS, np.arange(6))
    assert remembering.fits == 2


def test_further_rows_are_placed_by_a_real_fit(remembering: Any) -> None:
    reducer = remembering().fit(ROWS)
    assert remembering.fits == 1
    reducer.transform(ROWS[:2])
    assert remembering.fits == 2


class Tower:
    """A model whose feature is an image's first pixel."""

    def get_image_features(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"pooler_output": pixel_values[:, 0, 0, :1]}


class Pixels:
    """What a processor's memory holds."""

    def __init__(self) -> None:
        self.pixels = torch.arange(5 * 3 * 4, dtype=torch.float32).reshape(5, 3, 2, 2)
        self.last: list[int] = []


@pytest.mark.parametrize("last", [[], [2, 0], [1, 4], [3]])
def test_an_image_gets_its_own_features_whatever_was_asked_last(last: list[int]) -> None:
    pixels = Pixels()
    memory = FeatureMemory(Tower(), pixels)  # type: ignore[arg-type]
    pixels.last = last
    found = memory.recall(pixels.pixels[[2, 0]])
    assert found["pooler_output"].flatten().tolist() == [24, 0]
    changed = pixels.pixels[[2, 0]]
    changed[1, 2, 1, 1] += 1
    assert memory.recall(changed) is None
