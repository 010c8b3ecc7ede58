"""Figures of the notebook's quick mode: no points, even where they happen to be those of the whole test split."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from torchvision.datasets import FashionMNIST

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.clip.assets import find_fashion_mnist
from autograder.verdicts import Status
from tests.misconceptions_bench import judged

FIGURES = {
    "check_baseline": ("", 3),
    "check_prompts": ("", 2),
    "check_umap": ("", 5),
    "check_experiment": ("experiment = 'C'", 3),
    "check_experiment of A": ("experiment = 'A'", 5),
    "check_experiment of B": ("experiment = 'B'", 3),
}
"""What is chosen, and the points that hang on figures, by the graded cell."""


@pytest.mark.parametrize("case", FIGURES)
def test_the_hidden_checks_refuse_them_and_say_why(case: str) -> None:
    choice, points = FIGURES[case]
    cell = case.split()[0]
    right = judged(cell, choice)
    quick = judged(cell, f"{choice}\nimages_to_measure = 200")
    assert right.earned - quick.earned == points
    refused = [verdict for verdict in quick.verdicts if "`QUICK` is on" in verdict.message]
    assert sum(verdict.check.points for verdict in refused) == points
    assert {v.misconception for v in refused if v.check.points} == {"subset-as-whole"}
    assert all(verdict.status is Status.FAILED for verdict in refused)


def test_whole_passes_are_not_taken_for_quick_ones() -> None:
    whole = judged("check_baseline", "QUICK = True\nimages_to_measure = 10_000")
    assert whole.earned == 4


@pytest.mark.parametrize(
    ("execution", "session", "quick", "images"),
    [
        ("", "", False, 10_000),
        ("", "", True, 200),
        ("autograde", "", False, 10_000),
        ("validate", "", False, 200),
        # What a Validate that broke off has left in Jupyter's environment, in the kernel of an open notebook.
        ("validate", "work.ipynb", False, 10_000),
        ("validate", "work.ipynb", True, 200),
    ],
)
def test_it_is_on_when_it_is_asked_for_and_under_validate_only(
    monkeypatch: pytest.MonkeyPatch, execution: str, session: str, quick: bool, images: int
) -> None:
    for variable, value in (("NBGRADER_EXECUTION", execution), ("JPY_SESSION_NAME", session)):
        if value:
            monkeypatch.setenv(variable, value)
        else:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("importlib.import_module", lambda name: None)  # UMAP's import takes long
    cells = nbformat.read(SOURCE_NOTEBOOK, as_version=4).cells
    code = "\n".join(c.source for c in cells if c.id in ("colab", "helpers", "quick_mode"))
    space: dict[str, Any] = {
        "QUICK": quick,
        "FashionMNIST": FashionMNIST,
        "test_dataset": FashionMNIST(str(find_fashion_mnist()), train=False),
    }
    exec(code, space)
    assert space["images_to_measure"] == images
    assert len(space["test_dataset"]) == len(space["test_dataset"].targets) == images
