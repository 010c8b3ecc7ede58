"""A kernel that nothing is kept from: for code that one trusts, and machines without bubblewrap."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.kernel.libraries import IN_FRONT, in_front
from autograder.kernel.processes import (
    CONNECTION_FILE,
    KERNEL_OPTIONS,
    SOCKETS,
    LastWords,
    Start,
    ended,
)
from autograder.kernel.usage import processor_time, waited_for_a_processor

PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH",
    "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
)  # fmt: skip
"""Names of the grader's environment that the kernel gets, besides those of its start."""


class BareKernel:
    """A kernel as an ordinary process of the grader's user, in a copy of the submission."""

    def __init__(self, start: Start) -> None:
        """Start it."""
        work = start.scratch / "work"
        shutil.copytree(start.files, work, symlinks=True)
        sockets = start.scratch / SOCKETS
        sockets.mkdir()
        connection = start.scratch / CONNECTION_FILE
        told = {**start.connection, "ip": f"{sockets}/k"}
        connection.write_text(json.dumps(told), encoding="utf-8")
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "ipykernel_launcher",
                "-f",
                str(connection),
                *KERNEL_OPTIONS,
            ],
            cwd=work,
            # The kernel looks now and then whether this process still lives, and ends with it.
            env={
                **passed_on,
                **start.environment,
                IN_FRONT: in_front(start.environment.get(IN_FRONT), passed_on.get(IN_FRONT, "")),
                "JPY_PARENT_PID": str(os.getpid()),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        self._words = LastWords(self._process.stderr)

    def poll(self) -> int | None:
        """See `KernelProcess.poll`."""
        return self._process.poll()

    def interrupt(self) -> None:
        """See `KernelProcess.interrupt`."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End the kernel and its process group; what has left the group stays."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        ended(self._process)

    def reason(self) -> str | None:
        """See `KernelProcess.reason`."""
        return None

    def last_words(self) -> str:
        """See `KernelProcess.last_words`."""
        return self._words.text()

    def waited(self) -> Mapping[str, float]:
        """See `KernelProcess.waited`."""
        return waited_for_a_processor(Path(f"/proc/{self._process.pid}"))

    def used(self) -> float:
        """See `KernelProcess.used`; of its children, only those that it has waited for."""
        return processor_time(Path(f"/proc/{self._process.pid}"))


class NoIsolation:
    """Isolation of the name "none"."""

    hides_this_machine = False

    def start(self, start: Start) -> BareKernel:
        """See `Isolation.start`."""
        return BareKernel(start)
