"""The record of a run: everything that a figure depends on, beside the figure."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder.clip.accuracy.run import PromptSetResult
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.reference import MARGIN_TOLERANCE

SCHEMA = 1
_LIBRARIES = ("torch", "torchvision", "transformers", "numpy", "pillow", "umap-learn")


@dataclass(frozen=True)
class Setting:
    """What a run was made with.

    Attributes:
        model: the name it was asked for by.
        weights_sha256: of the model's weights.
        is_stand_in: whether the model was trained on this data set, and so is not zero-shot.
        device: "cpu", "cuda" or "mps".
        device_name: what the device calls itself.
        threads: CPU threads of torch.
        batch_size: images encoded at once.
        seed: of the UMAP picture; nothing else is random.
        split_images: size of the whole test split.
        dtype: in which images were embedded.
        way: "fast" or "plain"; see `autograder.clip.accuracy.engine`.
        margin_tolerance: below this margin, the plain loop in float32 may put an image elsewhere.
        sample_difference: largest length of the difference from the plain loop's unit rows in the
            sample that was embedded both ways.
        notes: for people: what was not as asked for, and why.
    """

    model: str
    weights_sha256: str
    is_stand_in: bool
    device: str
    device_name: str
    threads: int
    batch_size: int
    seed: int
    split_images: int
    dtype: str = "float32"
    way: str = "plain"
    margin_tolerance: float = MARGIN_TOLERANCE
    sample_difference: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccuracyRun:
    """A finished run: one or more prompt sets over the same images.

    `resumed_images` of them were embedded by an earlier run that was interrupted; `encode_seconds`
    counts its time as well.
    """

    setting: Setting
    images: int
    encode_seconds: float
    results: tuple[PromptSetResult, ...]
    resumed_images: int = 0

    @property
    def is_subset(self) -> bool:
        """Whether fewer images than the whole test split were used."""
        return self.images < self.setting.split_images

    @property
    def images_per_second(self) -> float:
        """Preprocessing and encoding together."""
        return self.images / self.encode_seconds


def library_versions() -> dict[str, str | None]:
    """Return the versions of what a figure can depend on; None for what is not installed."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return versions


def as_json(run: AccuracyRun) -> dict[str, Any]:
    """Return a run as plain data for `accuracy.json`; shares are in [0, 1], times in seconds."""
    setting = run.setting
    return {
        "schema": SCHEMA,
        "data": "Fashion-MNIST, test split",
        "images": run.images,
        "images_in_split": setting.split_images,
        "is_subset": run.is_subset,
        "class_names": list(CLASS_NAMES),
        "model": {
            "name": setting.model,
            "weights_sha256": setting.weights_sha256,
            "is_stand_in": setting.is_stand_in,
        },
        "device": {
            "type": setting.device,
            "name": setting.device_name,
            "threads": setting.threads,
        },
        "dtype": setting.dtype,
        "way": setting.way,
        "margin_tolerance": setting.margin_tolerance,
        "sample_difference": setting.sample_difference,
        "notes": list(setting.notes),
        "batch_size": setting.batch_size,
        "seed": setting.seed,
        "seconds": round(run.encode_seconds, 3),
        "resumed_images": run.resumed_images,
        "images_per_second": round(run.images_per_second, 1),
        "versions": library_versions(),
        "prompt_sets": [_result(result) for result in run.results],
    }


def write_json(run: AccuracyRun, path: Path) -> None:
    """Write `as_json` of a run to a file.

    Raises:
        OSError: the file cannot be written.
    """
    text = json.dumps(as_json(run), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _result(result: PromptSetResult) -> dict[str, Any]:
    return {
        "name": result.prompt_set.name,
        "prompts": list(result.prompt_set.prompts),
        "accuracy": result.accuracy,
        "correct": result.correct,
        "images": result.images,
        "uncertain": result.uncertain,
        "class_sizes": list(result.class_sizes),
        "recall": list(result.recall),
        "top_k": {str(k): share for k, share in result.top_k.items()},
        "confusion_matrix": [list(row) for row in result.confusion_matrix],
        "text_seconds": round(result.text_seconds, 3),
    }
