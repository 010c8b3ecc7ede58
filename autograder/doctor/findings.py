"""Tries on this machine what each isolation is to keep a student's code from."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.doctor.finding import Finding
from autograder.doctor.rooms import why_no_rooms
from autograder.doctor.trials import FILES, MEMORY, MEMORY_TOGETHER, WORKED, Trial, trials
from autograder.errors import KitError
from autograder.kernel.cgroups import VARIABLE, Way, way_here
from autograder.kernel.isolation import BUBBLEWRAP, NONE, chosen, isolation_named
from autograder.kernel.limits import GIB, MIB, Bounds, Limits
from autograder.kernel.runner import run_notebook

_LIMITS = Limits(start=120, cell=60, notebook=300)
_BOUNDS = Bounds(memory=2 * GIB, disk=64 * MIB, processes=128, file_size=64 * MIB)


def examine(name: str = "") -> Iterator[Finding]:
    """Try everything that an isolation should keep a student's code from.

    Args:
        name: of the isolation; empty for the one that grading would use.

    Yields:
        One finding after another, as each is made.
    """
    isolation = chosen(name)
    yield Finding(f"isolation {isolation!r}", isolation != NONE, "chosen")
    if isolation == NONE:  # the trials would only do harm
        yield Finding("a student's code is kept apart", False, "it can do all that you can")
        return
    if isolation.startswith(BUBBLEWRAP):
        reason = why_no_rooms()
        yield Finding("bubblewrap can make a room", reason is None, reason or "it did")
        if reason is not None:
            return
        yield _wall()
    yield from _tried(isolation)
    yield _leaves_nothing(isolation)


def _wall() -> Finding:
    """Say in which of two ways the processes of a room are held to their limits together; both are tried below."""
    way = way_here(os.environ.get(VARIABLE, ""))
    if isinstance(way, Way):
        return Finding("rooms are held to their memory", True, f"by a control group: {way.name}")
    return Finding(
        "rooms are watched for their memory",
        True,
        f"four times a second; a wall would take a control group, which is not to be had ({way}); "
        "docs/isolation.md says how to get one",
    )


def _tried(isolation: str) -> Iterator[Finding]:
    with _listening() as port, _secret() as (variable, folder):
        for group in (trials(port, variable, folder), [FILES], [MEMORY], [MEMORY_TOGETHER]):
            try:
                cells = _run([trial.code for trial in group], isolation)
            except KitError as error:
                yield Finding("a kernel starts", False, str(error))
                return
            for trial, cell in zip(group, cells, strict=True):
                yield _found(trial, cell)


def _found(trial: Trial, cell: NotebookNode) -> Finding:
    text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    # Out of memory, Python may not even be able to say so; then there is an error, or no output.
    seen = text.splitlines()[0] if text.startswith((WORKED, "refused")) else "refused: it was ended"
    return Finding(f"no student's code {trial.what}", not seen.startswith(WORKED), seen)


def _leaves_nothing(isolation: str) -> Finding:
    """Start a process in a session of its own and look for it after the kernel's end."""
    mark = f"{time.time_ns() % 10**9}.5"  # seconds to sleep that no other process has
    _run(
        [
            f"import subprocess\nkept = subprocess.Popen(['sleep', '{mark}'], start_new_session=True)"
        ],
        isolation,
    )
    left = [
        entry.name
        for entry in Path("/proc").glob("[0-9]*")
        if mark.encode() in _command_line(entry)
    ]
    for process in left:
        os.kill(int(process), 9)
    seen = f"process {left[0]} was left" if left else "nothing was left"
    return Finding("what a student's code starts ends with its kernel", not left, seen)


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def _run(sources: list[str], isolation: str) -> list[NotebookNode]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    with tempfile.TemporaryDirectory(prefix="doctor-") as name:
        run_notebook(
            notebook,
            files=Path(name),
            environment={},
            limits=_LIMITS,
            judge=lambda cell, student: None,
            isolation=isolation_named(isolation),
            bounds=_BOUNDS,
        )
    return list(notebook.cells)


@contextmanager
def _listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def _secret() -> Iterator[tuple[str, str]]:
    """Give the grader something to hide: a variable, and a folder with a file."""
    variable = f"SECRET_{secrets.token_hex(4).upper()}"
    folder = Path(tempfile.mkdtemp(prefix="doctor-"))
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    os.environ[variable] = "secret"
    try:
        yield variable, str(folder)
    finally:
        del os.environ[variable]
        shutil.rmtree(folder)
