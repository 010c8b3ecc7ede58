"""How many dimensions a notebook's calls of UMAP ask for, read from the text of its cells."""

from __future__ import annotations

import pytest

from autograder.assignments.assignment_2.checks.dimensions import dimensions


@pytest.mark.parametrize(
    ("cells", "asked_for"),
    [
        (["import umap\nm = umap.UMAP(n_components=2).fit_transform(x)"], [2]),
        (["from umap import UMAP\nm = UMAP(metric='cosine')"], [2]),
        (["m = umap.umap_.UMAP(15, 10).fit_transform(x)[:, :2]"], [10]),
        (["a = UMAP(n_components=5).fit(x)", "b = UMAP(n_components=2).fit(a)"], [5, 2]),
        (["for n in (2, 3):\n    maps[n] = UMAP(n_components=n).fit(x)"], [None]),
        (["m = UMAP(**settings)", "m = UMAP(*numbers)"], [None, None]),
        (["m = UMAP(n_components='2')"], [None]),
        (["m = PCA(n_components=10)", "this is (no Python"], []),
        ([], []),
    ],
)
def test_what_is_asked_for(cells: list[str], asked_for: list[int | None]) -> None:
    assert dimensions(cells) == asked_for
