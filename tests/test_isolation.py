"""The choice of isolation: never silent, whichever command grades."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel.isolation import BUBBLEWRAP, NONE, WITHOUT_ISOLATION
from tests.courses import ASSIGNMENT, autograde, make_small_course, submit
from tests.isolation import needs_bubblewrap

TRAIT = "RunAndJudge.isolation"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("isolation") / "course"
    make_small_course(folder)
    submit(folder, "ada", lambda notebook: None)
    return folder


def test_nbgrader_says_loudly_what_is_not_protected(course: Path) -> None:
    assert WITHOUT_ISOLATION in autograde(course, f"--{TRAIT}={NONE}")


def test_grading_many_says_it_too(course: Path) -> None:
    command = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "1"]
    done = subprocess.run(
        [*command, "--force", "--set", f"{TRAIT}={NONE}"],
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
    assert "--RunAndJudge.isolation=none" in printed
    assert WITHOUT_ISOLATION not in printed
