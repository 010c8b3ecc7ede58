"""The release's stubs say which task they are."""

from __future__ import annotations

import ast
import re

import pytest
from nbgrader.preprocessors import ClearSolutions

from autograder.authoring.build import build_notebook, build_source
from autograder.authoring.stubs import BETWEEN_PARTS, name_stubs
from autograder.course import ASSIGNMENT, KIT

SOURCE = KIT / "source" / f"{ASSIGNMENT}.py"


@pytest.fixture(scope="module")
def released():
    notebook = build_source(SOURCE, SOURCE.with_name("nothing_stored.ipynb"))
    ClearSolutions().preprocess(notebook, {"language": "python"})
    name_stubs(notebook)
    return notebook


def test_every_solution_cell_names_its_task(released):
    cells = [cell for cell in released.cells if "autograder" in cell.metadata]
    assert len(cells) == 16
    for cell in cells:
        about = cell.metadata.autograder
        said = re.findall(r"raise NotImplementedError\((.*)\)", cell.source)
        parts = [f"Task {about.task}: {part}" for part in about.stub.split(BETWEEN_PARTS)]
        assert [ast.literal_eval(message) for message in said] == parts
        assert len(set(parts)) == len(parts)
        assert "SOLUTION" not in cell.source
        compile(cell.source, cell.id, "exec")


def test_a_stub_raises_its_message(released):
    (cell,) = (cell for cell in released.cells if cell.id == "predictions")
    scope: dict = {}
    exec("import numpy as np\n" + cell.source, scope)
    with pytest.raises(NotImplementedError, match=r"^Task 2.4: return the most similar class"):
        scope["get_predictions"](None)


def test_quotes_in_a_stub_are_kept():
    text = (
        '# %% role="solution" id="x" task="1" stub="say \\"no\\" and don\'t"\n'
        "raise NotImplementedError()\n"
    )
    notebook = build_notebook(text)
    name_stubs(notebook)
    with pytest.raises(NotImplementedError) as caught:
        exec(notebook.cells[0].source)
    assert str(caught.value) == 'Task 1: say "no" and don\'t'


def test_each_stub_of_a_cell_says_its_own_part():
    text = (
        '# %% role="solution" id="x" task="1" stub="write f | write g"\n'
        "def f():\n    raise NotImplementedError()\n"
        "def g():\n    raise NotImplementedError()\n"
    )
    notebook = build_notebook(text)
    name_stubs(notebook)
    scope: dict = {}
    exec(notebook.cells[0].source, scope)
    for name in "fg":
        with pytest.raises(NotImplementedError, match=f"^Task 1: write {name}$"):
            scope[name]()


def test_cells_without_a_task_are_left_alone():
    notebook = build_notebook("# %%\nraise NotImplementedError()\n")
    name_stubs(notebook)
    assert notebook.cells[0].source == "raise NotImplementedError()"
