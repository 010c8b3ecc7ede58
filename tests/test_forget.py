"""`autograder forget`: one person goes from everywhere, and nobody else loses anything."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry

from autograder.cli import main
from autograder.evidence import record
from autograder.evidence.record import RECORD, breaks
from autograder.grading.journal import Journal
from tests.operation_courses import STUDENTS, TASK, mentions, operated_course

SHARED = {
    "grades.csv",
    "gradebook.db",
    "nbgrader.log",
    RECORD,
    "class_report.html",
    f".grading/{TASK}/grading.log",
}
"""Files in which several people stand."""

STEPS = ("submitted", "autograded", "feedback", "quarantine")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a course and an exchange."""
    folder = tmp_path_factory.mktemp("made") / "of a course"
    operated_course(folder / "my course", folder / "exchange")
    return folder


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy of the course, with its exchange, for one test."""
    shutil.copytree(made, tmp_path / "of a course")
    config = tmp_path / "of a course" / "my course" / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(made), str(tmp_path / "of a course")))
    return tmp_path / "of a course" / "my course"


def names(course: Path) -> dict[str, set[str]]:
    """Return who stands in each shared place."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        known = {student.id for student in gradebook.students}
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        tabled = {row["student_id"].lstrip("'") for row in csv.DictReader(file)}
    journal = Journal(course, TASK)
    return {
        "gradebook": known,
        "table": tabled,
        "record": {event["student"] for event in record.read(course) if "student" in event},
        "journal": {name for name in STUDENTS if journal.record(name)},
        "results": {result.student for n in range(len(STUDENTS)) if (result := journal.get(f"key-{n}"))},
        "inbound": {p.name.split(f"+{TASK}+")[0] for p in (course.parent / "exchange").glob("*/inbound/*")},
        **{step: {p.name for p in (course / step).iterdir()} for step in STEPS},
    }  # fmt: skip


@pytest.mark.parametrize("student", STUDENTS)
def test_one_goes_from_everywhere_and_the_others_stay(course: Path, student: str) -> None:
    before = mentions(course.parent)
    assert all(known == set(STUDENTS) for known in names(course).values())
    assert main(["forget", "--course", str(course), "--yes", "--", student]) == 0
    assert names(course) == dict.fromkeys(names(course), set(STUDENTS) - {student})
    after = mentions(course.parent)
    others = {
        path: content
        for path, content in before.items()
        if path.removeprefix("my course/") not in SHARED and f"/{student}/" not in f"/{path}/"
    }
    own = {path for path in others if path not in after}
    # The journal's files are named after hashes, the exchange's begin with the id.
    assert all(".grading" in path or f"inbound/{student}+{TASK}+" in path for path in own)
    assert all(after[path] == content for path, content in others.items() if path in after)
    logs = after["my course/nbgrader.log"] + after[f"my course/.grading/{TASK}/grading.log"]
    for name in STUDENTS:
        at = f"submitted/{name}/".encode()
        assert (at in logs) == (f"\n== {name}\n".encode() in b"\n" + logs) == (name != student)
    assert breaks(course) == ()


def test_nothing_of_the_person_is_left_in_any_byte(course: Path) -> None:
    assert main(["forget", "ädä", "--course", str(course), "--yes"]) == 0
    found = [
        p
        for p, content in mentions(course.parent).items()
        if "ädä".encode() in p.encode() + content
    ]
    assert found == []


def test_without_yes_nothing_changes_and_all_is_listed(course: Path, capsys) -> None:
    before = mentions(course.parent)
    assert main(["forget", "ada", "--course", str(course)]) == 0
    out = capsys.readouterr().out
    assert mentions(course.parent) == before
    for place in ("submitted/ada", "autograded/ada", "feedback/ada", "quarantine/ada", "key-0", "the gradebook",
                  "grades.csv (this person's lines)", "grading.log (this", "nbgrader.log (this", "record: 1 lines",
                  "inbound/ada+task", "class_report.html (all of it"):  # fmt: skip
        assert place in out
    assert (
        out.splitlines()[-1]
        == "Nothing was removed. To remove 1 person, run the same command with --yes."
    )


