"""The class report: why something is not graded, and how figures are shown."""

from __future__ import annotations

import csv
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.assignments.assignment_2.mistakes.catalogue import CATALOGUE
from autograder.report.class_report import ClassReport, ItemGrade, SubmissionGrade, why_not_graded
from autograder.report.export import CsvWithStates
from autograder.report.pages import as_html, as_text
from tests.releases import release

NAME = "released.ipynb"
BLANK = {"released": release()}
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
    assert "was not handed in" in why_not_graded(folder, BLANK)
    notebook.write_bytes(b'{"cells": [')
    assert "is not valid JSON (line 1, column" in why_not_graded(folder, BLANK)
    nbformat.write(release(), notebook)
    assert "see nbgrader's log" in why_not_graded(folder, BLANK)
    (tmp_path / "submitted" / "*").symlink_to(folder.parent)
    assert "rename it" in why_not_graded(tmp_path / "submitted" / "*" / "task", BLANK)


def test_the_most_frequent_mistakes_are_listed_first() -> None:
    made = (("transposed", "argmin"), ("argmin",), ())
    submissions = tuple(
        SubmissionGrade(str(number), (ItemGrade("check_x", 1.0, 0.0, False),), mistakes=mistakes)
        for number, mistakes in enumerate(made)
    )
    report = ClassReport("assignment_2", 1.0, submissions, CATALOGUE)
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


def test_the_page_fetches_and_runs_nothing() -> None:
    assert "content=\"default-src 'none'; style-src 'unsafe-inline';" in as_html(REPORT)


FORMULAS = (
    '=HYPERLINK("http://a.org")', "Ann;=1+1", "Ann; =1+1", 'Ann;"=1+1', "Ann|+1", "Ann;;@1", "\n=1", "\r=1", "\t=1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1", "\N{ZERO WIDTH SPACE}=1", "\N{NO-BREAK SPACE}=1", " =1", "\x00=1", "Ann\n=1",
    "\N{FULLWIDTH EQUALS SIGN}1", "\N{SMALL PLUS SIGN}1", "\N{MINUS SIGN}1", "@A1", "+1", "-1", "|1", "\"=1", "'=1",
    "\N{RIGHT-TO-LEFT OVERRIDE}=1", "Ann;\N{ZERO WIDTH SPACE}\N{FULLWIDTH COMMERCIAL AT}1", "\N{LINE SEPARATOR}=1",
)  # fmt: skip


PLAIN_IDS = ("@ada", "+49123", "+ada@x.org")
"""Ids that call nothing, in any spreadsheet, and come back as they are."""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The exported table of a class with names that spreadsheets could take for formulas."""
    path = tmp_path_factory.mktemp("export") / "grades.csv"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts `alembic` by name when it makes a gradebook.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{path.with_name('gradebook.db')}") as gradebook:
            gradebook.add_assignment("task")
            for number, name in enumerate(FORMULAS):
                gradebook.add_student(f"s{number:02}", first_name=name, last_name="Ann;x=1,-2")
            gradebook.add_student("@a, b=+c-d", email="a@b.org")
            for name in PLAIN_IDS:
                gradebook.add_student(name)
            CsvWithStates(to=str(path)).export(gradebook)
    return path.read_text(encoding="utf-8")


def test_no_name_is_a_formula_whatever_separates_the_cells(table: str) -> None:
    hidden = '\\s"\\u200b\\ufeff\\u202e\\xa0\x00'
    begins = rf"[{hidden}]*[-=+@|\uff1d\ufe62\u2212\uff20]"
    for delimiter in ",;|\t":
        for row in csv.reader(table.splitlines(), delimiter=delimiter):
            for cell in row:
                # What stands in a row before the first comma, or behind the last, is the kit's own.
                assert cell in PLAIN_IDS or not re.match(begins, cell), (delimiter, row)
    assert len(table.splitlines()) == 2 + len(FORMULAS) + len(PLAIN_IDS)


def test_what_is_no_formula_stays_as_it_is(table: str) -> None:
    rows = {row["student_id"]: row for row in csv.DictReader(table.splitlines())}
    assert rows["s00"]["last_name"] == "Ann;x=1,-2"
    assert rows.keys() >= set(PLAIN_IDS)
    # Another id gets what it always has got, and nothing besides.
    assert rows["'@a, b=+c-d"]["email"] == "a@b.org"
