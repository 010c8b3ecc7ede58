"""The filter of system calls as a program; that it works is tried in `test_doctor.py`."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.kernel import seccomp
from autograder.kernel.system_calls import ALLOWED, LOOKED_AT

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
HEADERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


def evaluate(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """Interpret the program as the machine's kernel would."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<iIQ6Q", number, audit, 0, *padded)
    steps = list(struct.iter_unpack("=HBBI", program))
    place, value = 0, 0
    while True:
        operation, if_true, if_false, operand = steps[place]
        place += 1
        match operation:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, operand)
            case 0x54:
                value &= operand
            case 0x06:
                return operand
            case 0x15:
                place += if_true if value == operand else if_false
            case 0x25:
                place += if_true if value > operand else if_false
            case 0x35:
                place += if_true if value >= operand else if_false
            case 0x45:
                place += if_true if value & operand else if_false
            case other:
                raise AssertionError(f"unknown operation {other:#x}")


MACHINES = ("x86_64", "aarch64")
NO_SUCH_CALL, NOT_PERMITTED = REFUSE | 38, REFUSE | 1


class Filter:
    """Asks a machine's filter about calls by their names."""

    def __init__(self, machine: str) -> None:
        self.place = MACHINES.index(machine)
        self.audit = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
        self.program = seccomp.program(machine)

    def number(self, name: str) -> int | None:
        return {**ALLOWED, **LOOKED_AT}[name][self.place]

    def answer(self, call: str | int, *arguments: int) -> int:
        number = self.number(call) if isinstance(call, str) else call
        assert number is not None
        return evaluate(self.program, self.audit, number, *arguments)


@pytest.fixture(params=MACHINES)
def of(request: pytest.FixtureRequest) -> Filter:
    return Filter(request.param)


def test_what_is_listed_is_allowed_and_nothing_else(of: Filter) -> None:
    allowed = {of.number(name) for name in ALLOWED} - {None}
    looked_at = {of.number(name) for name in LOOKED_AT}
    for number in [*range(600), 2000, 0x3FFFFFFF]:
        if number not in looked_at:
            answer = of.answer(number, 2**32 - 1, 2**32 - 1, 2**32 - 1)
            assert answer == (ALLOW if number in allowed else NO_SUCH_CALL), number


def test_no_new_namespaces_and_no_threads_with_files_of_their_own(of: Filter) -> None:
    assert of.answer("clone3") == NO_SUCH_CALL
    assert of.answer("clone", 0x01200011) == ALLOW  # what fork is
    assert of.answer("clone", 0x003D0F00) == ALLOW  # what a thread is
    assert of.answer("clone", 0x003D0F00 & ~0x400) == NOT_PERMITTED
    assert of.answer("clone", 0x8000 | 17) == NOT_PERMITTED  # the parent's parent
    for flag in (
        0x00020000,
        0x02000000,
        0x04000000,
        0x08000000,
        0x10000000,
        0x20000000,
        0x40000000,
    ):
        assert of.answer("clone", flag | 17) == NOT_PERMITTED


def test_no_memory_that_nobody_is_charged_for(of: Filter) -> None:
    assert of.answer("mmap", 0, 4096, 3, 0x22) == ALLOW  # private and anonymous
    assert of.answer("mmap", 0, 4096, 3, 0x01) == ALLOW  # a shared file
    assert of.answer("mmap", 0, 4096, 3, 0x21) == NOT_PERMITTED
    assert of.answer("mmap", 0, 4096, 3, 0x23 | 0x4000) == NOT_PERMITTED
    assert of.answer("mmap", 0, 4096, 3, 0x22 | 0x40000) == REFUSE | 12  # huge pages
    # A socket's buffers keep their size; other options, and options of other levels, are set.
    assert {of.answer("setsockopt", 3, 1, size) for size in (7, 8, 32, 33)} == {REFUSE}
    assert {of.answer("setsockopt", 3, 1, code) for code in (26, 50, 51, 52)} == {NOT_PERMITTED}
    assert of.answer("setsockopt", 3, 1, 2) == ALLOW
    assert of.answer("setsockopt", 3, 6, 7) == ALLOW
    assert of.answer("fcntl", 3, 1031, 2**20) == NOT_PERMITTED  # a larger pipe
    # access lists of files
    assert {of.answer(name) for name in ("setxattr", "lsetxattr", "fsetxattr")} == {REFUSE | 95}
    assert of.answer("prctl", 22, 2) == NOT_PERMITTED  # filters upon filters


