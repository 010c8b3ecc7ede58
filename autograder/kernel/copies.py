"""The grader's end of the sockets of a fork server and of its copies (see `fork_server`)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from typing import Any

from autograder.errors import SandboxError

_LONGEST_REPLY = 1024


class ForkServerError(SandboxError):
    """The fork server does not answer; what it was to copy can still start from nothing."""


class Copy:
    """A process that a fork server makes: awaited, watched and killed, as `subprocess.Popen` does it."""

    def __init__(self, replies: socket.socket) -> None:
        """Begin to listen.

        Args:
            replies: each is a packet of its own: first the process's number, then its exit status.
        """
        self.returncode: int | None = None
        self._pid: int | None = None
        self._has_begun, self._has_ended = threading.Event(), threading.Event()
        threading.Thread(target=self._follow, args=(replies,), daemon=True).start()

    def started(self, seconds: float) -> int | None:
        """Wait for the process's number; None if there is none within so many seconds, or will be none.

        The server may have to import something first.
        """
        self._has_begun.wait(seconds)
        return self._pid

    @property
    def pid(self) -> int | None:
        """The process's number, once it has begun."""
        return self._pid

    def poll(self) -> int | None:
        """Return None until it has ended, then its exit status; a negative one is a signal's."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status when it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        if not self._has_ended.wait(timeout):
            raise subprocess.TimeoutExpired("a copy of the fork server", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._pid is not None and self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def kill_group(self) -> None:
        """Kill it and its process group; what has no number yet is not started, and ends with the server."""
        if self._pid is not None and self.returncode is None:
            for kill in (os.killpg, os.kill):  # it may have no group of its own yet
                with suppress(ProcessLookupError):
                    kill(self._pid, signal.SIGKILL)
            self._has_ended.wait()

    def _follow(self, replies: socket.socket) -> None:
        with replies:
            if first := replies.recv(_LONGEST_REPLY):
                self._pid = json.loads(first)["process"]
                self._has_begun.set()
                last = replies.recv(_LONGEST_REPLY)
                self.returncode = json.loads(last)["status"] if last else None
        if self.returncode is None:  # it was never made, or the server was killed, and it ends too
            self.returncode = -signal.SIGKILL
        self._has_begun.set()
        self._has_ended.set()


class Line:
    """A socket over which a fork server takes requests.

    Attributes:
        variables: the environment in which the server imports.
        compiled: folder of what it has numba compile; the copies' numba looks under the same name.
    """

    def __init__(self, end: socket.socket, variables: dict[str, str], compiled: str) -> None:
        """Take an end of the socket."""
        self.variables = variables
        self.compiled = compiled
        self._socket = end

    def request(self, message: dict[str, Any], errors: int, *more: int) -> Copy:
        """Ask for a copy.

        Args:
            message: what it is to be.
            errors: descriptor of its standard error.
            more: descriptors that it needs besides.

        Raises:
            ForkServerError: the server has ended.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                packet = json.dumps(message).encode()
                socket.send_fds(self._socket, [packet], [theirs.fileno(), errors, *more])
            except OSError as error:
                ours.close()
                raise ForkServerError(f"the fork server has ended: {error}") from error
        return Copy(ours)

    def last_words(self) -> str:
        """Return the end of what the server wrote to its standard error; only who started it can tell."""
        return ""
