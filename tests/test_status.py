"""`autograder status` and the exported table, on a gradebook made by hand; the small course has the rest."""

from __future__ import annotations

import csv
import os
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.evidence.record import RECORD, append
from autograder.report.export import CsvWithStates
from autograder.report.status import as_text, course_status
from tests.releases import release

GRADED = ("check_f", "answer")


STATES: dict[str, tuple[float | None, float | None]] = {
    "done": (2.0, 3.0),
    "nil": (0.0, 0.0),
    "part": (2.0, None),
    "open": (None, None),
    "=sum(a1)": (1.0, None),
}
"""The automatic scores of each student's two cells."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the states that a submission can be in; nothing of it has been run."""
    folder = tmp_path_factory.mktemp("made") / "course"
    released = release()
    place = folder / "release" / "task"
    place.mkdir(parents=True)
    nbformat.write(released, place / "task.ipynb")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # A new gradebook starts `alembic` by name.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        warnings.simplefilter("ignore")  # nbgrader's own use of SQLAlchemy
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
            fill(gradebook)
    for student in ("done", "nil", "part", "open", "never"):
        for step in ("submitted", "autograded"):
            place = folder / step / student / "task"
            place.mkdir(parents=True)
            if student != "never" or step == "submitted":
                nbformat.write(released, place / "task.ipynb")
    return folder


def fill(gradebook: Gradebook) -> None:
    """Write students, submissions and scores."""
    gradebook.add_assignment("task")
    gradebook.add_notebook("task", "task")
    for name, points in zip(GRADED, (2, 3), strict=True):
        gradebook.add_grade_cell(name, "task", "task", max_score=points, cell_type="code")
    for student, scores in STATES.items():
        gradebook.add_student(student)
        gradebook.add_submission("task", student)
        notebook = gradebook.find_submission_notebook("task", "task", student)
        for grade in notebook.grades:
            grade.auto_score = dict(zip(GRADED, scores, strict=True))[grade.name]
            grade.needs_manual_grade = grade.auto_score is None
    gradebook.add_student("away")
    gradebook.db.commit()


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy of the course, for one test."""
    return Path(shutil.copytree(made, tmp_path / "course"))


def test_status_lists_what_needs_a_person(course: Path) -> None:
    found = {status.student: status for status in course_status(course, "task")}
    for student, by_hand in (("done", ()), ("nil", ()), ("part", GRADED[1:]), ("open", GRADED)):
        assert (found[student].open, found[student].by_hand) == ((), by_hand)
    (entry,) = found["never"].open
    assert "not graded yet" in entry.reason
    assert '--student="never" --force' in entry.way_out


def test_a_score_by_hand_that_waits_again_is_listed_and_exported_as_such(course: Path) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        given = {"done": (1.0, None), "nil": (None, 1.5)}
        for student, (manual, extra) in given.items():
            grade = gradebook.find_grade("check_f", "task", "task", student)
            grade.manual_score, grade.extra_credit = manual, extra
            grade.needs_manual_grade = True
        gradebook.db.commit()
    said = {
        "done": "`check_f` (now 1, automatically 2)",
        "nil": "`check_f` (now 1.5, automatically 0)",
    }
    for status in course_status(course, "task"):
        if status.student in said:
            (entry,) = status.open
            assert entry.reason == (
                "graded by hand before the work or its automatic result changed: "
                + said[status.student]
            )
            assert "the old score counts until then" in entry.way_out
    rows = exported(course)
    assert (rows["done"]["state"], rows["done"]["cells_graded_on_other_work"]) == (
        "waits for a person",
        "1",
    )
    assert rows["nil"]["state"] == "waits for a person"


def test_a_check_that_broke_is_listed_with_its_reason(course: Path) -> None:
    path = course / "autograded" / "open" / "task" / "task.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "check_f")
    cell.metadata["autograder"] = {"needs_person": "not judged: the model is missing"}
    nbformat.write(notebook, path)
    (status,) = [s for s in course_status(course, "task") if s.student == "open"]
    assert [entry.reason for entry in status.open] == [
        "`check_f`: not judged: the model is missing"
    ]
    assert status.by_hand == ("answer",)


def test_each_notebook_is_read_once(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []
    read = Path.read_bytes

    def reading(path: Path) -> bytes:
        paths.append(str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    course_status(course, "task")
    assert len(paths) == len(set(paths)) == 5  # the release, and four that are graded


def test_the_command_prints_reason_and_way_out(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", str(course), "--assignment", "task"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "1 of 5 submissions need a person for more than grading by hand.\n\nnever"
    )
    assert out.strip() == as_text(course_status(course, "task"))
    assert out.rstrip().splitlines()[-1] == (
        "To be graded by hand in formgrader, in 2 submissions: `check_f` (1), `answer` (2)"
    )


def test_the_command_says_where_the_record_was_changed(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for student in ("done", "nil"):
        append(course, "graded", student=student)
    assert main(["status", str(course), "--assignment", "task"]) == 0
    assert RECORD not in capsys.readouterr().out
    path = course / RECORD
    path.write_text(path.read_text().replace('"done"', '"nobody"'))
    assert main(["status", str(course), "--assignment", "task"]) == 0
    assert f"{path}: line 2 does not follow on the one before" in capsys.readouterr().out


def exported(course: Path, **options: list[str]) -> dict[str, dict[str, str]]:
    plugin = CsvWithStates(to=str(course / "grades.csv"), **options)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        plugin.export(gradebook)
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_exported_table_tells_the_states_apart(course: Path) -> None:
    rows = exported(course)
    got = {
        name: (row["score"], row["state"], row["cells_not_graded"]) for name, row in rows.items()
    }
    assert got == {
        "done": ("5.0", "graded", "0"),
        "nil": ("0.0", "graded", "0"),
        "part": ("2.0", "partly graded", "1"),
        "open": ("", "not graded", "2"),
        "'=sum(a1)": ("1.0", "partly graded", "1"),
        "away": ("", "not submitted", ""),
    }
    assert rows["open"]["raw_score"] == rows["open"]["late_submission_penalty"] == ""


def test_a_penalty_is_taken_off_and_not_below_zero(course: Path) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student, penalty in (("done", 1.0), ("nil", 4.0)):
            notebook = gradebook.find_submission_notebook("task", "task", student)
            notebook.late_submission_penalty = penalty
        gradebook.db.commit()
    rows = exported(course)
    assert (rows["done"]["score"], rows["done"]["raw_score"]) == ("4.0", "5.0")
    assert rows["nil"]["score"] == "0.0"


def test_only_the_wanted_students_are_exported(course: Path) -> None:
    assert set(exported(course, student=["nil", "away"])) == {"nil", "away"}
    assert exported(course, assignment=["another"]) == {}