def test_sockets_of_the_rooms_own_network_only(of: Filter) -> None:
    tcp, udp, sctp, netlink_audit = 6, 17, 132, 9
    assert {of.answer("socket", 1, 1, protocol) for protocol in (0, 1)} == {ALLOW}
    assert {of.answer("socket", f, 1, p) for f in (2, 10) for p in (0, tcp, udp)} == {ALLOW}
    assert {of.answer("socket", family, 1, sctp) for family in (2, 10)} == {REFUSE | 93}
    assert of.answer("socket", 16, 3, 0) == ALLOW
    assert of.answer("socket", 16, 3, netlink_audit) == REFUSE | 93
    # AF_PACKET, AF_ALG, AF_VSOCK, and whatever comes
    assert {of.answer("socket", family, 1, 0) for family in (17, 38, 40, 99)} == {REFUSE | 97}
    assert of.answer("socketpair", 1, 1, 0) == ALLOW
    assert {of.answer("socketpair", f, 1, 0) for f in (2, 10, 16, 30, 40)} == {REFUSE | 97}


def test_rooms_cannot_speak_to_each_other_by_locks_leases_and_events_of_files(of: Filter) -> None:
    assert of.answer("flock", 3, 2) == REFUSE  # success without effect
    assert {of.answer("fcntl", 3, set_lock) for set_lock in (6, 7, 37, 38)} == {REFUSE}
    assert {of.answer("fcntl", 3, command) for command in (1024, 1025, 1026)} == {NOT_PERMITTED}
    assert {of.answer("fcntl", 3, command) for command in (1, 2, 3, 4, 5, 1030)} == {ALLOW}


def test_shares_of_the_processor_and_being_seen_are_not_a_rooms_choice(of: Filter) -> None:
    names = ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "sync")
    assert {of.answer(name, 0, 8, 0) for name in names} == {REFUSE}
    assert of.answer("prctl", 4, 0) == REFUSE  # hide
    assert of.answer("prctl", 4, 1) == ALLOW  # show oneself
    assert of.answer("prctl", 15, 0) == ALLOW


def test_another_architectures_calls_end_the_process():
    program = seccomp.program("x86_64")
    assert evaluate(program, 0x40000003, 0) == KILL  # 32 bits
    assert evaluate(program, 0xC000003E, 0x40000000 + 1) == KILL  # x32


@pytest.mark.skipif(not HEADERS.is_file(), reason="the C library's headers are not installed")
def test_the_numbers_are_those_of_the_systems_headers():
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADERS.read_text()))
    ours = {name: numbers[0] for name, numbers in {**ALLOWED, **LOOKED_AT}.items()}
    assert {name: int(known[name]) for name in ours if name in known} == {
        name: number for name, number in ours.items() if name in known
    }


def test_an_unknown_architecture_is_an_error():
    with pytest.raises(SandboxError, match="riscv64"):
        seccomp.program("riscv64")


def test_limits_are_ones_own_and_files_are_those_of_the_whole_process(of: Filter) -> None:
    assert of.answer("prlimit64", 0, 7) == ALLOW
    assert of.answer("prlimit64", 1, 7) == NOT_PERMITTED
    assert of.answer("close_range", 3, 9, 0) == ALLOW
    assert of.answer("close_range", 3, 9, 4) == ALLOW  # CLOSE_RANGE_CLOEXEC
    assert of.answer("close_range", 3, 9, 2) == NOT_PERMITTED
