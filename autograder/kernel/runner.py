"""Runs a notebook's cells in a kernel of its own, and opens the seam at each graded cell.

The kernel is a separate process, kept apart by an `Isolation`, and works in a copy of the submission's
files. A cell that fails, runs too long or ends the kernel does not end the run: what can still be judged
is judged.
"""

from __future__ import annotations

import base64
import inspect
import marshal
import re
import secrets
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.errors import NotebookError
from autograder.kernel.fair_clock import PATIENCE, FairClock
from autograder.kernel.limits import Bounds, Limits
from autograder.kernel.outputs import PICTURES, PlainClient, note, tidy
from autograder.kernel.processes import SCRATCH_PREFIX, Isolation, folder_of_scratch
from autograder.kernel.provisioner import KeptApart, kernel_manager
from autograder.seam import drawn, probe
from autograder.seam.student import ProbedStudent, Student, StudentError
from autograder.seam.wire import LARGEST_ANSWER, Message

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
_NO_ROOM: dict[str, Any] = {
    "ename": "Error",
    "evalue": "which one is not shown",
    "traceback": ["The cell ended with an error, which is not shown either."],
}
"""In the place of an error that a cell had no room for: without one nbgrader takes a test for passed."""
_GRADER = object()
"""Says in nbclient's answer that it has stopped the cell: no kernel can send this."""


