"""A worker's process on this machine: started from nothing, or copied from a fork server, and ended."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.grading.messages import Broken, ReadSettings, Ready, Settings
from autograder.grading.processors import VARIABLE as PROCESSORS
from autograder.kernel.copies import Copy, ForkServerError
from autograder.kernel.room import environment as room_environment
from autograder.kernel.room import read_by_libraries
from autograder.kernel.surroundings import ROOM_LIBRARIES
from autograder.kernel.warm import ForkServer

_log = logging.getLogger(__name__)
STARTING_SECONDS = 300.0
"""How long a worker may take to load its libraries; on a cold and busy disk that is minutes."""
_LIBRARIES = ("torch", "torchvision", "PIL", "transformers", "sklearn")
"""What judging an assignment of the kit's own needs, so that it is imported before a worker is copied."""
_STANDARD_ERROR = 2
_TRIES = 2
"""At copying workers."""


class WorkerEndedError(CourseError):
    """A worker has ended before it was ready."""


class WorkerProcess:
    """One worker process, and the line to it."""

    def __init__(
        self,
        folder: Path,
        log: Path | None,
        processors: tuple[int, ...] = (),
        server: ForkServer | None = None,
        libraries: tuple[str, ...] = _LIBRARIES,
    ) -> None:
        """Start the process.

        Args:
            folder: for the worker's use; it is made, and removed by `end`.
            log: file that its messages are appended to; None: they go where this process's own go.
            processors: on which it and its kernels run; empty for all.
            server: of which it is to be a copy; None: it starts from nothing.
            libraries: what a server imports before it makes the copy.

        Raises:
            ForkServerError: the server has ended.
        """
        self.folder = folder
        _make(folder)
        environment = dict(os.environ)
        if processors:
            environment[PROCESSORS] = ",".join(map(str, processors))
            environment.setdefault("OMP_NUM_THREADS", str(len(processors)))
        ours, theirs = socket.socketpair()
        with ours, theirs, _appended(log) as errors:
            self.connection = Connection(os.dup(ours.fileno()))
            if server is None:
                self.process: subprocess.Popen[bytes] | Copy = _started(
                    folder, theirs, errors, environment
                )
            else:
                self.process = server.request({"libraries": libraries}, errors, theirs.fileno())
                self.send(_told(folder, environment, server))

    def send(self, message: object) -> None:
        """Send a message; a worker that is gone is noticed when its answer is awaited."""
        with contextlib.suppress(OSError):
            self.connection.send(message)

    def receive(self) -> Any:
        """Return the worker's next message, or None if it has died."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None

    def dismiss(self) -> None:
        """Hang up: a worker that waits for a job then ends by itself, and clears up what it has started."""
        self.connection.close()

    def wait_for_end(self, seconds: float) -> None:
        """Give a worker that was dismissed so long to end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def end(self) -> None:
        """Kill the process, if it is still there, and remove its folder."""
        if isinstance(self.process, Copy):
            self.process.kill_group()
        elif self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def death(self) -> str:
        """Say how the process ended."""
        code = self.process.wait()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


class Starter:
    """Starts worker processes: as copies of one fork server while that is to be had, else from nothing."""

    def __init__(self, scratch: Path, log: Path | None, *, copies: bool, kits: bool) -> None:
        """Nothing is started yet.

        Args:
            scratch: folder that will hold the folders of the workers.
            log: see `WorkerProcess`.
            copies: whether to try a fork server; this system may have none.
            kits: whether copies need what judging an assignment of the kit's own does.
        """
        self._libraries = _LIBRARIES if kits else ()
        self._scratch, self._log = scratch, log
        self._copies = copies and sys.platform == "linux"
        self._server: ForkServer | None = None
        self._started = 0
        self._failed_copies = 0

    def start(self, processors: tuple[int, ...] = ()) -> WorkerProcess:
        """Start another worker, on these processors (none: on all)."""
        self._started += 1
        folder = self._scratch / str(self._started)
        if self._copies:
            try:
                server = self._living_server()
                return WorkerProcess(folder, self._log, processors, server, self._libraries)
            except ForkServerError:
                shutil.rmtree(folder)
        return WorkerProcess(folder, self._log, processors)

    def has_lost_server(self) -> bool:
        """Return whether the fork server has ended, and with it all its copies and their kernels."""
        return self._server is not None and not self._server.is_alive()

    def copies_start(self) -> None:
        """Take note that a copy is ready for its work."""
        self._failed_copies = 0

    def copying_failed(self, reason: str) -> None:
        """Take note that copies have ended before they were ready.

        Once may be somebody else's doing. From the second time in a row on, workers start from nothing, and that is
        said; what the server has said goes before the reason.
        """
        self._failed_copies += 1
        if self._copies and self._server is not None and self._failed_copies >= _TRIES:
            self._copies = False
            _log.warning(
                "Workers start from nothing from now on, which takes more memory: %s",
                self._server.last_words() or reason,
            )

    def end_server(self) -> None:
        """End the fork server, if there is one, with all its copies; the next copy is of another one."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _living_server(self) -> ForkServer:
        if self.has_lost_server():
            self.end_server()
        if self._server is None:
            variables = read_by_libraries(room_environment(ROOM_LIBRARIES))
            self._server = ForkServer(variables)
        return self._server


def _make(folder: Path) -> None:
    """Make a worker's folder, and the run's around it if that is gone.

    Workers that end with their fork server take the run to be gone as well, and clear up behind it.
    """
    while not folder.exists():
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            folder.mkdir(mode=0o700)


def _started(
    folder: Path, connection: socket.socket, errors: int, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Start a worker from nothing."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograder.grading.worker",
         str(connection.fileno()), str(os.getpid()), str(folder)],
        pass_fds=[connection.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
        env=environment,
        # Ctrl-C is for the run, which then ends its workers.
        start_new_session=True,
    )  # fmt: skip


_MAIN = "autograder.grading.worker:main_as_copy"


def _told(folder: Path, environment: dict[str, str], server: ForkServer) -> dict[str, Any]:
    """Return what a worker that is a copy must know, so that it is like one that started from nothing."""
    here, packages = Path.cwd(), environment.get("PYTHONPATH", "").split(os.pathsep)
    return {
        "main": _MAIN,
        "own_folder": str(folder),
        "folder": str(here),
        "environment": environment,
        "path": [str(here), *(str(Path(folder).absolute()) for folder in packages if folder)],
        "threads": int(environment.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0))),
        "variables": server.variables,
        "compiled": server.compiled,
    }


@contextlib.contextmanager
def _appended(log: Path | None) -> Iterator[int]:
    if log is None:
        yield _STANDARD_ERROR
        return
    with log.open("ab") as file:
        yield file.fileno()


def read_settings(wanted: ReadSettings, worker: WorkerProcess) -> Settings:
    """Let a worker read a course's settings.

    Raises:
        WorkerEndedError: it ended meanwhile.
        CourseError: it could not, or takes too long.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while worker.connection.poll(max(0.0, deadline - time.monotonic())):
        match worker.receive():
            case Ready():
                worker.send(wanted)
            case Settings() as settings:
                return settings
            case Broken() as broken:
                raise CourseError(broken.reason)
            case _:
                raise WorkerEndedError(
                    f"reading nbgrader's configuration ended with {worker.death()}"
                )
    raise CourseError(f"nbgrader's configuration was not read within {STARTING_SECONDS:.0f} s")
