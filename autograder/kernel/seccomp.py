"""A filter of system calls for the kernel's processes: a program of classic BPF, as seccomp(2) takes it.

Namespaces and limits leave holes that only the system call itself can close: memory that no limit counts
(memfd, shared anonymous maps, System V segments), looking into other processes, new namespaces in which
a process is privileged again, and sockets of families that no network namespace separates (vsock).
The instructions are those of linux/filter.h, the layout of the data that of `struct seccomp_data`.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

from autograder.errors import SandboxError

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT = 0x15, 0x35, 0x45
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000

_NEW_NAMESPACE = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET together."""
_MAP_TYPE_AND_ANONYMOUS = 0x2F
_SHARED_ANONYMOUS = (0x21, 0x23)
"""MAP_ANONYMOUS with MAP_SHARED, or with MAP_SHARED_VALIDATE."""
_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK: separated by the network namespace, or harmless."""
_SOCKET_LEVEL = 1
_BUFFER_SIZES = (7, 8, 32, 33)
"""SO_SNDBUF, SO_RCVBUF and their FORCE forms: buffers are memory of the machine that no limit counts."""


@dataclass(frozen=True)
class _Machine:
    """System call numbers of one architecture.

    Attributes:
        audit: its AUDIT_ARCH_ value in linux/audit.h.
        refused: calls that fail with EPERM.
    """

    audit: int
    clone: int
    clone3: int
    mmap: int
    socket: int
    setsockopt: int
    refused: dict[str, int]


_SINCE_2019 = {
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
    "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447,
}  # fmt: skip
"""New calls have the same number on every architecture."""

_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        clone=56,
        clone3=435,
        mmap=9,
        socket=41,
        setsockopt=54,
        refused={
            "shmget": 29, "semget": 64, "msgget": 68, "ptrace": 101, "syslog": 103, "pivot_root": 155, "adjtimex": 159,
            "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167,
            "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
            "init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227, "mq_open": 240,
            "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
            "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305,
            "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
            "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
            **_SINCE_2019,
        },
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        clone=220,
        clone3=435,
        mmap=222,
        socket=198,
        setsockopt=208,
        refused={
            "shmget": 194, "semget": 190, "msgget": 186, "ptrace": 117, "syslog": 116, "pivot_root": 41,
            "adjtimex": 171, "chroot": 51, "acct": 89, "settimeofday": 170, "mount": 40, "umount2": 39, "swapon": 224,
            "swapoff": 225, "reboot": 142, "sethostname": 161, "setdomainname": 162, "init_module": 105,
            "delete_module": 106, "quotactl": 60, "clock_settime": 112, "mq_open": 180, "kexec_load": 104,
            "add_key": 217,
            "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241,
            "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
            "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
            "memfd_create": 279, "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282,
            **_SINCE_2019,
        },
    ),
}  # fmt: skip


def program(machine: str | None = None) -> bytes:
    """Return the filter as an array of `struct sock_filter`.

    Args:
        machine: such as "x86_64"; None for this one.

    Raises:
        SandboxError: no filter is known for this architecture.
    """
    machine = machine or platform.machine()
    if machine not in _MACHINES:
        raise SandboxError(
            f"there is no system call filter for {machine}, only for {', '.join(_MACHINES)}; "
            "grade in a container there"
        )
    calls = _MACHINES[machine]
    code = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, calls.audit, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        # x86-64 also takes the numbers of the x32 interface, which would pass by every comparison.
        _step(_JUMP_AT_LEAST, 0x40000000, 0, 1),
        _step(_RETURN, _KILL),
    ]
    for number in calls.refused.values():
        code += [_step(_JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    # The flags of clone3 lie in memory, where a filter cannot look; the C library then falls back to clone.
    code += [_step(_JUMP_EQUAL, calls.clone3, 0, 1), _refuse(errno.ENOSYS)]
    code += _when(
        calls.clone,
        [_argument(0), _step(_JUMP_ANY_BIT, _NEW_NAMESPACE, 0, 1), _refuse(errno.EPERM)],
    )
    anonymous = [
        part
        for flags in _SHARED_ANONYMOUS
        for part in (_step(_JUMP_EQUAL, flags, 0, 1), _refuse(errno.EPERM))
    ]
    code += _when(calls.mmap, [_argument(3), _step(_AND, _MAP_TYPE_AND_ANONYMOUS), *anonymous])
    families = [
        part
        for family in _FAMILIES
        for part in (_step(_JUMP_EQUAL, family, 0, 1), _step(_RETURN, _ALLOW))
    ]
    code += _when(calls.socket, [_argument(0), *families, _refuse(errno.EAFNOSUPPORT)])
    # Answered with success and without effect: honest code asks for larger buffers and does well without.
    sizes = [
        part for option in _BUFFER_SIZES for part in (_step(_JUMP_EQUAL, option, 0, 1), _refuse(0))
    ]
    of_sockets = [_argument(1), _step(_JUMP_EQUAL, _SOCKET_LEVEL, 1, 0), _step(_RETURN, _ALLOW)]
    code += _when(calls.setsockopt, [*of_sockets, _argument(2), *sizes])
    return b"".join([*code, _step(_RETURN, _ALLOW)])


def _step(operation: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _step(_RETURN, _REFUSE | number)


def _argument(index: int) -> bytes:
    """Load the lower half of an argument (both architectures are little-endian)."""
    return _step(_LOAD, _ARGUMENTS + 8 * index)


def _when(call: int, body: list[bytes]) -> list[bytes]:
    """Run `body` for one system call, and allow the call unless `body` returns."""
    return [_step(_JUMP_EQUAL, call, 0, len(body) + 1), *body, _step(_RETURN, _ALLOW)]
