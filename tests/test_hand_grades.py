"""What a person gave on which work, and late penalties, on real gradebooks through nbgrader's own preprocessors."""

from __future__ import annotations

import csv
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Grade, Gradebook
from nbgrader.preprocessors import AssignLatePenalties, GetGrades, SaveAutoGrades
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from autograder.gradebook.hand_grades import LOOKS, forget_removed, works_in
from autograder.gradebook.late_penalties import RenewLatePenalties
from autograder.gradebook.ungraded import clear_scores, note_looks_at, record_not_graded
from autograder.plugins.preprocessors import RecordJudgement
from autograder.report.export import CsvWithStates
from tests.releases import release

WHERE = ("ada", "task", "task")
"""Student, assignment, notebook."""
ANSWER = "Rows have lengths."


class Class:
    """A gradebook with one submission, graded as `nbgrader autograde` does, but for running it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'gradebook.db'}"

    def autograde(
        self,
        f: str = "def f():\n    return 1",
        answer: str = ANSWER,
        *,
        points: float = 1.0,
        bonus: float | None = None,
        needs_person: str | None = None,
        policy: str = "none",
    ) -> None:
        """Grade: `points` and `bonus` are what the hidden checks give for `f`."""
        notebook = work(f, answer)
        check = next(cell for cell in notebook.cells if cell.id == "check_f")
        check.outputs = [new_output("execute_result", {"text/plain": str(points)})]
        check.metadata["autograder"] = {
            "verdicts": [{"earned": points}],
            "bonus": bonus or 0.0,
            "bonus_offered": bonus is not None,
            "needs_person": needs_person,
        }
        resources = self.resources()
        note_looks_at(self.url, ["ada"], "task")
        clear_scores(self.url, *WHERE)
        config = Config({"LateSubmissionPlugin": {"penalty_method": policy}})
        for step in (SaveAutoGrades(), RecordJudgement(), AssignLatePenalties(config=config)):
            step.preprocess(notebook, resources)

    def fail(self, reason: str, notebook: NotebookNode) -> None:
        """Grade a submission that cannot be graded."""
        note_looks_at(self.url, ["ada"], "task")
        clear_scores(self.url, *WHERE)
        record_not_graded(
            self.url, *WHERE, reason, {name: (reason,) for name in works_in(notebook)}
        )

    def resources(self) -> dict[str, dict[str, str]]:
        about = dict(zip(("student", "assignment", "notebook"), WHERE, strict=True))
        return {"nbgrader": {**about, "db_url": self.url}}

    def by_hand(self, cell: str, score: float | None, extra: float | None = None) -> None:
        """Do what formgrader does when a person changes a score, or presses "Resolve"."""

        def save(grade: Grade) -> None:
            grade.manual_score, grade.extra_credit = score, extra
            grade.needs_manual_grade = score is None and grade.auto_score is None

        self.change(cell, save)

    def change(self, cell: str, how: Callable[[Grade], None]) -> None:
        with Gradebook(self.url) as gradebook:
            how(gradebook.find_grade(cell, "task", "task", "ada"))
            gradebook.db.commit()

    def flagged(self) -> set[str]:
        with Gradebook(self.url) as gradebook:
            grades = gradebook.find_submission_notebook("task", "task", "ada").grades
            return {grade.name for grade in grades if grade.needs_manual_grade}

    def scores(self, cell: str) -> tuple[float | None, ...]:
        with Gradebook(self.url) as gradebook:
            grade = gradebook.find_grade(cell, "task", "task", "ada")
            return grade.auto_score, grade.manual_score, grade.extra_credit

    def exported(self, policy: str = "none") -> dict[str, str]:
        config = Config({"LateSubmissionPlugin": {"penalty_method": policy}})
        path = self.folder / "grades.csv"
        with Gradebook(self.url) as gradebook:
            CsvWithStates(to=str(path), config=config).export(gradebook)
        with path.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        return row


def work(f: str, answer: str) -> NotebookNode:
    notebook = release()
    for cell in notebook.cells:
        if cell.id == "answer":
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
        cell.source = {"f": f, "answer": answer}.get(cell.id, cell.source)
    return notebook


@pytest.fixture(scope="module")
def gradebook_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook in which a submission is known, and not graded."""
    path = tmp_path_factory.mktemp("made") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # A new gradebook starts `alembic` by name.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        warnings.simplefilter("ignore")  # nbgrader's own use of SQLAlchemy
        with Gradebook(f"sqlite:///{path}") as gradebook:
            gradebook.add_assignment("task", duedate="2026-01-01 12:00:00 UTC")
            gradebook.add_notebook("task", "task")
            for cell in release().cells:
                marks = cell.metadata.get("nbgrader", {})
                where = (marks.get("grade_id"), "task", "task")
                if marks.get("grade"):
                    gradebook.add_grade_cell(
                        *where, max_score=marks["points"], cell_type=cell.cell_type
                    )
                if marks.get("solution"):
                    gradebook.add_solution_cell(*where)
            gradebook.add_student("ada")
            gradebook.add_submission("task", "ada")
    return path


