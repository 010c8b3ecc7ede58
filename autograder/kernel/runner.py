"""Runs a notebook's cells in a kernel of its own, and opens the seam at each graded cell.

The kernel is a separate process, kept apart by an `Isolation`, and works in a copy of the submission's
files. A cell that fails, runs too long or ends the kernel does not end the run: what can still be judged
is judged.
"""

from __future__ import annotations

import base64
import inspect
import re
import secrets
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.errors import NotebookError
from autograder.kernel import probe
from autograder.kernel.limits import Bounds, Limits
from autograder.kernel.outputs import PNG, PlainClient, note, tidy
from autograder.kernel.processes import Isolation
from autograder.kernel.provisioner import KeptApart, kernel_manager
from autograder.kernel.wire import LARGEST_ANSWER, Message
from autograder.student import ProbedStudent, Student, StudentError

NOT_RUN = "Not run: "
"""What the reason of a `StudentError` begins with where the kernel is not there any more."""
KERNEL_DIED = "the kernel died"
KERNEL_SENT_NONSENSE = "the kernel sent what cannot be read"
_IMPORT = re.compile(r"(?:^|;)[ \t]*(?:import[ \t]+([^;#\n]+)|from[ \t]+(\w+))", re.MULTILINE)
_FIRST_NAMES = re.compile(r"(?:^|,)[ \t]*(\w+)")
_AT_LIMIT: dict[str, Any] = {
    "ename": "CellTimeoutError",
    "evalue": "stopped at the time limit",
    "traceback": ["The cell was stopped at the time limit."],
}


def run_notebook(
    notebook: NotebookNode,
    *,
    files: Path,
    environment: Mapping[str, str],
    limits: Limits,
    judge: Callable[[NotebookNode, Student], None],
    isolation: Isolation,
    folders: Mapping[Path, str] | None = None,
    bounds: Bounds | None = None,
    startup: str = "",
    ending: Callable[[Student], None] | None = None,
) -> None:
    """Run every code cell of `notebook` in order, writing outputs into it.

    Args:
        notebook: nbformat 4; its code cells get their outputs.
        files: the submission's folder; the kernel works in a temporary copy of it.
        environment: variables that the kernel gets.
        limits: wall-clock limits.
        judge: called with each graded code cell right after it has run, and with the student's seam. It
            must not write into the cell: the kernel may still change what its cells display.
        isolation: how the kernel is kept apart.
        folders: see `Start`.
        bounds: what the kernel may use besides time.
        startup: Python text that the kernel runs before the first cell; it leaves no trace in the notebook.
        ending: called after the last cell, if the kernel is still there.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine lacks what the isolation needs.
    """
    # A process that a student's code has left behind may still write into the folder.
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as scratch:
        bounds = bounds or Bounds()
        manager = kernel_manager(
            isolation,
            files=files,
            scratch=Path(scratch),
            environment=environment,
            folders=folders or {},
            bounds=bounds,
            seconds=limits.start,
            imports=imports_of(notebook),
        )
        client = PlainClient(
            notebook,
            km=manager,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=_AT_LIMIT,
            iopub_timeout=limits.stop,
            raise_on_iopub_timeout=True,
            record_timing=False,  # times of day would make every built notebook differ
            startup_timeout=limits.start,
            shutdown_kernel="immediate",
        )
        client.bounds = bounds
        client.largest_answer = LARGEST_ANSWER
        try:
            _Run(notebook, client, limits, judge).run(startup, ending)
        finally:
            manager.context.destroy(linger=0)


