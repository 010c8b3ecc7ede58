"""ViT-B/32's architecture with random numbers: the size and the speed of the real one, whose weights are elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch

from autograder.clip.assets import ModelSnapshot, find_model

_TOKENIZER_FILES = ("vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json")


def random_base_model(**text: int) -> tuple[Any, Any]:
    """Return a `CLIPModel` in eval mode, float32, and the image processor that the kit uses.

    Args:
        text: settings of the text tower, such as `eos_token_id`.
    """
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    # Built without storage and then filled, since initialising takes longer than all the rest.
    with torch.device("meta"):
        model = CLIPModel(CLIPConfig(text_config=text))
    model = model.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.04, 0.04, generator=generator)
        for tower in (model.vision_model, model.text_model):
            embeddings = tower.embeddings
            embeddings.position_ids = torch.arange(embeddings.position_ids.numel())[None]
            for name, parameter in tower.named_parameters():
                if "norm" in name and name.endswith("weight"):
                    parameter.fill_(1.0)
    return model.eval(), CLIPImageProcessor()


def random_base_snapshot(folder: Path) -> ModelSnapshot:
    """Write the model into a folder (600 MB), with the small checkpoint's tokenizer, unless it is there already."""
    from transformers import CLIPTokenizer

    if not (folder / "preprocessor_config.json").is_file():
        small = find_model("small").path
        tokenizer = CLIPTokenizer.from_pretrained(str(small))
        names = ("bos_token_id", "eos_token_id", "pad_token_id")
        model, processor = random_base_model(**{name: getattr(tokenizer, name) for name in names})
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        for name in _TOKENIZER_FILES:
            if (small / name).is_file():
                shutil.copy(small / name, folder)
        processor.save_pretrained(folder)
    return find_model(str(folder))
