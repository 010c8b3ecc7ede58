"""What a kernel and all that it has started use of this machine, as far as no limit of one process tells.

Read from /proc, four times a second: no wall, for much can be used between two looks. Where there are control
groups (see `cgroups`), they are the wall, and this gives the reason in words.

What the system counts for nobody is counted here by its number, each at the most that it can hold: a socket with
full buffers, a descriptor of a full pipe, a mapping, a thread's stack in the kernel.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.kernel.limits import KIB, MIB, Bounds
from autograder.kernel.opened import Opened, has_just_ended

_log = logging.getLogger(__name__)

LOOK_AGAIN = 0.25
"""Seconds between two looks at what a room uses."""
_MAPS_EVERY = 4
"""Looks between two counts of mappings, which take longer."""
_FEW_PROCESSES = 8
"""Whose mappings together are not worth counting: Linux allows each 65,530."""
_MOST_MAPS = 65_530
_SOCKET = 416 * KIB
"""Bytes: two buffers of the usual size (net.core.wmem_default, rmem_default), which nobody in a room can raise."""
_DESCRIPTOR = 8 * KIB
"""Bytes: a pipe's two pages, once its user has filled 64 MiB of pipes (pipe(7), pipe-user-pages-soft)."""
_ENDING_SHARE = 8
"""Of the memory that a room may have, one part in so many is what a process may have had that ends slowly."""
_MAP = 256
"""Bytes of a mapping's entry, and of what belongs to it."""
_TASK = 32 * KIB
"""Bytes of a thread: its stack in the kernel, and its entry."""
_FILE = 2 * KIB
"""Bytes of an empty file's entry in memory, and of a long name."""
_TIMES = slice(11, 15)
"""utime, stime, cutime and cstime in /proc/PID/stat, counted from the field behind the name."""
_MEMORY = (b"RssAnon:", b"RssShmem:", b"VmPTE:", b"VmSwap:")
_ENDED = re.compile(rb"^State:\t[ZX]", re.MULTILINE)
_SHARED_OUT = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")


class WatchError(Exception):
    """A room cannot be looked at any more."""


@dataclass(frozen=True)
class Sight:
    """Where a room's use can be read, whatever its own processes do.

    Attributes:
        processes: the folder in which the room's own process namespace shows its processes.
        network: a process in its network namespace.
        folders: where file systems are mounted that are its alone.
        standing_still: stops all of its processes for a moment, so that none can hand on its memory and be gone.
    """

    processes: Path
    network: int
    folders: Sequence[Path]
    standing_still: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True)
class _Seen:
    """What one look has found.

    Attributes:
        memory: in bytes, of each process that has some, by one of its threads that still has it; what they share is
            counted for each.
        held: bytes that their threads and descriptors may hold of the system's memory, at the most.
        gone: names of the processes that had none, or had ended before they were looked at.
        ending: those of them that have let go of their memory, while the system is still taking it back.
    """

    memory: Mapping[Path, int]
    held: int
    gone: frozenset[str]
    ending: frozenset[str]


