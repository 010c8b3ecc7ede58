"""Experiment C: the k best classes of each image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch


def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the k largest values of each row, best first: (N, M) -> int (N, k)."""
    return np.argsort(-similarity, axis=1, kind="stable")[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    """Return the share of rows whose true class is among that row's k guesses.

    Args:
        y_true: int (N,).
        top_k: int (N, k).
    """
    return float((np.asarray(top_k) == np.asarray(y_true)[:, None]).any(axis=1).mean())


def measure_top_k(
    *,
    all_img_emb: np.ndarray,
    all_labels: np.ndarray,
    CLASS_NAMES: list[str],
    get_text_embeddings: Callable[[list[str]], torch.Tensor],
    get_cosine_similarity: Callable[[torch.Tensor, torch.Tensor], np.ndarray],
    get_top_k_predictions: Callable[[np.ndarray, int], np.ndarray],
    top_k_accuracy: Callable[[np.ndarray, np.ndarray], float],
) -> dict[int, float]:
    """Measure top-K accuracy with the bare class names on embeddings (N, D) that were made before.

    Returns:
        The accuracy in [0, 1] for each K.
    """
    # BEGIN SOLUTION
    top_k_similarity = get_cosine_similarity(
        torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu()
    )
    top_k_results = {
        k: top_k_accuracy(all_labels, get_top_k_predictions(top_k_similarity, k)) for k in (1, 3, 5)
    }
    # END SOLUTION
    return top_k_results
