"""The first process of a container: starts the kernel there, and ends with it or with the grader.

The grader sends the *text* of this module, after that of `confine`, into the container; so it imports the
standard library alone. As the first process of its namespace it is out of reach of all that runs beside it:
no signal that it does not ask for gets to it, and without it the system ends every other process there.
"""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
import select
import signal
import sys
from typing import Any

READY = b"ready\n"
"""Written to standard output once the container is furnished."""
_PR_SET_DUMPABLE = 4


def keep(mark: str) -> None:
    """Wait for the grader's order at standard input, run the kernel, and end when either of them has.

    Args:
        mark: file to make, by which the grader knows that it has found this container and no other.
    """
    pathlib.Path(mark).touch()
    os.write(1, READY)
    order = sys.stdin.buffer.readline()
    if not order:
        return
    _let_others_look(False)
    woken, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # what is not handled does not wake
    kernel = os.fork()
    if kernel == 0:
        _become_kernel(json.loads(order))
    signal.signal(signal.SIGINT, lambda *_: os.kill(kernel, signal.SIGINT))
    while (status := _status(kernel)) is None:
        ready, _, _ = select.select([0, woken], [], [])
        if 0 in ready:  # nothing more is ever said: the grader has gone
            return
        os.read(woken, 4096)
    os._exit(status)


def _status(kernel: int) -> int | None:
    """Bury every process that has ended; return the kernel's exit status, or None while it runs."""
    while True:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return None
        if process == kernel:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _become_kernel(order: dict[str, Any]) -> None:
    try:
        _let_others_look(True)
        # Where memory runs out, this one is to be ended and not the keeper.
        pathlib.Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        confine(order["settings"])  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
        os.umask(0)  # the grader may be another user, and is to reach the sockets
        kernel = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", order["connection"]]
        environment = {"PATH": os.environ.get("PATH", os.defpath), **order["environment"]}
        os.execve(sys.executable, [*kernel, *order["options"]], environment)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def _let_others_look(may_they: bool) -> None:
    """Open or close this process's memory, environment and descriptors to others of its user."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, int(may_they), 0, 0, 0)
