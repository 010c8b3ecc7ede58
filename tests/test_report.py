"""The class report: why something is not graded, and how figures are shown."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.report import ClassReport, ItemGrade, SubmissionGrade, why_not_graded
from autograder.report_pages import as_html, as_text

REPORT = ClassReport(
    "assignment_2",
    100.0,
    (
        SubmissionGrade(
            "<b>eve</b>",
            (
                ItemGrade("check_prompts", 6.0, 8.0, False),
                ItemGrade("reflection", 8.0, None, True),
                ItemGrade("check_umap", 6.0, 0.0, False),
            ),
        ),
        SubmissionGrade("zoe", (), "the file is <broken>"),
    ),
)


def test_a_score_is_the_sum_of_what_is_graded() -> None:
    assert REPORT.submissions[0].score == 8.0
    assert REPORT.submissions[0].waiting == 1
    assert REPORT.submissions[1].score is None


def test_not_graded_is_shown_as_such_and_not_as_zero() -> None:
    line = as_text(REPORT).splitlines()[2]
    assert line.startswith("zoe")
    assert "not graded: the file is <broken>" in line
    assert "0" not in line


def test_the_page_escapes_what_students_chose() -> None:
    page = as_html(REPORT)
    assert "<b>eve" not in page
    assert "&lt;b&gt;eve" in page
    assert "&lt;broken&gt;" in page
    assert ">0</td>" in page
    assert ">–</td>" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"cells": [', "is not valid JSON (line 1, column"),
        (b"\xff\xfe\x00", "is not a text file"),
        (b"[]", "is not a notebook"),
        (b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is not a notebook"),
        (b"", "is not valid JSON"),
    ],
)
def test_why_a_file_is_not_graded(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "assignment_2.ipynb"
    path.write_bytes(content)
    assert said in why_not_graded(path)


def test_why_a_missing_or_sound_file_is_not_graded(tmp_path: Path) -> None:
    path = tmp_path / "assignment_2.ipynb"
    assert "is missing" in why_not_graded(path)
    nbformat.write(nbformat.v4.new_notebook(), path)
    assert "not graded yet" in why_not_graded(path)
