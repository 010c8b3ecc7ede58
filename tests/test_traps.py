"""Known traps of grading notebooks with nbgrader, each as a submission through real `nbgrader autograde`.

Formgrader and export are looked at in the same course.
"""

import html
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from nbgrader.api import Gradebook

from autograder.course import CONFIG, run_nbgrader
from tests.courses import ASSIGNMENT, SmallCourse, autograde
from tests.traps.edits import FULL, TRAPS


@pytest.mark.parametrize("student", TRAPS)
def test_each_trap_gets_its_grade(traps: SmallCourse, student: str) -> None:
    assert traps.scores(student) == TRAPS[student].scores


@pytest.mark.parametrize("student", [name for name, trap in TRAPS.items() if trap.told])
def test_the_feedback_says_what_was_wrong(traps: SmallCourse, student: str) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", traps.feedback(student)))
    assert TRAPS[student].told in page


def test_right_work_gets_no_hint_and_no_note(traps: SmallCourse) -> None:
    page = traps.feedback("right")
    assert "6 of 6 points" in page
    assert "✗" not in page
    assert "Before grading" not in page


def test_every_submission_was_graded(traps: SmallCourse) -> None:
    assert "There was an error processing assignment" not in traps.log


def test_the_probe_leaves_no_trace(traps: SmallCourse) -> None:
    cells = traps.graded("right").cells
    assert [cell.execution_count for cell in cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]
    assert not any("serve" in cell.source for cell in cells)


def test_the_seed_is_recorded_and_a_second_grading_gives_the_same(traps: SmallCourse) -> None:
    def records(student: str) -> list[object]:
        cells = traps.graded(student).cells
        return [cell.metadata["autograder"] for cell in cells if "autograder" in cell.metadata]

    before = records("not_normalised")
    assert all(int(record["seed"]) > 0 for record in before if "seed" in record)
    autograde(traps.folder, "--force", "--student=not_normalised")
    assert records("not_normalised") == before
    assert traps.scores("not_normalised") == {**FULL, "check_similarity": 2.0}


def test_a_persons_grade_survives_grading_again(traps: SmallCourse) -> None:
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, "redefined_later")
        grade.manual_score = 3.0
        gradebook.db.commit()
    autograde(traps.folder, "--force", "--student=redefined_later")
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, "redefined_later")
        assert (grade.manual_score, grade.auto_score) == (3.0, None)


def test_export_tells_what_is_not_graded_from_zero(traps: SmallCourse) -> None:
    run_nbgrader(traps.folder, "export", "--to=grades.csv")
    lines = (traps.folder / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(list(traps.folder.glob("submitted/*"))) + 1


# --- formgrader ------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def formgrader(traps: SmallCourse) -> Iterator[str]:
    """A real Jupyter server in the course, with nbgrader's formgrader."""
    port = free_port()
    settings = traps.folder / "jupyter"
    settings.mkdir()
    extensions = ("nbgrader.server_extensions.formgrader",)
    enabled = {"ServerApp": {"jpserver_extensions": dict.fromkeys(extensions, True)}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(enabled), encoding="utf-8")
    (settings / CONFIG).write_bytes((traps.folder / CONFIG).read_bytes())
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}",
         "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"],
        cwd=traps.folder,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                try:
                    fetch(f"{url}/api/status")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.5)
            yield url
        finally:
            server.terminate()


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


def test_formgrader_lists_assignment_and_submissions(formgrader: str) -> None:
    assert "formgrader" in fetch(f"{formgrader}/formgrader/manage_assignments").lower()
    assignments = json.loads(fetch(f"{formgrader}/formgrader/api/assignments"))
    assert [assignment["name"] for assignment in assignments] == [ASSIGNMENT]
    assert assignments[0]["max_score"] == 15
    submissions = json.loads(fetch(f"{formgrader}/formgrader/api/submissions/{ASSIGNMENT}"))
    by_student = {submission["student"]: submission for submission in submissions}
    assert by_student["right"]["autograded"]
    assert by_student["right"]["score"] == 11


def test_formgrader_shows_a_submission_with_points_and_hints(formgrader: str) -> None:
    notebooks = json.loads(
        fetch(f"{formgrader}/formgrader/api/submitted_notebooks/{ASSIGNMENT}/{ASSIGNMENT}")
    )
    wanted = next(notebook for notebook in notebooks if notebook["student"] == "not_normalised")
    page = fetch(f"{formgrader}/formgrader/submissions/{wanted['id']}")
    assert "2 of 6 points" in page
    assert "A cosine is the dot product" in page
    assert "def test_" not in page
