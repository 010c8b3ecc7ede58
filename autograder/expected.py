"""What right work gives: the figures that hidden checks compare a submission with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from autograder.assets import ModelSnapshot, find_model, shown_path
from autograder.errors import AssetError
from autograder.prompt_sets import CLASS_NAMES
from autograder.reference import MARGIN_TOLERANCE, Reference


class Expected:
    """The grader's model and data, as the checks need them.

    Attributes:
        reference: the grader's own computation.
        class_names: the ten class names, in order.
        margin: two similarities closer than this may change places by rounding.
    """

    class_names = CLASS_NAMES
    margin = MARGIN_TOLERANCE

    def __init__(self, reference: Reference, alternative: ModelSnapshot | None = None) -> None:
        """Wrap a reference, and the other model that students are offered for experiment A."""
        self.reference = reference
        self.alternative = alternative
        self._others: dict[str, Expected] = {}

    def labels(self) -> np.ndarray:
        """Return the true classes of the test split, int64 (N,)."""
        return self.reference.labels()

    def image_embeddings(self) -> np.ndarray:
        """Return the embeddings of the test split, float32 (N, D), unit rows."""
        return self.reference.image_embeddings()

    def text_embeddings(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts: float32 (M, D), unit rows."""
        return self.reference.text_embeddings(texts)

    def pixel_values(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return test images as the processor gives them, float32 (n, 3, H, W)."""
        return self.reference.pixel_values(rows)

    def embed(self, pixel_values: np.ndarray) -> np.ndarray:
        """Embed pixel values (n, 3, H, W): float32 (n, D), unit rows."""
        return self.reference.embed(pixel_values)

    def accuracy(self, texts: Sequence[str]) -> float:
        """Return the accuracy of one text a class, in [0, 1]."""
        return self.reference.accuracy(texts)

    def hits(
        self, texts: Sequence[str], text_class: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which test images the most similar text classifies rightly, and which narrowly.

        Args:
            texts: M texts.
            text_class: int (M,), the class of each text; text i stands for class i if None.

        Returns:
            Two bool arrays (N,): right, and decided by less than `margin`, so that rounding could turn it.
        """
        similarity = self.reference.similarity(texts)
        classes = np.arange(len(texts)) if text_class is None else text_class
        per_class = np.full((len(similarity), len(self.class_names)), -np.inf, similarity.dtype)
        for index in range(len(self.class_names)):
            if (classes == index).any():
                per_class[:, index] = similarity[:, classes == index].max(axis=1)
        return self._within_best(per_class, 1)

    def top_k_hits(self, texts: Sequence[str], k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return for which images the true class is among the k best, and which of these verdicts are narrow.

        Args:
            texts: one text a class, in order.
            k: 1 … number of classes.
        """
        return self._within_best(self.reference.similarity(texts), k)

    def of_model(self, name: str) -> Expected:
        """Return what another model gives on the same images.

        Args:
            name: what a student's notebook says: the offered model's name, its path on this machine
                or in a room, or a hub id.

        Raises:
            AssetError: the model is not on this machine, or it is a folder of the student's own.
        """
        if name not in self._others:
            other = Reference(self._snapshot(name), self.reference.data_root, self.reference.device)
            self._others[name] = Expected(other)
        return self._others[name]

    def _snapshot(self, name: str) -> ModelSnapshot:
        offered = self.alternative
        if offered is not None and name in (
            offered.name,
            str(offered.path),
            str(shown_path(offered)),
        ):
            return offered
        # A folder that a submission names could hold anything; nothing of it is loaded here.
        if Path(name).is_absolute() or Path(name).exists():
            raise AssetError(f"{name!r} is a folder, not the name of a model that can be fetched")
        return find_model(name)

    @cached_property
    def _rows(self) -> np.ndarray:
        return np.arange(len(self.labels()))

    def _within_best(self, scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        if k >= scores.shape[1]:
            return np.ones(len(scores), bool), np.zeros(len(scores), bool)
        own = scores[self._rows, self.labels()]
        others = scores.copy()
        others[self._rows, self.labels()] = -np.inf
        # The true class is among the k best if fewer than k others beat it: it meets the k-th of them.
        rival = np.sort(others, axis=1)[:, -k]
        return own > rival, np.abs(own - rival) < self.margin
