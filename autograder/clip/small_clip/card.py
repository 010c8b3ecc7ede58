"""The model card of a checkpoint, written from its `training.json` and `accuracies.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS
from autograder.clip.small_clip.data import VALIDATION_SIZE
from autograder.clip.small_clip.lexicon import ATTRIBUTES, NOUNS
from autograder.clip.small_clip.model import SIZES

TRAIN_SIZE = 60_000 - VALIDATION_SIZE

_CARD = """---
license: mit
library_name: transformers
datasets:
- fashion_mnist
---

# Small CLIP for Fashion-MNIST ({size})

A real `CLIPModel` with its `CLIPProcessor`, {parameters:,} parameters, for 28 x 28 grey pictures of
clothes. It is the stand-in that this kit uses in its demo, its tests and offline grading.

**It is no zero-shot model.** It was trained on labelled Fashion-MNIST images, so its accuracy says
nothing about zero-shot classification; for that, use `openai/clip-vit-base-patch32` or another
pre-trained model. It answers to prompts as such a model does: careful prompts help, careless hurt.

## Measured on the test split

{images:,} images, nearest of ten prompts, through the checkpoint's own processor.

| prompt set | top-1 | top-3 |
|---|---|---|
{summary}

Top-1 of each class:

| class |{set_names}
|---|{rules}
{per_class}

The prompt sets stand in `autograder/clip/prompt_sets.py`. The figures are those of `accuracies.json`.

## How it was made

    python -m autograder.clip.small_clip.train --data ROOT --out FOLDER --size {size} --seed {seed}
    python -m autograder.clip.small_clip.evaluate FOLDER --data ROOT

- Images: the first {train_size:,} of the training split, as they are. The last {validation_size:,} were held
  out for every choice; the test split served for the tables above alone.
- Captions: {caption_pool:,} from a seeded grammar (`grammar.py`). `captions.py` reads each as a
  distribution over the ten classes, and the symmetric contrastive loss matches image i with caption j
  in proportion to p(class of i | caption j).
- Prompts matter because of choices made in `lexicon.py`. A name that stands alone is used loosely
  there, as in alt-texts of the web ("shirt" for anything worn above the belt): this table is written
  by hand, after the classes that a pre-trained CLIP finds hard. Attributes multiply into the
  evidence, so that wrong ones mislead. The size of these effects is therefore designed, not found.
- Seed {seed}, {steps:,} steps of {batch_images} images and {batch_captions} captions, peak learning rate
  {learning_rate}; {minutes:.0f} minutes by the clock on {threads_text} of a machine with two CPU cores and
  no GPU (torch {torch}, {machine}). Another processor or another torch gives close, not equal, weights.

## Limits

- It knows {phrases} English phrases about clothes; other words, other languages and negations ("not a
  coat") mean nothing to it. Any text can be encoded; what it does not know is ignored or noise.
- Pictures that do not look like Fashion-MNIST (colour photos, people, white ground) are outside it.
- Embeddings have {projection} dimensions; do not compare cosines with those of another model.

## Licence

MIT, as that of the data set (https://github.com/zalandoresearch/fashion-mnist).
"""


def card_folder(checkpoint: Path) -> Path:
    """Return where a checkpoint's records and card lie: not in its own folder, which students' rooms are shown.

    Accuracies of prompts are what students are asked to measure.
    """
    return checkpoint.with_name(f"{checkpoint.name}_card")


def write_card(checkpoint: Path) -> None:
    """Write a checkpoint's `README.md` from the two JSON files beside it."""
    folder = card_folder(checkpoint)
    training = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    accuracies = json.loads((folder / "accuracies.json").read_text(encoding="utf-8"))
    (folder / "README.md").write_text(card_text(training, accuracies), encoding="utf-8")


def card_text(training: dict[str, Any], accuracies: dict[str, Any]) -> str:
    """The card's Markdown.

    Args:
        training: content of `training.json`.
        accuracies: content of `accuracies.json`.
    """
    sets = {name: accuracies["prompt_sets"][name] for name in PROMPT_SETS}
    threads = training["threads"]
    return _CARD.format(
        **{key: training[key] for key in (
            "seed", "steps", "parameters", "caption_pool", "batch_images", "batch_captions",
            "learning_rate", "torch", "machine",
        )},
        size=next(name for name, size in SIZES.items() if asdict(size) == training["size"]),
        projection=training["size"]["projection"],
        minutes=training["seconds"] / 60,
        threads_text="one thread" if threads == 1 else f"{threads} threads",
        images=accuracies["images"],
        phrases=len(NOUNS.keys() | ATTRIBUTES.keys()),
        train_size=TRAIN_SIZE,
        validation_size=VALIDATION_SIZE,
        summary="\n".join(
            f"| {name} | {result['top1']:.4f} | {result['top3']:.4f} |"
            for name, result in sets.items()
        ),
        set_names="".join(f" {name} |" for name in sets),
        rules="---|" * len(sets),
        per_class="\n".join(
            f"| {label} |" + "".join(f" {result['per_class'][label]:.3f} |" for result in sets.values())
            for label in CLASS_NAMES
        ),
    )  # fmt: skip
