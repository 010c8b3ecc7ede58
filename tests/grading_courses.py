"""Courses for the tests of `autograder.grading`."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from sqlalchemy import NullPool, create_engine, text

from autograder.course import CONFIG, CONFIGS
from tests.courses import ASSIGNMENT, make_small_course, submit
from tests.traps.edits import TRAPS, find

WORK = {
    "ada": "right", "bo": "partial", "chen": "not_normalised", "dina": "transposed", "emil": "right", "fay": "partial",
}  # fmt: skip
"""Students, and the trap that says what each has done."""
SCORES = {student: TRAPS[work].scores for student, work in WORK.items()}


def signed(student: str, work: str) -> Callable[[NotebookNode], None]:
    """Return the edit of a trap, with the student's name in the written answer: nobody's work is like another's."""

    def edit(notebook: NotebookNode) -> None:
        TRAPS[work].edit(notebook)
        notebook.cells[find(notebook, "reflection")].source = f"I am {student}."

    return edit


def copy_course(folder: Path, students: int = len(WORK)) -> Path:
    """Make a course with a submission of each of the first so many students; nothing is graded."""
    make_small_course(folder)
    (folder / "submitted").mkdir()
    for student, work in list(WORK.items())[:students]:
        submit(folder, student, signed(student, work))
    return folder


LIGHT = """
c = get_config()
import os
import sys
from pathlib import Path
from nbgrader import preprocessors as stock
import misbehaviour

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
c.Autograde.sanitize_preprocessors = [stock.ClearOutput, stock.OverwriteCells, stock.CheckCellMetadata]
c.Autograde.autograde_preprocessors = [misbehaviour.Misbehave, stock.SaveAutoGrades, stock.CheckCellMetadata]
"""

MISBEHAVIOUR = """
import os, signal, time
from pathlib import Path
from nbgrader.preprocessors import NbGraderPreprocessor

class Misbehave(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        student = resources["nbgrader"]["student"]
        marks = Path({marks!r})
        with (marks / student).open("a") as mark:
            mark.write("x")
        if student == "hangs":
            time.sleep(600)
        looks = (marks / student).stat().st_size
        if looks <= {{"dies": 99, "dies_once": 1, "dies_twice": 2}}.get(student, 0):
            os.kill(os.getpid(), signal.SIGKILL)
        if student == "fails":
            raise ValueError("what a preprocessor says")
        if student == "fickle" or (student == "unlucky" and looks < 3):
            raise ValueError(f"what it says at look {{looks}}")
        return nb, resources
"""


def light_course(folder: Path, students: tuple[str, ...]) -> Path:
    """Make a course that uses stock nbgrader without running cells, and a preprocessor that misbehaves.

    Returns:
        A folder with a file for each student: one letter for each time that the submission was graded.
    """
    copy_course(folder, 0)
    for student in students:
        submit(folder, student, signed(student, "right"))
    marks = folder / "marks"
    marks.mkdir()
    for name in CONFIGS:
        (folder / name).unlink()
    (folder / CONFIG).write_text(LIGHT, encoding="utf-8")
    (folder / "misbehaviour.py").write_text(MISBEHAVIOUR.format(marks=str(marks)), encoding="utf-8")
    return marks


def gradebook(url: str | Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a gradebook says, by names instead of ids, which differ from one to the next."""
    address = url if isinstance(url, str) else f"sqlite:///{url / 'gradebook.db'}"
    queries = {
        "course": "SELECT id FROM course",
        "student": "SELECT id, first_name, last_name, email, lms_user_id FROM student",
        "submission": (
            "SELECT s.student_id, a.name, s.timestamp, s.extension "
            "FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id"
        ),
        "notebook": (
            "SELECT s.student_id, n.name, m.flagged, m.late_submission_penalty FROM submitted_notebook m "
            "JOIN notebook n ON n.id = m.notebook_id JOIN submitted_assignment s ON s.id = m.assignment_id"
        ),
        "grade": (
            "SELECT s.student_id, n.name, c.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade "
            "FROM grade g JOIN base_cell c ON c.id = g.cell_id JOIN submitted_notebook m ON m.id = g.notebook_id "
            "JOIN notebook n ON n.id = m.notebook_id JOIN submitted_assignment s ON s.id = m.assignment_id"
        ),
        "comment": (
            "SELECT s.student_id, n.name, c.name, k.auto_comment, k.manual_comment "
            "FROM comment k JOIN base_cell c ON c.id = k.cell_id JOIN submitted_notebook m ON m.id = k.notebook_id "
            "JOIN notebook n ON n.id = m.notebook_id JOIN submitted_assignment s ON s.id = m.assignment_id"
        ),
    }
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(query))), key=repr)
            for name, query in queries.items()
        }


def scores_of(url: str | Path) -> dict[str, dict[str, float | None]]:
    """Return the automatic scores of each student."""
    found: dict[str, dict[str, float | None]] = {}
    for student, _, cell, score, *_ in gradebook(url)["grade"]:
        assert cell not in found.setdefault(student, {}), f"{student} has two grades for {cell}"
        found[student][cell] = score
    return found


def folders_of(course: Path, step: str = "autograded") -> dict[str, tuple[int, bytes | None]]:
    """Return permissions and contents of everything below a step's folder."""
    found: dict[str, tuple[int, bytes | None]] = {}
    for parent, folders, files in os.walk(course / step):
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = stat.S_IMODE(path.stat().st_mode)
            content = None if path.is_dir() else path.read_bytes()
            found[path.relative_to(course / step).as_posix()] = (mode, content)
    return found


@dataclass(frozen=True)
class Outcome:
    """What grading has made of a course: gradebook, folders with their contents, and names of what was handed in."""

    gradebook: dict[str, list[tuple[Any, ...]]]
    autograded: dict[str, tuple[int, bytes | None]]
    submitted: list[str]


def outcome(course: Path) -> Outcome:
    """Return what a course holds now."""
    return Outcome(gradebook(course), folders_of(course), sorted(folders_of(course, "submitted")))


def without_chance(content: bytes | None) -> Any:
    """Return a notebook without what differs each time that it is graded, by whatever way.

    That is: new ids of cells that the release does not know, speeds that a progress bar shows, and whether a cell
    that ended its kernel got its number first.
    """
    try:
        notebook = json.loads(content or b"")
    except ValueError:
        return content
    for cell in notebook["cells"]:
        if "nbgrader" not in cell["metadata"]:
            del cell["id"]
        if "os._exit" in "".join(cell["source"]):
            del cell["execution_count"]
    return re.sub(r"\d+(\.\d+)?it/s", "it/s", json.dumps(notebook))


def assert_all_is_well(course: Path, students: int = len(WORK)) -> None:
    """Check that every student has the own grades and the own notebook, once, and that nothing lies about."""
    expected = dict(list(SCORES.items())[:students])
    assert scores_of(course) == expected
    rows = gradebook(course)
    assert len(rows["submission"]) == len(rows["notebook"]) == students
    for student in expected:
        place = course / "autograded" / student
        assert [path.name for path in place.iterdir()] == [ASSIGNMENT]
        notebook = json.loads((place / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text("utf-8"))
        texts = ["".join(cell["source"]) for cell in notebook["cells"]]
        assert f"I am {student}." in texts
    journal = course / ".grading" / ASSIGNMENT
    assert not list((journal / "results").iterdir())
    assert not list(journal.rglob(".partial-*"))
