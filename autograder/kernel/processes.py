"""What a running kernel is to the grader, whichever way its code is kept apart."""

from __future__ import annotations

import inspect
import os
import select
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Protocol

from autograder.kernel.limits import Bounds

SOCKETS = "run"
"""Folder (or link) in a start's scratch folder under which the grader finds the kernel's sockets."""
SCRATCH_PREFIX = "kernel-"
_LONGEST_SOCKET = 103
"""Bytes that a socket's path may have; macOS takes no more, Linux 107."""
_SHORT_FOLDER = "/tmp"
CONNECTION_FILE = "connection.json"
KERNEL_OPTIONS = (
    # Nobody will ask for its history, and writing it costs time.
    "--HistoryManager.enabled=False",
    # As in Jupyter, modules beside the notebook can be imported, but only now that the kernel has its sockets:
    # Python itself starts with -P, or such a module could run before they are there.
    '--IPKernelApp.exec_lines=import sys; sys.path.insert(0, "")',
)
"""Options of every kernel."""


def folder_of_scratch() -> str:
    """Return where to make a kernel's scratch folder: among temporary files, unless their path is long.

    The kernel's sockets lie in it, and the system refuses longer paths for them.
    """
    usual = tempfile.gettempdir()
    longest = f"{usual}/{SCRATCH_PREFIX}12345678/{SOCKETS}/k-5"
    return usual if len(os.fsencode(longest)) <= _LONGEST_SOCKET else _SHORT_FOLDER


@dataclass(frozen=True)
class Start:
    """All that a kernel needs to begin.

    Attributes:
        files: the submission's folder; the kernel works in a copy.
        scratch: an empty folder of the grader's for this kernel alone.
        connection: what Jupyter's connection file says; its `ip` is replaced by where the sockets are.
        environment: environment variables.
        folders: folders of this machine that the kernel may read, and where it is to find them. Ways of
            running that keep nothing apart leave them where they are.
        bounds: what it may use.
        imports: packages that its code names in imports.
    """

    files: Path
    scratch: Path
    connection: Mapping[str, Any]
    environment: Mapping[str, str]
    folders: Mapping[Path, str]
    bounds: Bounds
    imports: frozenset[str] = frozenset()


class KernelProcess(Protocol):
    """A kernel and everything that it has started."""

    def poll(self) -> int | None:
        """Return None while the kernel runs, else its exit status."""

    def interrupt(self) -> None:
        """Send SIGINT to the kernel."""

    def kill(self) -> None:
        """End the kernel and everything that it has started; return when they are gone."""

    def reason(self) -> str | None:
        """Say why the grader ended it, in words that go on from "the kernel", or None."""

    def last_words(self) -> str:
        """Return the end of what it wrote to its standard error."""

    def waited(self) -> Mapping[str, float]:
        """Return how many seconds each of the kernel's threads has waited for a processor; see `usage`."""

    def used(self) -> float:
        """Return the seconds of processor time that it and all that it has started have used."""


class Isolation(Protocol):
    """A way of running kernels.

    Attributes:
        hides_this_machine: whether kernels see nothing of it but the folders that they are shown.
    """

    hides_this_machine: bool

    def start(self, start: Start) -> KernelProcess:
        """Start a kernel.

        Raises:
            SandboxError: this machine cannot do it.
        """


class LastWords:
    """Reads a stream to its end in a thread and keeps the last lines: a student's code may write for ever."""

    _LINES, _LONGEST = 20, 400

    def __init__(self, stream: IO[bytes]) -> None:
        """Start to read."""
        self._lines: deque[bytes] = deque(maxlen=self._LINES)
        self._stream = stream
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            while line := self._stream.readline(self._LONGEST):
                self._lines.append(line)

    def text(self) -> str:
        """Return what was kept."""
        self._thread.join(timeout=0.5)
        return b"".join(list(self._lines)).decode("utf-8", "replace")


def text_of(module: ModuleType) -> str:
    """Return a module's text, to be put behind others': `from __future__` may stand only at the start of a text."""
    return inspect.getsource(module).replace("from __future__ import annotations\n", "")


def has_ended(handle: int) -> bool:
    """Return whether a process has ended, by its descriptor of pidfd_open(2)."""
    return bool(select.select([handle], [], [], 0)[0])


def ended(process: subprocess.Popen[bytes], seconds: float = 10.0) -> bool:
    """Wait for a process that has been killed; return whether it is gone."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
