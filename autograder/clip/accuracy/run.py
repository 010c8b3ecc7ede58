"""The computation: images encoded once for all prompt sets, each prompt set once, then counting."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from autograder.clip.accuracy.encoders import (
    Floats,
    Greys,
    ImageEncoder,
    Ints,
    TestImages,
    TextEncoder,
    encode_in_batches,
)
from autograder.clip.accuracy.kept import Kept, Part
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.reference import MARGIN_TOLERANCE, count_uncertain
from autograder.errors import KitError

Progress = Callable[[int], object]
"""Told the number of images that were just encoded, or that an earlier run had kept."""

SECONDS_BETWEEN_PARTS = 10.0
"""What a run that is killed loses at most; one that is interrupted by Ctrl-C loses a batch."""


@dataclass(frozen=True)
class PromptSet:
    """Ten prompts in the order of the classes, under a name."""

    name: str
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class EncodedImages:
    """Embeddings, float32 (N, D), with the true classes, int64 (N,), and the time of encoding in seconds.

    `resumed` of the images were kept by an earlier run that was interrupted; its seconds are counted.
    """

    embeddings: Floats
    labels: Ints
    seconds: float
    resumed: int = 0

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
        uncertain: images whose best two prompts are too close for the run's precision to tell apart.
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
    kept: Kept | None = None,
    workers: int = 1,
) -> EncodedImages:
    """Encode the first `limit` images of a split, or all of them.

    Args:
        encoder: grey images to unit rows.
        split: the images.
        limit: how many of them.
        batch_size: images at once.
        progress: told of each batch.
        kept: where an interrupted run leaves what it has done, and from where it is taken up. Parts
            end where batches end, so that the result is the same to the last bit.
        workers: threads that embed, each a batch at a time and on one core. One means that PyTorch
            shares each batch among its own threads.

    Raises:
        KitError: `limit` or `batch_size` is below 1, or `limit` exceeds the split.
    """
    if batch_size < 1:
        raise KitError(f"the batch size must be at least 1, not {batch_size}")
    if limit is not None and not 1 <= limit <= len(split):
        raise KitError(f"the limit must be from 1 to {len(split):,} images, not {limit:,}")
    images = split.images[:limit]
    parts = kept.read() if kept is not None else []
    resumed = sum(len(part.embeddings) for part in parts)
    if resumed and progress is not None:
        progress(resumed)
    batches: list[Floats] = []
    first = resumed
    start = last = time.perf_counter()

    def end_part() -> None:
        nonlocal first, start
        if batches:
            parts.append(Part(np.concatenate(batches), last - start))
            if kept is not None:
                kept.add(first, parts[-1])
            first += len(parts[-1].embeddings)
            start = last
            batches.clear()

    try:
        for embeddings in _encode_in_order(encoder, images[resumed:], batch_size, workers):
            batches.append(embeddings)
            last = time.perf_counter()
            if progress is not None:
                progress(len(embeddings))
            if kept is not None and last - start >= SECONDS_BETWEEN_PARTS:
                end_part()
    finally:
        # Also, and above all, after Ctrl-C: batches that are done are not to be lost.
        end_part()
    return EncodedImages(
        np.concatenate([part.embeddings for part in parts]),
        split.labels[:limit],
        sum(part.seconds for part in parts),
        resumed,
    )


def _encode_in_order(
    encoder: ImageEncoder, images: Greys, batch_size: int, workers: int
) -> Iterator[Floats]:
    """Yield each batch's embeddings, in order.

    Several workers are threads with one core each, which take batches as they come: none waits for
    another, as the threads that share a product of matrices do at its end. While one prepares its
    images another one multiplies.
    """
    if workers == 1:
        yield from (rows for _, rows in encode_in_batches(encoder, images, batch_size))
        return
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
    waiting: deque[Future[Floats]] = deque()
    try:
        for start in range(0, len(images), batch_size):
            waiting.append(pool.submit(encoder, images[start : start + batch_size]))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)


def score_prompts(
    encoded: EncodedImages,
    encoder: TextEncoder,
    prompt_set: PromptSet,
    ks: Sequence[int],
    margin_tolerance: float = MARGIN_TOLERANCE,
) -> PromptSetResult:
    """Classify encoded images against one prompt set.

    Args:
        encoded: images of at least one class.
        encoder: of the same model.
        prompt_set: as many prompts as there are classes.
        ks: the K of top-K, each from 1 to the number of classes.
        margin_tolerance: of the precision in which the images were encoded.

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
        uncertain=count_uncertain(similarity, margin_tolerance),
        text_seconds=text_seconds,
    )
