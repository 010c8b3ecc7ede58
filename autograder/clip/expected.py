"""What right work gives: the figures that hidden checks compare a submission with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.clip.assets import ModelSnapshot, shown_path
from autograder.clip.assets.strangers import find_named_model
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.reference import MARGIN_TOLERANCE, Reference

MOST_OTHERS = 2
"""Other models that are remembered: each holds its weights and the embeddings of the test split."""


class Hits(NamedTuple):
    """Which of N test images texts classify rightly; bool arrays (N,).

    Attributes:
        right: rightly, where of classes whose texts the model reads alike the first one wins.
        close: decided by less than `Expected.margin` between texts that are read differently: rounding could turn it.
        right_backwards: rightly, where of classes whose texts are read alike the last one wins.
        rounded: return the share that is right where similarities are rounded to a kind of numbers of torch's.
    """

    right: np.ndarray
    close: np.ndarray
    right_backwards: np.ndarray
    rounded: Callable[[str], float]


def _rounded(scores: np.ndarray, dtype: str) -> np.ndarray:
    """Return scores as numbers of `dtype` hold them, such as "float16"."""
    import torch

    rounded: np.ndarray = torch.tensor(scores).to(getattr(torch, dtype)).float().numpy()
    return rounded


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
        self._others: OrderedDict[Path, Expected] = OrderedDict()

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

    def predictions(self, texts: Sequence[str]) -> np.ndarray:
        """Return the class of the most similar text for each test image, one text a class: int64 (N,)."""
        return self.reference.predictions(texts)

    def read(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Return what the model reads of each text; see `Reference.read`."""
        return self.reference.read(texts)

    def reads_whole(self, text: str) -> bool:
        """Return whether a text is short enough for the model to read all of it."""
        return self.reference.reads_whole(text)

    def hits(self, texts: Sequence[str], text_class: np.ndarray | None = None) -> Hits:
        """Return which test images the most similar text classifies rightly.

        Args:
            texts: M texts.
            text_class: int (M,), the class of each text; text i stands for class i if None.
        """
        similarity = self.reference.similarity(texts)
        classes = np.arange(len(texts)) if text_class is None else text_class
        per_class = np.full((len(similarity), len(self.class_names)), -np.inf, similarity.dtype)
        for index in range(len(self.class_names)):
            if (classes == index).any():
                per_class[:, index] = similarity[:, classes == index].max(axis=1)
        return self._within_best(per_class, 1)

    def top_k_hits(self, texts: Sequence[str], k: int) -> Hits:
        """Return for which images the true class is among the k best.

        Args:
            texts: one text a class, in order.
            k: 1 … number of classes.
        """
        return self._within_best(self.reference.similarity(texts), k)

    def of_model(self, name: str) -> Expected:
        """Return what another model gives on the same images.

        Args:
            name: what a student's notebook says: the name of the notebook's own model or of the offered one, its path
                on this machine or in a room, one of the kit's stand-ins, or the id of a model on the hub.

        Raises:
            AssetError: it is none of these, the model is not on this machine, or it holds more than numbers.
        """
        snapshot = self.snapshot_named(name)
        if snapshot.path == self.reference.snapshot.path:
            return self
        other = self._others.pop(snapshot.path, None)
        if other is None:
            other = Expected(Reference(snapshot, self.reference.data_root, self.reference.device))
        self._others[snapshot.path] = other
        if len(self._others) > MOST_OTHERS:
            self._others.popitem(last=False)
        return other

    def snapshot_named(self, name: str) -> ModelSnapshot:
        """Return the files of a model that a notebook names; see `of_model`."""
        for known in filter(None, (self.reference.snapshot, self.alternative)):
            # Compared, never opened: only what was known before becomes a path.
            if name in (known.name, str(known.path), str(shown_path(known))):
                return known
        return find_named_model(name)

    @cached_property
    def _rows(self) -> np.ndarray:
        return np.arange(len(self.labels()))

    def _within_best(self, scores: np.ndarray, k: int) -> Hits:
        own = scores[self._rows, self.labels()][:, None]
        classes, own_class = np.arange(scores.shape[1]), self.labels()[:, None]
        # Texts that are read alike have the same scores to the last bit.
        tied = scores == own
        before, behind = (
            (tied & side).sum(axis=1) for side in (classes < own_class, classes > own_class)
        )
        better = (scores > own).sum(axis=1)
        surely, perhaps = (
            (~tied & (scores > own + shift)).sum(axis=1) for shift in (self.margin, -self.margin)
        )
        return Hits(
            right=better + before < k,
            close=(surely + before < k) != (perhaps + before < k),
            right_backwards=better + behind < k,
            rounded=lambda dtype: float(self._within_best(_rounded(scores, dtype), k).right.mean()),
        )
