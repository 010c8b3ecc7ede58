"""Where stores are, whether they can be trusted, and what people are told of them.

A store is used by a process of the grader's only after it has computed a few rows again itself. What it then shows to
kernels they cannot change; what kernels say of it is not believed.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from autograder.clip.accuracy.encoders import Floats, image_features, preprocess
from autograder.clip.assets import cache_root
from autograder.clip.features.building import digest, fill, prompts, text_features
from autograder.clip.features.inside.fingerprint import IMAGE, TEXT, versions
from autograder.clip.features.inside.stored import ABOUT, FORMAT, Store, row_key, source_key
from autograder.clip.reference import BATCH_SIZE, COSINE_TOLERANCE, SAMPLED_ROWS, Reference
from autograder.errors import AssetError
from autograder.storage import being_made, put_in_place

FOLDER = "feature-store"
_SCRATCH = "filled"
_ORDER = "rows by key"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trust:
    """What a process of the grader's has found out about a store.

    Attributes:
        store: to be used, or None.
        complaint: why it is not to be used, in words for the instructor; empty if it is, or if there is none.
    """

    store: Store | None
    complaint: str = ""


@dataclass(frozen=True)
class StoreReport:
    """A store, for people.

    Attributes:
        folder: where it is.
        model: the name that the model had when the store was filled.
        size: bytes.
        images: how many images it holds.
        has_pixels: whether it holds their pixel values as well.
        is_current: whether it was made with the libraries that are here; others are of no use to this machine.
    """

    folder: Path
    model: str
    size: int
    images: int
    has_pixels: bool
    is_current: bool


def root() -> Path:
    """Return the folder that all stores lie in; it need not exist."""
    return cache_root() / FOLDER


def place_of(reference: Reference) -> Path:
    """Return where a reference's store is or would be: named by all that its content depends on."""
    depends_on = [reference.features_path.stem, reference.device, FORMAT, _ORDER, versions()]
    return root() / hashlib.sha256(json.dumps(depends_on).encode()).hexdigest()[:32]


def trusted(reference: Reference, *, may_fill: bool) -> Trust:
    """Return a reference's store, after a look at it; the same answer each time in one process.

    Args:
        reference: model and data.
        may_fill: whether to compute everything where there is no store yet.
    """
    if reference.device != "cpu":  # another device, another rounding
        return Trust(None)
    folder = place_of(reference)
    known = _known.get(folder)
    if known is None or (may_fill and known == _NOT_THERE):
        try:
            known = _looked_at(reference, folder, may_fill=may_fill)
        # Whatever is wrong with a store, grading goes on without.
        except Exception as error:
            known = Trust(None, f"each kernel computes its own: {type(error).__name__}: {error}")
        _known[folder] = known
    return known


def fill_store(reference: Reference) -> Floats | None:
    """Compute everything and put it into a reference's store, unless another process has just done so.

    Returns:
        The image embeddings, if they were computed.

    Raises:
        AssetError: the cache folder cannot be written, or the model is damaged.
    """
    folder = place_of(reference)
    with being_made(f"{FOLDER}-{folder.name}") as scratch:
        if whole(folder) is not None:
            return None
        _log.info("computing the features of all test images, once on this machine")
        made = scratch / _SCRATCH
        made.mkdir()
        embeddings = fill(reference, made)
        put_in_place(made, folder, scratch)
        return embeddings


def embeddings_by_filling(reference: Reference) -> Floats | None:
    """Compute a reference's image embeddings, and fill its store with the same pass (`Reference.compute_all`).

    Returns:
        The embeddings, float32 (N, D), or None where no store can be filled.
    """
    if reference.device != "cpu":
        return None
    try:
        embeddings = fill_store(reference)
    except AssetError:
        return None
    if embeddings is not None:
        return embeddings
    store = trusted(reference, may_fill=False).store
    if store is None:
        return None
    features = _in_order(reference, store)
    return None if features is None else features / np.linalg.norm(features, axis=1, keepdims=True)


