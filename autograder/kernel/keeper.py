"""The first process of a room or container: furnishes it, starts the kernel, and ends with it or with the grader.

The grader sends the *text* of this module, after that of `confine`, into the room; so it imports the standard
library alone. It is as confined as the kernel before anything of a student's runs, and nobody in the room can
look into it. As the first process of its namespace it is out of reach of all that runs beside it: no signal
that it does not ask for gets to it, and without it the system ends every other process there.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
from typing import Any

BOOTSTRAP = (
    "import os\n"
    "text = b''\n"
    "while not text.endswith(b'\\0'):\n    text += os.read(0, 65536)\n"
    "exec(text[:-1])"
)
"""What its command says: it reads its program from standard input, up to a null byte.

Everybody in the room can read the command of the first process, and of each that is copied from it.
"""
STARTED = b"started\n"
"""Written to standard output when it waits for its order."""
INTERRUPT = b"i"
"""Written to its standard input, it sends the kernel SIGINT."""
HOLD, GO_ON = b"h", b"g"
"""Written to its standard input, all other processes stand still, and go on."""
HELD = b"held\n"
"""Written to standard output when they stand still."""
NAME = b"keeper"
"""What it is called in lists of processes."""
_PR_SET_NAME = 15
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND = 1, 2, 4, 8, 32, 4096
_SETTINGS_OF_THE_SYSTEM = "/proc/sys"
_OWN_FILES = "/proc/1"
_TERMINALS = "/dev/pts"
"""The one of a room's own file systems that holds devices."""


def keep(mark: str = "") -> None:
    """Wait for the grader's order at standard input, follow it, and end when the kernel or the grader has.

    Once the room is furnished, it writes the kernel's number in this room and a line feed to standard output; 0
    if another process is to become the kernel.

    Args:
        mark: file to make, by which the grader knows that it has found this container and no other.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_NAME, NAME, 0, 0, 0)
    os.closerange(3, 1024)
    if mark:
        os.close(os.open(mark, os.O_CREAT | os.O_WRONLY))
    os.write(1, STARTED)
    order = json.loads(_line() or "null")
    if order is None:
        return
    _furnish(order["file_systems"], order["system_settings"], order["devices"])
    woken, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # what is not handled does not wake
    confine(order["settings"], dumpable=False)  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
    kernel = 0
    if order["kernel"] is not None and (kernel := os.fork()) == 0:
        _become_kernel(order)
    os.write(1, b"%d\n" % kernel)
    while (status := _status(kernel)) is None:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
        if 0 in ready:
            said = os.read(0, 1)
            if not said:  # the grader has gone
                return
            if said == INTERRUPT and kernel:
                os.kill(kernel, signal.SIGINT)
            elif said == HOLD:
                _signal_all_others(signal.SIGSTOP)
                os.write(1, HELD)
            elif said == GO_ON:
                _signal_all_others(signal.SIGCONT)
    if status == 128 + signal.SIGKILL:
        # Its control group, which tells whether its memory had run out, goes with this process.
        select.select([0], [], [], order["pause"])
    os._exit(status)


def _signal_all_others(number: signal.Signals) -> None:
    """Send a signal to every process of this namespace at once: while it is sent, none can be made."""
    with contextlib.suppress(OSError):  # there is no other
        os.kill(-1, number)


def _line() -> bytes:
    """Read a line, and no byte more: what follows is looked for with `select`."""
    line = bytearray()
    while not line.endswith(b"\n") and (piece := os.read(0, 1)):
        line += piece
    return bytes(line)


def _furnish(
    file_systems: dict[str, str], system_settings: dict[str, str], devices: list[str]
) -> None:
    """Set what bubblewrap has no option for, while there is the right to.

    Args:
        file_systems: places where one is mounted, and options that it gets.
        system_settings: below /proc/sys; nothing there can be written afterwards, and nothing of this process's
            own, which an ordinary user's kernel is the owner of.
        devices: nodes of this machine's, which can be used but not changed afterwards: their times could be read
            in another room.

    Raises:
        OSError: it cannot be done.
    """
    for place, options in file_systems.items():
        closed = _MS_NOEXEC if place == _TERMINALS else _MS_NODEV
        _mount("none", place, _MS_REMOUNT | _MS_NOSUID | closed, options)
    for device in devices:
        _mount("none", device, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID, "")
    if not system_settings:
        return
    # Where the superuser grades, bubblewrap has made it read-only already.
    with contextlib.suppress(OSError):
        _mount("none", _SETTINGS_OF_THE_SYSTEM, _MS_REMOUNT | _MS_BIND, "")
    for name, value in system_settings.items():
        with contextlib.suppress(FileNotFoundError):  # this system has no such setting
            write(f"{_SETTINGS_OF_THE_SYSTEM}/{name}", value)  # type: ignore[name-defined]  # noqa: F821  (see above)
    be_the_first_to_go()  # type: ignore[name-defined]  # noqa: F821  (see above)
    closed = _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    for place in (_SETTINGS_OF_THE_SYSTEM, _OWN_FILES):
        _mount(place, place, _MS_BIND, "")
        _mount("none", place, _MS_REMOUNT | _MS_BIND | closed, "")


def _mount(source: str, place: str, flags: int, options: str) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    library.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]
    if library.mount(source.encode(), place.encode(), b"none", flags, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount {place} with {options!r}")


def _status(kernel: int) -> int | None:
    """Bury every process that has ended; return the kernel's exit status, or None while it runs."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if process == 0:
            return None
        if process == kernel:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _become_kernel(order: dict[str, Any]) -> None:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # type: ignore[name-defined]  # noqa: F821  (see above)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # Processes of one session have their share of the processors in common, and any of them may lessen it.
        os.setsid()
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        unpack(order["settings"])  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
        os.umask(order["kernel"]["umask"])
        options = order["kernel"]["options"]
        kernel = [sys.executable, "-P", "-m", "ipykernel_launcher", *options]
        environment = {"PATH": os.environ.get("PATH", os.defpath), **order["kernel"]["environment"]}
        os.execve(sys.executable, kernel, environment)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)
