"""What a student reads, and what nbgrader makes of it."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.checks import test_similarity
from autograder.assignments.assignment_2.mistakes.catalogue import CATALOGUE, MISCONCEPTIONS
from autograder.diagnosis.smallest import Example
from autograder.feedback import pages
from autograder.feedback.cells import judgement_html, repairs_cell, write_judgement
from autograder.feedback.markup import anchor
from autograder.judging.exercise import exercise_checks
from autograder.notebook.repair import Change, Repair
from autograder.seam.wire import Opaque
from autograder.verdicts import CheckInfo, Judgement, Status, Verdict

OUTPUTS = {
    "nothing": [],
    "stderr": [new_output("stream", name="stderr", text="a warning\n")],
    "stdout": [new_output("stream", name="stdout", text="6\n")],
    "error": [new_output("error", ename="AssertionError", evalue="no", traceback=["no"])],
    "result": [new_output("execute_result", data={"text/plain": "100"}, execution_count=3)],
    "negative": [new_output("execute_result", data={"text/plain": "-1"}, execution_count=3)],
    "display": [new_output("display_data", data={"text/plain": "100", "text/html": "<b>6</b>"})],
    "only_html": [new_output("execute_result", data={"text/html": "<b>6</b>"}, execution_count=1)],
    "script": [new_output("display_data", data={"application/javascript": "alert(1)"})],
}
OUTPUTS["all"] = [output for outputs in OUTPUTS.values() for output in outputs]


def judgement(*passed: bool, message: str = "seen", points: float = 2) -> Judgement:
    verdicts = tuple(
        Verdict(
            CheckInfo(f"test_{number}", f"title {number}", points, 0, "Do it.", None),
            Status.PASSED if is_passed else Status.FAILED,
            "" if is_passed else message,
        )
        for number, is_passed in enumerate(passed)
    )
    return Judgement("check_x", 1, verdicts)


def graded_cell(outputs: str, points: float):
    about = {
        "grade": True,
        "grade_id": "check_x",
        "locked": True,
        "points": points,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return new_code_cell("1", metadata={"nbgrader": about}, outputs=list(OUTPUTS[outputs]))


class Reader(HTMLParser):
    """Collects tags and text as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[object] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


OWN_TAGS = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "em", "code", "a"}
OWN_ATTRIBUTES = set(re.findall(r'style="([^"]*)"', judgement_html(judgement(True))))


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("passed", [(True, True), (False, False), (True, False)])
def test_nbgrader_reads_the_points_whatever_the_cell_had_printed(outputs, passed):
    cell = graded_cell(outputs, 4)
    write_judgement(cell, judgement(*passed))
    assert determine_grade(cell) == (2 * sum(passed), 4)


def test_nbgrader_reads_half_points():
    cell = graded_cell("all", 4.5)
    write_judgement(cell, judgement(True, False, True, points=1.5))
    assert determine_grade(cell) == (3.0, 4.5)


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_a_cell_for_a_person_earns_nothing_by_itself(outputs):
    cell = graded_cell(outputs, 10)
    write_judgement(cell, Judgement("check_x", 1, (), by_hand="an experiment of one's own"))
    assert determine_grade(cell) == (0, 10)
    assert "Graded by hand:" in cell.outputs[-1].data["text/html"]


def test_what_the_cell_printed_and_drew_is_kept():
    cell = graded_cell("all", 4)
    cell.outputs.append(new_output("display_data", data={"image/png": "AAAA"}))
    write_judgement(cell, judgement(True, True))
    *kept, result = cell.outputs
    assert result.output_type == "execute_result"
    assert {output.output_type for output in kept} == {"stream", "display_data"}
    assert any(output.get("data", {}).get("image/png") == "AAAA" for output in kept)
    assert any("AssertionError: no" in output.get("text", "") for output in kept)
    assert any("a warning" in output.get("text", "") for output in kept)
    html = [output for output in kept if "text/html" in output.get("data", {})]
    assert html == []


@given(st.text(st.sampled_from("<>&\"'`/!- scriptbx\n\0é"), max_size=60))
def test_messages_of_students_are_text_in_the_page(message):
    page = read(judgement_html(judgement(False, message=message)))
    assert page.tags <= OWN_TAGS
    assert set(page.attributes) <= {("style", value) for value in OWN_ATTRIBUTES}


@pytest.mark.parametrize(
    "message",
    ["<script>alert(1)</script>", "a & b < c", "\"'><img src=x onerror=y>", "</td></table>"],
)
def test_a_message_is_shown_as_it_was_written(message):
    html = judgement_html(judgement(False, message="`f` raised X: " + message))
    assert message not in html
    assert message in read(html).text


def test_a_reason_for_a_person_is_escaped():
    html = judgement_html(Judgement("check_x", 1, (), by_hand="<script>"))
    assert read(html).tags <= OWN_TAGS


def test_a_long_message_is_cut():
    html = judgement_html(judgement(False, message="x" * 10_000))
    assert len(html) < 2_000
    assert " …" in html


def test_a_passed_check_shows_no_hint_and_a_failed_one_does():
    assert "Do it." not in judgement_html(judgement(True))
    shown = read(judgement_html(judgement(False))).text
    assert "Seen" in shown
    assert "Do it." in shown


FAILED = judgement(False, message="got (3, 7), expected (7, 3)").verdicts[0]