@dataclass(frozen=True)
class RunReport:
    """What became of a run, as the grader itself has seen it; nothing of it is read from what a student's code says.

    Attributes:
        ended: why not everything could run, in words; None if it could.
        died: whether the kernel ended, or sent nonsense, without the grader's doing: perhaps somebody else's.
        late: what was stopped at a time limit, in words.
        not_run: ids of the cells, of those that have one, during or after which there was no kernel any more.
        starved: whether something was stopped that had waited for a processor for much of its time.
    """

    ended: str | None = None
    died: bool = False
    late: tuple[str, ...] = ()
    starved: bool = False
    not_run: frozenset[str] = frozenset()


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
    reached: Callable[[int], None] | None = None,
) -> RunReport:
    """Run every code cell of `notebook` in order, writing outputs into it.

    Args:
        notebook: nbformat 4; its code cells get their outputs.
        files: the submission's folder; the kernel works in a temporary copy of it.
        environment: variables that the kernel gets.
        limits: time limits; see `Limits` for what counts.
        judge: called with each graded code cell right after it has run, and with the student's seam. It
            must not write into the cell: the kernel may still change what its cells display.
        isolation: how the kernel is kept apart.
        folders: see `Start`.
        bounds: what the kernel may use besides time.
        startup: Python text that the kernel runs before the first cell; it leaves no trace in the notebook.
        ending: called after the last cell, if the kernel is still there.
        reached: called with the place of each code cell, from 0, right before it runs.

    Returns:
        What became of it.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine lacks what the isolation needs.
    """
    # A process that a student's code has left behind may still write into the folder.
    with tempfile.TemporaryDirectory(
        prefix=SCRATCH_PREFIX, dir=folder_of_scratch(), ignore_cleanup_errors=True
    ) as scratch:
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
            error_on_timeout={**_AT_LIMIT, "by": _GRADER},
            iopub_timeout=limits.stop,
            raise_on_iopub_timeout=True,
            record_timing=False,  # times of day would make every built notebook differ
            startup_timeout=limits.start,
            shutdown_kernel="immediate",
        )
        client.bounds = bounds
        client.largest_answer = LARGEST_ANSWER
        run = _Run(notebook, client, limits, judge)
        try:
            run.run(startup, ending, reached)
        finally:
            manager.context.destroy(linger=0)
        return RunReport(
            run.ended, run.died, tuple(run.late), run.starved, frozenset(filter(None, run.not_run))
        )


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
        self.requests: dict[str, str] = {}  # by which the kernel keeps the figures of a cell
        self.ended: str | None = None  # why nothing more runs, in words for the student
        self.died = False  # whether that was not the grader's doing
        self.late: list[str] = []
        self.not_run: list[str | None] = []
        self.starved = False
        self.stopped = False  # whether the last cell was stopped at its time limit
        self.failed = False  # whether it ended with an error, by what the kernel says
        self.cell_limit = limits.cell
        self.deadline = self.last_deadline = 0.0
        self.clock: FairClock | None = None  # of what runs now
        client.on_cell_executed = self.note_end
        # nbclient asks this before every cell, so that a cell's limit shrinks with the notebook's.
        client.timeout_func = lambda cell: max(1, int(min(self.cell_limit, self.left())))

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def run(
        self,
        startup: str,
        ending: Callable[[Student], None] | None,
        reached: Callable[[int], None] | None,
    ) -> None:
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
            self.last_deadline = time.monotonic() + PATIENCE * self.limits.notebook
            provisioner = manager.provisioner
            assert isinstance(provisioner, KeptApart)
            self.client.kc.shell_channel.more_time = self.more_time
            if self.notebook.cells:
                own = f"{_DRAWN_TEXT}\n{startup}"
                self.execute_apart(new_code_cell(own), 0, provisioner, "the start")
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code":
                    continue
                if reached is not None:
                    reached(index)
                self.run_cell(cell, index, provisioner)
                if cell.metadata.get("nbgrader", {}).get("grade"):
                    self.judge(cell, self.student_at(index, provisioner))
            if ending is not None and self.ended is None and self.notebook.cells:
                ending(self.student_at(0, provisioner))

    def more_time(self) -> float:
        """Return how many seconds longer what runs now may take, for those in which it had no processor."""
        return 0.0 if self.clock is None else self.clock.left()

    def note_end(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None
    ) -> None:
        content = (execute_reply or {}).get("content", {})
        self.stopped = content.get("by") is _GRADER
        self.failed = content.get("status") == "error"

    def run_cell(self, cell: NotebookNode, index: int, kernel: KeptApart) -> None:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        has_kernel = self.ended is None
        if not has_kernel:
            self.not_run.append(name)
            return
        what = f"cell {index + 1}"
        self.client.kc.asked = ""  # a cell without code is not asked for
        self.execute(cell, index, kernel, what, f"while {what} ran")
        if self.ended is not None:
            self.not_run.append(name)
        tidy(cell)
        if self.stopped:  # the interrupt alone would not say who pressed it
            cell.outputs.append(new_output("error", **_AT_LIMIT))
        if cut := self.client.cut():
            cell.outputs.append(note(cut))
            if self.failed and not any(shown.output_type == "error" for shown in cell.outputs):
                cell.outputs.append(new_output("error", **_NO_ROOM))
        if self.left() <= 0 and self.ended is None:
            minutes = self.limits.notebook / 60
            self.ended = f"the notebook's time limit of {minutes:.0f} minutes was used up"
        if name:
            self.pictures[name] = sum(
                not PICTURES.keys().isdisjoint(output.get("data", {})) for output in cell.outputs
            )
            self.requests[name] = self.client.kc.asked

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
        self.stopped = self.failed = False
        limit = min(self.cell_limit, self.left())
        self.clock = clock = FairClock(limit, kernel.waited, kernel.used)
        try:
            self.client.execute_cell(cell, index, **options)
        except DeadKernelError:
            cause = kernel.cause()
            end = f"the kernel {cause}" if cause else KERNEL_DIED
            self.died = cause is None
            self.ended = f"{end} {when}, so nothing after it could run"
        except CellTimeoutError:
            self.ended = f"{what} could not be stopped at its time limit, or displayed far too much"
            self.stopped = True
        # What a student's code sends in place of a kernel's messages breaks their readers in many ways.
        except Exception as error:
            self.died = True
            self.ended = f"{KERNEL_SENT_NONSENSE} {when} ({type(error).__name__})"
        finally:
            self.clock = None
        if self.stopped:
            self.late.append(what)
            self.starved = self.starved or clock.has_starved()
        # What others took of the processors is not this submission's time.
        self.deadline = min(self.deadline + clock.waited(), self.last_deadline)

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
        return ProbedStudent(
            lambda message: self.ask(message, index, kernel), self.pictures, self.requests
        )

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
    # A notebook may have variables called `exec` and `globals`.
    return (
        "(lambda builtins, scope: (builtins.exec("
        "builtins.__import__('marshal').loads(scope['compiled']) if scope['magic'] == "
        "builtins.__import__('importlib.util').util.MAGIC_NUMBER else scope['source'], scope), "
        "scope['serve'](scope['request'], scope['archive'], scope['nonce'], builtins.globals())))"
        f"(__import__('builtins'), {{'__name__': 'probe', {_PROBE}, 'request': {message.text!r}, "
        f"'archive': {archive!r}, 'nonce': {nonce!r}}})[1]"
    )


def _as_source_and_compiled() -> str:
    """Return entries of a dictionary that hold the probe: as bytecode, and as text for another Python than this one."""
    text = inspect.getsource(probe)
    bytecode = marshal.dumps(compile(text, "<probe>", "exec"))
    return f"'magic': {MAGIC_NUMBER!r}, 'compiled': {bytecode!r}, 'source': {text!r}"


_PROBE = _as_source_and_compiled()
"""Compiling the text anew would take 4 ms of each request, and loading this takes a sixteenth of one."""
_DRAWN_TEXT = (
    "(lambda scope: (exec(scope['text'], scope), scope['record']()))"
    f"({{'__name__': 'drawn', 'text': {inspect.getsource(drawn)!r}}})"
)
"""In a namespace of its own: nothing of it shall stand among the notebook's variables."""
_FASTEST = 1
"""zlib's level."""