def _in_order(reference: Reference, store: Store) -> Floats | None:
    """Return the stored features of all test images in the data set's order, or None if one is not there."""
    parts = []
    count = len(reference.images())
    for start in range(0, count, BATCH_SIZE):
        pixels = reference.pixel_values(range(start, min(start + BATCH_SIZE, count)))
        rows = store.rows(IMAGE, map(row_key, pixels))
        if rows is None:
            return None
        parts.append(store.features(IMAGE, rows))
    return np.concatenate(parts)


def whole(folder: Path) -> Store | None:
    """Return the store in a folder, or None where there is none or anything of it is damaged."""
    try:
        store = Store(folder)
        if all(
            digest(folder / f"{name}.npy") == expected
            for name, expected in store.about["digests"].items()
        ):
            return store
        _log.warning("%s is damaged; it will be made again", folder)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError) as error:
        _log.warning("%s is damaged (%s); it will be made again", folder, error)
    return None


def disagreement(reference: Reference, store: Store) -> str:
    """Compute a few rows of a store again, drawn anew each time; return what differs, or nothing."""
    model, processor = reference.loaded
    count = store.about["images"]
    rows = np.random.default_rng().choice(count, min(SAMPLED_ROWS, count), replace=False)
    images = reference.images()[rows]
    pixels = preprocess(processor, images)
    values = pixels.numpy()
    found = store.rows(IMAGE, map(row_key, values))
    if found is None:
        return "the processor makes other pixels of the images"
    if not _agree(store.features(IMAGE, found), image_features(model, pixels, "cpu").numpy()):
        return "the model makes other features of the images"
    if store.has_levels:
        sources = store.rows("source", map(source_key, map(Image.fromarray, images)))
        if sources is None or not np.array_equal(store.pixels(sources), values):
            return "the processor makes other pixels of the images"
    chosen = [str(prompt) for prompt in np.random.default_rng().choice(prompts(), 4, replace=False)]
    keys, features = text_features(model, processor, chosen)
    texts = store.rows(TEXT, keys)
    if texts is None or not _agree(store.features(TEXT, texts), features[: len(keys)]):
        return "the model makes other features of the prompts"
    return ""


def reports() -> Iterator[StoreReport]:
    """Yield what stores there are."""
    here = versions()
    for about in sorted(root().glob(f"*/{ABOUT}")):
        try:
            store = Store(about.parent)
            yield StoreReport(
                folder=about.parent,
                model=store.about["model"],
                size=sum(file.stat().st_size for file in about.parent.iterdir()),
                images=store.about["images"],
                has_pixels=store.has_levels,
                is_current=store.about["versions"] == here,
            )
        except (OSError, ValueError, KeyError):
            continue


def has_features_of(weights_sha256: str) -> bool:
    """Return whether there seems to be a store for a model; finding out for sure means loading it."""
    for about in root().glob(f"*/{ABOUT}"):
        try:
            if Store(about.parent).about["weights_sha256"] == weights_sha256:
                return True
        except (OSError, ValueError, KeyError):
            continue
    return False


_NOT_THERE = Trust(None)
_known: dict[Path, Trust] = {}


def _looked_at(reference: Reference, folder: Path, *, may_fill: bool) -> Trust:
    store = whole(folder)
    if store is None and may_fill:
        embeddings = fill_store(reference)
        if embeddings is not None:
            reference.keep(embeddings)
        store = whole(folder)
    if store is None:
        return _NOT_THERE
    if different := disagreement(reference, store):
        return Trust(
            None,
            f"the features in {folder} are not used, each kernel computes its own: {different}. "
            "Remove that folder; it is made again. If this happens again, please report it.",
        )
    return Trust(store)


def _agree(stored: Floats, computed: Floats) -> bool:
    lengths = np.linalg.norm(computed, axis=1)
    distances = np.linalg.norm(stored - computed, axis=1)
    return bool((distances <= COSINE_TOLERANCE * lengths).all())
