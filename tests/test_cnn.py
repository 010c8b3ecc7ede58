"""The Assignment 1 CNN: its weights do what their record says, and training is repeatable."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.clip.assets import find_fashion_mnist
from autograder.errors import AssetError
from solutions import cnn
from solutions.data import CLASS_NAMES

# Scores are sums of at most 3,136 float32 products of size up to about 10, so another machine's order of summation
# moves them by about sqrt(3136) * 2^-24 * 10 = 3e-5. Only images with best two scores closer than some ten times
# that may change their class.
SCORE_TOLERANCE = 5e-4


@pytest.fixture(scope="module")
def data_root() -> Path:
    try:
        return find_fashion_mnist()
    except AssetError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def record() -> dict:
    return json.loads(cnn.record_path(cnn.WEIGHTS_FILE).read_text(encoding="utf-8"))


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def toy_split(count: int, seed: int = 0) -> cnn.Split:
    """Images whose class can be learnt: the brightest row of pixels tells it."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 10, (count,), generator=generator)
    images = torch.randint(0, 60, (count, 28, 28), generator=generator, dtype=torch.uint8)
    images[torch.arange(count), 2 * labels + 3] = 250
    return cnn.Split(images, labels)


def test_committed_weights_are_those_of_the_record(record: dict) -> None:
    assert hashlib.sha256(cnn.WEIGHTS_FILE.read_bytes()).hexdigest() == record["weights_sha256"]
    assert cnn.WEIGHTS_FILE.stat().st_size < 500_000
    model = cnn.load_cnn()
    assert sum(p.numel() for p in model.parameters()) == record["parameters"] <= 120_000


def test_weights_reproduce_the_recorded_figures_on_the_test_split(
    data_root: Path, record: dict
) -> None:
    split = cnn.load_split(data_root, train=False)
    best_two, classes = cnn.predict_scores(cnn.load_cnn(), split.images).topk(2, dim=1)
    uncertain = int((best_two[:, 0] - best_two[:, 1] < SCORE_TOLERANCE).sum())
    assert uncertain <= 10, "the comparison below would mean little"
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (split.labels.numpy(), classes[:, 0].numpy()), 1)
    moved = np.abs(confusion - record["test"]["confusion_matrix"]).sum()
    assert moved <= 2 * uncertain  # An image that changes class leaves one cell and enters another.
    difference = confusion.trace() / 10_000 - record["test"]["accuracy"]
    assert abs(difference) <= uncertain / 10_000 + 1e-12
    assert len(split.labels) == record["test"]["images"] == 10_000


def test_the_record_is_consistent_and_near_the_course_figure(record: dict) -> None:
    confusion = np.array(record["test"]["confusion_matrix"])
    assert (confusion.sum(axis=1) == 1_000).all()
    assert record["test"]["accuracy"] == confusion.trace() / 10_000
    assert list(record["test"]["per_class_recall"]) == CLASS_NAMES
    assert list(record["test"]["per_class_recall"].values()) == pytest.approx(
        confusion.diagonal() / 1_000
    )
    assert 0.915 <= record["test"]["accuracy"] <= 0.925
    training = record["training"]
    validation = [epoch["validation_accuracy"] for epoch in training["history"]]
    assert len(validation) == training["epochs"]
    assert validation.index(max(validation)) + 1 == training["kept_epoch"]


def test_when_the_seed_is_the_same_then_training_gives_the_same_weights(one_thread: None) -> None:
    split = toy_split(300)
    runs = [cnn.train(split, epochs=2, seed=seed, validation_images=50) for seed in (3, 3, 4)]
    states = [run.model.state_dict() for run in runs]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert [epoch.loss for epoch in runs[0].history] == [epoch.loss for epoch in runs[1].history]
    assert not all(torch.equal(states[0][name], states[2][name]) for name in states[0])


def test_training_learns_and_leaves_the_global_generator_alone(one_thread: None) -> None:
    before = torch.get_rng_state()
    seen: list[cnn.Epoch] = []
    run = cnn.train(toy_split(1_400), epochs=6, validation_images=200, report=seen.append)
    assert torch.equal(before, torch.get_rng_state())
    assert tuple(seen) == run.history
    assert run.kept == max(run.history, key=lambda epoch: epoch.validation_accuracy)
    unseen = toy_split(300, seed=9)
    assert np.mean(cnn.predict(run.model, unseen.images) == unseen.labels.numpy()) > 0.9


def test_validation_images_are_not_trained_on(one_thread: None) -> None:
    split = toy_split(200)
    other_labels = cnn.Split(split.images.clone(), split.labels.clone())
    other_labels.images[-50:] = 0
    kept = [cnn.train(s, epochs=1, validation_images=50).model for s in (split, other_labels)]
    pairs = zip(kept[0].parameters(), kept[1].parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_predict_returns_class_indices_and_keeps_the_mode_of_the_model() -> None:
    model = cnn.load_cnn()
    assert not model.training
    images = toy_split(7).images
    predicted = cnn.predict(model, images)
    assert predicted.shape == (7,)
    assert predicted.dtype == np.int64
    model.train()
    assert (cnn.predict(model, images) == predicted).all(), "dropout must be off"
    assert model.training
    assert cnn.predict(model, images[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (torch.zeros(2, 28, 28), TypeError, "uint8"),
        (np.zeros((2, 28, 28), np.uint8), TypeError, "torch.Tensor"),
        (torch.zeros(28, 28, dtype=torch.uint8), ValueError, re.escape("(N, 28, 28)")),
        (torch.zeros(2, 1, 28, 28, dtype=torch.uint8), ValueError, re.escape("(2, 1, 28, 28)")),
        (torch.zeros(2, 32, 28, dtype=torch.uint8), ValueError, "32"),
        (torch.zeros((), dtype=torch.uint8), ValueError, "shape"),
        (torch.zeros(0, 5, 5, dtype=torch.uint8), ValueError, "5"),
    ],
)
def test_predict_refuses_what_are_not_grey_images(
    images: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        cnn.predict(cnn.FashionCNN(), images)


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"validation_images": 0}, {"validation_images": 20}]
)
def test_train_refuses_numbers_out_of_range(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        cnn.train(toy_split(20), **wrong)


def test_saved_weights_are_read_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "new" / "weights.safetensors"
    model = cnn.FashionCNN().to(memory_format=torch.channels_last).eval()
    digest = cnn.save_cnn(model, path)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    images = toy_split(9).images
    scores = [cnn.predict_scores(m, images) for m in (model, cnn.load_cnn(path))]
    assert torch.allclose(*scores, rtol=0, atol=SCORE_TOLERANCE)


def test_when_weights_are_missing_or_damaged_then_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    with pytest.raises(AssetError, match=r"weights\.safetensors is missing"):
        cnn.load_cnn(path)
    path.write_bytes(cnn.WEIGHTS_FILE.read_bytes()[:1_000])
    with pytest.raises(AssetError, match=r"weights\.safetensors does not hold"):
        cnn.load_cnn(path)


def test_when_the_data_set_is_missing_then_the_command_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cnn.main(["evaluate", "--data", str(tmp_path)]) == 1
    assert f"Fashion-MNIST cannot be read under {tmp_path}" in capsys.readouterr().err


def test_evaluate_prints_the_recorded_accuracy(
    data_root: Path, record: dict, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cnn.main(["evaluate", "--data", str(data_root)]) == 0
    printed = capsys.readouterr().out
    shown = float(re.search(r"10,000 test images: (\d\.\d+)", printed)[1])
    assert shown == pytest.approx(record["test"]["accuracy"], abs=0.001)
    assert all(name in printed for name in CLASS_NAMES)
