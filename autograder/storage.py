"""The kit's cache folder: where it is, how things get into it whole, and remembered checksums."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from autograder.errors import AssetError

_BLOCK = 1 << 20
_PARTIAL = ".partial-"


def cache_root() -> Path:
    """Where the kit keeps what it fetched; the folder need not exist yet.

    ``AUTOGRADER_CACHE`` names it; else it is ``clip-autograder`` under ``XDG_CACHE_HOME``
    or ``~/.cache``.
    """
    if named := os.environ.get("AUTOGRADER_CACHE"):
        return Path(named).expanduser().absolute()
    # The XDG specification says that a relative value is to be ignored.
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "clip-autograder"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def remembered_sha256(path: Path) -> str:
    """SHA-256 of a large file, read again only when its size or times have changed.

    The memory is one small file per path in the kit's cache. Where the cache cannot be written,
    the checksum is computed each time.
    """
    status = path.stat()
    # The time of the last status change is there because tools may set the modification time back.
    seen = [str(path.resolve()), status.st_size, status.st_mtime_ns, status.st_ctime_ns]
    key = hashlib.sha256(str(seen[0]).encode()).hexdigest()
    memory = cache_root() / "checksums" / f"{key}.json"
    try:
        entry = json.loads(memory.read_text(encoding="utf-8"))
        if entry["seen"] == seen:
            return str(entry["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # never computed, or not readable: compute it
    digest = sha256_of(path)
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=memory.parent, prefix=_PARTIAL, delete=False
        ) as file:
            json.dump({"seen": seen, "sha256": digest}, file)
        Path(file.name).replace(memory)
    except OSError:
        pass
    return digest


@contextmanager
def being_made(name: str) -> Iterator[Path]:
    """An empty scratch folder beside ``cache_root() / name``, held by one process at a time.

    Others that want the same name wait. The scratch folder is on the cache's own file system, so
    that `put_in_place` can rename out of it; it is gone afterwards whatever happened, and so are
    those of processes that were killed.

    Raises:
        AssetError: the cache folder cannot be written.
    """
    root = cache_root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / f"{name}.lock"):
            for stale in root.glob(f"{_PARTIAL}{name}-*"):
                shutil.rmtree(stale, ignore_errors=True)
            scratch = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}{name}-", dir=root))
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    # Not every network file system knows locks; filelock says so with NotImplementedError.
    except (OSError, NotImplementedError) as error:
        raise AssetError(
            f"the cache folder {root} cannot be written: {error}\n"
            "Make room there, or name another folder with the environment variable "
            "AUTOGRADER_CACHE."
        ) from error


def put_in_place(made: Path, final: Path, scratch: Path) -> None:
    """Rename a finished folder to its place; what was there goes into the scratch folder."""
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        final.rename(scratch / "replaced")
    made.rename(final)
