"""Kernels in rooms that start with everything imported: copies of a fork server (see `fork_server`)."""

from __future__ import annotations

import atexit
import inspect
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from autograder.errors import SandboxError
from autograder.kernel import cgroups, compiled, confine, fork_server, kept_code
from autograder.kernel.copies import Copy, ForkServerError, Line
from autograder.kernel.libraries import IN_FRONT
from autograder.kernel.processes import (
    KERNEL_OPTIONS,
    KernelProcess,
    LastWords,
    Start,
    ended,
    text_of,
)
from autograder.kernel.room import (
    ROOM_CONNECTION,
    ColdKernel,
    Room,
    environment,
    read_by_libraries,
    settings,
)
from autograder.kernel.usage import waited_for_a_processor

_log = logging.getLogger(__name__)
_DESCRIPTORS = 2**16
"""As many as this process and a fork server may have open, or on their way, if the system lets them."""
_WRITABLE_ANYWHERE = "/tmp"
"""A folder here and, another one, in every room: wherever numba has compiled, it writes to in the kernels too."""
_IMPORT_SECONDS = 600.0
"""Seconds that the libraries may take; ten on an idle machine, many times that on a busy one."""
_FIRST_TEXTS = f"{inspect.getsource(confine)}\n{text_of(kept_code)}"
"""What the fork server's own text builds on."""
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WarmKernel:
    """A kernel that a fork server has put into a room."""

    def __init__(self, start: Start, server: Line) -> None:
        """Make the room, and have the server start a kernel in it.

        Raises:
            SandboxError: bubblewrap is not there.
            ForkServerError: the server has ended.
        """
        self._room = Room(start, None)
        try:
            self._words, self._copy = _request_kernel(start, self._room, server)
            if self._copy.started(_IMPORT_SECONDS) is None:
                words = self._words.text().strip() or server.last_words()
                raise ForkServerError(f"no kernel was made: {words}")
        except SandboxError:
            self._room.kill()
            raise

    def poll(self) -> int | None:
        """See `KernelProcess.poll`."""
        status = self._copy.poll()
        return self._room.poll() if status is None else status

    def interrupt(self) -> None:
        """See `KernelProcess.interrupt`."""
        self._copy.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """See `KernelProcess.kill`."""
        self._room.kill()

    def reason(self) -> str | None:
        """See `KernelProcess.reason`."""
        return self._room.reason()

    def last_words(self) -> str:
        """See `KernelProcess.last_words`."""
        return self._words.text()

    def waited(self) -> Mapping[str, float]:
        """See `KernelProcess.waited`."""
        return waited_for_a_processor(Path(f"/proc/{self._copy.pid}"))

    def used(self) -> float:
        """See `KernelProcess.used`."""
        return self._room.used()


def _request_kernel(start: Start, room: Room, server: Line) -> tuple[LastWords, Copy]:
    """Ask for a kernel in a room; return what it will write to its standard error, and the kernel."""
    variables = environment(start.environment)
    message = {
        "room": room.first_process,
        "members": room.members,
        "namespaces": [
            name for name in fork_server.NAMESPACES if _is_own(room.first_process, name)
        ],
        "environment": {**variables, "NUMBA_CACHE_DIR": server.compiled},
        "settings": settings(start.bounds),
        "compiled": server.compiled,
        "connection": ROOM_CONNECTION,
        "options": list(KERNEL_OPTIONS),
        "threads": int(variables.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0))),
        "libraries": [name for name in fork_server.LIBRARIES if name in start.imports],
    }
    read_end, write_end = os.pipe()
    try:
        kernel = server.request(message, write_end)
    except ForkServerError:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    return LastWords(os.fdopen(read_end, "rb")), kernel


def _is_own(process: int, namespace: str) -> bool:
    """Return whether a room's process has a namespace of its own; not every room has one of each kind."""
    own, rooms = (Path(f"/proc/{of}/ns/{namespace}") for of in ("self", process))
    return own.stat().st_ino != rooms.stat().st_ino


