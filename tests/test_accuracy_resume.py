"""Runs that are interrupted: what is done is kept, whole or not at all, and taken up by the next run."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import tqdm

from autograder.clip import command
from autograder.clip.accuracy import run
from autograder.clip.accuracy.encoders import TestImages
from autograder.clip.accuracy.kept import FOLDER, Kept, Part
from autograder.clip.accuracy.run import encode_images
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.errors import AssetError

COUNT = 103
DESCRIPTION: dict[str, object] = {"weights": "ab", "batch": 10}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("AUTOGRADER_CACHE", str(folder))
    return folder


@pytest.fixture
def split() -> TestImages:
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28), np.uint8)
    return TestImages(images, np.arange(COUNT) % 10)


class Encoder:
    """Counts what it is given, and may be stopped."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.seen = 0
        self.stop_at = stop_at

    def __call__(self, images: np.ndarray) -> np.ndarray:
        if self.stop_at is not None and self.seen >= self.stop_at:
            raise KeyboardInterrupt
        self.seen += len(images)
        rows = images.reshape(len(images), -1)[:, :8].astype(np.float32) + 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seconds", [0.0, 3600.0], ids=["a part a batch", "one part"])
def test_a_run_that_was_interrupted_is_taken_up_where_it_was(
    split: TestImages, workers: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "SECONDS_BETWEEN_PARTS", seconds)
    whole = encode_images(Encoder(), split, batch_size=10)
    with pytest.raises(KeyboardInterrupt):
        encode_images(
            Encoder(stop_at=40), split, batch_size=10, kept=Kept(DESCRIPTION), workers=workers
        )
    kept = sum(len(part.embeddings) for part in Kept(DESCRIPTION).read())
    assert kept == 40
    second = Encoder()
    told: list[int] = []
    resumed = encode_images(
        second,
        split,
        batch_size=10,
        kept=Kept(DESCRIPTION),
        workers=workers,
        progress=told.append,
    )
    assert second.seen == COUNT - 40
    assert resumed.resumed == 40
    assert told == [40, *[10] * 6, 3]
    assert (resumed.embeddings == whole.embeddings).all()
    assert (resumed.labels == whole.labels).all()
    # All is there now, so a third run has nothing to do.
    third = Encoder()
    again = encode_images(third, split, batch_size=10, kept=Kept(DESCRIPTION), workers=workers)
    assert third.seen == 0
    assert (again.embeddings == whole.embeddings).all()
    assert again.seconds == pytest.approx(resumed.seconds)


def test_workers_give_batches_in_order_and_leave_threads_as_they_were(split: TestImages) -> None:
    before = torch.get_num_threads()
    plain = encode_images(Encoder(), split, batch_size=7)
    spread = encode_images(Encoder(), split, batch_size=7, workers=3)
    assert (spread.embeddings == plain.embeddings).all()
    assert torch.get_num_threads() == before


def test_an_error_of_a_worker_comes_through(split: TestImages) -> None:
    def encode(images: np.ndarray) -> np.ndarray:
        raise AssetError("the model's embeddings are not finite")

    with pytest.raises(AssetError, match="not finite"):
        encode_images(encode, split, batch_size=7, workers=2)


def test_another_description_is_another_run() -> None:
    Kept(DESCRIPTION).add(0, Part(np.ones((3, 4), np.float32), 1.0))
    assert len(Kept(DESCRIPTION).read()) == 1
    assert Kept({**DESCRIPTION, "batch": 11}).read() == []
    Kept(DESCRIPTION).clear()
    assert Kept(DESCRIPTION).read() == []


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _changed(path: Path) -> None:
    with np.load(path) as archive:
        content = dict(archive)
    content["embeddings"][0, 0] += 1e-6
    np.savez(path, **content)


def _without_seconds(path: Path) -> None:
    with np.load(path) as archive:
        content = dict(archive)
    del content["seconds"]
    np.savez(path, **content)


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [_cut_short, _emptied, _changed, _without_seconds, _a_folder])
def test_damaged_parts_count_as_missing_with_all_after_them(spoil: Callable[[Path], None]) -> None:
    kept = Kept(DESCRIPTION)
    for first in (0, 5, 10):
        kept.add(first, Part(np.full((5, 4), first, np.float32), 1.0))
    assert [part.embeddings[0, 0] for part in kept.read()] == [0, 5, 10]
    spoil(kept.folder / "00000005.npz")
    assert [part.embeddings[0, 0] for part in kept.read()] == [0]


def test_when_nothing_can_be_kept_then_the_run_goes_on(
    split: TestImages, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.write_text("a file is in the way", encoding="utf-8")
    encoded = encode_images(Encoder(), split, batch_size=10, kept=Kept(DESCRIPTION))
    assert len(encoded.embeddings) == COUNT
    assert "could not be kept" in caplog.text


# The command


def _command(out: Path) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    options = ["--model", "small", "--device", "cpu", "--limit", "60", "--batch-size", "10"]
    return command.main(parser.parse_args([*options, "--no-umap", "--out", str(out)]))


@pytest.fixture
def assets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set is looked for before the cache is moved away."""
    moved = os.environ["AUTOGRADER_CACHE"]
    monkeypatch.delenv("AUTOGRADER_CACHE")
    try:
        root = find_fashion_mnist()
        find_model("small")
    except AssetError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("AUTOGRADER_CACHE", moved)
    monkeypatch.setattr("autograder.clip.assets.find_fashion_mnist", lambda given: root)


def test_the_command_goes_on_where_ctrl_c_stopped_it(
    assets: None,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _command(tmp_path / "whole") == 0
    capsys.readouterr()
    updates: list[int] = []

    def stop_at_the_third(bar: Any, count: int) -> None:
        updates.append(count)
        if len(updates) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tqdm.tqdm, "update", stop_at_the_third)
        assert _command(tmp_path / "out") == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert not (tmp_path / "out" / "accuracy.json").exists()
    assert len(list((cache / FOLDER).glob("*/*.npz"))) == 1

    assert _command(tmp_path / "out") == 0
    assert "30 of the images were embedded by a run that was interrupted" in capsys.readouterr().out
    whole, resumed = (
        json.loads((tmp_path / name / "accuracy.json").read_text(encoding="utf-8"))
        for name in ("whole", "out")
    )
    assert (whole["resumed_images"], resumed["resumed_images"]) == (0, 30)
    assert (whole["dtype"], whole["way"], whole["notes"]) == ("float32", "fast", [])
    assert 0 < whole["sample_difference"] < whole["margin_tolerance"]
    for one, other in zip(whole["prompt_sets"], resumed["prompt_sets"], strict=True):
        assert {**one, "text_seconds": 0} == {**other, "text_seconds": 0}
    assert not list((cache / FOLDER).iterdir()), "a finished run leaves nothing behind"
