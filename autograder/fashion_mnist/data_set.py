"""Fashion-MNIST: found, verified byte for byte, unpacked into the kit's cache where need be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from autograder.errors import AssetError
from autograder.fashion_mnist.downloads import SOURCES, DownloadError
from autograder.fashion_mnist.raw_files import (
    RAW_FILES,
    unpack,
    verify_file,
    verify_packed,
    verify_unpacked,
)
from autograder.kernel.surroundings import ROOT_VARIABLE
from autograder.storage import being_made, cache_root, put_in_place

DATA_SET = "fashion-mnist"
"""What the data set is called where a model's name could stand."""
FETCH_COMMAND = f"autograder assets fetch {DATA_SET}"
_CACHE_NAME = "fashion_mnist"


def cached_root() -> Path:
    """The data set's place in the kit's cache."""
    return cache_root() / _CACHE_NAME


def find_fashion_mnist(path: Path | None = None, *, fetch: bool = False) -> Path:
    """The folder to give to ``torchvision.datasets.FashionMNIST(root=...)``, verified.

    Looked for, in this order: ``path``; the environment variable ``FASHION_MNIST_ROOT``; the
    kit's cache. The first two name a folder on purpose: where it is wrong, that is an error, and
    no other place is tried.

    Args:
        path: A folder that holds ``FashionMNIST/raw``.
        fetch: Where no folder is named and the cache has none, download the data set into it:
            as torchvision does, else from Debian's package ``dataset-fashion-mnist``.

    Returns:
        A folder with the four unpacked files in ``FashionMNIST/raw``, each with the right
        SHA-256. Files that come as ``.gz`` only are unpacked into the kit's cache, and that is
        the folder returned: the one that was named is only read.

    Raises:
        AssetError: nothing found, a file missing or damaged, or no download succeeded.
    """
    try:
        if path is not None:
            return _from_named_folder(Path(path), "the path given")
        if named := os.environ.get(ROOT_VARIABLE):
            return _from_named_folder(Path(named), f"the environment variable {ROOT_VARIABLE}")
        return _fetch(cached_root()) if fetch else _from_cache(cached_root())
    except PermissionError as error:
        raise AssetError(f"{error.filename} may not be read by this user: {error}") from error


def _from_cache(root: Path) -> Path:
    if not root.exists():
        raise AssetError(
            f"Fashion-MNIST is not on this machine: neither a path nor {ROOT_VARIABLE} is set, "
            f"and there is no {root}\nFetch it once with: {FETCH_COMMAND}"
        )
    try:
        verify_unpacked(root / "FashionMNIST" / "raw")
    except AssetError as error:
        raise AssetError(f"{error}\nFetch the data set again with: {FETCH_COMMAND}") from error
    return root


def _fetch(root: Path) -> Path:
    if _is_whole(root):
        return root
    with being_made(_CACHE_NAME) as scratch:
        if _is_whole(root):  # another process fetched it while this one waited
            return root
        refusals = []
        for number, (source, download) in enumerate(SOURCES):
            folder = scratch / f"source-{number}"
            folder.mkdir()
            try:
                _unpack_into_place(download(folder), root, scratch)
                return root
            except (DownloadError, AssetError) as error:
                refusals.append(f"  {source}: {error}")
    tried = "\n".join(refusals)
    raise AssetError(
        f"Fashion-MNIST could not be downloaded. Tried:\n{tried}\n"
        "Where another machine has it, copy its folder FashionMNIST here and name the folder that "
        f"holds it with the environment variable {ROOT_VARIABLE}."
    )


def _from_named_folder(root: Path, origin: str) -> Path:
    root = root.expanduser().absolute()
    raw = root / "FashionMNIST" / "raw"
    if not raw.is_dir():
        raise AssetError(_not_a_root(root, origin))
    absent = [file for file in RAW_FILES if not (raw / file.name).exists()]
    for file in absent:
        if not (raw / f"{file.name}.gz").exists():
            raise AssetError(
                f"{raw / file.name} is missing, and so is {file.name}.gz\n"
                f"Complete the folder named by {origin}, or name none and run: {FETCH_COMMAND}"
            )
    for file in RAW_FILES:
        if (raw / file.name).exists():
            verify_file(raw / file.name, file)
        if (raw / f"{file.name}.gz").exists():
            verify_packed(raw / f"{file.name}.gz", file)
    if not absent:
        return root
    cached = cached_root()
    if not _is_whole(cached):
        with being_made(_CACHE_NAME) as scratch:
            if not _is_whole(cached):
                _unpack_into_place(raw, cached, scratch)
    return cached


def _not_a_root(root: Path, origin: str) -> str:
    wanted = "a folder that holds FashionMNIST/raw"
    for outer in root.parents[:2]:
        if (outer / "FashionMNIST" / "raw").is_dir() and outer != root:
            return f"{root}, named by {origin}, is not {wanted}; {outer} is one: name that"
    state = "is not" if root.is_dir() else "does not exist; expected"
    return (
        f"{root}, named by {origin}, {state} {wanted}\n"
        f"Correct it, or name none and run: {FETCH_COMMAND}"
    )


def _is_whole(root: Path) -> bool:
    try:
        verify_unpacked(root / "FashionMNIST" / "raw")
    except AssetError:
        return False
    return True


def _unpack_into_place(packed: Path, root: Path, scratch: Path) -> None:
    made = scratch / "made"
    shutil.rmtree(made, ignore_errors=True)  # what another source left unfinished
    raw = made / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for file in RAW_FILES:
        if (packed / file.name).exists():
            shutil.copyfile(packed / file.name, raw / file.name)
        else:
            unpack(packed / f"{file.name}.gz", file, raw / file.name)
    verify_unpacked(raw)
    put_in_place(made, root, scratch)