class ForkServer(Line):
    """A fork server of this process's own."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Start it; its imports go on while rooms are made.

        Args:
            variables: a kernel's environment, as far as libraries read it when they are imported.
        """
        self._is_ready = False
        self._scratch = tempfile.TemporaryDirectory(
            prefix="kernel-", dir=_WRITABLE_ANYWHERE, ignore_cleanup_errors=True
        )
        _may_send_descriptors()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Written on import, outside of any room: a folder that only this user can write to.
        super().__init__(ours, variables, f"{self._scratch.name}/compiled")
        compiled.copy_kept(Path(self.compiled))
        program = f"{_FIRST_TEXTS}\n{text_of(fork_server)}\nserve({self._scratch.name!r})\n"
        with theirs:
            self._process = subprocess.Popen(
                [
                    *cgroups.prefix_outside(),
                    sys.executable,
                    "-P",
                    "-c",
                    fork_server.BOOTSTRAP,
                ],
                cwd="/",
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={
                    **cgroups.environment(),
                    **variables,
                    **dict.fromkeys(_ONE_THREAD, "1"),
                    "NUMBA_CACHE_DIR": self.compiled,
                    # pyarrow, which scikit-learn imports by way of pandas where it is installed, starts a thread else.
                    "JE_ARROW_MALLOC_CONF": "background_thread:false",
                    # Whatever a library asks CUDA for on import: a copy could not use what was started before it.
                    "CUDA_VISIBLE_DEVICES": "",
                    "MPLCONFIGDIR": self._scratch.name,
                    # matplotlib reads it when it is imported, before there is a kernel to set it.
                    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                    # Else ipykernel's debugger warns when it is imported, and that would be the server's last words.
                    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
                },
            )
        assert self._process.stderr is not None
        self._words = LastWords(self._process.stderr)
        with suppress(OSError):  # it has ended; whoever waits for it is told
            ours.send(program.encode())

    def wait_until_ready(self) -> None:
        """Wait until it takes requests.

        Raises:
            ForkServerError: it has ended, or takes too long.
        """
        if self._is_ready:
            return
        self._socket.settimeout(_IMPORT_SECONDS)
        try:
            self._is_ready = self._socket.recv(len(fork_server.READY)) == fork_server.READY
        except TimeoutError:
            pass
        finally:
            self._socket.settimeout(None)
        if not self._is_ready:
            raise ForkServerError(f"the fork server did not start: {self.last_words()}")

    def is_alive(self) -> bool:
        """Return whether it can be asked."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """See `Line.last_words`."""
        return self._words.text().strip()

    def close(self) -> None:
        """End it, and with it every kernel that it has started."""
        # Killed first: it clears its folder up where it sees the socket close, with what is to be taken over.
        self._process.kill()
        ended(self._process)
        self._socket.close()
        compiled.keep(Path(self.compiled))
        self._scratch.cleanup()


def _may_send_descriptors() -> None:
    """Let this process and its fork server have more descriptors on their way than a room may have.

    The system counts those of one user's processes together, and refuses a process whose own limit they exceed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


class WarmBubblewrap:
    """Isolation by bubblewrap, with kernels copied from a fork server; from nothing where that fails.

    Attributes:
        shared: the line to a fork server that this process was itself copied from, or None.
    """

    hides_this_machine = True
    shared: ClassVar[Line | None] = None

    def __init__(self) -> None:
        """Nothing is started before the first kernel."""
        self._server: ForkServer | None = None
        self._gave_up = False
        atexit.register(self.close)

    def start(self, start: Start) -> KernelProcess:
        """See `Isolation.start`. What the fork server has imported serves no kernel with other libraries."""
        if not self._gave_up and IN_FRONT not in start.environment:
            try:
                variables = read_by_libraries(environment(start.environment))
                return WarmKernel(start, self._server_for(variables))
            except ForkServerError as error:
                self._gave_up = True
                _log.warning("Kernels start from nothing from now on, which is slower: %s", error)
        return ColdKernel(start)

    def close(self) -> None:
        """End the fork server, and with it every kernel that still runs."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _server_for(self, variables: dict[str, str]) -> Line:
        if self.shared is not None and self.shared.variables == variables:
            return self.shared
        if self._server is not None and (
            self._server.variables != variables or not self._server.is_alive()
        ):
            self.close()
        if self._server is None:
            self._server = ForkServer(variables)
        self._server.wait_until_ready()
        return self._server
