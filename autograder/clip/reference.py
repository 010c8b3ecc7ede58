"""The grader's own computation, which the hidden checks compare a submission with.

It shares no code with the `solutions` package: a mistake made there cannot excuse itself here.
Images go through the model's own processor in the data set's order; their embeddings are kept on
disk by content, and are recomputed when anything about the file is off. A cache may change how long
a result takes, never the result.

How close two correct computations are
--------------------------------------
Float32 sums depend on their order, and the order on the batch size, the number of threads and the
kernels that a library picks. Let e, t be the unit embeddings of an image and of a prompt in one
computation and e', t' in another. By Cauchy-Schwarz

    |e.t - e'.t'| <= |e - e'| + |t - t'| + rounding of the two dot products,

and a dot product of D terms of unit vectors is off by D * 2^-24 at the very worst, by about sqrt(D)
* 2^-24 = 1.3e-6 for D = 512 when roundings are independent (Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., sections 3.1 and 2.8), and by less with the blocked sums that
libraries use.

Measured with batches of 1, 16 and 500 images on 1 and 2 threads, largest difference of any image
from its row in batches of 16: |e - e'| = 3.4e-7 for 500 test images and a tower of the small
model's shape (D = 64), 3.7e-7 for 60 test images and a tower of ViT-B/32's shape (D = 512), both
with random weights; of the cosines themselves, against 100 random directions in float32: 1.8e-7 and
8.2e-8. Prompts come to the same by the same argument, so 4e-7 + 4e-7 + 2e-7 = 1e-6 bounds what is
seen. `COSINE_TOLERANCE` is five times that. The difference of two cosines, a margin, moves by at
most twice as much: `MARGIN_TOLERANCE`.

This covers float32 on one kind of device. TF32 or half precision is another computation, with
larger differences.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.clip.accuracy.encoders import (
    Floats,
    Greys,
    ImageEncoder,
    Ints,
    TestImages,
    TextEncoder,
    embed_pixels,
    encode_in_batches,
    load_test_images,
    plain_image_encoder,
    plain_text_encoder,
    preprocess,
)
from autograder.clip.assets import ModelSnapshot, cache_root
from autograder.clip.assets.loading import load_model
from autograder.clip.recent import Recent
from autograder.errors import KitError

COSINE_TOLERANCE = 5e-6
"""Largest difference of one cosine similarity between two correct float32 computations; derived above."""

MARGIN_TOLERANCE = 2 * COSINE_TOLERANCE
"""Below this margin between the best two classes, two correct computations may disagree on the class."""

MOST_TEXTS = 1_000
"""Texts that are embedded at once. CLIP's own ensemble has 80 prompts a class, 800 for ten classes."""

LONGEST_TEXT = 1_000
"""Characters. CLIP reads 77 tokens, which are some 400 characters of English."""

REMEMBERED_BYTES = 64 * 2**20
"""What embeddings of texts may hold together, and their similarities with the test images once more: of ten prompts
0.4 MB, of `MOST_TEXTS` 40 MB."""

FEATURES_FOLDER = "features"
FORMAT = 1
BATCH_SIZE = 100
SAMPLED_ROWS = 8
_PROBES = 8
_LARGEST_ID = 2

# What of an image processor's configuration decides the pixels; all else depends on the version of
# transformers.
_PIXEL_SETTINGS = (
    "do_convert_rgb",
    "do_resize",
    "size",
    "resample",
    "do_center_crop",
    "crop_size",
    "do_rescale",
    "rescale_factor",
    "do_normalize",
    "image_mean",
    "image_std",
)

# What the same weights need besides to be the same function.
_VISION_SETTINGS = (
    "hidden_act",
    "image_size",
    "layer_norm_eps",
    "num_attention_heads",
    "num_hidden_layers",
    "patch_size",
)

_log = logging.getLogger(__name__)


