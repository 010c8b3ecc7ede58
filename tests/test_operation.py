"""What real grading leaves in a course's record, both ways, and what it does when the secret is lost."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from autograder.cli import main
from autograder.evidence import record
from autograder.evidence.noted import EVIDENCE
from autograder.evidence.seeds import SECRET_FILE, course_secret, fingerprint
from autograder.kit import kit_version
from tests.courses import ASSIGNMENT, SmallCourse, autograde, make_small_course, submit
from tests.grading_courses import folders_of, scores_of
from tests.traps.edits import find

pytestmark = pytest.mark.kernel

HONEST, ENDS, LATER = "ada lovelace", "ada+x", "ada"


def end_the_kernel(notebook: NotebookNode) -> None:
    notebook.cells[find(notebook, "predictions")].source = "import os\nos._exit(0)"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course of which nbgrader has graded two submissions, and `autograder grade` a third."""
    folder = tmp_path_factory.mktemp("operated") / "my course"
    make_small_course(folder)
    submit(folder, HONEST, lambda notebook: None)
    submit(folder, ENDS, end_the_kernel)
    log = autograde(folder)
    submit(folder, LATER, lambda notebook: None)
    assert main(["grade", ASSIGNMENT, "--course", str(folder), "--workers", "1"]) == 0
    return SmallCourse(folder, log)


def events(course: SmallCourse, student: str) -> list[record.Event]:
    return [event for event in record.read(course.folder) if event.get("student") == student]


@pytest.mark.parametrize(
    ("student", "by"), [(HONEST, "nbgrader autograde"), (LATER, "autograder grade")]
)
def test_both_ways_of_grading_record_what_a_grade_rests_on(
    course: SmallCourse, student: str, by: str
) -> None:
    (event,) = events(course, student)
    secret = fingerprint(course_secret(course.folder))
    assert (event["event"], event["by"], event["assignment"]) == (record.GRADED, by, ASSIGNMENT)
    assert (event["kit"], event["secret"]) == (kit_version(), secret)
    assert event["earned"] == {
        cell: score for cell, score in course.scores(student).items() if cell != "reflection"
    }
    assert event["libraries"]["torch"]
    assert event["settings"]["cell_timeout"] > 0
    assert len(event["checks"]) == len(event["model"]) == 64
    notebook = course.graded(student)
    noted = notebook.metadata["autograder"][EVIDENCE]
    assert noted == {name: event[name] for name in noted}
    seeds = {
        c.metadata["autograder"]["seed"]
        for c in notebook.cells
        if "seed" in c.metadata.get("autograder", {})
    }
    assert seeds == {event["seed"]}


def test_a_room_that_ended_is_recorded_with_its_reason(course: SmallCourse) -> None:
    ended, graded = events(course, ENDS)
    assert (ended["event"], graded["event"]) == (record.ROOM_ENDED, record.GRADED)
    assert "the kernel" in ended["reason"]
    assert graded["earned"]["check_predictions"] == 0


def test_the_record_is_one_chain_of_one_run_after_another(course: SmallCourse) -> None:
    assert record.breaks(course.folder) == ()
    first = next(record.read(course.folder))
    assert first["event"] == record.SECRET_DRAWN


@pytest.mark.parametrize("way", ["nbgrader autograde", "autograder grade"])
def test_without_the_secret_nothing_is_graded_and_nothing_is_changed(
    course: SmallCourse, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course.folder / SECRET_FILE
    content, before = path.read_bytes(), (scores_of(course.folder), folders_of(course.folder))
    path.unlink()
    try:
        if way == "nbgrader autograde":
            said = autograde(course.folder, "--force")
        else:
            assert main(["grade", ASSIGNMENT, "--course", str(course.folder), "--force"]) == 1
            said = capsys.readouterr().err
        assert not path.exists()
        assert f"{path} is gone" in said
        assert "--new" in said
        assert (scores_of(course.folder), folders_of(course.folder)) == before
    finally:
        path.write_bytes(content)
