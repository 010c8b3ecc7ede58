"""What right work gives: hits, top-K and narrow verdicts, against plain loops over the real test split."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.assets import find_fashion_mnist, find_model
from autograder.errors import AssetError
from autograder.expected import Expected
from autograder.prompt_sets import CLASS_NAMES, PROMPT_SETS
from autograder.reference import Reference
from solutions import data


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(Reference(find_model(), find_fashion_mnist()), find_model("tiny"))


def test_grader_and_solution_name_the_same_classes() -> None:
    assert list(CLASS_NAMES) == data.CLASS_NAMES


def test_accuracy_is_that_of_the_best_text(expected: Expected) -> None:
    similarity = expected.image_embeddings() @ expected.text_embeddings(CLASS_NAMES).T
    plain = float((similarity.argmax(axis=1) == expected.labels()).mean())
    assert expected.accuracy(CLASS_NAMES) == pytest.approx(plain, abs=1e-4)


@pytest.mark.parametrize("k", [1, 3, 9, 10])
def test_top_k_hits_are_those_of_a_sort(expected: Expected, k: int) -> None:
    similarity = expected.image_embeddings() @ expected.text_embeddings(CLASS_NAMES).T
    best = np.argsort(-similarity, axis=1)[:, :k]
    plain = (best == expected.labels()[:, None]).any(axis=1)
    hits, narrow = expected.top_k_hits(CLASS_NAMES, k)
    assert (hits == plain)[~narrow].all()
    assert narrow.mean() < 0.01


def test_several_texts_a_class_win_together(expected: Expected) -> None:
    texts = [*CLASS_NAMES, *PROMPT_SETS["good"]]
    owners = np.array([*range(10), *range(10)])
    similarity = expected.image_embeddings() @ expected.text_embeddings(texts).T
    plain = owners[similarity.argmax(axis=1)] == expected.labels()
    hits, narrow = expected.hits(texts, owners)
    assert (hits == plain)[~narrow].all()


def test_a_narrow_verdict_is_one_that_rounding_could_turn(expected: Expected) -> None:
    twice = [CLASS_NAMES[0], CLASS_NAMES[0], *CLASS_NAMES[2:]]  # classes 0 and 1 have the same text
    hits, narrow = expected.hits(twice)
    trousers = expected.labels() == 1
    assert not hits[trousers & ~narrow].any() or hits[trousers].mean() < 0.5
    shirts_called_shirts = (expected.labels() == 0) & (
        (expected.image_embeddings() @ expected.text_embeddings(twice).T).argmax(axis=1) <= 1
    )
    assert narrow[shirts_called_shirts].all()


def test_the_offered_model_is_known_by_its_path(expected: Expected) -> None:
    tiny = find_model("tiny")
    other = expected.of_model(str(tiny.path))
    assert other.image_embeddings().shape[0] == 10_000
    assert other.accuracy(CLASS_NAMES) != expected.accuracy(CLASS_NAMES)


def test_a_folder_that_a_submission_names_is_never_loaded(expected: Expected) -> None:
    folder = str(find_model().path)  # a sound model, but not the one that was offered
    with pytest.raises(AssetError, match="is a folder"):
        expected.of_model(folder)
    with pytest.raises(AssetError, match="autograder assets fetch"):
        expected.of_model("nobody/no-such-model")
