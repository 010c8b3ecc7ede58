"""The grader's end of the pipes that lead to a room's or container's first process: see `keeper`."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from autograder.errors import SandboxError
from autograder.kernel import confine, keeper
from autograder.kernel.processes import text_of

_PROGRAM = f"{text_of(confine)}\n{text_of(keeper)}\n"
"""What the first process runs, but for the call."""


class Orders:
    """Tells a first process what to do, and hears that it has done it."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Take over a process's standard input and output.

        Args:
            process: runs `keeper.BOOTSTRAP`, or brings it about that it is run.
            seconds: how long an answer may take.
        """
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout
        self._seconds = seconds

    def begin(self, mark: str = "") -> None:
        """Send its program.

        Args:
            mark: see `keeper.keep`.

        Raises:
            SandboxError: it does not start.
            OSError: it has ended.
        """
        self._tell(f"{_PROGRAM}keep({mark!r})\0".encode())
        if self._heard() != keeper.STARTED:
            raise SandboxError("its first process did not start")

    def furnish(self, order: dict[str, Any]) -> int:
        """Have the room furnished, and the kernel started.

        Returns:
            The kernel's number in the room, 0 if there is none yet.

        Raises:
            SandboxError: it cannot be done.
            OSError: it has ended.
        """
        self._tell(json.dumps(order).encode() + b"\n")
        try:
            return int(self._heard())
        except ValueError as error:
            raise SandboxError("it could not be furnished") from error

    def interrupt(self) -> None:
        """Have SIGINT sent to the kernel that it has started."""
        with suppress(OSError):  # it has ended
            self._tell(keeper.INTERRUPT)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Have nothing run in the room but its first process, meanwhile.

        Raises:
            SandboxError: it does not answer.
            OSError: it has ended.
        """
        self._tell(keeper.HOLD)
        try:
            if self._heard() != keeper.HELD:
                raise SandboxError("its first process does not answer")
            yield
        finally:
            self._tell(keeper.GO_ON)

    def hang_up(self) -> None:
        """Close the pipes; a first process that is still there ends."""
        for stream in (self._input, self._output):
            with suppress(OSError):
                stream.close()

    def _tell(self, order: bytes) -> None:
        self._input.write(order)
        self._input.flush()

    def _heard(self) -> bytes:
        ready, _, _ = select.select([self._output], [], [], self._seconds)
        if not ready:
            raise SandboxError(f"it did not answer within {self._seconds:.0f} seconds")
        return self._output.readline()
