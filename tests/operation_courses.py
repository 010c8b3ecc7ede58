"""Courses for the tests of `autograder.operation`: everybody has something in every place, and nothing has been run."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import CONFIG, LOG, copy_configs
from autograder.evidence import record
from autograder.evidence.seeds import course_secret
from autograder.grading.journal import Journal, Record
from autograder.grading.messages import Result
from autograder.grading.trees import Entry, Tree
from autograder.intake.folder import QUARANTINE
from autograder.report.export import CsvWithStates
from autograder.report.pages import PAGE
from tests.releases import release

TASK = "task"
CELL = "check_f"
STUDENTS = ("ada", "ada lovelace", "ada+x", "Ada", "adam", "a.d.a", "=ada", "ädä")
"""Names that are parts of one another, or that mean something to a shell, a pattern, a spreadsheet."""
TIME = "2026-01-02 03:04:05.000000 UTC"


def operated_course(folder: Path, exchange: Path, students: tuple[str, ...] = STUDENTS) -> Path:
    """Make a course in which each student has something in each place."""
    folder.mkdir(parents=True)
    copy_configs(folder)
    with (folder / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    released = release()
    for step in ("release/task", *(f"submitted/{student}/{TASK}" for student in students)):
        (folder / step).mkdir(parents=True)
        nbformat.write(released, folder / step / f"{TASK}.ipynb")
    course_secret(folder)
    journal = Journal(folder, TASK)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # A new gradebook starts `alembic` by name.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        warnings.simplefilter("ignore")  # nbgrader's own use of SQLAlchemy
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
            gradebook.add_assignment(TASK)
            gradebook.add_notebook(TASK, TASK)
            gradebook.add_grade_cell(CELL, TASK, TASK, max_score=2, cell_type="code")
            for student in students:
                gradebook.add_student(student, first_name=f"First of {student}")
                gradebook.add_submission(TASK, student)
                gradebook.find_grade(CELL, TASK, TASK, student).auto_score = 1.0
            gradebook.db.commit()
            CsvWithStates(to=str(folder / "grades.csv")).export(gradebook)
    log = []
    for student in students:
        for place in (
            f"autograded/{student}/{TASK}",
            f"feedback/{student}/{TASK}",
            f"{QUARANTINE}/{student}/{TASK}/1",
        ):
            (folder / place).mkdir(parents=True)
            (folder / place / "work.txt").write_text(student, encoding="utf-8")
        (folder / "autograded" / student / TASK).chmod(0o500)
        (exchange / "clip_fashion_mnist" / "inbound" / f"{student}+{TASK}+{TIME}").mkdir(
            parents=True
        )
        journal.set_record(Record(student, "", {}, {}))
        tree = Tree((Entry("work.txt", 0o600, 0, student.encode()),))
        journal.put(
            Result(student, f"key-{students.index(student)}", "", {}, {}, tree, None, "", 0.0, "")
        )
        record.append(folder, record.GRADED, student=student, assignment=TASK, seed="7")
        log += [
            f"== {student} was lost: its worker ended; it is tried again",
            f"== {student}",
            "Something of it.",
        ]
    (journal.folder / "grading.log").write_text("\n".join(log) + "\n", encoding="utf-8")
    lines = [
        f"[App | INFO] Reading /c/submitted/{student}/{TASK}/x\n[App | ERROR] {student}: broken"
        for student in students
    ]
    (folder / LOG).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / PAGE).write_text("everybody", encoding="utf-8")
    return folder


def mentions(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, by their path in it; names of folders count as content, too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }
