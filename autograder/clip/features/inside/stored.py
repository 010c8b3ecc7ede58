"""One store: a folder with the features and pixels of the data set's test images, for one model.

    about.json           what it was made from
    image_keys.npy       uint8 (N, 16): keys of rows of pixel values
    image_features.npy   float32 (N, D): what `get_image_features` makes of them
    text_keys.npy        uint8 (M, 16): keys of token rows
    text_features.npy    float32 (M, D)
    source_keys.npy      uint8 (2 N, 16): keys of the images themselves, as grey and as colour pictures
    levels.npy           uint8 (N, C, h, w): the resized images; C is 1 where all three channels are equal

Pixel values are kept as the 256 levels that they have before they are normalised, a twelfth of their size. Normalising
is done again, (level - mean) / deviation in float32, which gave the same bits for every image when the store was made.
The last two files may be missing. Files are mapped, not read, and nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

FORMAT = 1
ABOUT = "about.json"
KEY_BYTES = 16
MODES = ("L", "RGB")
"""Kinds of PIL images that are known; `source_keys` has them in this order."""
_LEVELS_AT_ONCE = 1 << 16
"""So many levels at once stay in a processor's cache while they are normalised."""


def row_key(row: np.ndarray) -> bytes:
    """Return the key of one image's pixel values, or of one text's tokens; the row is contiguous."""
    return xxhash.xxh3_128_digest(row.reshape(-1).data)


def source_key(image: Any) -> bytes:
    """Return the key of a PIL image."""
    width, height = image.size
    digest = xxhash.xxh3_128(f"{image.mode} {width} {height} ".encode())
    digest.update(image.tobytes())
    return digest.digest()


def text_rows(ids: np.ndarray, mask: np.ndarray | None, end: int) -> list[np.ndarray] | None:
    """Return what of each row of tokens decides its feature: all up to the token that stands for the text.

    CLIP's text tower looks back only, so later tokens, and the padding, play no part.

    Args:
        ids: int64 (n, L).
        mask: int64 (n, L), 1 where there is a token; None for all.
        end: `eos_token_id` of the model; 2 means the largest number of a row (as old checkpoints have it).

    Returns:
        A contiguous int64 array a row; None where a row has no end, or the mask hides a part of what decides.
    """
    rows = []
    for number, row in enumerate(ids):
        last = int(row.argmax()) if end == 2 else int((row == end).argmax())
        if end != 2 and row[last] != end:
            return None
        if mask is not None and not (mask[number, : last + 1] == 1).all():
            return None
        rows.append(np.ascontiguousarray(row[: last + 1]))
    return rows


def normalised(levels: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return pixel values, float32 (n, 3, h, w), from levels, uint8 (n, 1 or 3, h, w), in new memory."""
    count, channels, height, width = levels.shape
    values = np.empty((count, 3, height, width), np.float32)
    step = max(1, _LEVELS_AT_ONCE // (height * width))
    for start in range(0, count, step):
        block = slice(start, start + step)
        plain = levels[block].astype(np.float32)
        for channel in range(3):
            out = values[block, channel]
            np.subtract(plain[:, channel if channels > 1 else 0], mean[channel], out=out)
            np.divide(out, deviation[channel], out=out)
    return values


class Store:
    """A store that is mapped when it is first needed.

    Attributes:
        about: what it was made from; see `autograder.clip.features.building`.

    Raises:
        OSError, ValueError, KeyError: the folder holds no store that this module can read.
    """

    def __init__(self, folder: Path) -> None:
        """Read what the store is about."""
        self.folder = folder
        self.about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if self.about["format"] != FORMAT:
            raise ValueError(f"{folder} has another format")
        self._indices: dict[str, dict[bytes, int]] = {}
        self._arrays: dict[str, np.ndarray] = {}

    @property
    def has_levels(self) -> bool:
        """Whether pixel values are in it."""
        return self.about["levels"] is not None

    def array(self, name: str) -> np.ndarray:
        """Return one of the store's arrays, mapped."""
        if name not in self._arrays:
            array = np.load(self.folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            if list(array.shape) != self.about["shapes"][name]:
                raise ValueError(f"{self.folder / name}.npy has another shape")
            self._arrays[name] = array
        return self._arrays[name]

    def rows(self, kind: str, keys: Iterable[bytes]) -> np.ndarray | None:
        """Return where these keys are, int64 (n,), or None if one of them is not there.

        Args:
            kind: "image", "text" or "source".
            keys: of `KEY_BYTES` bytes.
        """
        if kind not in self._indices:
            content = self.array(f"{kind}_keys").tobytes()
            places = range(0, len(content), KEY_BYTES)
            self._indices[kind] = {
                content[place : place + KEY_BYTES]: number for number, place in enumerate(places)
            }
        index = self._indices[kind]
        found = [index.get(key, -1) for key in keys]
        return None if -1 in found else np.array(found, np.int64)

    def features(self, kind: str, rows: np.ndarray) -> np.ndarray:
        """Return features in new memory, float32 (n, D)."""
        return np.take(self.array(f"{kind}_features"), rows, axis=0)

    def pixels(self, rows: np.ndarray) -> np.ndarray:
        """Return pixel values in new memory, float32 (n, 3, h, w)."""
        about = self.about["levels"]
        return normalised(
            np.take(self.array("levels"), rows, axis=0),
            np.array(about["mean"], np.float32),
            np.array(about["deviation"], np.float32),
        )
