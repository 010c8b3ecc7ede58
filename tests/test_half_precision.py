"""Work in half precision is right work, in the figures that come of it as well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from autograder.assignments.assignment_2.checks.reports import expect_reported, half_precisions
from autograder.checks.expect import Wrong
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.reference import Reference
from autograder.seam.student import in_process

IN_A_SHOP = [f"a {name} in a shop" for name in CLASS_NAMES]


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(Reference(find_model(), find_fashion_mnist()))


def cosines(images: torch.Tensor, texts: torch.Tensor) -> np.ndarray:
    result: np.ndarray = (images @ texts.T).numpy()
    return result


def texts(names: list[str]) -> torch.Tensor:
    rows = torch.arange(1.0, 1 + 8 * len(names)).reshape(-1, 8).sin()
    return rows / rows.norm(dim=1, keepdim=True)


def notebook(**changed: Any) -> dict[str, Any]:
    return {
        "clip_model": torch.nn.Linear(2, 2),
        "get_text_embeddings": texts,
        "get_cosine_similarity": cosines,
        **changed,
    }


HALF: dict[str, tuple[dict[str, Any], str]] = {
    "cosines": (
        {"get_cosine_similarity": lambda a, b: cosines(a, b).astype(np.float16)},
        "float16",
    ),
    "a product": (
        {"get_cosine_similarity": lambda a, b: (a.half() @ b.half().T).float().numpy()},
        "float16",
    ),
    "a product of bfloat16": (
        {"get_cosine_similarity": lambda a, b: (a.bfloat16() @ b.bfloat16().T).float().numpy()},
        "bfloat16",
    ),
    "embeddings": ({"get_text_embeddings": lambda names: texts(names).half()}, "float16"),
    "the model": ({"clip_model": torch.nn.Linear(2, 2).bfloat16()}, "bfloat16"),
}


@pytest.mark.parametrize("where", HALF)
def test_half_precision_is_seen_wherever_it_is(where: str) -> None:
    changed, dtype = HALF[where]
    assert half_precisions(in_process(notebook(**changed), {})) == {dtype}


def test_single_and_double_precision_are_none() -> None:
    assert half_precisions(in_process(notebook(), {})) == set()
    double = {"get_cosine_similarity": lambda a, b: cosines(a.double(), b.double())}
    assert half_precisions(in_process(notebook(**double), {})) == set()
    assert half_precisions(in_process({}, {})) == set()
    fails = {"get_text_embeddings": lambda names: 1 / 0, "get_cosine_similarity": lambda a, b: "x"}
    assert half_precisions(in_process(notebook(**fails), {})) == set()


@pytest.mark.parametrize(
    ("where", "dtype"), [("a product", torch.float16), ("the model", torch.bfloat16)]
)
def test_the_figure_of_half_precision_is_true_for_who_works_in_it_only(
    expected: Expected, where: str, dtype: torch.dtype
) -> None:
    images, prompts = (
        torch.tensor(rows).to(dtype)
        for rows in (expected.image_embeddings(), expected.text_embeddings(IN_A_SHOP))
    )
    predicted = (images @ prompts.T).float().argmax(dim=1).numpy()
    figure = float((predicted == expected.labels()).mean())
    hits = expected.hits(IN_A_SHOP)
    # Or the test would show nothing.
    assert abs(figure - hits.right.mean()) > 0.003
    expect_reported(figure, hits, "it", in_process(notebook(**HALF[where][0]), {}))
    for student in (None, in_process(notebook(), {})):
        with pytest.raises(Wrong, match="but these inputs give"):
            expect_reported(figure, hits, "it", student)
    with pytest.raises(Wrong):
        expect_reported(figure + 0.01, hits, "it", in_process(notebook(**HALF[where][0]), {}))


def test_a_figure_of_single_precision_stays_right_for_who_works_in_half(expected: Expected) -> None:
    hits = expected.hits(IN_A_SHOP)
    student = in_process(notebook(**HALF["cosines"][0]), {})
    expect_reported(float(hits.right.mean()), hits, "it", student)
    assert hits.rounded("float32") == hits.right.mean()
    best = expected.top_k_hits(IN_A_SHOP, 3)
    assert best.rounded("float32") == best.right.mean()
