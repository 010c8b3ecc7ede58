"""The filter of system calls as a program; that it works is tried in `test_doctor.py`."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.kernel import seccomp

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
            case 0x35:
                place += if_true if value >= operand else if_false
            case 0x45:
                place += if_true if value & operand else if_false
            case other:
                raise AssertionError(f"unknown operation {other:#x}")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_each_call_gets_its_answer(machine: str):
    calls = seccomp._MACHINES[machine]
    program = seccomp.program(machine)

    def answer(number: int, *arguments: int) -> int:
        return evaluate(program, calls.audit, number, *arguments)

    assert {answer(number) for number in calls.refused.values()} == {REFUSE | 1}
    assert answer(calls.clone3) == REFUSE | 38
    assert answer(calls.clone, 0x01200011) == ALLOW  # what fork is
    assert answer(calls.clone, 0x003D0F00) == ALLOW  # what a thread is
    for flag in (
        0x00020000,
        0x10000000,
        0x20000000,
        0x40000000,
        0x04000000,
        0x08000000,
        0x02000000,
    ):
        assert answer(calls.clone, flag | 17) == REFUSE | 1
    assert answer(calls.mmap, 0, 4096, 3, 0x22) == ALLOW  # private and anonymous
    assert answer(calls.mmap, 0, 4096, 3, 0x01) == ALLOW  # a shared file
    assert answer(calls.mmap, 0, 4096, 3, 0x21) == REFUSE | 1
    assert answer(calls.mmap, 0, 4096, 3, 0x23 | 0x4000) == REFUSE | 1
    assert [answer(calls.socket, family) for family in (1, 2, 10, 16)] == [ALLOW] * 4
    assert [answer(calls.socket, family) for family in (17, 38, 40)] == [REFUSE | 97] * 3
    # A socket's buffers keep their size; other options, and options of other levels, are set.
    assert [answer(calls.setsockopt, 3, 1, size) for size in (7, 8, 32, 33)] == [REFUSE] * 4
    assert answer(calls.setsockopt, 3, 1, 2) == ALLOW
    assert answer(calls.setsockopt, 3, 6, 7) == ALLOW
    assert answer(0) == ALLOW


def test_another_architectures_calls_end_the_process():
    program = seccomp.program("x86_64")
    assert evaluate(program, 0x40000003, 0) == KILL  # 32 bits
    assert evaluate(program, 0xC000003E, 0x40000000 + 1) == KILL  # x32


@pytest.mark.skipif(not HEADERS.is_file(), reason="the C library's headers are not installed")
def test_the_numbers_are_those_of_the_systems_headers():
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADERS.read_text()))
    calls = seccomp._MACHINES["x86_64"]
    filtered = ("clone", "mmap", "socket", "setsockopt")
    ours = {**calls.refused, **{name: getattr(calls, name) for name in filtered}}
    assert {name: int(known[name]) for name in ours if name in known} == {
        name: number for name, number in ours.items() if name in known
    }


def test_an_unknown_architecture_is_an_error():
    with pytest.raises(SandboxError, match="riscv64"):
        seccomp.program("riscv64")