class Reference:
    """What a model and the test split come to, computed by the grader.

    Model, images and embeddings are loaded when first needed, and then kept. All arrays are
    read-only.

    Args:
        snapshot: which model; see `autograder.clip.assets.find_model`.
        data_root: the folder that holds `FashionMNIST/raw`.
        device: where the model runs: "cpu", "cuda" or "mps".
    """

    def __init__(self, snapshot: ModelSnapshot, data_root: Path, device: str = "cpu") -> None:
        self.snapshot = snapshot
        self.data_root = Path(data_root)
        self.device = device
        self.compute_all: Callable[[Reference], Floats | None] = lambda reference: None
        """Computes the image embeddings where they are not kept yet; None from it means a plain pass."""
        # What submissions say is embedded here, so what is remembered of it has a bound.
        self._texts = Recent(REMEMBERED_BYTES)
        self._similarities = Recent(REMEMBERED_BYTES)

    def labels(self) -> Ints:
        """Return the true classes in the data set's order, int64 (N,); N is 10,000 for the real test split.

        Raises:
            AssetError: the data set cannot be read.
        """
        return self._split.labels

    def images(self) -> Greys:
        """Return the test images in the data set's order, uint8 (N, 28, 28).

        Raises:
            AssetError: the data set cannot be read.
        """
        return self._split.images

    def image_embeddings(self) -> Floats:
        """Return the embeddings of the test split in the data set's order, float32 (N, D), rows of length 1.

        Read from the feature cache where it holds them, computed and stored otherwise. A sample of
        what was read is computed again; if it differs by more than arithmetic allows, all of it is.

        Raises:
            AssetError: the data set or the model cannot be read.
        """
        return self._image_embeddings

    def text_embeddings(self, prompts: Sequence[str]) -> Floats:
        """Embed prompts: float32 (M, D), rows of length 1, in the order given.

        Raises:
            KitError: there are more than `MOST_TEXTS` prompts, or one is too long for the model.
            AssetError: the model cannot be read.
        """
        distinct, places = self._distinct(prompts)
        return _read_only(self._embedded(distinct)[places])

    def read(self, prompts: Sequence[str]) -> list[tuple[int, ...]]:
        """Return what the model reads of each prompt: its tokens, up to the one that stands for the text.

        Prompts that are read alike are one prompt to the model, such as those that differ in blanks or capitals only.

        Raises:
            KitError, AssetError: see `text_embeddings`.
        """
        if len(prompts) > MOST_TEXTS:
            raise KitError(f"{len(prompts):,} prompts; at most {MOST_TEXTS:,} are looked at")
        for prompt in prompts:
            if len(prompt) > LONGEST_TEXT:
                raise KitError(
                    f"the prompt {prompt[:60]!r}... has {len(prompt):,} characters, more than {LONGEST_TEXT:,}; "
                    "shorten it"
                )
        if not prompts:
            return []
        model, processor = self._model
        end = model.config.text_config.eos_token_id
        rows = processor.tokenizer(list(prompts))["input_ids"]
        # Old checkpoints say 2 and mean the largest number.
        ends = (max(row) if end == _LARGEST_ID else end for row in rows)
        return [tuple(row[: row.index(last) + 1]) for row, last in zip(rows, ends, strict=True)]

    @property
    def most_tokens(self) -> int:
        """Tokens of a text that the model reads at most, those for its beginning and end among them: 77 for CLIP.

        Raises:
            AssetError: the model cannot be read.
        """
        return int(self._model[0].config.text_config.max_position_embeddings)

    def reads_whole(self, text: str) -> bool:
        """Return whether a text is short enough for the model to read all of it.

        Raises:
            AssetError: the model cannot be read.
        """
        return len(text) <= LONGEST_TEXT and len(self.read([text])[0]) <= self.most_tokens

    def _distinct(self, prompts: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
        """Return the prompts without those that are read as an earlier one, and the place of each among them, (M,)."""
        first: dict[tuple[int, ...], int] = {}
        kept: list[str] = []
        places = []
        for prompt, tokens in zip(prompts, self.read(prompts), strict=True):
            if tokens not in first:
                first[tokens] = len(kept)
                kept.append(prompt)
            places.append(first[tokens])
        return tuple(kept), np.array(places, np.int64)

    def _embedded(self, prompts: tuple[str, ...]) -> Floats:
        embeddings = self._texts.get(prompts)
        if embeddings is None:
            embeddings = _read_only(self._text_encoder(prompts))
            self._texts.put(prompts, embeddings)
        return embeddings

    @property
    def loaded(self) -> tuple[Any, Any]:
        """The `CLIPModel` on `device` and its `CLIPProcessor`: mistakes are simulated on their parts.

        Raises:
            AssetError: the model cannot be read.
        """
        return self._model

    def pixel_values(self, rows: Sequence[int] | Ints) -> Floats:
        """Return some test images as the processor gives them: float32 (n, 3, h, w)."""
        images = self._split.images[np.asarray(rows, dtype=np.int64)]
        pixels: Floats = preprocess(self._model[1], images).numpy()
        return pixels

    def embed(self, pixel_values: Floats) -> Floats:
        """Embed preprocessed images: float32 (n, 3, h, w) -> (n, D), rows of length 1."""
        import torch

        return embed_pixels(self._model[0], torch.from_numpy(pixel_values), self.device)

    def similarity(self, prompts: Sequence[str]) -> Floats:
        """Return the cosine similarity of every test image with every prompt, float32 (N, M).

        Prompts that are read alike have the same column, bit for bit: a tie of theirs is one, whatever rounding does.

        Raises:
            KitError, AssetError: see `text_embeddings`.
        """
        distinct, places = self._distinct(prompts)
        product = self._similarities.get(distinct)
        if product is None:
            product = _read_only(self.image_embeddings() @ self._embedded(distinct).T)
            self._similarities.put(distinct, product)
        if len(distinct) == len(places):  # so they stand in order
            return product
        return _read_only(product[:, places])

    def predictions(self, prompts: Sequence[str]) -> Ints:
        """Return the index of the best prompt of each test image, int64 (N,)."""
        return self.similarity(prompts).argmax(axis=1)

    def accuracy(self, prompts: Sequence[str]) -> float:
        """Return the share of test images whose best prompt is that of their class, in [0, 1].

        Raises:
            ValueError: there are fewer prompts than classes, so that prompts do not stand for
                classes.
        """
        classes = int(self.labels().max()) + 1
        if len(prompts) < classes:
            raise ValueError(
                f"{len(prompts)} prompts for {classes} classes; give one a class, in order"
            )
        return float(np.mean(self.predictions(prompts) == self.labels()))

    def uncertain(self, prompts: Sequence[str]) -> int:
        """Return how many test images have best two prompts closer together than `MARGIN_TOLERANCE`.

        Another correct computation may put these, and only these, into another class: an accuracy
        is accepted when it differs from `accuracy(prompts)` by at most `uncertain(prompts) / N`.
        """
        return count_uncertain(self.similarity(prompts))

    @cached_property
    def features_path(self) -> Path:
        """Where the image embeddings are kept: named by what they depend on, so a change of any is another file."""
        return cache_root() / FEATURES_FOLDER / f"{features_key(self._description)}.npz"

    @cached_property
    def _split(self) -> TestImages:
        split = load_test_images(self.data_root)
        return TestImages(_read_only(split.images), _read_only(split.labels))

    @cached_property
    def _model(self) -> tuple[Any, Any]:
        return load_model(self.snapshot, self.device)

    @cached_property
    def _image_encoder(self) -> ImageEncoder:
        return plain_image_encoder(*self._model, self.device)

    @cached_property
    def _text_encoder(self) -> TextEncoder:
        return plain_text_encoder(*self._model, self.device)

    @cached_property
    def _description(self) -> dict[str, Any]:
        model, processor = self._model
        images = self._split.images
        # The settings say what should happen; eight processed images say what does, for instance
        # which of two resizing libraries is at work. Rounded, so that the last bits do not matter:
        # one grey level is 0.011 or more.
        pixels = np.round(preprocess(processor, images[:_PROBES]).numpy(), 3) + 0.0
        return {
            "format": FORMAT,
            "weights_sha256": self.snapshot.weights_sha256,
            "dtype": "float32",
            "vision": {
                name: _plain(getattr(model.config.vision_config, name)) for name in _VISION_SETTINGS
            },
            "processor": pixel_settings(processor.image_processor.to_dict()),
            "processed_probes_sha256": _sha256(pixels),
            "data_sha256": _sha256(images),
            "shape": [len(images), int(model.config.projection_dim)],
        }

    @cached_property
    def _image_embeddings(self) -> Floats:
        rows, width = self._description["shape"]
        stored = read_features(self.features_path, (rows, width))
        if stored is not None and self._sample_agrees(stored):
            return _read_only(stored)
        computed = self.compute_all(self)
        if computed is None:
            batches = encode_in_batches(self._image_encoder, self._split.images, BATCH_SIZE)
            computed = np.concatenate([embeddings for _, embeddings in batches])
        self._keep(computed)
        return _read_only(computed)

    def keep(self, computed: Floats) -> None:
        """Take over image embeddings that were computed with this very model, unless some are kept already."""
        if read_features(self.features_path, computed.shape) is None:
            self._keep(computed)

    def _keep(self, computed: Floats) -> None:
        try:
            write_features(self.features_path, computed, self._description)
        except OSError as error:
            # A full or read-only disk costs time at the next start; it is no reason to stop
            # grading.
            _log.warning(
                "the image embeddings could not be kept in %s: %s", self.features_path, error
            )

    def _sample_agrees(self, stored: Floats) -> bool:
        # Drawn anew each time, so that nobody can know which rows of a forged file will be looked
        # at.
        drawn = np.random.default_rng().choice(
            len(stored), min(SAMPLED_ROWS, len(stored)), replace=False
        )
        fresh = self._image_encoder(self._split.images[drawn])
        if np.linalg.norm(stored[drawn] - fresh, axis=1).max(initial=0.0) <= COSINE_TOLERANCE:
            return True
        _log.warning(
            "%s disagrees with the model; computing the embeddings again", self.features_path
        )
        return False


def count_uncertain(similarity: Floats, tolerance: float = MARGIN_TOLERANCE) -> int:
    """Count the rows of (N, M) similarities whose largest two values differ by less than `tolerance`."""
    if similarity.shape[1] < 2:
        return 0
    return int(np.count_nonzero(margins(similarity) < tolerance))


def margins(similarity: Floats) -> Floats:
    """Return by how much the largest value of each row of (N, M) similarities, M at least 2, exceeds the next: (N,)."""
    best_two = np.partition(similarity, -2, axis=1)[:, -2:]
    return best_two[:, 1] - best_two[:, 0]


def pixel_settings(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that decide the pixels, in a form that does not depend on the version of transformers."""
    return {name: _plain(config.get(name)) for name in _PIXEL_SETTINGS}


def features_key(description: dict[str, Any]) -> str:
    """Return the SHA-256 of a description, in hexadecimal: equal descriptions give equal keys."""
    return hashlib.sha256(_canonical(description).encode()).hexdigest()


def write_features(path: Path, embeddings: Floats, description: dict[str, Any]) -> None:
    """Write embeddings, their digest and what they were made from; a reader sees all of it or none.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:16]}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                embeddings=embeddings,
                digest=np.array(_sha256(embeddings)),
                description=np.array(_canonical(description)),
            )
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # Made private by mkstemp; graders of other users may read it.
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_features(path: Path, shape: tuple[int, int]) -> Floats | None:
    """Return stored embeddings, float32 `shape`, or None when the file is missing or anything about it is off."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            embeddings, digest = archive["embeddings"], str(archive["digest"])
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        _log.warning("%s is damaged (%s); computing the embeddings again", path, error)
        return None
    sound = (
        embeddings.dtype == np.float32
        and embeddings.shape == shape
        and _sha256(embeddings) == digest
        and bool(np.isfinite(embeddings).all())
        # Lengths in float32 are off from 1 by about sqrt(D) * 2^-24.
        and bool(np.allclose(np.linalg.norm(embeddings, axis=1), 1.0, rtol=0, atol=1e-5))
    )
    if not sound:
        _log.warning("%s does not hold what it should; computing the embeddings again", path)
        return None
    return embeddings


def _canonical(description: dict[str, Any]) -> str:
    return json.dumps(description, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Reduce a setting to JSON: enumerations to numbers, sizes of any class to dictionaries without empty entries."""
    if hasattr(value, "keys") or hasattr(value, "items"):
        return {str(k): _plain(v) for k, v in dict(value).items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return float(f"{value:.9g}")  # 1/255 is written with differing numbers of digits.
    return int(value)


def _sha256(array: Floats | Greys | np.ndarray[Any, Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def _read_only(array: Any) -> Any:
    array.setflags(write=False)
    return array
