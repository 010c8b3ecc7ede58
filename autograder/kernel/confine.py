"""Takes its last rights from a process that stands in a room already, before a student's code runs in it.

The grader sends the *text* of this module into the room, where nothing of the kit exists; so it imports
the standard library alone.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import os
import resource
from typing import Any

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 4, 22, 2
_PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 38, 24
_CAPABILITY_VERSION_3 = 0x20080522


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def confine(settings: dict[str, Any], dumpable: bool) -> None:
    """Become an ordinary user with limits and a system call filter.

    Args:
        settings: `user` (number, or None to stay), `limits` (name of a resource limit to its value), `cpus`
            (numbers of the processors to run on), `nice` (by how much to give way to others) and `filter`
            (BPF program, base64).
        dumpable: whether others of the same user may look into this process. Nobody may look into what is to
            watch over a student's code; that code itself cannot choose to hide.
    """
    os.umask(0o022)
    be_the_first_to_go()
    with contextlib.suppress(OSError):  # none of them may be left to this user
        os.sched_setaffinity(0, settings["cpus"])
    os.nice(settings["nice"])
    _limit_capabilities()
    if settings["user"] is not None:
        os.setgroups([])
        os.setresgid(settings["user"], settings["user"], settings["user"])
        os.setresuid(settings["user"], settings["user"], settings["user"])
    drop_capabilities()
    for name, value in settings["limits"].items():
        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))
    # Becoming another user has changed it as well.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, int(dumpable), 0, 0, 0)
    _filter_system_calls(base64.b64decode(settings["filter"]))


def be_the_first_to_go() -> None:
    """Have the system end this process, and what it starts, before anything of the grader's if memory runs out.

    What the superuser has set here nobody can take back; else a process may go back to where it was.
    """
    with contextlib.suppress(OSError):  # refused, or set already and closed since
        write("/proc/self/oom_score_adj", "1000")


def unpack(settings: dict[str, Any]) -> None:
    """Go into a fresh copy of the submission.

    Args:
        settings: `files` (folder to copy, read-only) and `work` (where to).
    """
    import shutil  # not in the room's first process, which would take longer to start

    shutil.copytree(settings["files"], settings["work"], symlinks=True, dirs_exist_ok=True)
    os.chdir(settings["work"])


def write(file: str, text: str) -> None:
    """Write to a file of the system's."""
    descriptor = os.open(file, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _limit_capabilities() -> None:
    """Make it impossible to get a capability back; fails where there is none to lose."""
    library = ctypes.CDLL(None)
    for capability in range(64):
        library.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability.

    Raises:
        OSError: it cannot be done.
    """
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if library.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")


def _filter_system_calls(program: bytes) -> None:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    steps = ctypes.create_string_buffer(program, len(program))
    code = _Program(len(program) // 8, ctypes.cast(steps, ctypes.c_void_p))
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(code), 0, 0),
    ):
        if prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({arguments[0]}) failed")
