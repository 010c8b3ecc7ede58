"""`autograder check` while it runs, and when somebody ends it: its progress, what was judged, and what it leaves."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.any_notebook.ended import Ended, Ending
from autograder.any_notebook.progress import Progress
from tests.checked_notebooks import write_cells

RIGHT = "def get_predictions(similarity):\n    return similarity.argmax(axis=1)"
COSINE = "def get_cosine_similarity(a, b):\n    return (a @ b.T).numpy()"


@pytest.mark.kernel
def test_what_was_judged_is_told_when_the_command_is_ended_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    first = write_cells(tmp_path / "a.ipynb", RIGHT, "import time\ntime.sleep(600)", COSINE)
    second = write_cells(tmp_path / "b.ipynb", RIGHT)
    record = tmp_path / "found.json"
    command = [sys.executable, "-m", "autograder.cli", "check", "--json", record, first, second]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    assert running.stderr is not None
    log = iter(running.stderr.readline, "")
    assert any(line.startswith("a.ipynb: cell 1 of 3, ") for line in log)
    time.sleep(0.5)
    running.send_signal(signal.SIGTERM)
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 128 + signal.SIGTERM
    assert '"status": 143' in record.read_text(encoding="utf-8")
    assert "PARTIAL: ended by SIGTERM in cell 2 of 3" in told
    assert "Predictions  5 / 5" in told
    assert "Similarity   ?" in told
    assert "not judged:    Similarity" in told
    assert "could not run: ended by SIGTERM before it ran" in told
    # A cache of torch's is not the command's.
    assert [path.name for path in scratch.iterdir() if "torchinductor" not in path.name] == []


@pytest.fixture
def hears_sigint() -> Iterator[None]:
    """Let this process hear SIGINT, which a shell lets processes in the background ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_sigint")
def test_the_first_signal_ends_what_may_be_ended_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    ending = Ending()
    with ending.awaited():
        signal.raise_signal(signal.SIGTERM)  # outside of the block it is only noted
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Ended) as ended, ending.at_once():
            pytest.fail("it had been ended")
    assert signal.getsignal(signal.SIGTERM) is before
    assert ending.by is ended.value
    assert (ended.value.name, ended.value.status) == ("SIGTERM", 143)
    ending = Ending()
    with ending.awaited(), pytest.raises(Ended), ending.at_once():
        signal.raise_signal(signal.SIGINT)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_changes_and_a_log_one_for_each_cell() -> None:
    shown, log = Terminal(), io.StringIO()
    for stream in (shown, log):
        progress = Progress(stream)
        with progress.of("a\x1b.ipynb", 4):
            progress.reach(1)
            progress.reach(3)
    assert log.getvalue().splitlines() == [
        "a\ufffd.ipynb: starting a kernel, 0 s",
        "a\ufffd.ipynb: cell 2 of 4, 0 s",
        "a\ufffd.ipynb: cell 4 of 4, 0 s",
    ]
    assert "\n" not in shown.getvalue()
    assert shown.getvalue().endswith("cell 4 of 4, 0 s\r\033[K")
