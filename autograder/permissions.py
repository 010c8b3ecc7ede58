"""Who may read a course's files: its owner, and nobody else but for the release."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PRIVATE = 0o077
"""The umask with which a course is written."""
_RELEASE = "release"


@dataclass(frozen=True)
class Loose:
    """A file or folder of a course that others than its owner may read, write or enter.

    Attributes:
        path: which.
        mode: its permissions.
        way_out: a command that closes it.
    """

    path: Path
    mode: int
    way_out: str

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return f"{self.path} is open to other users ({self.mode:04o}); run: {self.way_out}"


def keep_private() -> None:
    """Let this process, and what it starts, write for its user alone from now on."""
    os.umask(PRIVATE)


@contextmanager
def written_privately() -> Iterator[None]:
    """Write for this user alone in between."""
    before = os.umask(PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


def close(folder: Path) -> None:
    """Take everybody else's rights from a folder and all that is in it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~PRIVATE)


def loose(course: Path) -> tuple[Loose, ...]:
    """Return what of a course other users may read: nothing, where they cannot enter its folder.

    The release is for others. Groups may do what their folder says, where nbgrader's `groupshared` is on: that is
    known by the folder's set-group-ID bit.

    Args:
        course: its folder.

    Raises:
        OSError: it cannot be looked through.
    """
    if not (top := _opened(course)):
        return ()
    within = [
        path
        for path in sorted(course.iterdir())
        if path.name != _RELEASE and not path.is_symlink() and _opened(path)
    ]
    return tuple(
        Loose(
            path,
            stat.S_IMODE(path.stat().st_mode),
            f"chmod {_whose(path)}= {shlex.quote(str(path))}",
        )
        for path in ([course] if top else []) + within
    )


def _opened(path: Path) -> int:
    mode = path.stat().st_mode
    return mode & (stat.S_IRWXO if _is_shared(path) else PRIVATE)


def _is_shared(path: Path) -> bool:
    """Return whether a group is meant to work in a folder, or in the folder of a file."""
    folder = path if path.is_dir() else path.parent
    return bool(folder.stat().st_mode & stat.S_ISGID)


def _whose(path: Path) -> str:
    return "o" if _is_shared(path) else "go"
