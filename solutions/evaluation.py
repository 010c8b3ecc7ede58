"""Section 2: the zero-shot loop over a loader, accuracy and the confusion matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.metrics import ConfusionMatrixDisplay

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def run_zero_shot(
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    text_feats: torch.Tensor,
    *,
    get_image_embeddings: Callable[[torch.Tensor], torch.Tensor],
    get_cosine_similarity: Callable[[torch.Tensor, torch.Tensor], np.ndarray],
    get_predictions: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Classify all images of a loader against M texts that were embedded once, beforehand.

    Args:
        loader: batches of pixel values (B, 3, H, W) and labels (B,); the last may be smaller.
        text_feats: (M, D).
        get_image_embeddings: see `solutions.embeddings`.
        get_cosine_similarity: see `solutions.similarity`.
        get_predictions: see `solutions.similarity`.

    Returns:
        True and predicted class indices, int (N,) each, in the order of the loader.
    """
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)


def accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Return the share of equal entries of two (N,) arrays, in [0, 1]."""
    return float(np.mean(np.asarray(y_true) == np.asarray(y_pred)))


def plot_confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, class_names: list[str]) -> Axes:
    """Draw counts, a true class a row and a predicted class a column."""
    figure, axes = plt.subplots(figsize=(7, 6))
    ConfusionMatrixDisplay.from_predictions(
        y_true,
        y_pred,
        labels=range(len(class_names)),
        display_labels=class_names,
        xticks_rotation=45,
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
    figure.tight_layout()
    return axes


def measure_baseline(
    *,
    test_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    CLASS_NAMES: list[str],
    get_text_embeddings: Callable[[list[str]], torch.Tensor],
    run_zero_shot: Callable[..., tuple[np.ndarray, np.ndarray]],
    plot_confusion_matrix: Callable[..., Any],
) -> tuple[float, np.ndarray, np.ndarray]:
    """Measure the bare class names on the whole test split and draw the confusion matrix.

    Returns:
        The accuracy in [0, 1], and true and predicted class indices, int (N,) each.
    """
    # BEGIN SOLUTION
    text_feats = get_text_embeddings(CLASS_NAMES)
    y_true, y_pred = run_zero_shot(test_loader, text_feats)
    baseline_accuracy = float((y_true == y_pred).mean())
    plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
    plt.show()
    # END SOLUTION
    return baseline_accuracy, y_true, y_pred