def test_what_is_left_is_said_with_the_last_backup(course: Path, tmp_path: Path, capsys) -> None:
    assert main(["backup", str(course), str(tmp_path / "b.tar.gz")]) == 0
    (course / "downloaded").mkdir()
    capsys.readouterr()
    assert (
        main(["forget", "ada", "bo", "--course", str(course), "--yes"]) == 1
    )  # nobody is called bo
    assert "knows nobody called bo" in capsys.readouterr().err
    assert names(course)["submitted"] == set(STUDENTS)
    assert main(["forget", "ada", "--course", str(course), "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"backups of this course, such as {tmp_path / 'b.tar.gz'}" in out
    assert "learning platform" in out
    assert str(course / "downloaded") in out
    assert out.splitlines()[-1] == "1 person removed."
    last = list(record.read(course))[-1]
    assert (last["event"], last["people"]) == (record.PERSON_FORGOTTEN, 1)
    assert "ada" not in {str(value) for value in last.values()}


def test_by_age_only_those_of_whom_nothing_is_newer(course: Path, capsys) -> None:
    lines = (course / RECORD).read_text().splitlines()
    (course / RECORD).write_text(
        "\n".join(line for line in lines if '"ada"' not in line and '"adam"' not in line) + "\n"
    )
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        gradebook.execute("INSERT INTO student (id) VALUES ('never')")
        gradebook.execute("UPDATE submitted_assignment SET timestamp = '2001-01-01 00:00:00'")
    old = time.time() - 400 * 86_400
    for student in ("ada", "adam"):
        for step in ("submitted", "autograded", "feedback", "quarantine"):
            for path in (course / step / student, *(course / step / student).rglob("*")):
                os.utime(path, (old, old))
    os.utime(course / "submitted" / "adam" / TASK)  # something of this one is new
    assert main(["forget", "--older-than", "365", "--course", str(course), "--yes"]) == 0
    assert "never: nothing tells how old it is" in capsys.readouterr().out
    assert names(course)["submitted"] == set(STUDENTS) - {"ada"}
    assert names(course)["gradebook"] == set(STUDENTS) - {"ada"} | {"never"}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "ada/task", "/", "*", "ad?", "ADA", "ada ", "a.d", "[a]da"]
)
def test_what_is_nobodys_id_removes_nothing(course: Path, name: str, capsys) -> None:
    before = mentions(course.parent)
    assert main(["forget", "--course", str(course), "--yes", "--", name]) == 1
    assert "nobody" in capsys.readouterr().err
    assert mentions(course.parent) == before


def test_a_link_is_removed_and_not_what_it_leads_to(course: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o500)
    shutil.rmtree(course / "submitted" / "ada")
    (course / "submitted" / "ada").symlink_to(tmp_path / "elsewhere")
    assert main(["forget", "ada", "--course", str(course), "--yes"]) == 0
    assert not os.path.lexists(course / "submitted" / "ada")
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o500


def test_nobody_is_forgotten_while_a_run_grades(course: Path, capsys) -> None:
    before = mentions(course.parent)
    with Journal(course, TASK).held():
        assert main(["forget", "ada", "--course", str(course), "--yes"]) == 1
    assert "Another run is grading" in capsys.readouterr().err
    assert {p: c for p, c in mentions(course.parent).items() if not p.endswith("lock")} == before


def test_a_layout_that_mixes_people_is_refused(course: Path, capsys) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            '\nc.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}-{student_id}"\n'
        )
    assert main(["forget", "ada", "--course", str(course), "--yes"]) == 1
    assert "directory_structure" in capsys.readouterr().err


def test_a_folder_that_is_no_course_is_named(tmp_path: Path, capsys) -> None:
    assert main(["forget", "ada", "--course", str(tmp_path)]) == 1
    assert "holds no nbgrader_config.py" in capsys.readouterr().err
    assert main(["forget", "--course", str(tmp_path)]) == 1
    assert "--older-than" in capsys.readouterr().err


def test_another_order_of_folders_is_understood(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            '\nc.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"\n'
        )
    for step in ("submitted", "autograded", "feedback"):
        for student in STUDENTS:
            (course / step / TASK).mkdir(exist_ok=True)
            (course / step / student / TASK).chmod(
                0o755
            )  # who is not root may not move what is read-only
            (course / step / student / TASK).rename(course / step / TASK / student)
            (course / step / student).rmdir()
    assert main(["forget", "ada", "--course", str(course), "--yes"]) == 0
    assert {path.name for path in (course / "autograded" / TASK).iterdir()} == set(STUDENTS) - {
        "ada"
    }
    with (
        Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook,
        pytest.raises(MissingEntry),
    ):
        gradebook.find_student("ada")
