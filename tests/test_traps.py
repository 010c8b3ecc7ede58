"""Known traps of grading notebooks with nbgrader, each as a submission through real `nbgrader autograde`."""

import html
import re

import pytest
from nbgrader.api import Gradebook

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