@pytest.fixture
def made(gradebook_file: Path, tmp_path: Path) -> Class:
    """A copy of it, for one test."""
    shutil.copy(gradebook_file, tmp_path)
    return Class(tmp_path)


def test_what_was_graded_by_hand_is_not_flagged_while_it_is_the_same(made: Class) -> None:
    made.autograde()
    assert made.flagged() == {"answer"}
    made.by_hand("answer", 2.0)
    made.by_hand("check_f", 2.0)
    for answer in (ANSWER, f"\n{ANSWER}  \n", ANSWER.replace("\n", "\r\n")):
        made.autograde(answer=answer)
        assert made.flagged() == set()
    assert made.scores("answer") == (None, 2.0, None)
    assert made.scores("check_f") == (1.0, 2.0, None)
    row = made.exported()
    assert (row["state"], row["score"], row["cells_graded_on_other_work"]) == ("graded", "4.0", "0")


@pytest.mark.parametrize(
    ("changed", "flagged", "score"),
    [
        ({"answer": "Other words."}, "answer", (None, 2.0, None)),
        ({"answer": "YOUR ANSWER HERE"}, "answer", (0.0, 2.0, None)),
        ({"points": 2.0}, "check_f", (2.0, 1.5, None)),
        ({"f": "def f():\n    return 2"}, "check_f", (1.0, 1.5, None)),
        ({"needs_person": "not judged: the model is missing"}, "check_f", (1.0, 1.5, None)),
    ],
    ids=["other words", "blank", "better result", "other code", "not judged"],
)
def test_only_what_has_changed_is_flagged_and_its_score_stays(
    made: Class, changed: dict[str, object], flagged: str, score: tuple[float | None, ...]
) -> None:
    made.autograde()
    made.by_hand("answer", 2.0)
    made.by_hand("check_f", 1.5)
    made.autograde(**changed)
    assert made.flagged() == {flagged}
    assert made.scores(flagged) == score
    row = made.exported()
    assert (row["state"], row["raw_score"]) == ("waits for a person", "3.5")
    assert (row["cells_not_graded"], row["cells_graded_on_other_work"]) == ("0", "1")
    # It stays so until a person looks, and then it does not come back.
    made.autograde(**changed)
    assert made.flagged() == {flagged}
    made.by_hand(flagged, score[1])
    made.autograde(**changed)
    assert made.flagged() == set()
    # With the first work again, it was graded on other work once more.
    made.autograde()
    assert made.flagged() == {flagged}


def test_a_new_score_counts_as_a_look_also_without_formgrader(made: Class) -> None:
    made.autograde()
    made.change("answer", lambda grade: setattr(grade, "manual_score", 3.0))
    made.autograde()
    assert made.flagged() == set()


def test_extra_credit_of_a_persons_is_no_bonus_of_ours(made: Class) -> None:
    made.autograde(bonus=2.0)
    assert made.scores("check_f") == (1.0, None, 2.0)
    made.autograde(bonus=0.0)
    assert made.scores("check_f") == (1.0, None, 0.0)
    made.by_hand("check_f", None, 1.0)
    made.autograde(bonus=0.0)
    assert made.scores("check_f") == (1.0, None, 1.0)
    assert "check_f" not in made.flagged()
    made.autograde(bonus=2.0)
    assert made.scores("check_f") == (1.0, None, 1.0)
    assert "check_f" in made.flagged()


def test_a_partial_result_that_a_person_has_accepted_is_not_flagged_again(made: Class) -> None:
    for _ in range(2):
        made.autograde(needs_person="not judged: it broke")
        assert made.flagged() == {"answer", "check_f"}
    made.by_hand("check_f", None)
    made.autograde(needs_person="not judged: it broke")
    assert made.flagged() == {"answer"}


