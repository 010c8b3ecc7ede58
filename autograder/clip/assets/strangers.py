"""Models that a submission names: which names are looked up at all, and what a model must not bring along.

A name that an instructor gives may be a folder; a stranger's never becomes a path. It is the id of a model in a hub
cache of this machine, or nothing. What the id stands for was fetched by the instructor, but made by people whom nobody
vouches for, and is loaded in the grader's own process. So before that the files are looked at: weights that are data
and no program, a configuration that names no code, plug-in or other model, and sizes that the weights bear out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.clip.assets.hub import hub_snapshot
from autograder.clip.assets.models import STAND_INS, ModelSnapshot, find_model
from autograder.clip.assets.snapshot_files import CONFIG, SMALL_FILES, read_json, weight_files
from autograder.errors import AssetError

_HUB_ID = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
"""The hub's own rule for owner/name, without the characters that file systems read as something else."""
_SHOWN = 80
"""Characters of a stranger's name that a message repeats."""
LARGEST_WEIGHTS = 4 * 2**30
"""Bytes; ViT-H/14, the largest CLIP that is common, has 986 million parameters."""
_SMALLEST_NUMBER = 2
"""Bytes of a weight in half precision, the smallest kind that checkpoints are saved in."""
_OTHER_CODE = re.compile(
    r"auto_map|implementation(?!_autoset)|quanti[sz]|compression|adapter|kernel|custom_|audio_tokenizer|transformers_weights"
    r"|base_model|distributed|fusion|trust_remote_code|^(?:tokenizer|vocab|merges)_file$",
    re.IGNORECASE,
)
"""Keys through which a configuration can name code, a plug-in, another model or a file."""
_OWN_ATTENTION = ("eager", "sdpa")
"""Values of `attn_implementation` that are in torch and transformers themselves."""
_TOKENIZERS = ("CLIPTokenizer", "CLIPTokenizerFast")
_SIDE = (1, 512)
_BOUNDS = {
    "hidden_size": (1, 4096), "intermediate_size": (1, 16384), "projection_dim": (1, 4096),
    "num_hidden_layers": (1, 64), "num_attention_heads": (1, 64), "num_channels": (1, 3),
    "vocab_size": (1, 200_000), "max_position_embeddings": (1, 512),
    "image_size": _SIDE, "patch_size": (1, 512), "size": _SIDE, "crop_size": _SIDE, "height": _SIDE,
    "width": _SIDE, "shortest_edge": _SIDE, "longest_edge": _SIDE,
}  # fmt: skip
"""Smallest and largest value of each number that decides how much memory and time a model takes."""
_MOST_PATCHES = 64
"""Patches a side; ViT-L/14 at 336 pixels has 24, and attention takes the fourth power."""


def is_hub_id(name: str) -> bool:
    """Return whether a text has the form owner/name of the hub's ids."""
    return _HUB_ID.fullmatch(name) is not None and not name.endswith((".git", ".", "-"))


def find_named_model(name: str) -> ModelSnapshot:
    """A model that a submission names.

    Args:
        name: one of the kit's stand-ins, or the id of a model on the hub that a cache of this machine holds.

    Raises:
        AssetError: the name has another form, there is no such model here, or it brings what it must not.
    """
    if name in STAND_INS:
        return find_model(name)
    if not is_hub_id(name):
        raise AssetError(
            f"{name[:_SHOWN]!r} is not the name of a model on the hub, such as openai/clip-vit-base-patch16; a folder "
            "that a submission names is never read"
        )
    folder = hub_snapshot(name, fetch=False)
    check_harmless(folder)
    return ModelSnapshot(name, folder, is_stand_in=False)


def check_harmless(folder: Path) -> None:
    """Refuse a snapshot that is more than numbers, or larger than it should be.

    Raises:
        AssetError: the text says what was seen, and the way out.
    """
    try:
        _check(folder)
    except AssetError as error:
        raise AssetError(
            f"{error}\nNothing of a model that a submission names is loaded then. If you trust this one, offer it as "
            "the alternative model, or repeat the experiment by hand."
        ) from error


def _check(folder: Path) -> None:
    if (folder / "adapter_config.json").exists():
        raise AssetError(f"{folder} is an adapter, which names another model")
    weights = weight_files(folder)
    for file in weights:
        if file.suffix != ".safetensors":
            raise AssetError(f"{file} is in a format that can hold a program; safetensors cannot")
    size = sum(file.stat().st_size for file in weights)
    if size > LARGEST_WEIGHTS:
        raise AssetError(
            f"the weights in {folder} have {size:,} bytes, more than {LARGEST_WEIGHTS:,}"
        )
    for path in (folder / name for name in SMALL_FILES):
        # Vocabularies are numbers by word, and a word may be any.
        if path.name.endswith("config.json") and path.exists():
            _check_settings(path)
    count = _parameters(folder / CONFIG)
    if count * _SMALLEST_NUMBER > size:
        raise AssetError(
            f"{folder / CONFIG} describes {count:,} weights, more than the {size:,} bytes beside it can hold"
        )


def _check_settings(path: Path) -> None:
    for key, value in _settings(read_json(path)):
        if _OTHER_CODE.search(key) and value not in (None, False, *_OWN_ATTENTION):
            raise AssetError(
                f"{path} has the setting {key[:_SHOWN]!r}, through which other code is loaded"
            )
        if key == "tokenizer_class" and value not in (None, *_TOKENIZERS):
            raise AssetError(f"{path} names a tokenizer that is not CLIP's")
        if key not in _BOUNDS or value is None or isinstance(value, dict):
            continue
        fewest, most = _BOUNDS[key]
        if not isinstance(value, int) or not fewest <= value <= most:
            raise AssetError(f"{path}: {key} is {str(value)[:_SHOWN]}, which no CLIP model has")


def _settings(content: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key and value of a JSON document, at whatever depth."""
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from part.items()
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _parameters(path: Path) -> int:
    """Return how many parameters a configuration asks for; none of them takes memory meanwhile."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    try:
        config = CLIPConfig.from_dict(read_json(path))
        across = config.vision_config.image_size // config.vision_config.patch_size
        if across > _MOST_PATCHES:
            raise AssetError(f"{path} cuts images into {across} patches a side")
        with torch.device("meta"):
            model = CLIPModel(config)
    except AssetError:
        raise
    # Whatever the libraries raise here is about the configuration.
    except Exception as error:
        raise AssetError(f"{path} does not describe a CLIP model: {error}") from error
    return sum(parameter.numel() for parameter in model.parameters())
