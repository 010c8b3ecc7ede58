"""Lets Jupyter's kernel manager run kernels in any kind of isolation."""

from __future__ import annotations

import asyncio
import signal
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from nbclient.exceptions import DeadKernelError
from traitlets import Type
from zmq.asyncio import Context

from autograder.errors import NotebookError
from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.processes import SOCKETS, Isolation, KernelProcess, Start

LARGEST_MESSAGE = 16 * MIB
"""Largest part of a message in bytes that the grader takes from a kernel: reading one costs many times its size."""
_PAUSE = 0.02
_NEVER_MILLISECONDS = 2**31 - 1
"""After which a broken connection is made again: by then anything could stand at the other end.

libzmq also knows -1 for never, but then it ends this whole process (`Assertion failed: !_more`) where a connection
breaks while one of its messages is being read.
"""
_SENDING_MILLISECONDS = 1000
"""How long a message may wait for its connection: where a kernel has sent no messages but nonsense, libzmq has closed
it, and that would be for ever."""


class _OnePython(KernelSpecManager):
    """Offers one kernel, whatever the user has installed or named; the isolation knows its command."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[], display_name="Python 3", language="python", interrupt_mode="signal"
        )


class _Context(Context):
    """Opens sockets that take small messages, and never connect twice."""

    def __init__(self) -> None:
        super().__init__()
        self.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        self.setsockopt(zmq.RECONNECT_IVL, _NEVER_MILLISECONDS)
        self.setsockopt(zmq.SNDTIMEO, _SENDING_MILLISECONDS)


class _ShellChannel(AsyncZMQSocketChannel):
    """Takes a kernel for dead whose connection has been closed because of what it sent.

    Attributes:
        more_time: asked when the time to wait for a message is over: how many seconds longer to wait.
    """

    more_time: Callable[[], float] | None = None

    async def get_msg(  # type: ignore[override]  # as in the base class
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """See the base class."""
        while True:
            try:
                message: dict[str, Any] = await super().get_msg(timeout)
                return message
            except Empty:
                timeout = 0.0 if self.more_time is None else self.more_time()
                if timeout <= 0:
                    raise

    def send(self, msg: dict[str, Any]) -> None:
        """See the base class.

        Raises:
            DeadKernelError: nobody is at the other end.
        """
        try:
            super().send(msg)
        except zmq.Again as error:
            raise DeadKernelError("the connection to the kernel was closed") from error


class _Client(AsyncKernelClient):
    """A client without heartbeat: its channel connects again by itself, to whatever stands there by then.

    Attributes:
        silent: whether the kernel is to keep to itself what it is asked to run. It would otherwise send the text
            back to whoever listens, and a check's inputs may be larger than what the grader takes from a kernel.
        asked: the id of the last request to run something.
    """

    silent = False
    asked = ""
    shell_channel_class = Type(_ShellChannel)

    def execute(self, code: str, silent: bool = False, *args: Any, **kwargs: Any) -> str:
        """See the base class."""
        self.asked = super().execute(code, silent or self.silent, *args, **kwargs)
        return self.asked

    # A manager does not hand its own context on.
    def _context_default(self) -> Context:
        self._created_context = True
        return _Context()

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        super().start_channels(shell=True, iopub=True, stdin=False, hb=False, control=True)

    def stop_channels(self) -> None:
        # The base class would first open those that were left out, to a kernel that is gone.
        self.context.destroy(linger=0)


class KeptApart(KernelProvisionerBase):
    """Starts a kernel through an `Isolation` and passes on what Jupyter asks of it."""

    isolation: Isolation
    start: Start
    seconds: float
    process: KernelProcess | None = None
    _status: int | None = None

    @property
    def has_process(self) -> bool:
        """See the base class."""
        return self.process is not None

    async def poll(self) -> int | None:
        """See the base class."""
        return self._status if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        """See the base class."""
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(_PAUSE)
        if self.process is not None:
            self._status = self.process.poll()
            self.process.kill()  # what the kernel has left behind
            self.process = None
        return self._status

    async def send_signal(self, signum: int) -> None:
        """See the base class; only an interrupt is not deadly."""
        if self.process is None:
            return
        if signum == signal.SIGINT:
            self.process.interrupt()
        elif signum != 0:
            self.process.kill()

    def waited(self) -> Mapping[str, float]:
        """See `KernelProcess.waited`."""
        return {} if self.process is None else self.process.waited()

    def used(self) -> float:
        """See `KernelProcess.used`."""
        return 0.0 if self.process is None else self.process.used()

    def cause(self) -> str | None:
        """Say why the grader ended the kernel, or None."""
        return None if self.process is None else self.process.reason()

    async def kill(self, restart: bool = False) -> None:
        """See the base class."""
        if self.process is not None:
            self.process.kill()

    async def terminate(self, restart: bool = False) -> None:
        """See the base class: a stranger's process is not asked."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """See the base class."""
        await self.kill(restart)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """See the base class."""
        manager = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel and wait for its sockets, so that nobody connects to what is not there yet.

        Raises:
            NotebookError: it ended, or its sockets did not appear in time.
        """
        self.process = self.isolation.start(self.start)
        ports = [value for name, value in self.connection_info.items() if name.endswith("_port")]
        sockets = [Path(f"{self.connection_info['ip']}-{port}") for port in ports]
        deadline = time.monotonic() + self.seconds
        while not all(map(_exists, sockets)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise NotebookError(
                    "The kernel did not start"
                    + (f": it {reason}" if (reason := self.process.reason()) else ".")
                    + f"\n{self.process.last_words()}"
                )
            await asyncio.sleep(_PAUSE)
        return self.connection_info


def kernel_manager(
    isolation: Isolation,
    *,
    files: Path,
    scratch: Path,
    environment: Mapping[str, str],
    folders: Mapping[Path, str],
    bounds: Bounds,
    seconds: float,
    imports: frozenset[str],
) -> AsyncKernelManager:
    """Return a manager whose kernel `isolation` runs.

    Args:
        isolation: the way of running it.
        seconds: that the kernel may take to start.
        files: see `Start`.
        scratch: see `Start`.
        environment: see `Start`.
        folders: see `Start`.
        bounds: see `Start`.
        imports: see `Start`.
    """
    manager = AsyncKernelManager(
        context=_Context(),
        kernel_spec_manager=_OnePython(),
        kernel_name="python3",
        client_class=f"{_Client.__module__}.{_Client.__name__}",
        connection_file=str(scratch / "manager.json"),
        transport="ipc",
        ip=str(scratch / SOCKETS / "k"),
    )
    provisioner = KeptApart(kernel_id="student", kernel_spec=manager.kernel_spec, parent=manager)
    provisioner.isolation = isolation
    provisioner.seconds = seconds
    ports = {f"{channel}_port": number for number, channel in enumerate(_CHANNELS, 1)}
    for name, port in ports.items():
        setattr(manager, name, port)
    provisioner.start = Start(
        files=files,
        scratch=scratch,
        connection={
            **ports,
            "transport": "ipc",
            "signature_scheme": manager.session.signature_scheme,
            "key": manager.session.key.decode("ascii"),
            "kernel_name": "python3",
        },
        environment=environment,
        folders=folders,
        bounds=bounds,
        imports=imports,
    )
    manager.provisioner = provisioner
    return manager


_CHANNELS = ("shell", "iopub", "stdin", "hb", "control")


def _exists(socket: Path) -> bool:
    """Return whether a socket is there, and no link: that would lead out of the room."""
    try:
        return stat.S_ISSOCK(socket.lstat().st_mode)
    except OSError:  # the room that it leads into is not furnished yet
        return False
