"""What the two towers of a model give at each step, so that leaving a step out can be simulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.clip.expected import Expected
from autograder.diagnosis.evidence import Evidence

_KEPT = 256
"""Inputs whose steps are kept: all of one exercise's calls."""


@dataclass(frozen=True)
class Steps:
    """One tower's way from n inputs to their embeddings, in float64.

    Attributes:
        hidden: after the last layer, (n, T, W): a vector for each of T tokens or patches.
        pooled: one of them for each input, (n, W).
        features: projected into the shared space, (n, D), of any length.
        again: projected once more; None where that does not go, since the spaces have other numbers of dimensions.
    """

    hidden: np.ndarray
    pooled: np.ndarray
    features: np.ndarray
    again: np.ndarray | None


class Towers:
    """The towers of the grader's model."""

    def __init__(self, expected: Expected) -> None:
        self._model, self._processor = expected.reference.loaded
        self._device = expected.reference.device
        self._steps: dict[Any, Steps] = {}

    def text(self, texts: Sequence[str]) -> Steps:
        """Put texts through the text tower."""

        def run() -> Steps:
            inputs = self._processor(text=list(texts), return_tensors="pt", padding=True)
            inputs = inputs.to(self._device)
            output = self._model.text_model(**inputs)
            return _steps(output, self._model.text_projection)

        return self._kept(tuple(texts), run)

    def image(self, pixels: np.ndarray) -> Steps:
        """Put pixel values, float32 (n, 3, H, W), through the image tower."""
        import torch

        def run() -> Steps:
            images = torch.from_numpy(pixels.astype(np.float32)).to(self._device)
            output = self._model.vision_model(pixel_values=images)
            return _steps(output, self._model.visual_projection)

        return self._kept((pixels.shape, pixels.tobytes()), run)

    def before_normalising(self, pixels: np.ndarray) -> np.ndarray:
        """Return pixel values, float32 (n, 3, H, W), as they were between 0 and 1."""
        mean, spread = self._normalisation()
        return pixels * spread + mean

    def processed_again(self, pixels: np.ndarray, *, rescaled: bool) -> np.ndarray:
        """Return pixel values as a second pass through the processor would leave them.

        Args:
            pixels: float32 (n, 3, H, W), of the size that the processor makes, so resizing changes nothing.
            rescaled: whether they are divided by 255 again, too.
        """
        mean, spread = self._normalisation()
        scale = self._processor.image_processor.rescale_factor if rescaled else 1.0
        return (pixels * np.float32(scale) - mean) / spread

    def _normalisation(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the processor's mean and standard deviation of each channel, float32 (1, 3, 1, 1)."""
        settings = self._processor.image_processor
        mean, spread = (
            np.asarray(values, np.float32).reshape(1, -1, 1, 1)
            for values in (settings.image_mean, settings.image_std)
        )
        return mean, spread

    def _kept(self, key: Any, run: Callable[[], Steps]) -> Steps:
        import torch

        if key not in self._steps:
            if len(self._steps) >= _KEPT:
                self._steps.clear()
            with torch.no_grad():
                self._steps[key] = run()
        return self._steps[key]


def towers_of(evidence: Evidence) -> Towers:
    """Return the towers of the model that an exercise is graded with; made once an exercise."""
    towers: Towers = evidence.once("towers", lambda: Towers(evidence.reference))
    return towers


def _steps(output: Any, projection: Any) -> Steps:
    hidden, pooled = output.last_hidden_state, output.pooler_output
    features = projection(pooled)
    again = projection(features) if pooled.shape == features.shape else None

    def plain(part: Any) -> np.ndarray:
        array: np.ndarray = part.detach().cpu().numpy().astype(np.float64)
        return array

    return Steps(
        plain(hidden), plain(pooled), plain(features), None if again is None else plain(again)
    )
