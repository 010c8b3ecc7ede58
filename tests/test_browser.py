"""What students wrote, in the instructor's browser: nothing of it runs, fetches, or covers the page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import KIT, run_nbgrader
from tests.browser import TOKEN, formgrader, needs_browser, opened, title, without_policy
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
    # No field of a student's could be taken for the grader's.
    assert not re.search(r'<form[^>]*action="?/formgrader', document)
    # Whoever serves what a page needs learns who reads it: all of it is in the page, or on the grader's own server.
    assert "Content-Security-Policy" in document
    assert not re.search(
        r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!data:|/formgrader/)', document
    )


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


PROBE = """<script>addEventListener("load", () => {
  // Points of what the grader says at which a browser shows something of another's.
  document.querySelectorAll("details").forEach(folded => { folded.open = true; });
  const grader = [...document.querySelectorAll(".panel-heading, .verdict, .overview, .mistakes")];
  const covered = grader.filter(part => {
    const {left, top, width, height} = part.getBoundingClientRect();
    return [0.02, 0.25, 0.5, 0.75, 0.98].some(x => [0.1, 0.5, 0.9].some(y => {
      const seen = document.elementFromPoint(left + x * width, top + y * height);
      return seen && !part.contains(seen);
    }));
  });
  const wide = document.documentElement.scrollWidth > innerWidth;
  document.title = `${grader.length} parts, ${covered.length} covered, ${wide ? "wide" : "fits"}`;
});</script>"""


def probed(page: Path, folder: Path, inside: str = "") -> str:
    """Return what is covered on a feedback page, whose policy is taken away for the probe.

    Args:
        page: the file.
        folder: for a copy, and the browser's files.
        inside: HTML that is put into a student's cell as it is.
    """
    html = without_policy(page.read_text(encoding="utf-8"))
    html = html.replace('theirs">', f'theirs">{inside}') + PROBE
    copy = folder / "probed.html"
    copy.write_text(html, encoding="utf-8")
    return title(opened(copy.as_uri(), folder / "profile", "--window-size=1200,20000"))


OVERLAY = "<div style='position: fixed; inset: 0; background: white'>overlay</div>"


@pytest.mark.parametrize("name", ["xss_formula", "xss_imitation"])
def test_what_the_grader_says_is_covered_by_nothing(
    batch: Batch, name: str, tmp_path: Path
) -> None:
    page = batch.course.folder / "feedback" / name / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert probed(page, tmp_path).endswith(" parts, 0 covered, fits")
    # Boxes hold even what the cleaning would let through; without them the probe sees it.
    assert probed(page, tmp_path, OVERLAY).endswith(" parts, 0 covered, fits")
    html = page.read_text(encoding="utf-8").replace("contain: paint;", "")
    open_page = tmp_path / "open.html"
    open_page.write_text(html, encoding="utf-8")
    assert " 0 covered" not in probed(open_page, tmp_path, OVERLAY)


def test_the_policy_alone_keeps_scripts_and_requests_away(batch: Batch, tmp_path: Path) -> None:
    page = batch.course.folder / "feedback" / "xss_html" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    html = page.read_text(encoding="utf-8")
    script = "<script>document.title+='!xss_policy!'</script>"
    place = f"http://127.0.0.1:{batch.canaries.known(batch.course.folder, KIT)['TCP']}"
    # Frames are not among them: Chromium connects to a frame's host before it asks the policy. The cleaning takes them.
    requests = (
        f"<img src='{place}/img' onerror=\"document.title+='!xss_policy!'\">"
        f"<script src='{place}/script'></script><link rel=stylesheet href='{place}/style'>"
        f"<p style='background: url({place}/css)'>x</p>"
    )
    copy = tmp_path / "page.html"
    copy.write_text(html.replace('theirs">', f'theirs">{script}{requests}', 1), encoding="utf-8")
    assert "!xss_policy" not in title(opened(copy.as_uri(), tmp_path / "profile"))
    assert batch.canaries.visits == []
    copy.write_text(without_policy(html) + script, encoding="utf-8")
    assert "!xss_policy" in title(opened(copy.as_uri(), tmp_path / "profile"))
