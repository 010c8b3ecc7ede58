"""Measure a checkpoint on the test split: `python -m autograder.clip.small_clip.evaluate --help`.

Writes the figures as `accuracies.json` beside the checkpoint's folder, and the model card from them.
Images go through the checkpoint's own processor, as a student's do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import normalize
from transformers import CLIPModel, CLIPProcessor

from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS, load_prompts
from autograder.clip.small_clip.data import Split, load_split
from autograder.clip.small_clip.model import image_features, text_features
from autograder.errors import AssetError, KitError

BATCH = 250
ACCURACIES = "accuracies.json"


@dataclass(frozen=True)
class Accuracy:
    """Shares of right answers, 0..1, of one prompt set."""

    top1: float
    top3: float
    per_class: dict[str, float]
    """Top-1 among the images of each class (its recall)."""


def load_checkpoint(folder: Path) -> tuple[CLIPModel, CLIPProcessor]:
    """Load model (eval mode, float32) and processor, never from the network.

    Raises:
        AssetError: if `folder` is not a checkpoint.
    """
    if not (folder / "config.json").is_file():
        raise AssetError(
            f"{folder}: no config.json here. Make one with autograder.clip.small_clip.train."
        )
    model = CLIPModel.from_pretrained(folder, local_files_only=True).eval()
    processor = CLIPProcessor.from_pretrained(folder, local_files_only=True)
    return model, processor


@torch.inference_mode()
def embed_images(model: CLIPModel, processor: CLIPProcessor, images: Tensor) -> Tensor:
    """Unit embeddings (N, D) of grey images (N, 28, 28) uint8, through the processor."""
    from torchvision.transforms.functional import to_pil_image

    rows = []
    for batch in images.split(BATCH):
        pictures = [to_pil_image(image) for image in batch]
        pixels = processor(images=pictures, return_tensors="pt")["pixel_values"]
        rows.append(normalize(image_features(model, pixels), dim=-1))
    return torch.cat(rows)


@torch.inference_mode()
def embed_texts(model: CLIPModel, processor: CLIPProcessor, texts: Sequence[str]) -> Tensor:
    """Unit embeddings (M, D) of texts."""
    encoded = processor(text=list(texts), padding=True, truncation=True, return_tensors="pt")
    features = text_features(model, encoded["input_ids"], encoded["attention_mask"])
    return normalize(features, dim=-1)


def accuracy_of(images: Tensor, texts: Tensor, labels: Tensor) -> Accuracy:
    """Accuracies of the nearest text.

    Args:
        images: unit rows (N, D).
        texts: unit rows (10, D), one a class.
        labels: (N,) int64.
    """
    best = (images @ texts.T).topk(3, dim=1).indices
    hits = best == labels[:, None]
    first = hits[:, 0].double()
    return Accuracy(
        top1=round(first.mean().item(), 4),
        top3=round(hits.any(dim=1).double().mean().item(), 4),
        per_class={
            name: round(first[labels == index].mean().item(), 4)
            for index, name in enumerate(CLASS_NAMES)
        },
    )


def measure(
    model: CLIPModel,
    processor: CLIPProcessor,
    split: Split,
    prompt_sets: dict[str, tuple[str, ...]] = PROMPT_SETS,
) -> dict[str, Accuracy]:
    """Accuracies of each prompt set on `split`; the images are embedded once."""
    images = embed_images(model, processor, split.images)
    return {
        name: accuracy_of(images, embed_texts(model, processor, prompts), split.labels)
        for name, prompts in prompt_sets.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    from autograder.clip.small_clip.card import card_folder, write_card

    parser = argparse.ArgumentParser(prog="python -m autograder.clip.small_clip.evaluate")
    parser.add_argument("folder", type=Path, help="checkpoint to measure")
    parser.add_argument(
        "--data", type=Path, required=True, help="torchvision root of Fashion-MNIST"
    )
    parser.add_argument(
        "--split",
        choices=("validation", "test"),
        default="test",
        help="validation, for choices, prints only; test also writes the figures and the card",
    )
    parser.add_argument("--prompts", help="only this prompt set or file; prints, writes nothing")
    options = parser.parse_args(arguments)
    try:
        split = load_split(options.data, options.split)
        model, processor = load_checkpoint(options.folder)
        chosen = PROMPT_SETS
        if options.prompts:
            chosen = {options.prompts: load_prompts(options.prompts)}
        results = measure(model, processor, split, chosen)
        if options.split == "test" and not options.prompts:
            figures = {"split": "test", "images": len(split.labels)} | {
                "prompt_sets": {name: asdict(result) for name, result in results.items()}
            }
            text = json.dumps(figures, indent=2) + "\n"
            (card_folder(options.folder) / ACCURACIES).write_text(text, encoding="utf-8")
            write_card(options.folder)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    for name, result in results.items():
        recalls = " ".join(f"{value:.3f}" for value in result.per_class.values())
        print(f"{name:12s} top-1 {result.top1:.4f}  top-3 {result.top3:.4f}  per class {recalls}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
