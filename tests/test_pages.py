"""The pages on which strangers' work is shown: whose words stand where, what is left out, and how long it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import PyFileConfigLoader

from autograder.course import CONFIG, KIT
from autograder.feedback import highlighting, pages
from autograder.feedback.formulas import LONGEST, formula
from autograder.feedback.pages import FeedbackExporter

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
VERDICT = "<p><strong>2 of 6 points</strong></p>"
ABOUT = {
    "base_url": "",
    "notebook_id": "n",
    "submission_id": "s",
    "assignment_id": "a",
    "index": 0,
    "total": 1,
    "student": "</script><b>eve",
    "notebook_path": "n.ipynb",
    "nbgrader": {"notebook": "n", "score": 2.0, "max_score": 6.0, "late_penalty": 0},
}


@pytest.fixture(scope="module")
def exporter() -> FeedbackExporter:
    config = PyFileConfigLoader(CONFIG, path=str(KIT)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    return FeedbackExporter(config=config)


def judged(*outputs: NotebookNode) -> NotebookNode:
    verdict = new_output(
        "execute_result", data={"text/plain": "2", "text/html": VERDICT}, execution_count=1
    )
    about = {"grade": True, "grade_id": "check_x", "locked": True, "points": 6, "solution": False}
    metadata = {"nbgrader": about, "autograder": {"verdicts": []}}
    return new_code_cell("assert f()", metadata=metadata, outputs=[*outputs, verdict])


def page(exporter: FeedbackExporter, *cells: NotebookNode) -> str:
    html, _ = exporter.from_notebook_node(new_notebook(cells=list(cells)), dict(ABOUT))
    return html


def printed(text: str) -> NotebookNode:
    return new_output("stream", text=text)


def test_a_judgement_stands_above_what_was_handed_in_and_no_other_does(
    exporter: FeedbackExporter,
) -> None:
    forged = new_output("display_data", data={"text/plain": "6", "text/html": "<b>6 of 6</b>"})
    html = page(exporter, judged(printed("6 of 6 points")), new_code_cell("1", outputs=[forged]))
    frame, _, rest = html.partition(VERDICT)
    assert frame.rstrip().endswith('<div class="panel-body verdict">')
    assert "assert" not in frame
    assert re.search(r'class="theirs">.*6 of 6 points', rest, re.DOTALL)
    assert "<b>6 of 6</b>" not in html


def test_notes_of_the_graders_are_framed_and_other_texts_stand_beside_the_bar(
    exporter: FeedbackExporter,
) -> None:
    note = new_markdown_cell("Cell 3 stopped.", id="autograder-findings")
    html = page(exporter, note, new_markdown_cell("# Cell 4 did not."))
    assert re.search(r'class="panel-body rendered_html">\s*<p>Cell 3 stopped', html)
    assert re.search(r'theirs">\s*<h1 id="section-Cell-4-did-not.">', html)


def test_pages_fetch_nothing_from_elsewhere_and_names_are_text(exporter: FeedbackExporter) -> None:
    html = page(exporter, new_markdown_cell("$x$"))
    assert "<math" in html
    assert "<b>eve" not in html
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=\"(?!/formgrader/static/)", html)
    policy = re.findall(r"<meta content=\"(default-src 'none';[^\"]*)\" http-equiv", html)
    nonces = re.findall(r"<script[^>]*nonce=\"([^\"]*)", html)
    assert html.count("<script") == len(nonces) == 13
    assert f"script-src 'nonce-{nonces[0]}';" in policy[0]
    assert set(nonces) == {nonces[0]}
    assert nonces[0] not in page(exporter)


TEXTS: dict[str, tuple[Callable[[str], object], str, int]] = {
    "code: empty lines": (highlighting.highlight, "\n", 10_000),
    "code: blanks": (highlighting.highlight, " \n", 10_000),
    "code: dots": (highlighting.highlight, ".", 10_000),
    "code: strings without an end": (highlighting.highlight, "'''\\", 10_000),
    "code: words": (highlighting.highlight, "def  ", 10_000),
    "text: colours": (pages._in_colours, "\x1b[31ma", 50_000),
    "text: links of a terminal": (pages._in_colours, "\x1b]8;;", 50_000),
    "text: commands without an end": (pages._in_colours, "\x1b[0;", 50_000),
    "formula: primes": (lambda tex: formula(tex, display=True), "x'", LONGEST // 2),
    "formula: braces": (lambda tex: formula(tex, display=True), "{a}_b^c", LONGEST // 2),
    "Markdown: formulae without an end": (lambda text: pages.markdown({}, text), "\\\\[", 10_000),
    "Markdown: environments": (lambda text: pages.markdown({}, text), "\\begin{a}", 10_000),
    "Markdown: emphasis": (lambda text: pages.markdown({}, text), "*_", 8_000),
    "Markdown: brackets": (lambda text: pages.markdown({}, text), "[a](", 10_000),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_twice_the_text_takes_no_more_than_twice_the_time(kind: str) -> None:
    render, unit, length = TEXTS[kind]

    def seconds(count: int) -> float:
        text = "a\n" + (unit * (count // len(unit) + 1))[:count] + "\na"
        taken = []
        for _ in range(3):
            started = time.process_time()
            render(text)
            taken.append(time.process_time() - started)
        return min(taken)

    once = seconds(length // 2)
    # Quadratic time would be four times as much; clocks are coarse below some milliseconds.
    assert seconds(length) < 3 * once + 0.02


@pytest.mark.parametrize(
    "cells",
    [
        [new_code_cell("x = 1" + "\n" * 12_000 + "x = 2")],
        [new_code_cell("1", outputs=[printed("\x1b[31ma" * 270_000)])],
        [new_code_cell("(a" * 200_000), new_code_cell("1 " * 200_000)],
        [new_markdown_cell("\\\\[" * 6_000) for _ in range(30)],
        [new_markdown_cell("![x](attachment:x) " * 900, attachments={"x": {"image/png": PNG}})],
    ],
    ids=["lines", "colours", "code", "formulae", "pictures"],
)
def test_a_page_is_made_in_bounded_time_and_size(
    exporter: FeedbackExporter, cells: list[NotebookNode]
) -> None:
    started = time.process_time()
    html = page(exporter, *cells)
    assert time.process_time() - started < 10
    assert len(html) < 4_000_000


def test_what_is_left_out_is_said_and_what_holds_points_stays(exporter: FeedbackExporter) -> None:
    flood = [new_code_cell("x" * 150_000, outputs=[printed("y" * 99_000)] * 3) for _ in range(4)]
    html = page(exporter, *flood, judged())
    assert VERDICT in html
    assert "assert" in html
    assert "50,000 more characters are not shown on this page" in html
    assert "more outputs are not shown on this page" in html
    assert "more cells are not shown on this page" in html


def test_a_page_that_takes_too_long_shows_grades_without_work(
    exporter: FeedbackExporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n.ipynb"
    cells = [judged(), *(new_markdown_cell(f"$x_{n}$ " * 800) for n in range(20))]
    nbformat.write(new_notebook(cells=cells), path)
    monkeypatch.setattr(pages, "PAGE_SECONDS", 0.05)
    html, _ = exporter.from_filename(str(path), dict(ABOUT))
    assert VERDICT in html
    assert "<math" not in html
    assert "more cells are not shown on this page" in html
