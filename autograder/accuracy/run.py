"""The computation: images encoded once for all prompt sets, each prompt set once, then counting."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.accuracy.encoders import (
    Floats,
    ImageEncoder,
    Ints,
    TestImages,
    TextEncoder,
    encode_in_batches,
)
from autograder.errors import KitError
from autograder.prompt_sets import CLASS_NAMES
from autograder.reference import count_uncertain

Progress = Callable[[int], object]
"""Told the number of images that were just encoded."""


@dataclass(frozen=True)
class PromptSet:
    """Ten prompts in the order of the classes, under a name."""

    name: str
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class EncodedImages:
    """Embeddings, float32 (N, D), with the true classes, int64 (N,), and the time of encoding in seconds."""

    embeddings: Floats
    labels: Ints
    seconds: float

    @property
    def images_per_second(self) -> float:
        """Preprocessing and encoding together."""
        return len(self.labels) / self.seconds


@dataclass(frozen=True)
class PromptSetResult:
    """What one prompt set comes to.

    Attributes:
        prompt_set: the prompts.
        images: N, the number of images.
        correct: how many were put into their own class.
        confusion_matrix: entry [t][p] counts images of true class t that were predicted as p.
        top_k: for each k, the share of images whose class is among the k best, in [0, 1].
        uncertain: images whose best two prompts are too close for float32 to tell apart.
        text_seconds: time of encoding the prompts.
    """

    prompt_set: PromptSet
    images: int
    correct: int
    confusion_matrix: tuple[tuple[int, ...], ...]
    top_k: dict[int, float]
    uncertain: int
    text_seconds: float

    @property
    def accuracy(self) -> float:
        """Share of images put into their own class, in [0, 1]."""
        return self.correct / self.images

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """Number of images of each class."""
        return tuple(sum(row) for row in self.confusion_matrix)

    @property
    def recall(self) -> tuple[float | None, ...]:
        """For each class the share of its images that were found; None for a class without images."""
        return tuple(
            row[index] / sum(row) if sum(row) else None
            for index, row in enumerate(self.confusion_matrix)
        )


def encode_images(
    encoder: ImageEncoder,
    split: TestImages,
    *,
    limit: int | None = None,
    batch_size: int = 100,
    progress: Progress | None = None,
) -> EncodedImages:
    """Encode the first `limit` images of a split, or all of them.

    Raises:
        KitError: `limit` or `batch_size` is below 1, or `limit` exceeds the split.
    """
    if batch_size < 1:
        raise KitError(f"the batch size must be at least 1, not {batch_size}")
    if limit is not None and not 1 <= limit <= len(split):
        raise KitError(f"the limit must be from 1 to {len(split):,} images, not {limit:,}")
    start = time.perf_counter()
    parts = []
    for count, embeddings in encode_in_batches(encoder, split.images[:limit], batch_size):
        parts.append(embeddings)
        if progress is not None:
            progress(count)
    seconds = time.perf_counter() - start
    return EncodedImages(np.concatenate(parts), split.labels[:limit], seconds)


def score_prompts(
    encoded: EncodedImages, encoder: TextEncoder, prompt_set: PromptSet, ks: Sequence[int]
) -> PromptSetResult:
    """Classify encoded images against one prompt set.

    Args:
        encoded: images of at least one class.
        encoder: of the same model.
        prompt_set: as many prompts as there are classes.
        ks: the K of top-K, each from 1 to the number of classes.

    Raises:
        KitError: a K is out of range, there are not as many prompts as classes, or one is too long.
    """
    classes = len(CLASS_NAMES)
    if len(prompt_set.prompts) != classes:
        raise KitError(
            f"prompt set {prompt_set.name} has {len(prompt_set.prompts)} prompts; "
            f"give {classes}, one a class, in the order {', '.join(CLASS_NAMES)}"
        )
    for k in ks:
        if not 1 <= k <= classes:
            raise KitError(f"top-K needs K from 1 to {classes}, not {k}")
    start = time.perf_counter()
    texts = encoder(prompt_set.prompts)
    text_seconds = time.perf_counter() - start
    similarity = encoded.embeddings @ texts.T
    predicted = similarity.argmax(axis=1)
    # Stable, so that of equal similarities the first class comes first, as argmax has it.
    best_first = np.argsort(-similarity, axis=1, kind="stable")
    rank = (best_first == encoded.labels[:, None]).argmax(axis=1)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (encoded.labels, predicted), 1)
    return PromptSetResult(
        prompt_set=prompt_set,
        images=len(encoded.labels),
        correct=int(confusion.trace()),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in confusion),
        top_k={k: float(np.mean(rank < k)) for k in ks},
        uncertain=count_uncertain(similarity),
        text_seconds=text_seconds,
    )
