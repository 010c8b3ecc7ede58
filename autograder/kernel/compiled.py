"""The folder of what numba has compiled of the libraries, kept from one process to the next.

Processes never share it: each works with a copy, in a folder that only the grader can write to, and what it has
compiled besides is taken over when it has ended.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.errors import AssetError
from autograder.storage import being_made, cache_root, put_in_place

_PACKAGES = ("numba", "llvmlite", "umap-learn", "pynndescent", "numpy")
_SUFFIXES = (".nbi", ".nbc")


def copy_kept(target: Path) -> None:
    """Make a folder of what was compiled before by the same versions; none if nothing was."""
    _copy(cache_root() / _name(), target)


def keep(made: Path) -> None:
    """Keep what numba has compiled for the next process; where that fails, it costs time only."""
    name = _name()
    kept = cache_root() / name
    with suppress(OSError, AssetError):
        if _files(made) <= _files(kept):
            return
        with being_made(name) as scratch:
            _copy(made, scratch / name)
            put_in_place(scratch / name, kept, scratch)


def _name() -> str:
    """Return the folder's name, by versions: numba itself looks at a function's own file, not at what it calls.

    And by environment: numba files code by the path of its source, so two environments would replace one another's.
    """
    known = [sys.version, sys.prefix]
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            known.append(version(package))
    return f"compiled-{hashlib.sha256(' '.join(known).encode()).hexdigest()[:12]}"


def _copy(source: Path, target: Path) -> None:
    with suppress(OSError):
        if source.is_dir():
            # Not what numba was still writing when its process ended.
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.tmp.*"))


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for suffix in _SUFFIXES for path in folder.rglob(f"*{suffix}")}