class _Run:
    def __init__(
        self,
        notebook: NotebookNode,
        client: PlainClient,
        limits: Limits,
        judge: Callable[[NotebookNode, Student], None],
    ) -> None:
        self.notebook = notebook
        self.client = client
        self.limits = limits
        self.judge = judge
        self.pictures: dict[str, int] = {}
        self.ended: str | None = None  # why nothing more runs, in words for the student
        self.stopped = False  # whether the last cell was stopped at its time limit
        self.cell_limit = limits.cell
        self.deadline = 0.0
        client.on_cell_executed = self.note_end
        # nbclient asks this before every cell, so that a cell's limit shrinks with the notebook's.
        client.timeout_func = lambda cell: max(1, int(min(self.cell_limit, self.left())))

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def run(self, startup: str, ending: Callable[[Student], None] | None) -> None:
        manager = self.client.km
        with ExitStack() as stack:
            # nbclient leaves a kernel running whose manager it was given, unless it is told to stop it.
            kernel = self.client.setup_kernel(cleanup_kc=True)
            try:
                stack.enter_context(kernel)
            except RuntimeError as error:
                raise NotebookError(f"The kernel did not start: {error}") from error
            # The start may have waited for what all submissions need; that time is not this one's.
            self.deadline = time.monotonic() + self.limits.notebook
            provisioner = manager.provisioner
            assert isinstance(provisioner, KeptApart)
            if startup and self.notebook.cells:
                self.execute_apart(new_code_cell(startup), 0, provisioner, "the start")
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code":
                    continue
                self.run_cell(cell, index, provisioner)
                if cell.metadata.get("nbgrader", {}).get("grade"):
                    self.judge(cell, self.student_at(index, provisioner))
            if ending is not None and self.ended is None and self.notebook.cells:
                ending(self.student_at(0, provisioner))

    def note_end(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None
    ) -> None:
        content = (execute_reply or {}).get("content", {})
        self.stopped = content.get("ename") == _AT_LIMIT["ename"]

    def run_cell(self, cell: NotebookNode, index: int, kernel: KeptApart) -> None:
        if self.ended is not None:
            return
        what = f"cell {index + 1}"
        self.execute(cell, index, kernel, what, f"while {what} ran")
        tidy(cell)
        if self.stopped:  # the interrupt alone would not say who pressed it
            cell.outputs.append(new_output("error", **_AT_LIMIT))
        if cut := self.client.cut():
            cell.outputs.append(note(cut))
        if self.left() <= 0 and self.ended is None:
            minutes = self.limits.notebook / 60
            self.ended = f"the notebook's time limit of {minutes:.0f} minutes was used up"
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name:
            self.pictures[name] = sum(PNG in output.get("data", {}) for output in cell.outputs)

    def execute(
        self,
        cell: NotebookNode,
        index: int,
        kernel: KeptApart,
        what: str,
        when: str,
        **options: Any,
    ) -> None:
        """Run a cell; if the kernel is lost with it, note why nothing more can run."""
        self.stopped = False
        try:
            self.client.execute_cell(cell, index, **options)
        except DeadKernelError:
            cause = kernel.cause()
            end = f"the kernel {cause}" if cause else KERNEL_DIED
            self.ended = f"{end} {when}, so nothing after it could run"
        except CellTimeoutError:
            self.ended = f"{what} could not be stopped at its time limit, or displayed far too much"
        # What a student's code sends in place of a kernel's messages breaks their readers in many ways.
        except Exception as error:
            self.ended = f"{KERNEL_SENT_NONSENSE} {when} ({type(error).__name__})"

    def execute_apart(self, cell: NotebookNode, index: int, kernel: KeptApart, what: str) -> None:
        """Run a cell of the grader's own in the place of the notebook's, as if it had not been."""
        own = self.notebook.cells[index]
        self.cell_limit, self.client.kc.silent = self.limits.probe, True
        try:
            self.execute(
                cell,
                index,
                kernel,
                f"your code, called by {what},",
                f"while {what} called your code",
                store_history=False,
            )
        finally:
            self.cell_limit, self.client.kc.silent = self.limits.cell, False
            self.notebook.cells[index] = own  # nbclient puts what it runs into the notebook

    def student_at(self, index: int, kernel: KeptApart) -> Student:
        return ProbedStudent(lambda message: self.ask(message, index, kernel), self.pictures)

    def ask(self, message: Message, index: int, kernel: KeptApart) -> Message:
        """Carry one request to the probe in the kernel, through a cell that leaves no trace."""
        if self.ended is not None:
            raise StudentError(f"{NOT_RUN}{self.ended}")
        nonce = secrets.token_hex(16)
        cell = new_code_cell(_probe_source(message, nonce))
        self.client.answer_type = probe.MIME_TYPE
        try:
            self.execute_apart(cell, index, kernel, f"a check of cell {index + 1}")
        finally:
            self.client.answer_type = None
        if self.ended is not None:
            raise StudentError(f"{NOT_RUN}{self.ended}")
        if self.stopped:
            raise StudentError(f"your code did not end within {self.limits.probe:.0f} seconds")
        pieces = [
            data
            for output in cell.outputs
            if output.output_type == "display_data"
            and isinstance(data := output.data.get(probe.MIME_TYPE), dict)
            and data.get("nonce") == nonce
        ]
        if not pieces:
            raise StudentError("your code gave no answer")
        return _to_message(pieces)


def imports_of(notebook: NotebookNode) -> frozenset[str]:
    """Return the packages that a notebook seems to import; it need not be right, or even parse."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return frozenset(
        name
        for listed, package in _IMPORT.findall(code)
        for name in _FIRST_NAMES.findall(listed or package)
    )


def _to_message(pieces: list[dict[str, Any]]) -> Message:
    """Put an answer together.

    Raises:
        StudentError: a piece is missing, or there are more: then somebody else has answered as well.
    """
    try:
        numbers = [(piece["number"], piece["pieces"]) for piece in pieces]
        if numbers != [(number, len(pieces)) for number in range(len(pieces))]:
            raise StudentError("your code gave no single answer")
        archive = "".join(piece["archive"] for piece in pieces)
        text = "".join(piece["text"] for piece in pieces)
        return Message(text, base64.b64decode(archive, validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise StudentError("your code gave an answer that cannot be read") from error


def _probe_source(message: Message, nonce: str) -> str:
    # Images hold much that is alike, and IPython takes seconds for a text of many megabytes.
    archive = base64.b64encode(zlib.compress(message.archive, _FASTEST)).decode("ascii")
    # Only the last value, None, is shown: a tuple would become the notebook's `_`.
    return (
        "(lambda scope: (exec(scope['source'], scope), "
        "scope['serve'](scope['request'], scope['archive'], scope['nonce'], globals())))"
        f"({{'__name__': 'probe', 'source': {_PROBE_TEXT!r}, 'request': {message.text!r}, "
        f"'archive': {archive!r}, 'nonce': {nonce!r}}})[1]"
    )


_PROBE_TEXT = inspect.getsource(probe)
_FASTEST = 1
"""zlib's level."""