def test_grading_that_fails_between_loses_nothing_of_what_is_known(made: Class) -> None:
    made.autograde()
    made.by_hand("answer", 2.0)
    note_looks_at(made.url, ["ada"], "task")
    clear_scores(made.url, *WHERE)  # and then, the model is missing
    made.autograde()
    assert made.flagged() == set()


def test_what_cannot_be_graded_waits_and_a_persons_points_for_it_stay(made: Class) -> None:
    made.autograde()
    made.by_hand("answer", 2.0)
    made.fail("is a picture", release())
    assert made.flagged() == {"answer", "check_f"}
    made.by_hand("answer", 1.0)
    made.by_hand("check_f", 1.0)
    made.fail("is a picture", release())
    assert made.flagged() == set()
    made.autograde()
    assert made.flagged() == {"answer", "check_f"}


def test_what_was_graded_before_anything_was_noted_is_flagged_once(made: Class) -> None:
    """A gradebook of stock nbgrader's, or of an older kit's."""
    made.by_hand("answer", 2.0)
    made.autograde()
    assert made.flagged() == {"answer"}
    made.by_hand("answer", 2.0)
    made.autograde()
    assert made.flagged() == set()


def test_what_a_student_did_for_a_cell_is_what_stands_before_it() -> None:
    notebook = work("def f(): pass", "words")
    notebook.cells.insert(4, new_code_cell("helper = 1", id="own"))
    notebook.cells.insert(4, new_code_cell(" \n", id="empty"))
    notebook.cells.insert(0, new_code_cell("a note", id="autograder-findings"))
    assert works_in(notebook) == {
        "check_f": ("# Title", "## One", "def f(): pass", "helper = 1"),
        "answer": ("g = None", "words"),
    }
    notebook.cells[-1].metadata.nbgrader.update(grade=False, solution=False, task=True)
    notebook.cells.append(new_code_cell("for the task", id="last"))
    assert works_in(notebook)["answer"] == ("for the task",)


def test_nothing_stays_of_a_student_who_was_removed(made: Class) -> None:
    made.autograde()
    with Gradebook(made.url) as gradebook:
        assert len(gradebook.db.execute(LOOKS.select()).all()) == 2
        gradebook.remove_student("ada")
        forget_removed(gradebook)
        assert gradebook.db.execute(LOOKS.select()).all() == []


# --- late penalties --------------------------------------------------------------------------------


def hand_in_late(made: Class) -> None:
    with Gradebook(made.url) as gradebook:
        gradebook.update_or_create_submission("task", "ada", timestamp="2026-01-02 12:00:00 UTC")


def told(made: Class, config: Config) -> tuple[float, float]:
    """Return score and penalty of the feedback."""
    resources = made.resources()
    for step in (RenewLatePenalties(config=config), GetGrades()):
        step.preprocess(work("", ""), resources)
    return resources["nbgrader"]["score"], resources["nbgrader"]["late_penalty"]


def test_points_that_come_later_are_covered_by_the_policy(made: Class) -> None:
    hand_in_late(made)
    made.autograde(policy="zero")
    assert made.exported("zero")["score"] == "0.0"
    made.by_hand("answer", 3.0)
    row = made.exported("zero")
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("4.0", "4.0", "0.0")
    made.by_hand("answer", 2.0)
    zero = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})
    assert told(made, zero) == (0.0, 3.0)


HALF = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""


def test_a_policy_of_the_courses_own_is_asked(
    made: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_by_half.py").write_text(HALF, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    hand_in_late(made)
    made.autograde()
    made.by_hand("answer", 3.0)
    own = Config({"AssignLatePenalties": {"plugin_class": "late_by_half.Half"}})
    assert told(made, own) == (2.0, 2.0)


def test_no_penalty_goes_silently_where_the_policy_is_not_named(
    made: Class, caplog: pytest.LogCaptureFixture
) -> None:
    hand_in_late(made)
    made.autograde(policy="zero")
    made.by_hand("answer", 3.0)
    assert told(made, Config()) == (3.0, 1.0)
    assert made.exported()["late_submission_penalty"] == "1.0"
    assert "gives no penalty now; the gradebook has one of 1" in caplog.text