class Watch:
    """Looks at a room in a thread of its own, and ends it where it uses too much or cannot be looked at.

    Attributes:
        reason: why it ended the room, in words that go on from "the kernel"; None while it has not.
        failed: whether it ended the room because it could not look at it.
    """

    def __init__(
        self,
        sight: Sight,
        bounds: Bounds,
        end: Callable[[], None],
        has_ended: Callable[[], bool],
        overrun: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin.

        Args:
            sight: where to look.
            bounds: what the room may use.
            end: ends it.
            has_ended: says whether it has ended by itself.
            overrun: says whether its control group has run out of memory.
        """
        self.reason: str | None = None
        self.failed = False
        self._sight, self._bounds = sight, bounds
        self._end, self._has_ended, self._overrun = end, has_ended, overrun
        self._graders_memory = memory_of(Path(f"/proc/{os.getpid()}"))
        self._over = threading.Event()
        self._looks = 0
        self._maps = 0
        self._gone: frozenset[str] = frozenset()
        self._ending: frozenset[str] = frozenset()
        self._opened = Opened()
        self._sizes: dict[str, int] = {}
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def why(self) -> str | None:
        """Return `reason`, after a look at the control group if there is none: it may have ended the kernel."""
        if self.reason is None and self._overrun():
            self.reason = self._too_much_memory()
        return self.reason

    def stop(self) -> None:
        """End the watch, after a last look at the control group; whoever calls ends the room."""
        self._over.set()
        self._thread.join()
        self.why()

    def _look_on(self) -> None:
        while not self._over.wait(LOOK_AGAIN):
            try:
                reason = self._excess()
            # Whatever it is: nobody may run unwatched.
            except Exception as error:
                if self._over.wait(LOOK_AGAIN) or self._has_ended():
                    return  # there was nothing to see any more
                self.failed = True
                reason = f"could not be watched any more ({type(error).__name__}: {error})"
                _log.error("A room was ended: its kernel %s", reason)
            if reason:
                self.reason = reason
                self._end()
                return

    def _excess(self) -> str | None:
        """Return what the room has used too much of, in words that go on from "the kernel", or None.

        Raises:
            WatchError: it cannot be seen.
        """
        seen = _look(self._sight.processes)
        files = sum(map(_files_in, self._sight.folders))
        sockets = _sockets(self._sight.network)
        if not seen.gone - self._gone and not self._seems_much(seen, files, sockets):
            return self._excess_of(seen, files, sockets)
        self._gone = seen.gone
        # Somebody was about to end, and may have handed on all that it had to a child that was not listed yet. And
        # what the processes share is told only when none of them is about to change it.
        with self._sight.standing_still():
            return self._excess_of(_look(self._sight.processes), files, sockets)

    def _uncounted(self, seen: _Seen, files: int, sockets: int) -> int:
        """Return the bytes that the system counts for nobody, at the most."""
        ending = 0
        for name in seen.ending:
            # Nobody knows how much it had whose whole life fell between two looks; if it takes long, it is much.
            unknown = self._bounds.memory // _ENDING_SHARE if name in self._ending else 0
            ending += self._sizes.get(name, unknown)
        return sockets * _SOCKET + files * _FILE + seen.held + ending

    def _seems_much(self, seen: _Seen, files: int, sockets: int) -> bool:
        """Return whether it is too much if nothing is shared."""
        uncounted = self._uncounted(seen, files, sockets)
        return uncounted + sum(seen.memory.values()) > self._bounds.memory

    def _excess_of(self, seen: _Seen, files: int, sockets: int) -> str | None:
        bounds, memory = self._bounds, seen.memory
        seems_much = self._seems_much(seen, files, sockets)
        self._looks += 1
        # Before anything whose time grows with the mappings.
        if len(memory) > _FEW_PROCESSES and (seems_much or self._looks % _MAPS_EVERY == 0):
            self._maps = _maps_of(memory, bounds.maps)
            if self._maps > bounds.maps:
                return f"made more than {bounds.maps:,} mappings of memory"
        if self._overrun():
            return self._too_much_memory()
        most = bounds.memory - self._uncounted(seen, files, sockets) - self._maps * _MAP
        shares = _shares(memory, most) if seems_much else {}
        if seems_much and sum(shares.values()) > most:
            return self._too_much_memory()
        ending = {name: size for name, size in self._sizes.items() if name in seen.ending}
        self._sizes = {_process(task): size for task, size in {**memory, **shares}.items()} | ending
        self._ending = seen.ending
        if refused := self._opened.refused(memory):
            return refused
        if memory_of(Path(f"/proc/{os.getpid()}")) - self._graders_memory > bounds.graders_memory:
            return "sent more messages than can be read"
        if files > bounds.files:
            return f"made more than {bounds.files:,} files"
        if sockets > bounds.sockets:
            return f"opened more than {bounds.sockets:,} sockets"
        return None

    def _too_much_memory(self) -> str:
        return f"used more than {self._bounds.memory // MIB:,} MiB of memory"


def waited_for_a_processor(process: Path) -> dict[str, float]:
    """Return how many seconds each thread of a process has so far been ready to run, and had no processor.

    Empty where the system does not count it: /proc/PID/schedstat, in sched-stats.rst of Linux's documentation.
    """
    waited = {}
    with suppress(OSError):
        for task in (process / "task").iterdir():
            with suppress(OSError, ValueError, IndexError):
                waited[task.name] = int((task / "schedstat").read_bytes().split()[1]) / 1e9
    return waited


def processor_time(*processes: Path) -> float:
    """Return the seconds of processor time that processes have used, and their children that they have buried."""
    ticks = 0
    for process in processes:
        with suppress(OSError, IndexError):  # it has just ended
            # The name in brackets may hold anything.
            fields = (process / "stat").read_bytes().rpartition(b") ")[2].split()
            ticks += sum(map(int, fields[_TIMES]))
    return ticks / os.sysconf("SC_CLK_TCK")


def shown_in(folder: Path) -> list[Path]:
    """Return the processes that a /proc shows; none if it has gone."""
    try:
        return [path for path in folder.iterdir() if path.name.isdigit()]
    except OSError:
        return []


def memory_of(task: Path) -> int:
    """Return a process's private and shared memory in bytes; what it maps from files is not its own."""
    return KIB * sum(_numbers(task / "status", _MEMORY))


def _look(processes: Path) -> _Seen:
    """Look at each process once.

    Raises:
        WatchError: nothing can be seen at all.
    """
    folders = shown_in(processes)
    if not folders:
        raise WatchError("none of its processes can be seen")
    memory, held = {}, 0
    gone, ending = set(), set()
    for folder in folders:
        tasks = _threads_of(folder)
        having = [task for task, status in tasks.items() if _numbers_in(status, (b"VmPTE:",))]
        status = tasks[having[0]] if having else b""
        if size := KIB * sum(_numbers_in(status, _MEMORY)):
            memory[having[0]] = size
            # Each descriptor may be that of a full pipe.
            held += len(tasks) * _TASK + _DESCRIPTOR * sum(_numbers_in(status, (b"FDSize:",)))
            continue
        gone.add(folder.name)
        if any(not _ENDED.search(status) for status in tasks.values()):
            ending.add(folder.name)
    return _Seen(memory, held, frozenset(gone), frozenset(ending))


def _threads_of(process: Path) -> dict[Path, bytes]:
    """Return what the system tells of each thread of a process; nothing if it has ended.

    The first thread of a process may have ended, and then nothing of the others' memory is told of it.
    """
    statuses = {}
    with suppress(OSError):
        for thread in (process / "task").iterdir():
            with suppress(OSError):
                statuses[thread] = (thread / "status").read_bytes()
    return statuses


def _process(task: Path) -> str:
    """Return the number of the process that a thread's folder belongs to."""
    return task.parent.parent.name


def _maps_of(tasks: Iterable[Path], most: int) -> int:
    """Return how many mappings processes have; where it is more than `most`, it may be more still.

    A process that hides them is taken for one with as many as there can be.
    """
    total = 0
    for task in tasks:
        try:
            with (task / "maps").open("rb") as maps:
                while total <= most and (block := maps.read(MIB)):
                    total += block.count(b"\n")
        except PermissionError:
            total += 0 if has_just_ended(task) else _MOST_MAPS
        except OSError:  # it has just ended
            pass
        if total > most:
            break
    return total


def _shares(memory: Mapping[Path, int], most: int) -> dict[Path, int]:
    """Return what processes use in bytes, each page that some share divided by their number.

    Those that seem to use most are asked first, and nobody any more when it is too much already: to ask takes time.

    Args:
        memory: what each seems to use.
        most: bytes.
    """
    shares: dict[Path, int] = {}
    for task in sorted(memory, key=lambda one: -memory[one]):
        shares[task] = _proportional_memory(task)
        if sum(shares.values()) > most:
            break
    return shares


def _sockets(process: int) -> int:
    """Return how many sockets are open in a process's network namespace."""
    try:
        first = Path(f"/proc/{process}/net/sockstat").read_bytes().splitlines()[0]
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return int(first.split()[-1])


def _proportional_memory(task: Path) -> int:
    """Return the same with each shared page divided by the processes that share it; slower to find out."""
    try:
        shares = sum(_numbers(task / "smaps_rollup", _SHARED_OUT))
    except PermissionError:  # it hides itself
        return memory_of(task)
    return KIB * (shares + sum(_numbers(task / "status", (b"VmPTE:",))))


def _numbers(file: Path, names: tuple[bytes, ...]) -> list[int]:
    """Return the numbers of these lines of a file; none if its process has just ended."""
    try:
        return _numbers_in(file.read_bytes(), names)
    except (FileNotFoundError, ProcessLookupError):
        return []


def _numbers_in(text: bytes, names: tuple[bytes, ...]) -> list[int]:
    """Return the numbers of these lines; as bytes: a process's name, which stands there too, may be any."""
    return [int(line.split()[1]) for line in text.split(b"\n") if line.startswith(names)]


def _files_in(folder: Path) -> int:
    try:
        about = os.statvfs(folder)
    except OSError:  # the room has just ended
        return 0
    return about.f_files - about.f_ffree
