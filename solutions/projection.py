"""Section 4: all image embeddings, and a map of them in two dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import matplotlib.pyplot as plt
import numpy as np
import torch


def embed_all(
    *,
    test_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    get_image_embeddings: Callable[[torch.Tensor], torch.Tensor],
) -> tuple[np.ndarray, np.ndarray]:
    """Embed every image of a loader, each row beside its label.

    Returns:
        Embeddings, float32 (N, D), and labels, int64 (N,); row i and label i are of one image.
    """
    # BEGIN SOLUTION
    emb_batches, label_batches = [], []
    for images, labels in test_loader:
        emb_batches.append(get_image_embeddings(images).cpu().numpy())
        label_batches.append(labels.numpy())
    all_img_emb = np.concatenate(emb_batches)
    all_labels = np.concatenate(label_batches)
    # END SOLUTION
    return all_img_emb, all_labels


def project(*, all_img_emb: np.ndarray) -> np.ndarray:
    """Reduce (N, D) embeddings to a map (N, 2) with UMAP (McInnes et al. 2018), seeded."""
    # BEGIN SOLUTION
    import umap

    embeddings_umap = umap.UMAP(
        n_components=2, metric="cosine", n_epochs=200, random_state=0, n_jobs=1
    ).fit_transform(all_img_emb)
    # END SOLUTION
    return embeddings_umap


def draw_map(
    *, embeddings_umap: np.ndarray, all_labels: np.ndarray, CLASS_NAMES: list[str]
) -> None:
    """Draw the map, a point an image, coloured by its true class."""
    # BEGIN SOLUTION
    _, axes = plt.subplots(figsize=(8, 7))
    for index, name in enumerate(CLASS_NAMES):
        rows = all_labels == index
        axes.scatter(embeddings_umap[rows, 0], embeddings_umap[rows, 1], s=3, label=name)
    axes.set_title("CLIP image embeddings of the test split, reduced with UMAP")
    axes.legend(markerscale=4, loc="center left", bbox_to_anchor=(1.0, 0.5))
    plt.show()
    # END SOLUTION
