"""A course holds a copy of the configuration of its day, and goes on grading when modules have moved."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.course import CONFIG, names_kit, run_nbgrader
from tests.courses import (
    ASSIGNMENT,
    JUDGED_AS,
    SmallCourse,
    autograde,
    make_small_course,
    submit,
)
from tests.isolation import needs_bubblewrap

OLDER = Path(__file__).parent / "older_configuration"


@needs_bubblewrap
def test_a_course_with_an_older_configuration_is_graded_as_before(tmp_path: Path) -> None:
    make_small_course(tmp_path)
    for path in OLDER.iterdir():
        shutil.copy(path, tmp_path)
    text = (tmp_path / CONFIG).read_text(encoding="utf-8")
    (tmp_path / CONFIG).write_text(text + JUDGED_AS, encoding="utf-8")
    assert names_kit(tmp_path)
    submit(tmp_path, "ada", lambda notebook: None)
    course = SmallCourse(tmp_path, autograde(tmp_path))
    run_nbgrader(tmp_path, "generate_feedback", ASSIGNMENT)
    run_nbgrader(tmp_path, "export", "--to=grades.csv")
    assert course.scores("ada")["check_similarity"] == 6
    assert "6 of 6 points" in course.feedback("ada")
    assert "ada" in (tmp_path / "grades.csv").read_text(encoding="utf-8")
