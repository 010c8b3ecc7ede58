"""The environment variables that let a student's notebook find everything without a network."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from autograder.clip.assets.hub import kit_hub_cache
from autograder.clip.assets.models import ModelSnapshot
from autograder.errors import AssetError
from autograder.kernel.processes import Isolation
from autograder.kernel.surroundings import (
    ALTERNATIVE_VARIABLE,
    MODEL_VARIABLE,
    OFFLINE,
    ROOM_LIBRARIES,
    ROOT_VARIABLE,
    SHOWN_UNDER,
    Surroundings,
)


def surroundings_in(
    isolation: Isolation,
    snapshot: ModelSnapshot | None,
    data_root: Path | None,
    alternative: ModelSnapshot | None = None,
) -> Surroundings:
    """Return what a kernel in this isolation needs to find the models and the data set, as far as they are here."""
    if isolation.hides_this_machine:
        return room_surroundings(snapshot, data_root, alternative)
    return Surroundings(offline_environment(snapshot, data_root, alternative), {})


def offline_environment(
    snapshot: ModelSnapshot | None,
    data_root: Path | None,
    alternative: ModelSnapshot | None = None,
) -> dict[str, str]:
    """Variables to add to those of a student's kernel that sees this machine's folders where they are.

    Args:
        snapshot: The model that the notebook loads, where there is one.
        data_root: From `find_fashion_mnist`, where the data set is here.
        alternative: The model for the experiment with another model, where there is one.

    Returns:
        Names and values. A notebook that names the hub model itself, rather than reading
        ``CLIP_MODEL``, finds it too, in the cache that the snapshot came from.
    """
    hub = (None if snapshot is None else _hub_cache_of(snapshot.path)) or kit_hub_cache()
    return {
        **({} if snapshot is None else {MODEL_VARIABLE: str(snapshot.path)}),
        **({} if data_root is None else {ROOT_VARIABLE: str(data_root)}),
        "HF_HOME": str(hub.parent if hub.name == "hub" else kit_hub_cache().parent),
        # It goes before HF_HOME, so an inherited value would hide the models.
        "HF_HUB_CACHE": str(hub),
        **OFFLINE,
        **({} if alternative is None else {ALTERNATIVE_VARIABLE: str(alternative.path)}),
    }


def room_surroundings(
    snapshot: ModelSnapshot | None,
    data_root: Path | None,
    alternative: ModelSnapshot | None = None,
) -> Surroundings:
    """What `offline_environment` gives, for a kernel in a room, which sees only what it is shown.

    Raises:
        AssetError: root grades, so kernels are of another user, and that user may not read a model.
    """
    for model in filter(None, (snapshot, alternative)):
        _expect_readable(model)
    folders = {}
    if data_root is not None:
        # Of the data set's folder nothing else: a person may keep other things beside it.
        folders[data_root / "FashionMNIST"] = SHOWN_UNDER / "data" / "FashionMNIST"
    folders |= dict(map(shown_folder, filter(None, (snapshot, alternative))))
    variables = {
        **({} if snapshot is None else {MODEL_VARIABLE: str(shown_path(snapshot))}),
        **({} if data_root is None else {ROOT_VARIABLE: str(SHOWN_UNDER / "data")}),
        **ROOM_LIBRARIES,
        **({} if alternative is None else {ALTERNATIVE_VARIABLE: str(shown_path(alternative))}),
    }
    return Surroundings(variables, {folder: str(shown) for folder, shown in folders.items()})


def _expect_readable(model: ModelSnapshot) -> None:
    if os.geteuid() != 0:
        return
    for file in model.path.iterdir():
        # `save_pretrained` writes weights that only their owner may read.
        if not file.stat().st_mode & stat.S_IROTH:
            raise AssetError(
                f"{file} may be read by its owner only. You grade as root, so students' kernels run as a user without "
                f"rights, who could not load the model. Run: chmod -R a+rX {shlex.quote(str(model.path))}"
            )


def shown_folder(snapshot: ModelSnapshot) -> tuple[Path, Path]:
    """The folder of this machine that a room has to be shown for a model, and where it shows it."""
    if _hub_cache_of(snapshot.path) is None:
        return snapshot.path, shown_path(snapshot)
    # The files are links to others beside the snapshot.
    return snapshot.path.parents[1], shown_path(snapshot).parents[1]


def shown_path(snapshot: ModelSnapshot) -> Path:
    """Where a room shows a model."""
    hub = _hub_cache_of(snapshot.path)
    if hub is None:
        return SHOWN_UNDER / "models" / Path(snapshot.name).name
    return SHOWN_UNDER / "hub" / snapshot.path.relative_to(hub)


def _hub_cache_of(path: Path) -> Path | None:
    """The cache whose layout ``<cache>/models--<id>/snapshots/<commit>`` a folder fits into."""
    if path.parent.name == "snapshots" and path.parent.parent.name.startswith("models--"):
        return path.parents[2]
    return None
