"""Section 3: one better prompt a class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch


def improve() -> list[str]:
    """Return ten prompts in the order of CLASS_NAMES.

    Each is a natural caption with a synonym that tells the class from its neighbours.
    """
    # BEGIN SOLUTION
    improved_prompts = [
        "a photo of a T-shirt or top",
        "a photo of trousers or pants",
        "a photo of a pullover sweater",
        "a photo of a dress",
        "a photo of a coat or jacket",
        "a photo of a sandal shoe",
        "a photo of a shirt or blouse",
        "a photo of a sneaker shoe",
        "a photo of a handbag or bag",
        "a photo of an ankle boot shoe",
    ]
    # END SOLUTION
    return improved_prompts


def measure_improved(
    *,
    improved_prompts: list[str],
    test_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    CLASS_NAMES: list[str],
    get_text_embeddings: Callable[[list[str]], torch.Tensor],
    run_zero_shot: Callable[..., tuple[np.ndarray, np.ndarray]],
    plot_confusion_matrix: Callable[..., Any],
) -> float:
    """Measure the improved prompts on the whole test split and draw the confusion matrix.

    Returns:
        The accuracy in [0, 1].
    """
    # BEGIN SOLUTION
    improved_feats = get_text_embeddings(improved_prompts)
    improved_true, improved_pred = run_zero_shot(test_loader, improved_feats)
    improved_accuracy = float((improved_true == improved_pred).mean())
    plot_confusion_matrix(improved_true, improved_pred, CLASS_NAMES)
    plt.show()
    # END SOLUTION
    return improved_accuracy
