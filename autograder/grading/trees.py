"""A folder as data: what a submission travels as, to a worker and back.

What is large does not travel in memory, where whoever packs knows that whoever unpacks can have it from a folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from autograder.errors import CourseError
from autograder.intake.folder import FolderLimits

LARGEST_TREE = FolderLimits.total
"""Bytes that one folder may hold: as much as intake lets through."""
_SMALL = 2**20
"""Bytes of a file that always travels as data."""
_BLOCK = 2**20


class ChangedFileError(CourseError):
    """A large file is no longer what it was when its folder was packed."""


@dataclass(frozen=True)
class LargeFile:
    """A file's content that is not in memory.

    Attributes:
        sha256: of the content, in hexadecimal.
        size: in bytes.
    """

    sha256: str
    size: int


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
    data: bytes | LargeFile | None

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of a file's content, in hexadecimal; None for a folder."""
        if isinstance(self.data, LargeFile):
            return self.data.sha256
        return None if self.data is None else hashlib.sha256(self.data).hexdigest()


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
            total.update(f"{os.fsencode(entry.path).hex()} {entry.sha256 or 'folder'}\n".encode())
        return total.hexdigest()

    def file_digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file."""
        return {entry.path: entry.sha256 for entry in self.entries if entry.sha256 is not None}


def pack(
    folder: Path,
    wanted: Callable[[Path], bool] = lambda path: True,
    most: int = LARGEST_TREE,
    is_elsewhere: Callable[[str, str], bool] = lambda path, sha256: False,
) -> Tree:
    """Read a folder.

    Args:
        folder: what to read.
        wanted: says which files and folders are taken.
        most: bytes that it may hold.
        is_elsewhere: says of a large file, by its path in the folder and its SHA-256, whether it can be had from
            a folder when the tree is unpacked, so that it need not travel.

    Raises:
        CourseError: it holds a link or a special file, cannot be read, or holds more.
    """
    entries: list[Entry] = []
    left = most
    try:
        for path in _walk(folder, wanted):
            name = path.relative_to(folder).as_posix()
            status = path.lstat()
            data = None
            if not stat.S_ISDIR(status.st_mode):
                with _opened(path) as file:
                    size = os.fstat(file.fileno()).st_size
                    if size > left:
                        raise CourseError(f"{path.parent} holds more than {most >> 20} MiB")
                    data = _content(file, size, partial(is_elsewhere, name))
                left -= data.size if isinstance(data, LargeFile) else len(data)
            mode = stat.S_IMODE(status.st_mode)
            entries.append(Entry(name, mode, status.st_mtime_ns, data))
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error}") from error
    return Tree(tuple(entries))


def unpack(tree: Tree, folder: Path, origin: Path | None = None) -> None:
    """Write a tree into a folder, which is made if it is not there.

    Args:
        tree: what to write.
        folder: where to.
        origin: the folder from which the large files are to be had that are not in the tree.

    Raises:
        CourseError: an entry would lie outside of the folder.
        ChangedFileError: a large file is not in `origin`, or another one is.
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
        elif isinstance(entry.data, LargeFile):
            _fetch(entry.data, entry.path, origin, path)
        else:
            path.write_bytes(entry.data)
    # From the inside out: a folder may be read-only, and its time changes with what is put into it.
    for entry in reversed(tree.entries):
        path = folder / entry.path
        path.chmod(entry.mode)
        os.utime(path, ns=(entry.time, entry.time))


def loaded(tree: Tree, origin: Path) -> Tree:
    """Return a tree with all files in it, for a machine that does not have `origin`.

    Raises:
        ChangedFileError: a large file is not in `origin`, or another one is.
    """
    entries = []
    for entry in tree.entries:
        if isinstance(entry.data, LargeFile):
            content = io.BytesIO()
            _copy(entry.data, entry.path, origin, content)
            entry = replace(entry, data=content.getvalue())
        entries.append(entry)
    return Tree(tuple(entries))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, without holding the file in memory.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def _opened(path: Path) -> io.BufferedReader:
    # Not a look and then an opening: in between, a file could become a link, or a pipe that never ends.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise CourseError(f"{path} is neither a file nor a folder; remove it")
    return file


def _content(
    file: io.BufferedReader, size: int, is_elsewhere: Callable[[str], bool]
) -> bytes | LargeFile:
    if size > _SMALL:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if is_elsewhere(digest):
            return LargeFile(digest, size)
        file.seek(0)
    return file.read(size)


def _fetch(large: LargeFile, name: str, origin: Path | None, path: Path) -> None:
    with path.open("wb") as target:
        _copy(large, name, origin, target)


def _copy(large: LargeFile, name: str, origin: Path | None, target: BinaryIO) -> None:
    changed = ChangedFileError(f"{name} has been changed while it was graded; run this again")
    if origin is None:
        raise changed
    try:
        file = _opened(origin / name)
    except (CourseError, OSError) as error:
        raise changed from error
    total, left = hashlib.sha256(), large.size
    with file:
        while block := file.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise changed
            total.update(block)
            target.write(block)
    if total.hexdigest() != large.sha256:
        raise changed
