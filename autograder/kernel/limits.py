"""What a submission may use: time, and everything else."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 2**10
MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Limits:
    """Limits of time in seconds.

    Seconds in which the kernel was ready to run and had no processor do not count, up to a bound: see `fair_clock`.

    Attributes:
        start: for the kernel to answer for the first time.
        cell: for one cell.
        probe: for one call of a hidden check.
        notebook: for all cells and checks of a submission together.
        stop: for a cell to end after it has been interrupted; then the kernel is given up.
    """

    start: float = 120.0
    cell: float = 900.0
    probe: float = 120.0
    notebook: float = 3600.0
    stop: int = 15


@dataclass(frozen=True)
class Bounds:
    """What a kernel and everything that it starts may use. Sizes in bytes.

    Attributes:
        memory: private and shared memory of all processes together, and of each alone.
        disk: the home folder; `/tmp` and `/dev/shm` may each hold as much.
        files: files in these three together.
        file_size: one file.
        processes: processes and threads.
        maps: mappings of all processes together.
        terminals: pseudo-terminals of all processes together.
        signals: signals and timers of one user's that wait.
        open_files: of one process.
        sockets: open ones of all processes together; their buffers count as nobody's memory.
        graders_memory: by which the grader's own memory may grow while the room is there, so that a flood
            of messages cannot fill it.
        cell_output: what one cell may display and print.
        output: what all cells together may display and print.
    """

    memory: int = 6 * GIB
    disk: int = 1 * GIB
    files: int = 100_000
    file_size: int = 1 * GIB
    processes: int = 256
    maps: int = 500_000
    terminals: int = 32
    signals: int = 1024
    open_files: int = 1024
    sockets: int = 2000
    graders_memory: int = 3 * GIB
    cell_output: int = 8 * MIB
    output: int = 32 * MIB
