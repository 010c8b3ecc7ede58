"""Model snapshots: CLIP models that lie complete on this machine, found by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.clip.assets.hub import cached_snapshot, hub_caches, hub_snapshot
from autograder.clip.assets.snapshot_files import check_snapshot, weights_sha256
from autograder.errors import AssetError
from autograder.kernel.surroundings import MODEL_VARIABLE

DEFAULT_MODEL = "small"
REFERENCE_MODEL = "openai/clip-vit-base-patch32"
_PACKAGE = Path(__file__).resolve().parent.parent
STAND_INS = {
    "small": _PACKAGE / "small_clip" / "checkpoint",
    "tiny": _PACKAGE / "small_clip" / "checkpoint_tiny",
}


@dataclass(frozen=True)
class ModelSnapshot:
    """A CLIP model in a local folder that ``from_pretrained`` reads.

    Attributes:
        name: The name it was asked for by.
        path: The folder. In the layout of the Hugging Face cache its files are links into the
            folder ``blobs`` two levels up.
        is_stand_in: Whether it is one of the kit's own small models, which were trained on the
            training split and are therefore no zero-shot models.
    """

    name: str
    path: Path
    is_stand_in: bool

    @property
    def weights_sha256(self) -> str:
        """SHA-256 of the weights; read once, then remembered for as long as the file stays."""
        return weights_sha256(self.path)


def find_model(name: str | None = None, *, fetch: bool = False) -> ModelSnapshot:
    """A CLIP model on this machine, checked to be complete.

    Args:
        name: ``"small"`` or ``"tiny"``, the kit's stand-ins; a folder; or the id of a model on
            the hub, such as ``openai/clip-vit-base-patch32``, looked for in the Hugging Face
            caches and in the kit's. None means the environment variable ``CLIP_MODEL``, else
            ``"small"``.
        fetch: Download a hub model that no cache holds complete into the kit's cache.

    Raises:
        AssetError: not found, damaged, or not a CLIP model.
    """
    name = name or os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL
    try:
        return _find(name, fetch=fetch)
    except PermissionError as error:
        raise AssetError(
            f"the model {name} may not be read by this user: {error}\n"
            "Change the permissions, or name another model."
        ) from error


def candidate_folder(name: str) -> Path | None:
    """The folder that a name stands for, complete or not; None where there is none."""
    folder = STAND_INS.get(name, Path(name).expanduser())
    if folder.is_dir():
        return folder
    if name.count("/") != 1:
        return None
    found = (cached_snapshot(name, cache) for cache in hub_caches())
    return next((folder for folder in found if folder is not None), None)


def _find(name: str, *, fetch: bool) -> ModelSnapshot:
    if name in STAND_INS:
        return _from_stand_in(name)
    folder = Path(name).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        check_snapshot(folder)
        return ModelSnapshot(name, folder, folder in STAND_INS.values())
    if folder.is_absolute() or name.startswith(".") or name.count("/") != 1:
        raise AssetError(
            f"there is no model {name}: it is not a folder on this machine, nor "
            f"{' or '.join(STAND_INS)}, nor an id such as {REFERENCE_MODEL}"
        )
    return ModelSnapshot(name, hub_snapshot(name, fetch=fetch), is_stand_in=False)


def _from_stand_in(name: str) -> ModelSnapshot:
    folder = STAND_INS[name]
    if not folder.is_dir():
        raise AssetError(
            f"the kit's model {name} is missing: there is no {folder}\n"
            "Install the kit again, or name another model."
        )
    check_snapshot(folder)
    return ModelSnapshot(name, folder, is_stand_in=True)
