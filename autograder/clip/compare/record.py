"""A finished comparison, and its numbers as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.clip.accuracy.encoders import TestImages
from autograder.clip.accuracy.record import library_versions
from autograder.clip.accuracy.umap_map import ModelMap
from autograder.clip.compare.calibration import Calibration
from autograder.clip.compare.measure import ClassGain, ConfusedPair, Difference, RunFigures
from autograder.clip.compare.plan import Plan
from autograder.clip.compare.statistics import LEVEL, RESAMPLES, Interval
from autograder.clip.prompt_sets import CLASS_NAMES

SCHEMA = 1


@dataclass(frozen=True)
class EmbeddedWith:
    """One model's part: its name, weights, logit scale, and what embedding the images took, in seconds."""

    name: str
    weights_sha256: str
    is_stand_in: bool
    logit_scale: float
    encode_seconds: float


@dataclass(frozen=True)
class Comparison:
    """Everything that page, JSON and table show.

    Attributes:
        plan: what was asked for.
        split: the images that were used, in the data set's order.
        split_images: size of the whole test split.
        device: where the models ran.
        models: one entry a model.
        runs: every model with every text, then the CNN.
        differences: every pair of runs, the earlier one first.
        gains: for every run but the first, one entry a class.
        maps: one a model; empty if none was drawn.
        notes: what a reader has to know, in sentences.
    """

    plan: Plan
    split: TestImages
    split_images: int
    device: str
    models: tuple[EmbeddedWith, ...]
    runs: tuple[RunFigures, ...]
    differences: tuple[Difference, ...]
    gains: tuple[tuple[ClassGain | None, ...], ...]
    maps: tuple[ModelMap, ...]
    notes: tuple[str, ...]

    @property
    def is_subset(self) -> bool:
        """Whether fewer images than the whole test split were used."""
        return len(self.split) < self.split_images

    @property
    def scope(self) -> str:
        """Which images were used; a subset is called one."""
        if self.is_subset:
            return f"SUBSET: the first {len(self.split):,} of {self.split_images:,} test images"
        return f"all {len(self.split):,} test images"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return the numbers of a comparison as plain data."""
    names = [run.name for run in comparison.runs]
    return {
        "schema": SCHEMA,
        "title": comparison.plan.title,
        "images": len(comparison.split),
        "subset": comparison.is_subset,
        "classes": list(CLASS_NAMES),
        "seed": comparison.plan.seed,
        "confidence_level": LEVEL,
        "resamples": RESAMPLES,
        "device": comparison.device,
        "versions": library_versions(),
        "notes": list(comparison.notes),
        "models": [
            {
                "name": model.name,
                "weights_sha256": model.weights_sha256,
                "stand_in": model.is_stand_in,
                "logit_scale": model.logit_scale,
                "encode_seconds": round(model.encode_seconds, 3),
            }
            for model in comparison.models
        ],
        "runs": [_run(run) for run in comparison.runs],
        "differences": [_difference(found, names) for found in comparison.differences],
        "gains": {
            run.name: [None if gain is None else _gain(gain) for gain in gains]
            for run, gains in zip(comparison.runs[1:], comparison.gains, strict=True)
        },
        "maps": [_map(found) for found in comparison.maps],
    }


def write_json(comparison: Comparison, path: Path) -> None:
    """Write `as_json` of a comparison to a file.

    Raises:
        OSError: the file cannot be written.
    """
    text = json.dumps(as_json(comparison), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _run(run: RunFigures) -> dict[str, Any]:
    return {
        "name": run.name,
        "model": run.answers.model,
        "texts": run.answers.texts,
        "origin": run.answers.origin,
        "zero_shot": run.answers.is_zero_shot,
        "accuracy": run.accuracy,
        "interval": _interval(run.interval),
        "recall": list(run.recall),
        "class_sizes": list(run.class_sizes),
        "confusion_matrix": [list(row) for row in run.confusion_matrix],
        "top_k": None
        if run.top_k is None
        else {str(k): share for k, share in enumerate(run.top_k, start=1)},
        "calibration": None if run.calibration is None else _calibration(run.calibration),
        "most_confused": [_pair(pair) for pair in run.pairs],
    }


def _calibration(found: Calibration) -> dict[str, Any]:
    return {
        "expected_calibration_error": found.error,
        "mean_confidence": found.mean_confidence,
        "bins": [
            {
                "low": one.low,
                "high": one.high,
                "images": one.images,
                "confidence": one.confidence,
                "accuracy": one.accuracy,
            }
            for one in found.bins
        ],
    }


def _pair(pair: ConfusedPair) -> dict[str, Any]:
    return {
        "true": CLASS_NAMES[pair.true],
        "predicted": CLASS_NAMES[pair.predicted],
        "count": pair.count,
        "share": pair.share,
        "images": list(pair.rows),
    }


def _difference(found: Difference, names: list[str]) -> dict[str, Any]:
    return {
        "first": names[found.first],
        "second": names[found.second],
        "difference": found.accuracy,
        "interval": _interval(found.interval),
        "both_right": found.counts.both,
        "only_second_right": found.counts.gained,
        "only_first_right": found.counts.lost,
        "both_wrong": found.counts.neither,
        "mcnemar_exact_p": found.exact_p,
        "mcnemar_mid_p": found.mid_p,
    }


def _gain(gain: ClassGain) -> dict[str, Any]:
    return {"gain": gain.gain, "interval": _interval(gain.interval)}


def _interval(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _map(found: ModelMap) -> dict[str, Any]:
    return {
        "model": found.model,
        "way": found.way,
        "seconds": round(found.seconds, 3),
        "neighbours_of_own_class": {
            "map": list(found.kept_on_map),
            "embedding": list(found.kept_in_embedding),
        },
    }
