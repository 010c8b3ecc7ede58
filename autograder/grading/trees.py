"""A folder as data: what a submission travels as, to a worker and back."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.intake.folder import FolderLimits

LARGEST_TREE = FolderLimits.total
"""Bytes that one folder may hold: as much as intake lets through."""


@dataclass(frozen=True)
class Entry:
    """One file or folder.

    Attributes:
        path: relative, with slashes.
        mode: permission bits.
        time: of the last change, in nanoseconds since 1970.
        data: a file's content; None for a folder.
    """

    path: str
    mode: int
    time: int
    data: bytes | None


@dataclass(frozen=True)
class Tree:
    """A folder's content; each folder stands before what is in it."""

    entries: tuple[Entry, ...] = ()

    def digest(self) -> str:
        """Return the SHA-256 of all paths and contents.

        Permissions and times are left out: they change when a course is copied.
        """
        total = hashlib.sha256()
        for entry in self.entries:
            kind = "folder" if entry.data is None else hashlib.sha256(entry.data).hexdigest()
            total.update(f"{os.fsencode(entry.path).hex()} {kind}\n".encode())
        return total.hexdigest()

    def file_digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file."""
        return {
            entry.path: hashlib.sha256(entry.data).hexdigest()
            for entry in self.entries
            if entry.data is not None
        }


def pack(
    folder: Path, wanted: Callable[[Path], bool] = lambda path: True, most: int = LARGEST_TREE
) -> Tree:
    """Read a folder.

    Args:
        folder: what to read.
        wanted: says which files and folders are taken.
        most: bytes that it may hold.

    Raises:
        CourseError: it holds a link or a special file, cannot be read, or holds more.
    """
    entries: list[Entry] = []
    left = most
    try:
        for path in _walk(folder, wanted):
            status = path.lstat()
            data = None if stat.S_ISDIR(status.st_mode) else _read(path, left, most)
            left -= len(data or b"")
            name = path.relative_to(folder).as_posix()
            mode = stat.S_IMODE(status.st_mode)
            entries.append(Entry(name, mode, status.st_mtime_ns, data))
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error}") from error
    return Tree(tuple(entries))


def unpack(tree: Tree, folder: Path) -> None:
    """Write a tree into a folder, which is made if it is not there.

    Raises:
        CourseError: an entry would lie outside of the folder.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for entry in tree.entries:
        parts = entry.path.split("/")
        if not all(parts) or {".", ".."} & set(parts):
            raise CourseError(f"{entry.path!r} lies outside of its folder")
        path = folder / entry.path
        if entry.data is None:
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(entry.data)
    # From the inside out: a folder may be read-only, and its time changes with what is put into it.
    for entry in reversed(tree.entries):
        path = folder / entry.path
        path.chmod(entry.mode)
        os.utime(path, ns=(entry.time, entry.time))


def remove(folder: Path) -> None:
    """Remove a folder, if it is there, with read-only folders in it."""
    if folder.exists():
        for name, _, _ in os.walk(folder):
            Path(name).chmod(0o700)
        shutil.rmtree(folder)


def _walk(folder: Path, wanted: Callable[[Path], bool]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if wanted(path):
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _walk(path, wanted)


def _read(path: Path, left: int, most: int) -> bytes:
    # Not a look and then an opening: in between, a file could become a link, or a pipe that never ends.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise CourseError(f"{path} is neither a file nor a folder; remove it")
        if status.st_size > left:
            raise CourseError(f"{path.parent} holds more than {most >> 20} MiB")
        return file.read(left)
