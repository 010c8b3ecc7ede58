"""Rooms cannot speak to each other by what both see: two of them at once, one speaking and one listening."""

from __future__ import annotations

import inspect
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.clip.assets import cache_root
from autograder.course import KIT
from autograder.kernel.isolation import BUBBLEWRAP, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook
from autograder.seam.student import Student
from tests import room_talk
from tests.hostile.batch import GRADERS, ROOT
from tests.isolation import needs_bubblewrap
from tests.ordinary_user import any_user, command_as, why_no_rooms

TEXT = inspect.getsource(room_talk)
SHOWN = "/assets/shared"
SECONDS = 0.06
"""For each bit."""
LIMITS = Limits(start=120, cell=60, probe=60, notebook=200)


def a_word() -> int:
    """Return a word of which half of the bits are set: who hears only silence, or only noise, hears another."""
    places = random.SystemRandom().sample(range(room_talk.BITS), room_talk.BITS // 2)
    return sum(1 << place for place in places)


def heard_in(printed: str, word: int) -> dict[str, bool]:
    """Return for each channel whether a word was heard by it; one bit may be wrong, on a machine that is busy."""
    lines = [line.split() for line in printed.splitlines() if line.startswith("heard ")]
    return {channel: (int(heard) ^ word).bit_count() <= 1 for _, channel, heard, *_ in lines}


def talk_in_rooms(files: Path, word: int) -> str:
    """Run two notebooks in rooms at once; return what the listener printed."""
    moments: list[float] = []
    both = threading.Barrier(2, action=lambda: moments.append(time.time() + 1))
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(_talk, files / str(each), both, moments, each) for each in (word, None)]
        return [job.result() for job in jobs][1]


def _talk(folder: Path, both: threading.Barrier, moments: list[float], word: int | None) -> str:
    about = {"grade": True, "grade_id": "check_x", "solution": False, "locked": True, "points": 1}

    def begin_together(cell: NotebookNode, student: Student) -> None:
        both.wait(LIMITS.start)
        student.fetch(f"globals().update(begin={moments[0]}) or 1")

    folder.mkdir()
    last = new_code_cell(f"talk('{SHOWN}/file', begin, {word}, {SECONDS})")
    notebook = new_notebook(
        cells=[new_code_cell(TEXT), new_code_cell("", metadata={"nbgrader": about}), last]
    )
    run_notebook(
        notebook,
        files=folder,
        environment={},
        folders={folder.parent / "shared": SHOWN},
        limits=LIMITS,
        judge=begin_together,
        isolation=isolation_named(BUBBLEWRAP),
    )
    return "\n".join(str(output.get("text", output)) for output in last.outputs)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everyone may enter, with a file to be shown."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name, "place")
        (folder / "shared").mkdir(parents=True)
        (folder / "shared" / "file").write_text("text", encoding="ascii")
        yield folder


def test_plain_processes_hear_each_other_by_every_channel(place: Path) -> None:
    word, heard = a_word(), set()
    for seconds in (SECONDS, 5 * SECONDS):  # on a busy machine, they have to speak slowly
        heard |= {channel for channel, was in _talk_in_processes(place, word, seconds) if was}
        if len(heard) == len(room_talk.CHANNELS):
            break
    assert heard == {channel.__name__ for channel in room_talk.CHANNELS}


def _talk_in_processes(place: Path, word: int, seconds: float) -> Iterable[tuple[str, bool]]:
    file, begin = place / "shared" / "file", time.time() + 1.5
    # Not of the same file: one of the channels is about who has that one open.
    common = os.open(__file__, os.O_RDONLY)
    speaker, listener = (
        subprocess.Popen(
            [sys.executable, "-c", f"{TEXT}\ntalk({str(file)!r}, {begin}, {each}, {seconds})"],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[common],
        )
        for each in (word, None)
    )
    heard = heard_in(listener.communicate()[0], word)
    speaker.communicate()
    os.close(common)
    return heard.items()


@needs_bubblewrap
@pytest.mark.parametrize("grader", GRADERS)
def test_rooms_hear_nothing_of_each_other(place: Path, grader: str) -> None:
    word = a_word()
    # In a process of its own: the loops of threads that have ended are closed when it likes to.
    program = (
        "import sys; from pathlib import Path; from tests.test_room_talk import talk_in_rooms\n"
        f"print(talk_in_rooms(Path({str(place)!r}), {word}))"
    )
    command = [sys.executable, "-c", program]
    if grader != ROOT and ROOT in GRADERS:
        if reason := why_no_rooms():
            pytest.skip(f"an ordinary user cannot make rooms here: {reason}")
        user = any_user()
        # The files that are shown belong to that user, as those of a virtual environment would.
        for path in (place, *place.rglob("*")):
            os.chown(path, user, user)
        command = command_as(user, command, (place, cache_root()))
    done = subprocess.run(
        command,
        cwd=KIT,
        env={**os.environ, "HOME": str(place), "TMPDIR": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    heard = heard_in(done.stdout, word)
    assert set(heard) == {channel.__name__ for channel in room_talk.CHANNELS}, done
    assert [channel for channel, was in heard.items() if was] == []
