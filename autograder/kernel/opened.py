"""What the processes of a room have opened, where that holds memory that the system counts for nobody.

A list of events (epoll(7)) has entries, of which one user's processes may have only so many on the whole machine; and
for an ordinary user who grades, all rooms and the grader are that one user. An open file of /proc keeps a buffer as
large as what was read last. And who is reading another process's memory holds it beyond that process's end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_EVENTS = 5_000
"""Entries of all lists of events in a room together; a kernel has some dozens."""
MOST_OF_PROC = 128
"""Open files of /proc in a room together."""
_EVENTS = "anon_inode:[eventpoll]"
_OF_PROC = "/proc/"
_MEMORY = re.compile(r"/proc/(\d+)/(?:task/\d+/)?mem\b")
_BLOCK = 2**16
_AT_ONCE = 1_000
"""Descriptors; some milliseconds."""


class Opened:
    """Looks at a room's descriptors in turns: to look at all of them at once could take seconds."""

    def __init__(self) -> None:
        """Begin."""
        self._turn: Iterator[str | None] = iter(())

    def refused(self, threads: Iterable[Path]) -> str | None:
        """Look at the next ones; return what the kernel has opened that it may not, in words, or None.

        Args:
            threads: folders in /proc, one for each process; the threads of one have their descriptors in common.
        """
        looked_at = 0
        try:
            for answer in self._turn:
                looked_at += 1
                if answer is not None or looked_at == _AT_ONCE:
                    return answer
            self._turn = _judged(list(threads))
        except PermissionError:
            return "hid what it has opened"
        return None


def _judged(threads: Iterable[Path]) -> Iterator[str | None]:
    """Yield for each descriptor what is too much with it, or None."""
    events = of_proc = 0
    for thread in threads:
        process = thread.parent.parent.name
        for number, leads_to in _descriptors(thread):
            answer = None
            if leads_to == _EVENTS:
                events += _entries(thread / "fdinfo" / number, MOST_EVENTS)
                if events > MOST_EVENTS:
                    answer = f"waited for more than {MOST_EVENTS:,} events"
            elif leads_to.startswith(_OF_PROC):
                of_proc += 1
                memory = _MEMORY.match(leads_to)
                if memory and memory[1] != process:
                    answer = "opened the memory of another process"
                elif of_proc > MOST_OF_PROC:
                    answer = f"opened more than {MOST_OF_PROC} files of /proc"
            yield answer


def _descriptors(thread: Path) -> Iterator[tuple[str, str]]:
    """Yield the number of each descriptor, and where it leads to; none where the process has just ended.

    Raises:
        PermissionError: it hides them, as one does that runs a program which may not be read.
    """
    try:
        with os.scandir(thread / "fd") as entries:
            for entry in entries:
                try:
                    yield entry.name, os.readlink(entry.path)  # noqa: PTH115  (ten times as fast)
                except OSError:
                    continue
    except (FileNotFoundError, ProcessLookupError):
        return
    except PermissionError:
        if has_just_ended(thread) or _is_of_another_user(thread.parent.parent):
            return
        raise


def has_just_ended(thread: Path) -> bool:
    """Return whether a thread has given up its memory since it was chosen to be looked at.

    What is left of it belongs to root, so that an ordinary user may not look into it; a thread that hides has memory.
    """
    try:
        return b"\nVmPTE:" not in (thread / "status").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _is_of_another_user(process: Path) -> bool:
    """Return whether a process is of one of the users that a container engine without root has for containers.

    Such a process hides nothing: it cannot be looked into from outside. One that does hide belongs to root, or, seen
    from a container, to the user who runs the engine.
    """
    try:
        return process.stat().st_uid not in (0, os.geteuid())
    except OSError:
        return True


def _entries(about: Path, most: int) -> int:
    """Return how many entries a list of events has; where it is more than `most`, it may be more still."""
    count = 0
    try:
        with about.open("rb", buffering=0) as file:
            while count <= most and (block := file.read(_BLOCK)):
                count += block.count(b"tfd:")
    except OSError:  # it has just been closed
        pass
    return count
