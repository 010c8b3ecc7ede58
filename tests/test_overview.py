"""What stands on top of a feedback page, and which cells are folded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import pytest
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import PyFileConfigLoader

from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID, CATALOGUE
from autograder.course import CONFIG, KIT
from autograder.feedback.overview import lay_out, mistakes_of, sections_of, titles_of
from autograder.feedback.pages import FeedbackExporter
from autograder.notebook.marks import KIT_METADATA
from autograder.verdicts import CheckInfo, Judgement, Status, Verdict

ABOUT = {"notebook": "n", "score": 8.0, "max_score": 12.0, "late_penalty": 0, "open_cells": 1}
KNOWN = "transposed"


def graded(name: str, kind: str = "code", **about: object) -> NotebookNode:
    marks = {"grade": True, "grade_id": name, "solution": kind == "markdown", **about}
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(f"the work of {name}", metadata={"nbgrader": marks})


def released() -> NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("# Assignment\n\n```\n# no heading\n```\n## 2 Classes\ntext"),
            new_markdown_cell("### Task 2.3: Cosine similarity ###\nCompute it."),
            graded("check_similarity", points=6, score=6.0),
            new_markdown_cell("### Task 2.4: Predictions"),
            new_code_cell("def get_predictions(similarity): ..."),
            graded("check_predictions", points=5, score=2.0),
            new_markdown_cell("## 3 Reflection"),
            graded("reflection", "markdown", points=1, score=None, comment="Say why."),
        ]
    )


def verdict(name: str, points: float, status: Status, known: str | None = None) -> Verdict:
    check = CheckInfo(name, f"What {name} looks at", points, 0.0, f"Think of {name}.", None)
    return Verdict(check, status, "got 1", misconception=known)


JUDGEMENTS = [
    Judgement("check_similarity", 1, (verdict("a", 3, Status.FAILED, KNOWN),)),
    Judgement(
        "check_predictions",
        1,
        (
            verdict("b", 2, Status.PASSED),
            verdict("c", 1, Status.FAILED),
            verdict("d", 2, Status.FAILED, KNOWN),
        ),
    ),
]


def test_a_graded_cell_is_called_by_the_headings_above_it() -> None:
    assert titles_of(released()) == {
        "check_similarity": {"section": "2 Classes", "task": "Task 2.3: Cosine similarity"},
        "check_predictions": {"section": "2 Classes", "task": "Task 2.4: Predictions"},
        "reflection": {"section": "3 Reflection", "task": "3 Reflection"},
    }


def test_a_mistake_is_one_entry_with_all_that_it_cost() -> None:
    known, unknown = mistakes_of(JUDGEMENTS, CATALOGUE)
    assert (known["name"], known["lost"]) == (BY_ID[KNOWN].name, 5)
    assert known["cells"] == ("check_similarity", "check_predictions")
    assert (unknown["name"], unknown["what"], unknown["lost"]) == (None, "What c looks at", 1)


def test_points_are_summed_by_section_and_what_waits_for_a_person_is_open() -> None:
    notebook = released()
    sections = sections_of(notebook.cells, titles_of(notebook))
    assert [(each.title, each.score, each.points) for each in sections] == [
        ("2 Classes", 8.0, 11.0),
        ("3 Reflection", None, 1.0),
    ]
    assert [line.state for each in sections for line in each.lines] == ["full", "part", "open"]


class LayOut(Preprocessor):
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, Any]:
        lay_out(nb, resources)
        return nb, resources


@pytest.fixture(scope="module")
def page() -> str:
    config = PyFileConfigLoader(CONFIG, path=str(KIT)).load_config()
    config.HTMLExporter.template_name = "feedback"
    # As nbgrader's own command does.
    styles = "server_extensions/formgrader/static/node_modules/bootstrap/dist/css"
    config.HTMLExporter.extra_template_paths = [str(Path(nbgrader.__file__).parent / styles)]
    notebook = released()
    notebook.metadata["autograder"] = {
        "titles": {
            **titles_of(notebook),
            "check_similarity": {"section": "2 <b>", "task": "<i>Task</i>"},
        },
        "mistakes": mistakes_of(JUDGEMENTS, CATALOGUE),
    }
    exporter = FeedbackExporter(config=config)
    exporter.register_preprocessor(LayOut, enabled=True)  # as nbgrader does, behind the exporter's
    html, _ = exporter.from_notebook_node(notebook, {"nbgrader": dict(ABOUT)})
    return str(html)


def test_the_page_begins_with_points_and_mistakes(page: str) -> None:
    top = page[: page.index('id="notebook"')]
    assert '<a href="#check_predictions">Task 2.4: Predictions</a>' in top
    assert "not graded yet / 1.0" in top
    assert '<a href="#comment-reflection">with a comment</a>' in top
    assert top.count(BY_ID[KNOWN].hint.split("`")[0]) == 1
    assert "Not as asked for: <strong>What c looks at</strong>" in top
    assert "&lt;i&gt;Task&lt;/i&gt;" in top
    assert "<i>Task" not in page


def test_what_has_all_its_points_is_folded_and_nothing_else(page: str) -> None:
    folded = re.findall(r'<details class="fold">(.*?)</details>', page, re.DOTALL)
    assert len(folded) == 1
    assert "the work of" in folded[0]
    assert "check_similarity" in folded[0]
    rest = re.sub(r'<details class="fold">.*?</details>', "", page, flags=re.DOTALL)
    assert "check_predictions" in rest
    assert "Say why." in rest


def test_who_grades_by_hand_can_unfold_the_courses_own_answer(tmp_path: Path) -> None:
    config = PyFileConfigLoader(CONFIG, path=str(KIT)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    work = tmp_path / "autograded" / "ann" / "a" / "n.ipynb"
    source = tmp_path / "source" / "a" / "n.ipynb"
    about = {"base_url": "", "notebook_id": "n", "submission_id": "s", "assignment_id": "a"}
    about |= {"index": 0, "total": 1, "notebook_path": "n.ipynb"}

    def page_of() -> str:
        return str(FeedbackExporter(config=config).from_filename(str(work), dict(about))[0])

    work.parent.mkdir(parents=True)
    nbformat.write(released(), work)
    assert "Reference answer" not in page_of()
    own = released()
    own.cells[-1].source = "Because of *this*."
    source.parent.mkdir(parents=True)
    nbformat.write(own, source)
    shown = re.findall(r'<details class="reference">(.*?)</details>', page_of(), re.DOTALL)
    assert len(shown) == 1
    assert "Because of <em>this</em>." in shown[0]


def test_a_bonus_stands_for_no_point_that_is_missing() -> None:
    states = []
    for score, bonus in ((4.0, 0.0), (4.0, 1.0), (5.0, 1.0), (4.0, "1")):
        cell = graded("a", points=4, score=score)
        cell.metadata[KIT_METADATA] = {"bonus": bonus}
        (section,) = sections_of([cell], {})
        states.append(section.lines[0].state)
    assert states == ["full", "part", "full", "full"]
