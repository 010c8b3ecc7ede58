"""Train the small CLIP on the training split: `python -m autograder.clip.small_clip.train --help`.

The loss is CLIP's symmetric cross entropy (Radford et al. 2021, https://arxiv.org/abs/2103.00020)
with soft targets: image i should match caption j in proportion to p(class of i | caption j).
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import log_softmax, normalize
from transformers import CLIPModel, CLIPTokenizerFast

from autograder.clip.small_clip.card import card_folder
from autograder.clip.small_clip.data import load_split, to_pixel_values
from autograder.clip.small_clip.grammar import CaptionGrammar
from autograder.clip.small_clip.model import (
    SIZES,
    Size,
    build_model,
    image_features,
    save_model,
    text_features,
)
from autograder.clip.small_clip.tokenizer import learn_merges, save_tokenizer
from autograder.errors import KitError

BATCH_IMAGES = 128
BATCH_CAPTIONS = 64
CAPTION_POOL = 40_000
VOCABULARY_CAPTIONS = 8_000
CAPTION_TOKENS = 24
LEARNING_RATE = 1.5e-3
WARM_UP = 0.05
WEIGHT_DECAY = 0.05
MAX_LOGIT_SCALE = math.log(100.0)  # CLIP's own ceiling


@dataclass(frozen=True)
class CaptionPool:
    """Tokenised captions: ids and mask (P, L) int64, distribution (P, 10) float32."""

    input_ids: Tensor
    attention_mask: Tensor
    distribution: Tensor


def make_pool(tokenizer: CLIPTokenizerFast, seed: int, count: int) -> CaptionPool:
    """Invent and tokenise `count` captions, less the few that are longer than `CAPTION_TOKENS`."""
    captions = CaptionGrammar(seed).sample(count)
    encoded = tokenizer([c.text for c in captions], padding=True, return_tensors="pt")
    distribution = torch.stack([torch.from_numpy(c.distribution) for c in captions]).float()
    mask = encoded["attention_mask"]
    short = mask.sum(dim=1) <= CAPTION_TOKENS
    return CaptionPool(encoded["input_ids"][short], mask[short], distribution[short])


def soft_contrastive_loss(images: Tensor, texts: Tensor, affinity: Tensor, scale: Tensor) -> Tensor:
    """Symmetric cross entropy against soft targets.

    Args:
        images: unit rows (N, D).
        texts: unit rows (M, D).
        affinity: p(class of image i | caption j), (N, M), positive.
        scale: factor on the cosine similarities.

    Returns:
        Scalar: mean of the image-to-text and the text-to-image cross entropy.
    """
    logits = scale * images @ texts.T
    to_text = affinity / affinity.sum(dim=1, keepdim=True)
    to_image = affinity / affinity.sum(dim=0, keepdim=True)
    image_side = -(to_text * log_softmax(logits, dim=1)).sum(dim=1).mean()
    text_side = -(to_image * log_softmax(logits, dim=0)).sum(dim=0).mean()
    return (image_side + text_side) / 2


def _learning_rate(step: int, steps: int) -> float:
    """Linear warm-up, then half a cosine down to zero; relative to the peak."""
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def fit(
    model: CLIPModel, images: Tensor, labels: Tensor, pool: CaptionPool, steps: int, seed: int
) -> list[float]:
    """Train in place for `steps` steps; returns the loss of each. The same seed, the same weights.

    Args:
        model: freshly built.
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
        pool: captions to draw from.
        steps: optimiser steps.
        seed: of the batches.
    """
    generator = torch.Generator().manual_seed(seed)
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    plain = [p for p in model.parameters() if p.ndim < 2]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}],
        lr=LEARNING_RATE,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _learning_rate(s, steps))
    losses: list[float] = []
    order = torch.empty(0, dtype=torch.int64)
    started = time.monotonic()
    model.train()
    for step in range(steps):
        if len(order) < BATCH_IMAGES:
            order = torch.randperm(len(labels), generator=generator)
        rows, order = order[:BATCH_IMAGES], order[BATCH_IMAGES:]
        chosen = torch.randint(len(pool.input_ids), (BATCH_CAPTIONS,), generator=generator)
        mask = pool.attention_mask[chosen]
        length = int(mask.sum(dim=1).max())
        texts = text_features(model, pool.input_ids[chosen, :length], mask[:, :length])
        pictures = image_features(model, to_pixel_values(images[rows]))
        affinity = pool.distribution[chosen][:, labels[rows]].T
        scale = model.logit_scale.clamp(max=MAX_LOGIT_SCALE).exp()
        loss = soft_contrastive_loss(
            normalize(pictures, dim=-1), normalize(texts, dim=-1), affinity, scale
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            recent = sum(losses[-100:]) / 100
            seconds = time.monotonic() - started
            print(f"step {step + 1}/{steps}  loss {recent:.4f}  {seconds:.0f} s", flush=True)
    with torch.no_grad():
        model.logit_scale.clamp_(max=MAX_LOGIT_SCALE)
    model.eval()
    return losses


def train(root: Path, folder: Path, size: Size, seed: int, steps: int | None = None) -> None:
    """Train one checkpoint and write its folder, and `training.json` into that of its card.

    Raises:
        AssetError: if the data set is not below `root`.
    """
    started = time.monotonic()
    torch.set_num_threads(1)  # two threads may add up in another order, and so differ
    split = load_split(root, "train")
    random.seed(seed)
    torch.manual_seed(seed)
    vocabulary_texts = [
        caption.text for caption in CaptionGrammar(seed).sample(VOCABULARY_CAPTIONS)
    ]
    save_tokenizer(folder, learn_merges(vocabulary_texts, size.merges))
    tokenizer = CLIPTokenizerFast.from_pretrained(folder)
    pool = make_pool(tokenizer, seed + 1, CAPTION_POOL)
    model = build_model(size, len(tokenizer))
    steps = steps or size.epochs * (len(split.labels) // BATCH_IMAGES)
    losses = fit(model, split.images, split.labels, pool, steps, seed)
    save_model(model, folder)
    record = {
        "seed": seed,
        "steps": steps,
        "batch_images": BATCH_IMAGES,
        "batch_captions": BATCH_CAPTIONS,
        "caption_pool": CAPTION_POOL,
        "learning_rate": LEARNING_RATE,
        "size": asdict(size),
        "parameters": sum(p.numel() for p in model.parameters()),
        "final_loss": round(sum(losses[-100:]) / len(losses[-100:]), 4),
        "seconds": round(time.monotonic() - started),
        "threads": torch.get_num_threads(),
        "machine": platform.machine(),
        "torch": torch.__version__,
    }
    card = card_folder(folder)
    card.mkdir(exist_ok=True)
    (card / "training.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograder.clip.small_clip.train")
    parser.add_argument(
        "--data", type=Path, required=True, help="torchvision root of Fashion-MNIST"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--steps", type=int, help="stop after so many steps (for trials)")
    options = parser.parse_args(arguments)
    try:
        train(options.data, options.out, SIZES[options.size], options.seed, options.steps)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