def shown(**known: object) -> Reader:
    return read(judgement_html(Judgement("check_x", 1, (replace(FAILED, **known),)), CATALOGUE))


@pytest.mark.parametrize("mistake", MISCONCEPTIONS, ids=lambda mistake: mistake.id)
def test_a_mistake_is_told_with_what_was_seen_its_hint_and_the_section(mistake):
    page = shown(misconception=mistake.id)
    told = page.text.replace("`", "")
    name, hint = (re.sub(r"[`*]", "", text) for text in (mistake.name, mistake.hint))
    assert "Got (3, 7), expected (7, 3)" in told
    assert f"It looks as if {name}." in told.replace("*", "")
    assert hint in told.replace("*", "")
    assert f"Read again: {mistake.section}." in told
    assert "Do it." not in told
    assert ("href", f"#{anchor(mistake.section)}") in page.attributes


def test_a_mistake_that_failed_two_checks_of_a_cell_is_explained_once():
    mistake = MISCONCEPTIONS[0]
    failed = replace(FAILED, misconception=mistake.id)
    page = read(judgement_html(Judgement("check_x", 1, (failed, failed)), CATALOGUE))
    told = page.text.replace("`", "").replace("*", "")
    assert told.count(re.sub(r"[`*]", "", mistake.hint)) == 1
    assert told.count(re.sub(r"[`*]", "", mistake.name)) == 2
    assert told.count("Got (3, 7), expected (7, 3)") == 2


def test_the_link_to_a_section_leads_to_its_heading():
    sections = {m.section_of(cell) for m in MISCONCEPTIONS for cell in m.exercises}
    text = "\n".join(f"## {section}" for section in sections)
    page = HTMLExporter(template_name="classic", filters={"markdown2html": pages.markdown})
    html, _ = page.from_notebook_node(new_notebook(cells=[new_markdown_cell(text)]))
    anchors = set(re.findall(r'id="([^"]+)"', html))
    for section in sections:
        assert anchor(section) in anchors


def test_a_message_stays_in_its_lines():
    html = judgement_html(judgement(False, message="Z" + "\u0312" * 300 + "\u202e stniop 6"))
    assert "\u0312" * 3 in html
    assert "\u0312" * 4 not in html
    assert "\u202e" not in html


@pytest.mark.parametrize(
    ("cell", "task"),
    [("check_baseline", "Task 2.6"), ("check_prompts", "Task 3.2"), ("check_umap", "Task 4.3")],
)
def test_who_has_shown_no_picture_reads_the_task_of_that_picture_again(cell, task):
    verdict = replace(FAILED, misconception="no-figure-drawn")
    page = read(judgement_html(Judgement(cell, 1, (verdict,)), CATALOGUE))
    assert f"Read again: {task}: " in page.text


def test_an_unknown_mistake_is_called_so_and_shown_by_an_example():
    example = Example("f", ([[0.5, -0.9]],), [1], [0])
    told = shown(unknown=True, example=example).text
    assert "This is wrong, and not a mistake that we know." in told
    assert "f([[0.5, -0.9]])" in told
    assert "gives [1]" in told
    assert "expected [0]" in told
    assert "Do it." in told


def test_the_same_example_is_shown_once_in_a_cell():
    failed = replace(FAILED, unknown=True, example=Example("f", ([[0.5, -0.9]],), [1], [0]))
    told = read(judgement_html(Judgement("check_x", 1, (failed, failed)), CATALOGUE)).text
    assert told.count("The smallest example that we have found") == 1
    assert told.count("not a mistake that we know") == 2


def test_without_an_answer_nothing_is_said_of_mistakes():
    told = shown().text
    assert "mistake" not in told
    assert "Do it." in told


@given(st.text(st.sampled_from("<>&\"'`*/!- scriptbx\n\0é"), max_size=60))
def test_an_example_shows_what_a_student_wrote_as_text(text):
    page = shown(unknown=True, example=Example("f", (text,), Opaque(text), [text], raised=text))
    assert page.tags <= OWN_TAGS
    assert {key for key, _ in page.attributes} <= {"style"}


def test_points_and_bonus_are_told():
    bonus = CheckInfo("test_b", "more", 0, 2, "Try.", None)
    verdicts = (*judgement(True, False).verdicts, Verdict(bonus, Status.PASSED))
    shown = read(judgement_html(Judgement("check_x", 1, verdicts))).text
    assert "2 of 4 points, and a bonus of 2" in shown
    assert "bonus 2" in shown


def test_no_source_of_a_check_is_shown():
    checks = exercise_checks(ASSIGNMENT_2, "check_similarity")
    verdicts = tuple(Verdict(check, Status.FAILED, "seen") for check in checks)
    html = judgement_html(Judgement("check_similarity", 1, verdicts))
    lines = {line.strip() for line in inspect.getsource(test_similarity).splitlines()}
    source = [
        line for line in lines if len(line) > 12 and not line.startswith(("hint", "title", '"'))
    ]
    assert len(source) > 20
    assert not [line for line in source if line in read(html).text]
    assert not [check.name for check in checks if check.name in html]


def test_repairs_are_told_in_words():
    cell = repairs_cell([Repair("check_loop", Change.EDITED), Repair("prompts", Change.MOVED)])
    assert cell.cell_type == "markdown"
    assert "- The cell `check_loop` was changed, although it is locked" in cell.source
    assert "- The cell `prompts` stood elsewhere" in cell.source
