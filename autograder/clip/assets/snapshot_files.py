"""What makes a folder a complete CLIP model: the files it must hold, and that they are whole."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

from autograder.errors import AssetError
from autograder.storage import remembered_sha256

# In the order in which `from_pretrained` looks for them.
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
CONFIG = "config.json"
PROCESSOR = (("preprocessor_config.json",), ("processor_config.json",))
TOKENIZER = (("tokenizer.json",), ("vocab.json", "merges.txt"))
SMALL_FILES = (
    CONFIG,
    *(name for names in (*PROCESSOR, *TOKENIZER) for name in names),
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
# A text tower or an image tower alone lacks some of these.
_BOTH_TOWERS = ("logit_scale", "text_projection.weight", "visual_projection.weight")
# What is larger is something else. A CLIP has some thousand tensors, which the header describes in some 100 bytes each,
# and a vocabulary of some megabytes; whoever made the files must not decide how much memory reading them takes.
_LARGEST_HEADER = 10_000_000
LARGEST_SMALL_FILE = 16 * 2**20


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The files that hold a snapshot's weights: one, or the shards that its index names.

    Raises:
        AssetError: there are none, or the index cannot be read.
    """
    for name in WEIGHTS:
        if (folder / name).exists():
            return (folder / name,)
        index = folder / f"{name}.index.json"
        if index.exists():
            shards = read_json(index).get("weight_map")
            if not isinstance(shards, dict) or not shards:
                raise AssetError(f"{index} names no weight files")
            names = sorted(set(map(str, shards.values())))
            if strange := [shard for shard in names if not _PLAIN_NAME.fullmatch(shard)]:
                raise AssetError(f"{index} names {strange[0][:80]!r}, which is no file beside it")
            return tuple(folder / shard for shard in names)
    raise AssetError(f"{folder} holds no weights: neither {' nor '.join(WEIGHTS)}")


def weights_sha256(folder: Path) -> str:
    """SHA-256 of the weight file; of shards, that of the lines ``<SHA-256>  <name>``."""
    files = weight_files(folder)
    if len(files) == 1:
        return remembered_sha256(files[0])
    lines = "".join(f"{remembered_sha256(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def check_kind(folder: Path) -> None:
    """Refuse a folder whose configuration is not that of a ``CLIPModel``.

    Raises:
        AssetError: no configuration, or that of another model.
    """
    config = folder / CONFIG
    if not config.exists():
        raise AssetError(f"{folder} is not a model folder: it has no {CONFIG}")
    kind = read_json(config).get("model_type")
    if kind != "clip":
        raise AssetError(
            f"{config} describes a model of the type {kind!r}; only 'clip' (CLIPModel) can be used"
        )


def check_snapshot(folder: Path) -> None:
    """Refuse a folder that is not a complete CLIP model.

    Weights in the safetensors format are checked against the length that their header promises;
    the values themselves are not read, so that the check takes milliseconds.

    Raises:
        AssetError: a file is missing, cut short or of another kind; the text names it.
    """
    check_kind(folder)
    for what, choices in (("image processor", PROCESSOR), ("tokenizer", TOKENIZER)):
        if not any(all((folder / name).exists() for name in names) for names in choices):
            wanted = ", or ".join(" and ".join(names) for names in choices)
            raise AssetError(f"{folder} lacks the files of its {what}: {wanted}")
    for name in SMALL_FILES:
        if name.endswith(".json") and (folder / name).exists():
            read_json(folder / name)
    tensors: set[str] = set()
    for file in weight_files(folder):
        if not file.exists():
            raise AssetError(f"{file} is missing: the index beside it names it")
        if file.suffix == ".safetensors":
            tensors |= _check_safetensors(file)
        else:
            _check_pickle(file)
    lacking = [name for name in _BOTH_TOWERS if tensors and name not in tensors]
    if lacking:
        raise AssetError(
            f"the weights in {folder} are not those of a whole CLIPModel: {lacking[0]} is missing"
        )


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in one of a snapshot's small files.

    Raises:
        AssetError: the file is damaged, or far larger than such a file is.
    """
    try:
        if path.stat().st_size > LARGEST_SMALL_FILE:
            raise AssetError(f"{path} is damaged: it has more than {LARGEST_SMALL_FILE:,} bytes")
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise AssetError(f"{path} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise AssetError(f"{path} is damaged: a JSON object expected")
    return content


def _check_safetensors(path: Path) -> set[str]:
    """Names of the tensors in a file whose length is the one that its header promises.

    The format: 8 bytes with the header's length N, little endian; N bytes of JSON, which give
    each tensor's place in what follows; the values.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else size
            if 8 + length > size or length > _LARGEST_HEADER:
                raise AssetError(
                    f"{path} is damaged: its {size:,} bytes are fewer than its header, or it is "
                    "no safetensors file"
                )
            header = json.loads(file.read(length))
        ends = {
            name: int(entry["data_offsets"][1])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except OSError as error:
        raise AssetError(f"{path} cannot be read: {error}") from error
    except (ValueError, AttributeError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise AssetError(f"{path} is damaged: its header cannot be read") from error
    promised = 8 + length + max(ends.values(), default=0)
    if size != promised:
        raise AssetError(
            f"{path} is damaged: it has {size:,} bytes, its header promises {promised:,}"
        )
    return set(ends)


def _check_pickle(path: Path) -> None:
    """Refuse an empty ``.bin``, and a zip archive, as PyTorch writes it, that is cut short."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        whole = bool(start) and (start != b"PK\x03\x04" or zipfile.is_zipfile(path))
    except OSError as error:
        raise AssetError(f"{path} cannot be read: {error}") from error
    if not whole:
        raise AssetError(f"{path} is damaged: it is {'cut short' if start else 'empty'}")
