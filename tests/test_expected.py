"""What right work gives: hits, top-K and narrow verdicts, against plain loops over the real test split."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import MOST_OTHERS, Expected
from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS
from autograder.clip.reference import Reference
from autograder.errors import AssetError, KitError
from solutions import data
from tests.hub_caches import to_hub_layout


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
    hits, narrow, *_ = expected.top_k_hits(CLASS_NAMES, k)
    assert (hits == plain)[~narrow].all()
    assert narrow.mean() < 0.01


def test_several_texts_a_class_win_together(expected: Expected) -> None:
    texts = [*CLASS_NAMES, *PROMPT_SETS["good"]]
    owners = np.array([*range(10), *range(10)])
    similarity = expected.image_embeddings() @ expected.text_embeddings(texts).T
    plain = owners[similarity.argmax(axis=1)] == expected.labels()
    hits, narrow, *_ = expected.hits(texts, owners)
    assert (hits == plain)[~narrow].all()


def test_a_narrow_verdict_is_one_that_rounding_could_turn(
    expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "margin", 0.01)
    similarity = expected.image_embeddings() @ expected.text_embeddings(CLASS_NAMES).T
    _, narrow, *_ = expected.hits(CLASS_NAMES)
    for shift in (0.0099, -0.0099):
        moved = similarity.copy()
        moved[np.arange(10_000), expected.labels()] += shift
        turned = (moved.argmax(axis=1) == expected.labels()) != expected.hits(CLASS_NAMES).right
        assert narrow[turned].all()
        assert turned.any()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_of_texts_that_are_read_alike_the_first_wins_or_the_last(
    expected: Expected, k: int
) -> None:
    alike = [CLASS_NAMES[0], f" {CLASS_NAMES[0].upper()}", *CLASS_NAMES[2:]]
    similarity = expected.reference.similarity(alike)
    assert (similarity[:, 0] == similarity[:, 1]).all()
    found = expected.top_k_hits(alike, k)
    first = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
    last = 9 - np.argsort(-similarity[:, ::-1], axis=1, kind="stable")[:, :k]
    for right, best in ((found.right, first), (found.right_backwards, last)):
        assert (right == (best == expected.labels()[:, None]).any(axis=1))[~found.close].all()
    assert found.close.mean() < 0.01
    assert (found.right != found.right_backwards).any()


def test_texts_are_read_as_the_model_reads_them(expected: Expected) -> None:
    same = ["a shirt", "A  Shirt ", "a\tshirt", "a shirt<|endoftext|> and more"]
    assert len(set(expected.read(same))) == 1
    assert len(set(expected.read([*same, "a shirt.", "shirt a"]))) == 3
    assert np.ptp(expected.text_embeddings(same), axis=0).max() == 0


@pytest.mark.parametrize("texts", [["a"] * 1001, ["a" * 1001]])
def test_more_than_is_looked_at_is_refused(expected: Expected, texts: list[str]) -> None:
    for method in (expected.text_embeddings, expected.hits, expected.read):
        with pytest.raises(KitError, match=r"1,00[01]"):
            method(texts)


def test_the_offered_model_is_known_by_its_path(expected: Expected) -> None:
    tiny = find_model("tiny")
    other = expected.of_model(str(tiny.path))
    assert other.image_embeddings().shape[0] == 10_000
    assert other.accuracy(CLASS_NAMES) != expected.accuracy(CLASS_NAMES)


def test_the_first_model_is_known_by_its_name_and_path(expected: Expected) -> None:
    for name in ("small", str(find_model().path)):
        assert expected.of_model(name) is expected


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound model in the working folder, under names that look like others."""
    for place in ("evil", "owner/evil", "home/x/evil"):
        shutil.copytree(find_model("tiny").path, tmp_path / place)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    (tmp_path / "hub" / "hub").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("evil", "./evil", "owner/evil", "owner/../evil", "~/x/evil", "../evil", "/{}/evil"),
        *("x/../../{}/evil", "../" * 40 + "{}/evil", "file:///{}/evil", "https://h/owner/evil"),
        *("owner/evil/", "owner//evil", "owner\\evil", "owner/evil\n", "owner/evil\0", "./.."),
        *("owner/..", "", "/", "-/x", "owner/evil@main", "a/" + "b" * 5000),
    ],
)
def test_what_a_submission_names_never_becomes_a_path(
    expected: Expected, planted: Path, name: str
) -> None:
    with pytest.raises(AssetError) as error:
        expected.of_model(name.format(str(planted).lstrip("/")))
    assert len(str(error.value)) < 1000


def test_other_models_are_forgotten(expected: Expected, planted: Path) -> None:
    tiny = expected.of_model("tiny")
    for number in range(4):
        to_hub_layout(planted / "hub" / "hub", f"owner/m{number}", find_model("tiny").path)
        expected.of_model(f"owner/m{number}")
    assert len(expected._others) == MOST_OTHERS
    assert expected.of_model("tiny") is not tiny


def test_a_model_that_is_not_here_is_named_with_the_command(expected: Expected) -> None:
    with pytest.raises(AssetError, match="autograder assets fetch"):
        expected.of_model("nobody/no-such-model")
