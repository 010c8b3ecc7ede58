"""`autograder doctor` tries what it says; so its lines are also the tests of the rooms."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import tempfile
import venv
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course import KIT
from autograder.doctor import examine, files_of
from autograder.kernel.isolation import BUBBLEWRAP, COLD, NONE
from tests.isolation import needs_bubblewrap


@needs_bubblewrap
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_a_room_keeps_a_students_code_from_everything(way):
    findings = list(examine(way))
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) >= 20
    # A trial that stopped for a reason of its own would hold for nothing.
    assert {finding.seen.split(":")[0] for finding in findings if "code" in finding.what} <= {
        "refused",
        "nothing was left",
    }
    reasons = {finding.what: finding.seen for finding in findings}
    assert "KeyError" in reasons["no student's code sees the grader's environment"]
    assert "ModuleNotFoundError" in reasons["no student's code finds this kit"]
    assert "BlockingIOError" in reasons["no student's code starts any number of processes"]


@needs_bubblewrap
def test_an_interpreter_below_tmp_is_shown_in_a_room():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the room of a superuser is for another user
        venv.create(folder, with_pip=False)
        python = Path(folder, "bin", "python")
        packages = sysconfig.get_path("purelib")
        done = subprocess.run(
            [python, "-m", "autograder.cli", "doctor", "--isolation", COLD],
            cwd=KIT,
            env={**os.environ, "PYTHONPATH": packages},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.endswith("All of it holds.\n"), done.stdout + done.stderr


def test_without_isolation_it_says_so_and_tries_nothing(capsys):
    assert main(["doctor", "--isolation", NONE]) == 1
    printed = capsys.readouterr().out
    assert "it can do all that you can" in printed
    assert printed.endswith("Not all of it holds: see the lines marked ✗.\n")


def test_where_no_room_can_be_made_it_says_why(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    findings = list(examine(BUBBLEWRAP))
    assert [finding.holds for finding in findings] == [True, False]
    assert "apt-get install bubblewrap" in findings[-1].seen


def test_files_of_a_course_that_others_may_read_are_named_with_the_way_out(tmp_path):
    assert list(files_of(tmp_path)) == []  # no course
    course = tmp_path / "course"
    course.mkdir(mode=0o700)
    (course / "nbgrader_config.py").touch(mode=0o600)
    (course / "gradebook.db").touch(mode=0o600)
    assert [finding.holds for finding in files_of(course)] == [True]
    course.chmod(0o755)
    (course / "gradebook.db").chmod(0o644)
    findings = list(files_of(course))
    assert findings
    assert not any(finding.holds for finding in findings)
    assert "chmod" in findings[0].seen
