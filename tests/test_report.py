"""The class report: why something is not graded, and how figures are shown."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder.report import ClassReport, ItemGrade, SubmissionGrade, why_not_graded
from autograder.report_pages import as_html, as_text
from tests.releases import release

NAME = "released.ipynb"
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


def test_a_name_cannot_command_the_terminal() -> None:
    report = ClassReport("assignment_2", 100.0, (SubmissionGrade("\x1b[2Jeve", (), "lost"),))
    assert as_text(report).splitlines()[1].startswith("\N{REPLACEMENT CHARACTER}[2Jeve  not")
    assert "\x1b" not in as_html(report)


def test_why_a_submission_is_not_graded(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "ada" / "task"
    folder.mkdir(parents=True)
    notebook = folder / NAME
    assert "was not handed in" in why_not_graded(folder, NAME, release())
    notebook.write_bytes(b'{"cells": [')
    assert "is not valid JSON (line 1, column" in why_not_graded(folder, NAME, release())
    nbformat.write(release(), notebook)
    assert "see nbgrader's log" in why_not_graded(folder, NAME, release())
    (tmp_path / "submitted" / "*").symlink_to(folder.parent)
    assert "rename it" in why_not_graded(tmp_path / "submitted" / "*" / "task", NAME, release())


def test_the_most_frequent_mistakes_are_listed_first() -> None:
    made = (("transposed", "argmin"), ("argmin",), ())
    submissions = tuple(
        SubmissionGrade(str(number), (ItemGrade("check_x", 1.0, 0.0, False),), mistakes=mistakes)
        for number, mistakes in enumerate(made)
    )
    report = ClassReport("assignment_2", 1.0, submissions)
    assert report.mistakes == (("argmin", 2), ("transposed", 1))
    assert as_text(report).splitlines()[-2:] == [
        "2 × the *least* similar class was taken (argmin)",
        "1 × the table is transposed: texts stand in the rows (transposed)",
    ]
    page = as_html(report)
    assert page.index("argmin") < page.index("transposed")
    assert "The most frequent mistakes" in page


def test_without_named_mistakes_the_report_says_nothing_of_them() -> None:
    assert "most frequent mistakes" not in as_html(REPORT)
