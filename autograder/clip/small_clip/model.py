"""The two sizes of the small CLIP, and the folder from which `from_pretrained` loads one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import CLIPConfig, CLIPModel

from autograder.clip.small_clip.tokenizer import MAX_LENGTH

IMAGE_SIDE = 28
"""Fashion-MNIST's own size: the processor never has to resize, so nothing is blurred."""

IMAGE_MEAN = 0.2860
IMAGE_STD = 0.3530
"""Grey-level mean and standard deviation of the training split, on the scale 0..1."""


HEAD_WIDTH = 32
"""Width of an attention head."""


@dataclass(frozen=True)
class Size:
    """Shape of a model and length of its training."""

    vision_width: int
    vision_layers: int
    vision_mlp: int
    text_width: int
    text_layers: int
    patch: int
    projection: int
    merges: int
    epochs: int


SIZES = {
    "small": Size(
        vision_width=128, vision_layers=3, vision_mlp=256, text_width=64, text_layers=2,
        patch=14, projection=64, merges=900, epochs=8,
    ),
    "tiny": Size(
        vision_width=64, vision_layers=2, vision_mlp=128, text_width=32, text_layers=1,
        patch=7, projection=32, merges=600, epochs=4,
    ),
}  # fmt: skip


def build_model(size: Size, vocab_size: int) -> CLIPModel:
    """A freshly initialised `CLIPModel`; seed torch before calling.

    The last two ids of the vocabulary are start and end of text; the end also pads. CLIP pools the
    text at the *first* end-of-text id, and only for the legacy value 2 at the largest id instead;
    with the end of text as the largest id both rules agree.
    """
    bos, eos = vocab_size - 2, vocab_size - 1
    config = CLIPConfig(
        text_config={
            "vocab_size": vocab_size,
            "hidden_size": size.text_width,
            "intermediate_size": 2 * size.text_width,
            "num_hidden_layers": size.text_layers,
            "num_attention_heads": size.text_width // HEAD_WIDTH,
            "max_position_embeddings": MAX_LENGTH,
            "projection_dim": size.projection,
            "bos_token_id": bos,
            "eos_token_id": eos,
            "pad_token_id": eos,
        },
        vision_config={
            "hidden_size": size.vision_width,
            "intermediate_size": size.vision_mlp,
            "num_hidden_layers": size.vision_layers,
            "num_attention_heads": size.vision_width // HEAD_WIDTH,
            "image_size": IMAGE_SIDE,
            "patch_size": size.patch,
            "projection_dim": size.projection,
        },
        projection_dim=size.projection,
    )
    return CLIPModel(config)


def text_features(model: CLIPModel, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """Projected text embeddings (M, D), not normalised, on either line of transformers."""
    out = model.get_text_features(input_ids=input_ids, attention_mask=attention_mask)
    features = getattr(out, "pooler_output", out)
    assert isinstance(features, Tensor)
    return features


def image_features(model: CLIPModel, pixel_values: Tensor) -> Tensor:
    """Projected image embeddings (N, D), not normalised, on either line of transformers."""
    out = model.get_image_features(pixel_values=pixel_values)
    features = getattr(out, "pooler_output", out)
    assert isinstance(features, Tensor)
    return features


def save_model(model: CLIPModel, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` (float32) and `preprocessor_config.json`.

    The config is stripped of what depends on the version that wrote it.
    """
    model = model.to(torch.float32).eval()
    model.save_pretrained(folder)
    config_file = folder / "config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    for part in (config, config["text_config"], config["vision_config"]):
        for key in ("transformers_version", "dtype", "torch_dtype"):
            part.pop(key, None)
    _write_json(config_file, config)
    _write_json(
        folder / "preprocessor_config.json",
        {
            "image_processor_type": "CLIPImageProcessor",
            "processor_class": "CLIPProcessor",
            "do_convert_rgb": True,
            "do_resize": True,
            "size": {"shortest_edge": IMAGE_SIDE},
            "resample": 3,
            "do_center_crop": True,
            "crop_size": {"height": IMAGE_SIDE, "width": IMAGE_SIDE},
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [IMAGE_MEAN] * 3,
            "image_std": [IMAGE_STD] * 3,
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
