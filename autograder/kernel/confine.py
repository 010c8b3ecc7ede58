"""Takes its last rights from a process that stands in a room already, before a student's code runs in it.

The grader sends the *text* of this module into the room, where nothing of the kit exists; so it imports
the standard library alone.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import os
import pathlib
import resource
import shutil
from typing import Any

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 38, 24
_CAPABILITY_VERSION_3 = 0x20080522


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def confine(settings: dict[str, Any]) -> None:
    """Become an ordinary user with limits and a system call filter, in a fresh copy of the submission.

    Args:
        settings: `user` (number, or None to stay), `limits` (name of a resource limit to its value),
            `filter` (BPF program, base64), `files` (folder to copy, read-only) and `work` (where to).
    """
    os.umask(0o022)
    with contextlib.suppress(OSError):
        # When the machine's memory runs out, this goes before anything of the grader's.
        pathlib.Path("/proc/self/oom_score_adj").write_text("1000")
    _limit_capabilities()
    if settings["user"] is not None:
        os.setgroups([])
        os.setresgid(settings["user"], settings["user"], settings["user"])
        os.setresuid(settings["user"], settings["user"], settings["user"])
    _drop_capabilities()
    shutil.copytree(settings["files"], settings["work"], symlinks=True, dirs_exist_ok=True)
    os.chdir(settings["work"])
    for name, value in settings["limits"].items():
        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))
    _filter_system_calls(base64.b64decode(settings["filter"]))


def _limit_capabilities() -> None:
    """Make it impossible to get a capability back; fails where there is none to lose."""
    library = ctypes.CDLL(None)
    for capability in range(64):
        library.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def _drop_capabilities() -> None:
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
