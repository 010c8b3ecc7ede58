"""Models of the Hugging Face hub: in which caches they are looked for, and how one is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.clip.assets.snapshot_files import (
    CONFIG,
    SMALL_FILES,
    WEIGHTS,
    check_kind,
    check_snapshot,
)
from autograder.errors import AssetError
from autograder.storage import cache_root


def kit_hub_cache() -> Path:
    """The kit's own cache of hub models, in the layout of the Hugging Face cache."""
    return cache_root() / "huggingface" / "hub"


def hub_caches() -> tuple[Path, ...]:
    """Where hub models are looked for: the Hugging Face caches of this user, then the kit's.

    The variables are read here, since huggingface_hub reads them only once, when imported.
    """
    home = os.environ.get("HF_HOME")
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    named = (os.environ.get("HF_HUB_CACHE"), os.environ.get("HUGGINGFACE_HUB_CACHE"))
    folders = [Path(folder) for folder in named if folder]
    folders += [Path(home or default) / "hub", default / "hub", kit_hub_cache()]
    return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in folders))


def hub_snapshot(name: str, *, fetch: bool) -> Path:
    """The folder of a complete snapshot, from the first cache that has one, or fetched.

    Raises:
        AssetError: no cache has it complete and it is not to be fetched, or that failed.
    """
    damage: AssetError | None = None
    for cache in hub_caches():
        folder = cached_snapshot(name, cache)
        if folder is None:
            continue
        try:
            check_snapshot(folder)
        except AssetError as error:
            damage = damage or error
        else:
            return folder
    if fetch:
        return _download(name)
    command = f"autograder assets fetch {name}"
    if damage is not None:
        raise AssetError(f"{damage}\nFetch the model again with: {command}") from damage
    looked = "".join(f"\n  {cache}" for cache in hub_caches())
    raise AssetError(
        f"the model {name} is not on this machine. Looked in:{looked}\n"
        f"Fetch it once with: {command}"
    )


def cached_snapshot(name: str, cache: Path) -> Path | None:
    """The folder of a model in one cache, complete or not; None where it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        if not cache.is_dir():
            return None
        # Newer versions refuse a snapshot that lacks any file of the repository unless told which
        # ones matter. What has to be there beside the configuration is checked by the caller.
        return Path(
            snapshot_download(name, cache_dir=cache, local_files_only=True, allow_patterns=[CONFIG])
        )
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    except PermissionError:
        return None  # a cache that this user may not read holds nothing for this user


def _download(name: str) -> Path:
    """Fetch a model into the kit's cache; a file already there but damaged is fetched again."""
    from huggingface_hub import HfApi

    try:
        listing = HfApi().model_info(name, timeout=10).siblings or []
        files = [file.rfilename for file in listing]
        # The small files first: they tell whether the large ones are worth fetching.
        check_kind(_download_files(name, [file for file in SMALL_FILES if file in files]))
        wanted = wanted_files(files)
        folder = _download_files(name, wanted)
        try:
            check_snapshot(folder)
        except AssetError:
            folder = _download_files(name, wanted, again=True)
            check_snapshot(folder)
    except AssetError:
        raise
    # Errors of the network, of the hub and of the disk, from several libraries that change
    # between versions: all mean that the model did not arrive.
    except Exception as error:
        raise AssetError(
            f"the model {name} could not be downloaded: {error}\n"
            "Where another machine has it, copy its folder here and give the folder's path "
            "instead of the name."
        ) from error
    return folder


def _download_files(name: str, files: list[str], *, again: bool = False) -> Path:
    from huggingface_hub import snapshot_download

    # The branch, not the commit: only so does the cache note which commit the name stands for.
    return Path(
        snapshot_download(
            name, cache_dir=kit_hub_cache(), allow_patterns=files, force_download=again
        )
    )


def wanted_files(files: Iterable[str]) -> list[str]:
    """Of a repository's files those that a snapshot needs; one format of the weights is enough."""
    present = set(files)
    needed = [name for name in SMALL_FILES if name in present]
    for name in WEIGHTS:
        stem, _, suffix = name.rpartition(".")
        weights = [
            file
            for file in present
            if file in (name, f"{name}.index.json")
            or (file.startswith(f"{stem}-") and file.endswith(f".{suffix}"))
        ]
        if weights:
            return needed + sorted(weights)
    return needed
