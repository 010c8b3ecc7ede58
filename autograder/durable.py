"""Writing so that after a kill or a power cut a file is there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PARTIAL = ".partial-"
"""Prefix of what a process that was killed may have left half-written."""


def write_durably(path: Path, data: bytes) -> None:
    """Write a file: to a draft, to the disk, and then to its name, in one step.

    Raises:
        OSError: it cannot be written, as on a full disk; the old content is still there then.
    """
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=PARTIAL)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync_tree(folder: Path) -> None:
    """Bring everything in a folder to the disk."""
    for name, _, files in os.walk(folder):
        for file in files:
            sync(Path(name) / file)
        sync(Path(name))


def sync(path: Path) -> None:
    """Bring a file's content, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
