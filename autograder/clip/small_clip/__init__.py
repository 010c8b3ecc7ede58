"""The kit's own small CLIP: a stand-in that works offline, trained on the training split.

    lexicon    which words point at which classes
    captions   reads a caption as a distribution over the ten classes
    grammar    invents captions
    tokenizer  learns a byte-level BPE vocabulary in CLIP's format
    model      the two sizes, and the folder that `from_pretrained` loads
    data       Fashion-MNIST as tensors, split and normalised
    train      the seeded training script
    evaluate   measures a checkpoint on the test split
    card       the model card, written from the measured figures

It is *not* a zero-shot model: it has seen labelled Fashion-MNIST images. It exists so that demo,
tests and CI need neither network nor GPU, and so that prompts matter as they do with a real CLIP.
"""

from __future__ import annotations

from pathlib import Path

CHECKPOINT = Path(__file__).parent / "checkpoint"
"""The default model of the kit."""

CHECKPOINT_TINY = Path(__file__).parent / "checkpoint_tiny"
"""A still smaller one: "another model" for the assignment's experiment A."""

__all__ = ["CHECKPOINT", "CHECKPOINT_TINY"]
