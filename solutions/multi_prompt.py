"""Experiment B: several prompts a class; a class wins if any of its prompts does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch


def choose_prompts() -> dict[str, list[str]]:
    """Return equally many prompts for each class, so that none has more chances than another."""
    # BEGIN SOLUTION
    prompts_by_class = {
        "T-shirt/top": ["a photo of a T-shirt or top", "a photo of a short-sleeved T-shirt"],
        "Trouser": ["a photo of trousers or pants", "a photo of a pair of trousers"],
        "Pullover": ["a photo of a pullover sweater", "a photo of a knitted pullover"],
        "Dress": ["a photo of a dress", "a photo of a long dress"],
        "Coat": ["a photo of a coat or jacket", "a photo of a warm coat"],
        "Sandal": ["a photo of a sandal shoe", "a photo of an open sandal"],
        "Shirt": ["a photo of a shirt or blouse", "a photo of a buttoned shirt"],
        "Sneaker": ["a photo of a sneaker shoe", "a photo of a sports sneaker"],
        "Bag": ["a photo of a handbag or bag", "a photo of a bag with a handle"],
        "Ankle boot": ["a photo of an ankle boot shoe", "a photo of an ankle boot"],
    }
    # END SOLUTION
    return prompts_by_class


def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    """Return the class of the best prompt of each row.

    Args:
        similarity: (N, P), a column a prompt.
        prompt_class: int (P,), the class index that each prompt belongs to.

    Returns:
        int (N,), class indices.
    """
    return np.asarray(prompt_class)[similarity.argmax(axis=1)]


def measure_multi_prompt(
    *,
    prompts_by_class: dict[str, list[str]],
    all_img_emb: np.ndarray,
    all_labels: np.ndarray,
    CLASS_NAMES: list[str],
    get_text_embeddings: Callable[[list[str]], torch.Tensor],
    get_cosine_similarity: Callable[[torch.Tensor, torch.Tensor], np.ndarray],
    get_multi_prompt_predictions: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> float:
    """Measure several prompts a class on embeddings (N, D) that were made before.

    Returns:
        The accuracy in [0, 1].
    """
    # BEGIN SOLUTION
    prompt_list, prompt_class = [], []
    for index, name in enumerate(CLASS_NAMES):
        prompt_list.extend(prompts_by_class[name])
        prompt_class.extend([index] * len(prompts_by_class[name]))
    prompt_similarity = get_cosine_similarity(
        torch.as_tensor(all_img_emb), get_text_embeddings(prompt_list).cpu()
    )
    multi_prompt_pred = get_multi_prompt_predictions(prompt_similarity, np.array(prompt_class))
    multi_prompt_accuracy = float((multi_prompt_pred == all_labels).mean())
    # END SOLUTION
    return multi_prompt_accuracy
