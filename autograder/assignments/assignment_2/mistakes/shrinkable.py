"""The functions of the interface whose failing inputs can be cut down, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.mistakes import (
    embeddings,
    experiment,
    loop,
    predictions,
    similarity,
)
from autograder.assignments.assignment_2.mistakes.towers import towers_of
from autograder.assignments.assignment_2.mistakes.winners import names_winners
from autograder.diagnosis.agreement import close, numbers, single
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.smallest import Kept, Shrinkable
from autograder.seam.wire import Loader, Tensor


def shrinkables(evidence: Evidence) -> Mapping[str, Shrinkable]:
    """Return what can be cut in an exercise, by the function's name."""
    match evidence.exercise:
        case "check_embeddings":
            return _embeddings(evidence)
        case "check_loop":
            return {loop.FUNCTION: _loop(evidence)}
        case _:
            return _PLAIN


def _embeddings(evidence: Evidence) -> Mapping[str, Shrinkable]:
    towers = towers_of(evidence)
    texts = embeddings.simulated_texts(towers, evidence.reference.class_names).right
    images = embeddings.simulated_images(towers).right
    return {
        embeddings.TEXTS: Shrinkable(
            texts,
            lambda answer, given: isinstance(answer, Tensor) and close(answer, texts(*given)),
            lambda given: ((len(given[0]), 1),),
            lambda given, kept: ([given[0][index] for index in kept[0]],),
        ),
        embeddings.IMAGES: Shrinkable(
            images,
            lambda answer, given: isinstance(answer, Tensor) and close(answer, images(*given)),
            lambda given: ((len(given[0].array), 1),),
            lambda given, kept: (Tensor(given[0].array[list(kept[0])]),),
        ),
    }


def _loop(evidence: Evidence) -> Shrinkable:
    def right(loader: Loader, text_feats: Tensor) -> tuple[np.ndarray, np.ndarray]:
        similarity_of_all = evidence.reference.embed(loader.pixel_values) @ text_feats.array.T
        return loader.labels, similarity_of_all.argmax(axis=1)

    def accepts(answer: Any, given: tuple[Any, ...]) -> bool:
        pair = isinstance(answer, (list, tuple)) and len(answer) == 2
        return pair and all(map(close, answer, right(*given)))

    def cut(given: tuple[Any, ...], kept: Kept) -> tuple[Any, ...]:
        loader, text_feats = given
        rows = list(kept[0])
        fewer = Loader(loader.pixel_values[rows], loader.labels[rows], loader.batch_size)
        return fewer, Tensor(text_feats.array[list(kept[1])])

    return Shrinkable(
        right,
        accepts,
        lambda given: ((len(given[0].labels), 1), (len(given[1].array), 2)),
        cut,
    )


def _take(array: np.ndarray, *kept: tuple[int, ...]) -> np.ndarray:
    return array[np.ix_(*kept)]


def _one_digit(table: np.ndarray) -> np.ndarray | None:
    """Round to one digit, unless two values of a row become equal: that would be another question."""
    plain = table.round(1)
    distinct = all(len(set(row)) == len(row) for row in plain.tolist())
    return plain if distinct else None


def _is_array(answer: Any) -> bool:
    return isinstance(answer, np.ndarray) and numbers(answer) is not None


def _accepts_indices(answer: Any, table: np.ndarray, k: int | None) -> bool:
    return _is_array(answer) and answer.dtype.kind in "iu" and names_winners(answer, table, k)


def _accepts_multi(answer: Any, arguments: tuple[Any, ...]) -> bool:
    right = experiment.MULTI_SIMULATED.right(*arguments)
    return _is_array(answer) and answer.dtype.kind in "iu" and close(answer, right)


def _accepts_number(answer: Any, arguments: tuple[Any, ...]) -> bool:
    found = single(answer)
    right = experiment.SHARE_SIMULATED.right(*arguments)
    return found is not None and abs(found - right) < 1e-6


def _cut_tensors(arguments: tuple[Any, ...], kept: Kept) -> tuple[Any, ...]:
    images, texts = arguments
    rows, columns, width = kept
    return Tensor(_take(images.array, rows, width)), Tensor(_take(texts.array, columns, width))


def _round_tensors(arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    plain = tuple(Tensor(tensor.array.round(1)) for tensor in arguments)
    lengths = [np.linalg.norm(tensor.array, axis=1).min() for tensor in plain]
    return plain if min(lengths) > 0 else None


def _round_table(arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    table, *others = arguments
    plain = _one_digit(table)
    return None if plain is None else (plain, *others)


_PLAIN: dict[str, Shrinkable] = {
    similarity.FUNCTION: Shrinkable(
        similarity.SIMULATED.right,
        lambda answer, given: (
            _is_array(answer) and close(answer, similarity.SIMULATED.right(*given))
        ),
        lambda given: (
            (len(given[0].array), 1),
            (len(given[1].array), 1),
            (given[0].array.shape[1], 2),
        ),
        _cut_tensors,
        _round_tensors,
    ),
    predictions.FUNCTION: Shrinkable(
        predictions.SIMULATED.right,
        lambda answer, given: _accepts_indices(answer, given[0], None),
        lambda given: ((given[0].shape[0], 1), (given[0].shape[1], 2)),
        lambda given, kept: (_take(given[0], *kept),),
        _round_table,
    ),
    experiment.MULTI: Shrinkable(
        experiment.MULTI_SIMULATED.right,
        _accepts_multi,
        lambda given: ((given[0].shape[0], 1), (given[0].shape[1], 2)),
        lambda given, kept: (_take(given[0], *kept), given[1][list(kept[1])]),
        _round_table,
    ),
    experiment.TOP_K: Shrinkable(
        experiment.TOP_K_SIMULATED.right,
        lambda answer, given: _accepts_indices(answer, *given),
        lambda given: ((given[0].shape[0], 1), (given[0].shape[1], max(2, given[1]))),
        lambda given, kept: (_take(given[0], *kept), given[1]),
        _round_table,
    ),
    experiment.SHARE: Shrinkable(
        experiment.SHARE_SIMULATED.right,
        _accepts_number,
        lambda given: ((len(given[0]), 1), (given[1].shape[1], 1)),
        lambda given, kept: (given[0][list(kept[0])], _take(given[1], *kept)),
    ),
}
