"""The choice of isolation: never silent, whichever command grades."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.course import CONFIG, nbgrader_command
from autograder.kernel.isolation import BUBBLEWRAP, NONE, WITHOUT_ISOLATION
from tests.courses import ASSIGNMENT, autograde, make_small_course, submit
from tests.isolation import needs_bubblewrap

pytestmark = pytest.mark.kernel

TRAIT = "RunAndJudge.isolation"
GRADE = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "1"]
ERRORS: dict[str, Callable[[str], str]] = {
    "a module that is not there": lambda text: f"import missing\n{text}",
    "an error near the end": lambda text: f"{text}\nc.Execute.timeout = undefined\n",
    "a bracket that is not closed": lambda text: f"{text}\nc.Execute.timeout = (900\n",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("isolation") / "course"
    make_small_course(folder)
    submit(folder, "ada", lambda notebook: None)
    return folder


def test_nbgrader_says_loudly_what_is_not_protected(course: Path) -> None:
    assert WITHOUT_ISOLATION in autograde(course, f"--{TRAIT}={NONE}")


def test_grading_many_says_it_too(course: Path) -> None:
    done = subprocess.run(
        [*GRADE, "--force", "--set", f"{TRAIT}={NONE}"],
        cwd=course,
        capture_output=True,
        text=True,
        check=True,
    )
    assert WITHOUT_ISOLATION in done.stderr
    assert "ada: 11 points" in done.stdout


@needs_bubblewrap
def test_in_a_room_nothing_of_the_kind_is_said(course: Path) -> None:
    assert WITHOUT_ISOLATION not in autograde(course, "--force", f"--{TRAIT}={BUBBLEWRAP}")


def test_where_no_room_can_be_made_grading_stops_and_names_the_ways_out(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    printed = autograde(course, "--force", f"--{TRAIT}={BUBBLEWRAP}")
    assert "apt-get install bubblewrap" in printed
    assert "AUTOGRADER_ISOLATION=none" in printed
    assert WITHOUT_ISOLATION not in printed


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose one submission, run without protection, leaves a file beside it."""
    folder = tmp_path_factory.mktemp("errors") / "course"
    make_small_course(folder)

    def leave_a_file(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = f"open({str(folder.parent / 'ran')!r}, 'w')\n{cell.source}"

    submit(folder, "eve", leave_a_file)
    return folder


@pytest.mark.parametrize(
    "command", [nbgrader_command("autograde", ASSIGNMENT), GRADE], ids=["nbgrader", "kit"]
)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_the_configuration_ends_grading(
    released: Path, tmp_path: Path, error: str, command: list[str]
) -> None:
    course = tmp_path / "course"
    shutil.copytree(released, course)
    (course / CONFIG).write_text(ERRORS[error]((course / CONFIG).read_text("utf-8")), "utf-8")
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert any(word in done.stderr for word in ("'missing'", "'undefined'", "'(' was never closed"))
    assert "Nothing is graded" in done.stderr or "nothing is graded" in done.stderr
    assert not (course / "autograded").exists()
    assert not (released.parent / "ran").exists()
