"""Runs a notebook's cells in a kernel of its own, and opens the seam at each graded cell.

The kernel is a separate process in a temporary folder that holds a copy of the submission's files. Its
environment is made from a short list of names, so no secret of the grader's reaches it. A cell that
fails, runs too long or ends the kernel does not end the run: what can still be judged is judged.
"""

from __future__ import annotations

import base64
import inspect
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.errors import NotebookError
from autograder.kernel import probe
from autograder.kernel.wire import Message
from autograder.student import ProbedStudent, Student, StudentError

PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH",
    "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
)  # fmt: skip
"""Names of the grader's environment that the kernel gets, besides what the assets need."""


@dataclass(frozen=True)
class Limits:
    """Wall-clock limits in seconds.

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


_AT_LIMIT: dict[str, Any] = {
    "ename": "CellTimeoutError",
    "evalue": "stopped at the time limit",
    "traceback": ["The cell was stopped at the time limit."],
}


class _ThisPython(KernelSpecManager):
    """Offers one kernel: the Python that runs the grader, whatever the user has installed or named."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            interrupt_mode="signal",
        )


def run_notebook(
    notebook: NotebookNode,
    *,
    files: Path,
    environment: Mapping[str, str],
    limits: Limits,
    judge: Callable[[NotebookNode, Student], None],
) -> None:
    """Run every code cell of `notebook` in order, writing outputs into it.

    Args:
        notebook: nbformat 4; its code cells get their outputs.
        files: the submission's folder; the kernel works in a temporary copy of it.
        environment: variables that the kernel gets besides `PASSED_ON`.
        limits: wall-clock limits.
        judge: called with each graded code cell right after it has run, and with the student's seam.

    Raises:
        NotebookError: the kernel did not start.
    """
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with _working_copy(files) as folder:
        _Run(notebook, folder, {**passed_on, **environment}, limits, judge).run()


@contextmanager
def _working_copy(files: Path) -> Iterator[Path]:
    # A process that a student's code has left behind may still write into the folder.
    with tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "work"
        shutil.copytree(files, folder, symlinks=True)
        yield folder


class _Run:
    def __init__(
        self,
        notebook: NotebookNode,
        folder: Path,
        environment: dict[str, str],
        limits: Limits,
        judge: Callable[[NotebookNode, Student], None],
    ) -> None:
        self.notebook = notebook
        self.environment = environment
        self.limits = limits
        self.judge = judge
        self.pictures: dict[str, int] = {}
        self.ended: str | None = None  # why nothing more runs, in words for the student
        self.stopped = False  # whether the last cell was stopped at its time limit
        self.cell_limit = limits.cell
        self.deadline = 0.0
        self.client = NotebookClient(
            notebook,
            km=AsyncKernelManager(
                kernel_spec_manager=_ThisPython(),
                kernel_name="python3",
                # Unix sockets beside the working copy: nobody else on the machine can connect.
                transport="ipc",
                ip=str(folder.parent / "kernel"),
            ),
            resources={"metadata": {"path": str(folder)}},
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=_AT_LIMIT,
            iopub_timeout=limits.stop,
            raise_on_iopub_timeout=True,
            on_cell_executed=self.note_end,
            record_timing=False,  # times of day would make every built notebook differ
            startup_timeout=limits.start,
            shutdown_kernel="immediate",
            # nbclient asks this before every cell, so that a cell's limit shrinks with the notebook's.
            timeout_func=lambda cell: max(1, int(min(self.cell_limit, self.left()))),
        )

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def run(self) -> None:
        self.deadline = time.monotonic() + self.limits.notebook
        with ExitStack() as stack:
            # nbclient leaves a kernel running whose manager it was given, unless it is told to stop it.
            kernel = self.client.setup_kernel(env=self.environment, cleanup_kc=True)
            try:
                stack.enter_context(kernel)
            except RuntimeError as error:
                raise NotebookError(f"The kernel did not start: {error}") from error
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code":
                    continue
                self.run_cell(cell, index)
                if cell.metadata.get("nbgrader", {}).get("grade"):
                    self.judge(cell, self.student_at(index))

    def note_end(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None
    ) -> None:
        content = (execute_reply or {}).get("content", {})
        self.stopped = content.get("ename") == _AT_LIMIT["ename"]

    def run_cell(self, cell: NotebookNode, index: int) -> None:
        if self.ended is not None:
            return
        self.stopped = False
        try:
            self.client.execute_cell(cell, index)
        except DeadKernelError:
            self.ended = (
                f"the kernel died while cell {index + 1} ran, so nothing after it could run"
            )
        except CellTimeoutError:
            self.ended = f"cell {index + 1} could not be stopped at its time limit"
        else:
            if self.stopped:  # the interrupt alone would not say who pressed it
                cell.outputs.append(new_output("error", **_AT_LIMIT))
        if self.left() <= 0 and self.ended is None:
            minutes = self.limits.notebook / 60
            self.ended = f"the notebook's time limit of {minutes:.0f} minutes was used up"
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name:
            self.pictures[name] = sum(
                "image/png" in output.get("data", {}) for output in cell.outputs
            )

    def student_at(self, index: int) -> Student:
        return ProbedStudent(lambda message: self.ask(message, index), self.pictures)

    def ask(self, message: Message, index: int) -> Message:
        """Carry one request to the probe in the kernel, through a cell that leaves no trace."""
        if self.ended is not None:
            raise StudentError(f"Not run: {self.ended}")
        nonce = secrets.token_hex(16)
        cell = new_code_cell(_probe_source(message, nonce))
        graded = self.notebook.cells[index]
        self.cell_limit, self.stopped = self.limits.probe, False
        try:
            self.client.execute_cell(cell, index, store_history=False)
        except DeadKernelError:
            self.ended = f"the kernel died while a check of cell {index + 1} called your code"
            raise StudentError(f"Not run: {self.ended}") from None
        except CellTimeoutError:
            self.ended = f"your code, called by a check of cell {index + 1}, could not be stopped"
            raise StudentError(f"Not run: {self.ended}") from None
        finally:
            self.cell_limit = self.limits.cell
            self.notebook.cells[index] = graded  # nbclient puts what it runs into the notebook
        if self.stopped:
            raise StudentError(f"your code did not end within {self.limits.probe:.0f} seconds")
        answers = [
            output.data[probe.MIME_TYPE]
            for output in cell.outputs
            if output.output_type == "display_data" and probe.MIME_TYPE in output.data
        ]
        answers = [
            data for data in answers if isinstance(data, dict) and data.get("nonce") == nonce
        ]
        if len(answers) != 1:
            raise StudentError("your code gave no answer")
        return _to_message(answers[0])


def _to_message(data: dict[str, Any]) -> Message:
    try:
        return Message(str(data["text"]), base64.b64decode(data["archive"], validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise StudentError("your code gave an answer that cannot be read") from error


def _probe_source(message: Message, nonce: str) -> str:
    archive = base64.b64encode(message.archive).decode("ascii")
    # Only the last value, None, is shown: a tuple would become the notebook's `_`.
    return (
        "(lambda scope: (exec(scope['source'], scope), "
        "scope['serve'](scope['request'], scope['archive'], scope['nonce'], globals())))"
        f"({{'__name__': 'probe', 'source': {_PROBE_TEXT!r}, 'request': {message.text!r}, "
        f"'archive': {archive!r}, 'nonce': {nonce!r}}})[1]"
    )


_PROBE_TEXT = inspect.getsource(probe)
