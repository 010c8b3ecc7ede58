"""A folder that a stranger may change while it is copied, copied without leaving it.

Nothing is looked at by its name and then opened by it: in between, a file could become a link to one that only the
copier may read. Each entry is opened below its folder's descriptor, following no link and waiting for no pipe, and
what was opened is looked at. A hard link, or a file of somebody else's that was moved here, is not the stranger's to
hand in, though it can be opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.folder import LONGEST_PATH, FolderLimits

_BLOCK = 2**20
_LARGER = "larger than a submission may be"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True)
class Left:
    """Something that was not copied.

    Attributes:
        path: within the folder.
        reason: in words that go on from "not copied".
    """

    path: str
    reason: str


class _NotCopiedError(Exception):
    """An entry is not copied; its text says why."""


def copy_folder(
    source: Path, target: Path, owner: int | None = None, limits: FolderLimits | None = None
) -> tuple[Left, ...]:
    """Copy a folder's files and folders, with the times of their last change; rights are this process's own.

    Args:
        source: the folder; links in the path to it are followed, the folder itself may be none.
        target: where to; it must not exist.
        owner: number of the user whose folder it must be; None for anybody's.
        limits: what is copied at most.

    Returns:
        What was left out, in the order in which it was met.

    Raises:
        OSError: the source is no folder, or another user's, or the target cannot be written.
    """
    copier = _Copier(limits or FolderLimits())
    with _opened(source, os.O_DIRECTORY) as folder:
        copier.owner = os.fstat(folder).st_uid
        if owner not in (None, copier.owner):
            raise PermissionError(errno.EPERM, "It is another user's than it was", str(source))
        copier.copy(folder, target, "")
    return tuple(copier.left)


class _Copier:
    def __init__(self, limits: FolderLimits) -> None:
        self.limits = limits
        self.entries = self.total = 0
        self.owner = -1
        self.left: list[Left] = []

    def copy(self, folder: int, target: Path, place: str, depth: int = 1) -> None:
        target.mkdir()
        names = self.names(folder, place)
        # Files first, so that a notebook comes along whatever folders lie beside it.
        folders = [name for name in names if not self.copy_file(folder, name, target, place)]
        for name in folders:
            with self.noted(place + name), _opened(name, os.O_DIRECTORY, folder) as inner:
                self.check(os.fstat(inner))
                if depth >= self.limits.depth:
                    raise _NotCopiedError("too many folders deep")
                self.copy(inner, target / name, f"{place}{name}/", depth + 1)
        os.utime(target, ns=_times(os.fstat(folder)))

    def names(self, folder: int, place: str) -> list[str]:
        names: list[str] = []
        with os.scandir(folder) as listing:
            for entry in listing:
                self.entries += 1
                if self.entries > self.limits.entries:
                    reason = f"all that goes beyond {self.limits.entries} files and folders"
                    self.left.append(Left(place or ".", reason))
                    break
                names.append(entry.name)
        return sorted(names)

    def copy_file(self, folder: int, name: str, target: Path, place: str) -> bool:
        """Copy a file, or note why not; return False for a folder."""
        with self.noted(place + name):
            kind = _kind(name, folder)
            if stat.S_ISDIR(kind):
                return False
            # What is none is not opened at all: a device may act on that.
            if not stat.S_ISREG(kind):
                raise _NotCopiedError("no file or folder")
            if len(os.fsencode(place + name)) > LONGEST_PATH:
                raise _NotCopiedError("too long a path")
            with _opened(name, 0, folder) as file:
                about = os.fstat(file)
                if not stat.S_ISREG(about.st_mode):
                    raise _NotCopiedError("no file or folder")
                self.check(about)
                if about.st_nlink > 1:
                    raise _NotCopiedError("with another name elsewhere (a hard link)")
                if about.st_size > self.most():
                    raise _NotCopiedError(_LARGER)
                self.copy_content(file, target / name)
                os.utime(target / name, ns=_times(about))
        return True

    def copy_content(self, file: int, target: Path) -> None:
        """Copy what can be read, which may be more than the file held a moment ago."""
        most, copied = self.most(), 0
        with target.open("xb") as out:
            while block := os.read(file, min(_BLOCK, most + 1 - copied)):
                copied += len(block)
                if copied > most:
                    break
                out.write(block)
        if copied > most:
            target.unlink()
            raise _NotCopiedError(_LARGER)
        self.total += copied

    def most(self) -> int:
        return min(self.limits.file, self.limits.total - self.total)

    def check(self, about: os.stat_result) -> None:
        if about.st_uid != self.owner:
            raise _NotCopiedError("another user's than the submission")

    @contextmanager
    def noted(self, path: str) -> Iterator[None]:
        try:
            yield
        except _NotCopiedError as error:
            self.left.append(Left(path, str(error)))
        except _OpeningError as error:
            self.left.append(Left(path, f"changed meanwhile, or not to be read ({error})"))


class _OpeningError(Exception):
    """An entry could not be opened: it may have changed since, or this user has no right to."""


@contextmanager
def _opened(name: str | Path, flags: int, folder: int | None = None) -> Iterator[int]:
    try:
        descriptor = os.open(name, _FLAGS | flags, dir_fd=folder)
    except OSError as error:
        if folder is None:
            raise
        raise _OpeningError(error.strerror) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _kind(name: str, folder: int) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError as error:
        raise _OpeningError(error.strerror) from error


def _times(about: os.stat_result) -> tuple[int, int]:
    return about.st_atime_ns, about.st_mtime_ns
