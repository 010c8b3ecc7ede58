"""A filter of system calls for a room's processes: a program of classic BPF, as seccomp(2) takes it.

Only what is listed in `system_calls` may be called. Namespaces and limits leave holes that the call itself can
close: memory that no limit counts, looking into other processes, new namespaces in which a process is
privileged again, sockets of families that no network namespace separates, and locks on files that two rooms
share, by which their kernels could talk to each other.
The instructions are those of linux/filter.h, the layout of the data that of `struct seccomp_data`.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable

from autograder.errors import SandboxError
from autograder.kernel.system_calls import ALLOWED, LOOKED_AT, Numbers

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ABOVE, _JUMP_ANY_BIT = 0x15, 0x35, 0x25, 0x45
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
"""x86-64 also takes the numbers of the x32 interface, from here on; they would pass by every comparison."""

_NEW_NAMESPACE = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET together."""
_THREAD, _SAME_FILES, _SAME_PARENT = 0x00010000, 0x00000400, 0x00008000
_FILES_OF_ITS_OWN = 0x2
"""CLOSE_RANGE_UNSHARE."""
_MAP_TYPE_AND_ANONYMOUS, _HUGE_PAGES = 0x2F, 0x00040000
_SHARED_ANONYMOUS = (0x21, 0x23)
"""MAP_ANONYMOUS with MAP_SHARED, or with MAP_SHARED_VALIDATE."""
_UNIX, _NETLINK = 1, 16
_INTERNET = (2, 10)
_PROTOCOLS = (0, 6, 17)
"""The usual one, TCP and UDP; others would have the system load modules."""
_SOCKET_LEVEL = 1
_BUFFER_SIZES = (7, 8, 32, 33)
"""SO_SNDBUF, SO_RCVBUF and their FORCE forms: buffers are memory of the machine that no limit counts."""
_SOCKET_PROGRAMS = (26, 50, 51, 52)
"""SO_ATTACH_FILTER, SO_ATTACH_BPF and their forms for groups of sockets."""
_OTHER_PROCESS = (76, 77)
"""SO_PASSPIDFD and SO_PEERPIDFD: a handle of the process at the other end, which may be the grader."""
_SET_LOCK = (6, 7, 37, 38)
"""F_SETLK, F_SETLKW and their forms for open file descriptions."""
_SHARED_STATE = (1024, 1025, 1026, 1031)
"""F_SETLEASE, F_GETLEASE, F_NOTIFY and F_SETPIPE_SZ."""
_OF_DESCRIPTORS = (*range(6), *range(8, 12), 15, 16, 36, 1027, 1028, 1030, 1032, 1034)
"""Commands of fcntl(2) that concern a descriptor and not its file, or that only look: F_DUPFD … F_SETFL, F_GETLK, who
gets its signals, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_GET_SEALS. Others may leave something on a file that every room sees,
as F_SET_RW_HINT does."""
_OF_TERMINALS_AND_SOCKETS = (
    0x5401, 0x5402, 0x5403, 0x5404, 0x5405, 0x5409, 0x540A, 0x540B, 0x540C, 0x540E, 0x540F, 0x5410, 0x5411, 0x5413,
    0x5414, 0x541B, 0x5420, 0x5421, 0x5422, 0x5429, 0x5441, 0x5450, 0x5451, 0x5452, 0x5460,
    0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D, 0x80045430, 0x40045431,
    0x8905, 0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891B, 0x8921, 0x8927, 0x8933, 0x8946,
)  # fmt: skip
"""Requests of ioctl(2): settings and sizes of terminals (TCGETS … TIOCGPTPEER), what waits in a pipe or a socket
(FIONREAD), flags of descriptors (FIOCLEX …), addresses of the room's own interfaces. Not TIOCSTI, which types for
others, and none of file systems': ext4's read and leave marks on files that every room sees."""
_OF_ITS_OWN = (1, 2, 3, 15, 16, 21, 23, 37, 38, 39, 40, 42, 51, 64)
"""Options of prctl(2) that honest code uses: its name, the signal at its parent's death, what may be asked about rights
and vectors. Others may make the system keep memory for a process that nobody counts, as PR_FUTEX_HASH does."""
_SET_DUMPABLE, _SET_SECCOMP = 4, 22

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""A machine's AUDIT_ARCH_ value in linux/audit.h, and its place in the tables of calls."""


