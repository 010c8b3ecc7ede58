"""What a kernel and all that it has started use of this machine, as far as no limit of one process tells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from autograder.kernel.limits import MIB, Bounds


def excess(
    first: list[int], folders: Iterable[Path], bounds: Bounds, graders_memory: int
) -> str | None:
    """Look whether a kernel uses too much.

    Args:
        first: processes that with all their descendants are the kernel's; the first of them is in its
            network namespace.
        folders: where file systems are mounted that are its alone.
        bounds: what it may use.
        graders_memory: bytes that this process used before the kernel began.

    Returns:
        What it has used too much of, in words that go on from "the kernel", or None.
    """
    processes = set(_descendants(first))
    used = sum(map(memory_of, processes))
    if used > bounds.memory:  # copies of a process share much that was counted for each
        used = sum(map(_proportional_memory, processes))
    if used > bounds.memory:
        return f"used more than {bounds.memory // MIB:,} MiB of memory"
    if memory_of(os.getpid()) - graders_memory > bounds.graders_memory:
        return "sent more messages than can be read"
    if sum(map(_files_in, folders)) > bounds.files:
        return f"made more than {bounds.files:,} files"
    if _sockets(first[0]) > bounds.sockets:
        return f"opened more than {bounds.sockets:,} sockets"
    return None


def children_of(process: int) -> list[int]:
    """Return the children of a process, the oldest first; none if it has just ended."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.scandir(f"/proc/{process}/task"):
            with suppress(OSError):
                found += map(int, Path(task.path, "children").read_text().split())
    return sorted(found)


def _descendants(processes: list[int]) -> Iterator[int]:
    waiting = list(processes)
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children_of(process)


def memory_of(process: int) -> int:
    """Return a process's private and shared memory in bytes; what it maps from files is not its own."""
    return _sum_of_lines(f"/proc/{process}/status", ("RssAnon:", "RssShmem:", "VmPTE:"))


def _sockets(process: int) -> int:
    """Return how many sockets are open in a process's network namespace."""
    try:
        first, *_ = Path(f"/proc/{process}/net/sockstat").read_text(encoding="utf-8").splitlines()
    except OSError:  # it has just ended
        return 0
    return int(first.split()[-1])


def _proportional_memory(process: int) -> int:
    """Return the same with each shared page divided by the processes that share it; slower to find out."""
    try:
        tables = _sum_of_lines(f"/proc/{process}/status", ("VmPTE:",))
        names = ("Pss_Anon:", "Pss_Shmem:")
        return tables + _sum_of_lines(f"/proc/{process}/smaps_rollup", names)
    except PermissionError:  # it hides itself
        return memory_of(process)


def _sum_of_lines(file: str, names: tuple[str, ...]) -> int:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))


def _files_in(folder: Path) -> int:
    try:
        about = os.statvfs(folder)
    except OSError:  # the room has just ended
        return 0
    return about.f_files - about.f_ffree
