"""One run's scores for every image: from a model's embeddings, from the CNN, or from a file of answers."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.clip.accuracy.encoders import Greys, TextEncoder
from autograder.clip.compare.calibration import probabilities
from autograder.clip.compare.plan import CnnSource, Texts
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.errors import AssetError, KitError

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class EmbeddedModel:
    """A model that has seen all images.

    Attributes:
        name: as it was asked for.
        weights_sha256: of its weights.
        is_stand_in: whether it was trained on this data set, and so is not zero-shot.
        images: unit embeddings, float32 (N, D).
        text_encoder: of the same model.
        logit_scale: what its cosines are multiplied by before softmax.
        encode_seconds: what embedding the images took.
    """

    name: str
    weights_sha256: str
    is_stand_in: bool
    images: Floats
    text_encoder: TextEncoder
    logit_scale: float
    encode_seconds: float


@dataclass(frozen=True)
class Answers:
    """What one run says about N images.

    Attributes:
        name: of the run, as people read it.
        model: which model, or "CNN".
        texts: what the classes are called, empty for a CNN.
        origin: for people: the prompts' number, or where the CNN came from.
        is_zero_shot: whether the model has not been trained on this data set.
        predicted: the class of each image, int64 (N,).
        scores: before softmax and scaling, float32 (N, 10); None where only answers are known.
        scale: what scores are multiplied by before softmax.
    """

    name: str
    model: str
    texts: str
    origin: str
    is_zero_shot: bool
    predicted: Ints
    scores: Floats | None
    scale: float

    @property
    def confidence(self) -> NDArray[np.float64] | None:
        """Softmax probability of the class that was answered, (N,); None without scores."""
        if self.scores is None:
            return None
        chances = probabilities(self.scores, self.scale)
        return chances[np.arange(len(chances)), self.predicted]


def class_embeddings(encoder: TextEncoder, texts: Texts) -> Floats:
    """Return one unit embedding a class, float32 (10, D).

    With several members it is the mean of their unit embeddings made unit again, as in the prompt
    ensembles of A. Radford et al. (2021), arXiv:2103.00020, section 3.1.4.

    Raises:
        KitError: a prompt is too long for the model, or the members of a class cancel out.
    """
    flat = [prompt for member in texts.members for prompt in member]
    each = encoder(flat).reshape(len(texts.members), len(CLASS_NAMES), -1)
    if len(each) == 1:
        single: Floats = each[0]  # Unit already; dividing again would change last digits.
        return single
    mean = each.astype(np.float64).mean(axis=0)
    length = np.linalg.norm(mean, axis=1, keepdims=True)
    if not (length > 0).all():
        raise KitError(f"the ensemble {texts.name} has a class whose prompts cancel out")
    return (mean / length).astype(np.float32)


def classify_texts(model: EmbeddedModel, texts: Texts, name: str) -> Answers:
    """Answer with the class whose embedding is nearest by cosine; of equal ones the first."""
    scores = model.images @ class_embeddings(model.text_encoder, texts).T
    count = len(texts.members)
    return Answers(
        name=name,
        model=model.name,
        texts=texts.name,
        origin="one prompt a class" if count == 1 else f"mean of {count} prompts a class",
        is_zero_shot=not model.is_stand_in,
        predicted=scores.argmax(axis=1),
        scores=scores,
        scale=model.logit_scale,
    )


def classify_cnn(
    source: CnnSource,
    images: Greys,
    labels: Ints,
    data_root: Path,
    *,
    seed: int,
    report: Callable[[str], None] = lambda line: None,
) -> Answers:
    """Answer with the CNN of the assignment before.

    Args:
        source: where it comes from.
        images: uint8 (N, 28, 28).
        labels: the true classes; used to refuse a file of answers to other images.
        data_root: where the training split is, if it is to be trained.
        seed: of its training.
        report: told a line an epoch.

    Raises:
        AssetError: weights or training split cannot be read.
        KitError: a file of answers does not fit the images.
    """
    if source.file is not None and source.file.suffix == ".npz":
        return _stored_answers(source.file, labels)
    import torch

    from solutions.cnn import WEIGHTS_FILE, load_cnn, load_split, predict_scores, train

    if source.epochs:
        split = load_split(data_root, train=True)
        run = train(
            split,
            epochs=source.epochs,
            seed=seed,
            validation_images=min(5_000, max(1, len(split.images) // 10)),
            report=lambda epoch: report(
                f"CNN epoch {epoch.number}/{source.epochs}: validation {epoch.validation_accuracy:.4f}"
            ),
        )
        model, origin = run.model, f"trained here, {source.epochs} epochs"
    else:
        file = source.file or WEIGHTS_FILE
        model = load_cnn(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        origin = f"weights {file.name}, SHA-256 {digest}"
    scores: Floats = predict_scores(model, torch.from_numpy(np.ascontiguousarray(images))).numpy()
    return _cnn_answers(origin, scores.argmax(axis=1), scores)


def _stored_answers(file: Path, labels: Ints) -> Answers:
    """Read `scores` (N, 10) or `predictions` (N,) and, to be held against ours, `labels` (N,)."""
    way_out = "Write it with numpy.savez(file, scores=..., labels=...) in the data set's order."
    try:
        # Opened here: numpy leaves a damaged file open.
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
            stored = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise AssetError(f"{file}: no readable .npz ({error}). {way_out}") from error
    if "labels" in stored and not np.array_equal(stored["labels"], labels):
        raise KitError(f"{file}: its labels are not those of the images compared here. {way_out}")
    if (scores := stored.get("scores")) is not None:
        classes = len(CLASS_NAMES)
        if scores.shape != (len(labels), classes) or not np.isfinite(scores).all():
            raise KitError(
                f"{file}: scores must be finite, of shape ({len(labels)}, {classes}), not {scores.shape}. {way_out}"
            )
        scores = scores.astype(np.float32)
        return _cnn_answers(f"scores from {file.name}", scores.argmax(axis=1), scores)
    predicted = stored.get("predictions")
    if (
        predicted is None
        or predicted.shape != labels.shape
        or predicted.dtype.kind not in "iu"
        or not np.isin(predicted, range(len(CLASS_NAMES))).all()
    ):
        raise KitError(
            f"{file}: neither scores nor {len(labels)} predictions from 0 to {len(CLASS_NAMES) - 1}. {way_out}"
        )
    return _cnn_answers(f"answers from {file.name}", predicted.astype(np.int64), None)


def _cnn_answers(origin: str, predicted: NDArray[np.integer], scores: Floats | None) -> Answers:
    return Answers(
        name="CNN",
        model="CNN",
        texts="",
        origin=origin,
        is_zero_shot=False,
        predicted=predicted.astype(np.int64),
        scores=scores,
        scale=1.0,
    )


def run_names(models: Sequence[str], texts: Sequence[Texts]) -> list[list[str]]:
    """Return short names, a model a row and a text a column: a model is named only where there are several."""
    shown = _distinct([Path(name).name or name for name in models], models)
    return [
        [text.name if len(models) == 1 else f"{model}, {text.name}" for text in texts]
        for model in shown
    ]


def _distinct(short: Sequence[str], long: Sequence[str]) -> Sequence[str]:
    return short if len(set(short)) == len(short) else long