def program(machine: str | None = None) -> bytes:
    """Return the filter as an array of `struct sock_filter`.

    Args:
        machine: such as "x86_64"; None for this one.

    Raises:
        SandboxError: no filter is known for this architecture.
    """
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        raise SandboxError(
            f"there is no system call filter for {machine}, only for {', '.join(_ARCHITECTURES)}; "
            "grade in a container there"
        )
    audit, place = _ARCHITECTURES[machine]
    code = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, audit, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_JUMP_AT_LEAST, _X32, 0, 1),
        _step(_RETURN, _KILL),
    ]
    for name, body in _by_argument().items():
        number = LOOKED_AT[name][place]
        assert number is not None
        # What the body does not refuse is allowed.
        code += [_step(_JUMP_EQUAL, number, 0, len(body) + 1), *body, _step(_RETURN, _ALLOW)]
    for first, last in _ranges(ALLOWED.values(), place):
        code += [_step(_JUMP_AT_LEAST, first, 0, 2), _step(_JUMP_ABOVE, last, 1, 0)]
        code += [_step(_RETURN, _ALLOW)]
    return b"".join([*code, _refuse(errno.ENOSYS)])


def _by_argument() -> dict[str, list[bytes]]:
    """Return what decides about each call that is looked at: steps that return, or fall through to a yes."""
    without_effect, never = [_refuse(0)], [_refuse(errno.ENOSYS)]
    no_attributes = [_refuse(errno.EOPNOTSUPP)]
    return {
        # Locks belong to files, and files are the same in all rooms. In one room there is one submission: its
        # processes are told that they have the lock.
        "flock": without_effect,
        "fcntl": [
            _argument(1),
            *_each(_SET_LOCK, 0),
            *_each(_SHARED_STATE, errno.EPERM),
            *_only(_OF_DESCRIPTORS, errno.EINVAL),
        ],
        "ioctl": [_argument(1), *_only(_OF_TERMINALS_AND_SOCKETS, errno.ENOTTY)],
        # A room's share of the processors is the grader's choice; libzmq ends a process that may not ask for it.
        "sched_setaffinity": without_effect,
        "sched_setscheduler": without_effect,
        "sched_setparam": without_effect,
        "sched_setattr": without_effect,
        # Access lists of a file are memory that no size of its file system bounds. Whoever copies files goes on.
        "setxattr": no_attributes,
        "lsetxattr": no_attributes,
        "fsetxattr": no_attributes,
        # They would write what others have not written yet.
        "sync": without_effect,
        "syncfs": without_effect,
        # The flags of clone3 lie in memory, where a filter cannot look; the C library then falls back to clone.
        "clone3": never,
        "clone": [
            _argument(0),
            _step(_JUMP_ANY_BIT, _NEW_NAMESPACE, 0, 1),
            _refuse(errno.EPERM),
            # A child whose parent would be outside of the room.
            _step(_JUMP_ANY_BIT, _SAME_PARENT, 0, 1),
            _refuse(errno.EPERM),
            # A thread with files of its own would have them where nobody counts.
            _step(_JUMP_ANY_BIT, _THREAD, 0, 2),
            _step(_JUMP_ANY_BIT, _SAME_FILES, 1, 0),
            _refuse(errno.EPERM),
        ],
        "close_range": [
            _argument(2),
            _step(_JUMP_ANY_BIT, _FILES_OF_ITS_OWN, 0, 1),
            _refuse(errno.EPERM),
        ],
        # A process's own limits, by the number 0; not those of the room's first process.
        "prlimit64": [_argument(0), _step(_JUMP_EQUAL, 0, 1, 0), _refuse(errno.EPERM)],
        "mmap": [
            _argument(3),
            _step(_JUMP_ANY_BIT, _HUGE_PAGES, 0, 1),
            _refuse(errno.ENOMEM),
            _step(_AND, _MAP_TYPE_AND_ANONYMOUS),
            *_each(_SHARED_ANONYMOUS, errno.EPERM),
        ],
        "prctl": [
            _argument(0),
            # Filters are memory that nobody is charged for, and there is one already.
            *_each((_SET_SECCOMP,), errno.EPERM),
            # A process that hid itself could not be looked at; to show itself is its right.
            _step(_JUMP_EQUAL, _SET_DUMPABLE, 0, 4),
            _argument(1),
            _step(_JUMP_EQUAL, 1, 0, 1),
            _step(_RETURN, _ALLOW),
            _refuse(0),
            *_only(_OF_ITS_OWN, errno.EINVAL),
        ],
        "socket": _family(
            {
                (_UNIX,): (),
                # Other protocols tell of devices, modules and the machine's firewall.
                (_NETLINK,): (0,),
                _INTERNET: _PROTOCOLS,
            }
        ),
        "socketpair": _family({(_UNIX,): ()}),
        # Buffers: honest code asks for larger ones and does well without.
        "setsockopt": [
            _argument(1),
            _step(_JUMP_EQUAL, _SOCKET_LEVEL, 1, 0),
            _step(_RETURN, _ALLOW),
            _argument(2),
            *_each(_BUFFER_SIZES, 0),
            *_each((*_SOCKET_PROGRAMS, *_OTHER_PROCESS), errno.EPERM),
        ],
        "getsockopt": [
            _argument(1),
            _step(_JUMP_EQUAL, _SOCKET_LEVEL, 1, 0),
            _step(_RETURN, _ALLOW),
            _argument(2),
            *_each(_OTHER_PROCESS, errno.ENOPROTOOPT),
        ],
    }


