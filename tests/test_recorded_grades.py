"""The gradebook's tables, read without nbgrader, say what nbgrader says of the same gradebook."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import nbformat
import pytest

from autograder.course import copy_configs
from autograder.errors import CourseError
from autograder.gradebook.recorded_grades import RecordedGrade, RecordedGrades, read_grades
from autograder.report.class_report import class_report
from tests.courses import opened_gradebook
from tests.releases import release

TASK = "task"
STEPS = ("submitted", "autograded")
DUE = "2026-03-01 12:00:00 UTC"
EARLY, LATE = "2026-03-01 11:00:00 UTC", "2026-03-01 15:00:00 UTC"
CAME = {"early": EARLY, "late": LATE, "extended": LATE, "hardly": LATE, "untimed": None}
"""Students, and when each has handed in."""
EXTENSION = {"extended": 5, "hardly": 1}
"""Hours that a student was given."""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose students came at different times; another assignment has a cell of the same name."""
    course = tmp_path / "a course"
    course.mkdir()
    copy_configs(course)
    for place in (f"release/{TASK}", *(f"{s}/{n}/{TASK}" for s in STEPS for n in CAME)):
        (course / place).mkdir(parents=True)
        nbformat.write(release(), course / place / f"{TASK}.ipynb")
    with opened_gradebook(course) as gradebook:
        for name in (TASK, "other"):
            gradebook.add_assignment(name)
            gradebook.add_notebook(name, name)
            gradebook.add_grade_cell("check_f", name, name, max_score=2, cell_type="code")
        gradebook.update_or_create_assignment(TASK, duedate=DUE)
        gradebook.add_task_cell("answer", TASK, TASK, max_score=3, cell_type="markdown")
        for student, came in CAME.items():
            gradebook.add_student(student)
            for name in (TASK, "other"):
                gradebook.add_submission(name, student, **({"timestamp": came} if came else {}))
                gradebook.find_grade("check_f", name, name, student).auto_score = 2.0
            gradebook.find_grade("answer", TASK, TASK, student).manual_score = 1.0
            if student in EXTENSION:
                gradebook.grant_extension(TASK, student, hours=EXTENSION[student])
        gradebook.db.commit()
    return course


def read(course: Path) -> RecordedGrades:
    return read_grades(course / "gradebook.db", TASK)


def test_points_and_grades_are_those_that_nbgrader_tells(course: Path) -> None:
    found = read(course)
    with opened_gradebook(course) as gradebook:
        assert found.points == gradebook.find_assignment(TASK).max_score == 5.0
        for student in CAME:
            submitted = gradebook.find_submission_notebook(TASK, TASK, student)
            told = {
                RecordedGrade(
                    grade.name, grade.max_score, grade.auto_score,
                    grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
                )
                for grade in submitted.grades
            }  # fmt: skip
            assert len(told) == 2
            assert set(found.submissions[student].notebooks[TASK]) == told
    assert found.submissions.keys() == CAME.keys()


def test_whoever_is_late_may_be_late(course: Path) -> None:
    found = read(course)
    may_be = {name for name, one in found.submissions.items() if one.may_be_late}
    with opened_gradebook(course) as gradebook:
        late = {n for n in CAME if gradebook.find_submission(TASK, n).total_seconds_late > 0}
        assert gradebook.find_submission(TASK, "hardly").extension == timedelta(hours=1)
    assert late == {"late", "hardly"}
    assert may_be == late | {"extended"}


def test_a_penalty_counts_whatever_the_time(course: Path) -> None:
    with opened_gradebook(course) as gradebook:
        notebook = gradebook.find_submission_notebook(TASK, TASK, "early")
        notebook.late_submission_penalty = 1.0
        gradebook.db.commit()
    assert read(course).submissions["early"].may_be_late


def test_the_report_takes_off_what_the_courses_policy_says(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    scores = {one.student: one.score for one in class_report(course, TASK).submissions}
    assert scores == {"early": 3.0, "late": 0.0, "extended": 3.0, "hardly": 0.0, "untimed": 3.0}


def test_what_the_gradebook_does_not_know_is_told_in_words(course: Path) -> None:
    with pytest.raises(
        CourseError, match="knows no lab; run: nbgrader generate_assignment lab --force"
    ):
        read_grades(course / "gradebook.db", "lab")
    with opened_gradebook(course) as gradebook:
        gradebook.remove_submission(TASK, "early")
    with pytest.raises(CourseError, match=r'holds no grades of early.*--student="early" --force'):
        class_report(course, TASK)


@pytest.mark.parametrize("content", [b"", b"no database, but a text that is long enough" * 100])
def test_what_is_no_gradebook_is_told_in_words(content: bytes, tmp_path: Path) -> None:
    database = tmp_path / "gradebook.db"
    database.write_bytes(content)
    with pytest.raises(CourseError, match=r"gradebook\.db (cannot be read|knows no)"):
        read_grades(database, TASK)
