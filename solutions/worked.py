"""The whole assignment worked through in this process: what a finished notebook's globals hold.

The hidden checks are tested against it. Nothing is cached or shortened: the model runs over the whole test
split as often as the notebook makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from transformers import CLIPModel, CLIPProcessor

from solutions import (
    alternative,
    data,
    embeddings,
    evaluation,
    multi_prompt,
    projection,
    prompts,
    similarity,
    top_k,
)


@dataclass(frozen=True)
class WorkedNotebook:
    """A finished notebook.

    Attributes:
        namespace: its globals, by the names of the assignment's interface.
        pictures: how many pictures each cell has drawn, by cell id.
    """

    namespace: Mapping[str, Any]
    pictures: Mapping[str, int]


def work_through(model: Path, alternative_model: Path, data_root: Path) -> WorkedNotebook:
    """Work through every section and the experiments A, B and C, on the CPU.

    Args:
        model: folder of the CLIP model.
        alternative_model: folder of the model for experiment A.
        data_root: torchvision's root folder of Fashion-MNIST.

    Raises:
        OSError: a folder holds no model.
        RuntimeError: the data set is not there.
    """
    space: dict[str, Any] = {"torch": torch, "np": np, "device": "cpu"}
    space["clip_model_name"] = str(model)
    space["clip_model"] = CLIPModel.from_pretrained(model).eval()
    space["clip_processor"] = CLIPProcessor.from_pretrained(model)
    space["projected"] = embeddings.projected
    pictures: dict[str, int] = {}

    def given(*names: str) -> dict[str, Any]:
        return {name: space[name] for name in names}

    def counting(cell: str) -> _Pictures:
        return _Pictures(cell, pictures)

    space["CLASS_NAMES"] = list(data.CLASS_NAMES)
    space["collate_clip"] = partial(data.collate_clip, **given("clip_processor"))
    space["test_dataset"], space["test_loader"] = data.load_test_split(
        data_root=data_root, **given("collate_clip")
    )
    space["get_text_embeddings"] = partial(
        embeddings.get_text_embeddings, **given("clip_model", "clip_processor", "device")
    )
    space["get_image_embeddings"] = partial(
        embeddings.get_image_embeddings, **given("clip_model", "device")
    )
    space["get_cosine_similarity"] = similarity.get_cosine_similarity
    space["get_predictions"] = similarity.get_predictions
    space["plot_confusion_matrix"] = evaluation.plot_confusion_matrix
    space["run_zero_shot"] = partial(
        evaluation.run_zero_shot,
        **given("get_image_embeddings", "get_cosine_similarity", "get_predictions"),
    )

    loop = given(
        "test_loader",
        "CLASS_NAMES",
        "get_text_embeddings",
        "run_zero_shot",
        "plot_confusion_matrix",
    )
    with counting("baseline"):
        space["baseline_accuracy"], _, _ = evaluation.measure_baseline(**loop)
    space["improved_prompts"] = prompts.improve()
    with counting("prompts_run"):
        space["improved_accuracy"] = prompts.measure_improved(**loop, **given("improved_prompts"))

    space["all_img_emb"], space["all_labels"] = projection.embed_all(
        **given("test_loader", "get_image_embeddings")
    )
    space["embeddings_umap"] = projection.project(**given("all_img_emb"))
    with counting("umap_plot"):
        projection.draw_map(**given("embeddings_umap", "all_labels", "CLASS_NAMES"))

    space["alternative_model_name"] = str(alternative_model)
    space["alternative_accuracy"] = alternative.measure_alternative(
        **given("alternative_model_name", "test_dataset", "CLASS_NAMES", "projected", "device")
    )
    measured = given(
        "all_img_emb", "all_labels", "CLASS_NAMES", "get_text_embeddings", "get_cosine_similarity"
    )
    space["prompts_by_class"] = multi_prompt.choose_prompts()
    space["get_multi_prompt_predictions"] = multi_prompt.get_multi_prompt_predictions
    space["multi_prompt_accuracy"] = multi_prompt.measure_multi_prompt(
        **measured, **given("prompts_by_class", "get_multi_prompt_predictions")
    )
    space["get_top_k_predictions"] = top_k.get_top_k_predictions
    space["top_k_accuracy"] = top_k.top_k_accuracy
    space["top_k_results"] = top_k.measure_top_k(
        **measured, **given("get_top_k_predictions", "top_k_accuracy")
    )
    return WorkedNotebook(space, pictures)


class _Pictures:
    """Counts the figures that a block draws, and closes them."""

    def __init__(self, cell: str, counts: dict[str, int]) -> None:
        self._cell = cell
        self._counts = counts

    def __enter__(self) -> None:
        plt.close("all")

    def __exit__(self, *error: object) -> None:
        self._counts[self._cell] = len(plt.get_fignums())
        plt.close("all")