def _family(allowed: dict[tuple[int, ...], tuple[int, ...]]) -> list[bytes]:
    """Return steps that allow these families of sockets, each with its protocols (none: with any)."""
    steps = []
    for families, protocols in allowed.items():
        body = [_step(_RETURN, _ALLOW)]
        if protocols:
            asks = [
                part
                for protocol in protocols
                for part in (_step(_JUMP_EQUAL, protocol, 0, 1), _step(_RETURN, _ALLOW))
            ]
            body = [_argument(2), *asks, _refuse(errno.EPROTONOSUPPORT)]
        for family in families:
            steps += [_step(_JUMP_EQUAL, family, 0, len(body)), *body]
    return [_argument(0), *steps, _refuse(errno.EAFNOSUPPORT)]


def _each(values: Iterable[int], answer: int) -> list[bytes]:
    """Return steps that answer each of these values with an error, or with 0."""
    return [part for value in values for part in (_step(_JUMP_EQUAL, value, 0, 1), _refuse(answer))]


def _only(values: Iterable[int], answer: int) -> list[bytes]:
    """Return steps that allow these values, and answer every other one with an error."""
    allowed = [
        part
        for value in values
        for part in (_step(_JUMP_EQUAL, value, 0, 1), _step(_RETURN, _ALLOW))
    ]
    return [*allowed, _refuse(answer)]


def _ranges(calls: Iterable[Numbers], place: int) -> list[tuple[int, int]]:
    """Return the runs of consecutive numbers, each with its first and last."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers[place] for numbers in calls if numbers[place] is not None):  # type: ignore[type-var]
        assert number is not None
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _step(operation: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _step(_RETURN, _REFUSE | number)


def _argument(index: int) -> bytes:
    """Load the lower half of an argument (both architectures are little-endian)."""
    return _step(_LOAD, _ARGUMENTS + 8 * index)
