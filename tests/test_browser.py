"""What students wrote, in the instructor's browser: nothing of it runs, fetches, or covers the page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import run_nbgrader
from tests.browser import TOKEN, formgrader, needs_browser, opened, title
from tests.courses import ASSIGNMENT
from tests.hostile.batch import Batch, grade_attacks
from tests.hostile.corpus import ATTACKS
from tests.isolation import needs_bubblewrap

pytestmark = [needs_bubblewrap, needs_browser]

SCRIPTS = [name for name in ATTACKS if name.startswith("xss_")]
OUR_TITLES = (ASSIGNMENT, "Formgrader")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    graded = grade_attacks(tmp_path_factory.mktemp("browser"), SCRIPTS)
    run_nbgrader(graded.course.folder, "generate_feedback", ASSIGNMENT)
    yield graded
    graded.canaries.close()


@pytest.fixture(scope="module")
def pages(batch: Batch) -> Iterator[str]:
    with formgrader(batch.course.folder) as address:
        yield address


def expect_nothing_ran(document: str, batch: Batch) -> None:
    assert "!xss_" not in title(document)
    assert title(document).startswith(OUR_TITLES)
    assert batch.canaries.visits == []
    # Nothing lies over the page, and no field of a student's could be taken for the grader's.
    assert not re.search(r'style="[^"]*(position|url\()[^"]*">overlay', document)
    assert not re.search(r'<form[^>]*action="?/formgrader', document)


def test_the_browser_would_run_what_is_not_cleaned(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    payload = "<img src=x onerror=\"document.title+='!xss_control!'\">"
    page.write_text(f"<title>{ASSIGNMENT}</title>{payload}", encoding="utf-8")
    assert title(opened(page.as_uri(), tmp_path / "profile")) == f"{ASSIGNMENT}!xss_control!"


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_of_a_students_runs_on_the_feedback_page(
    batch: Batch, name: str, tmp_path: Path
) -> None:
    page = batch.course.folder / "feedback" / name / ASSIGNMENT / f"{ASSIGNMENT}.html"
    document = opened(page.as_uri(), tmp_path)
    expect_nothing_ran(document, batch)
    assert "get_predictions" in html.unescape(document)  # the work itself is there


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_of_a_students_runs_in_formgrader(
    batch: Batch, pages: str, name: str, tmp_path: Path
) -> None:
    with Gradebook(f"sqlite:///{batch.course.folder / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, name).id
    document = opened(f"{pages}/submissions/{notebook}/?token={TOKEN}", tmp_path)
    expect_nothing_ran(document, batch)
    assert "get_predictions" in html.unescape(document)
