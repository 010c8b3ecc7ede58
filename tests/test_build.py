"""The source notebook, built from its text."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbformat.v4 import new_output

from autograder.assignment import judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.authoring.build import (
    build_notebook,
    build_source,
    keep_outputs,
    points,
    to_bytes,
)
from autograder.course import ASSIGNMENT, KIT
from autograder.errors import BuildError

SOURCE = KIT / "source" / f"{ASSIGNMENT}.py"

SMALL = """# %% [markdown]
# # Title

# %%
x = 1

# %% role="given" id="given_one"
import numpy as np

# %% role="solution" id="predictions" task="2.4" stub="return the class"
def get_predictions(similarity):
    # <solution: solutions.similarity.get_predictions>

# %%
print(x)

# %% role="check" id="check_predictions"
assert get_predictions(np.eye(3)).shape == (3,)

# %% [markdown]
# <points: check_predictions, reflection> points, <points: by hand> by hand
#
# | points | for |
# |---|---|
# | 1 | a start |
# | 2 | the rest |

# %% [markdown] role="answer" id="reflection" points=3
# The reference answer.
"""


@pytest.fixture(scope="module")
def real():
    return build_source(SOURCE, SOURCE.with_name("nothing_stored.ipynb"))


def test_roles_become_nbgraders_metadata():
    notebook = build_notebook(SMALL)
    about = {c.id: c.metadata.nbgrader for c in notebook.cells if "nbgrader" in c.metadata}
    told = {
        name: (cell.grade, cell.solution, cell.locked, cell.get("points"))
        for name, cell in about.items()
    }
    assert told == {
        "given_one": (False, False, True, None),
        "predictions": (False, True, False, None),
        "check_predictions": (True, False, True, 5),
        "reflection": (True, True, False, 3),
    }
    assert all(about[name].grade_id == name for name in about)
    assert points(notebook) == (5, 3)


def test_task_and_stub_of_a_solution_are_kept():
    notebook = build_notebook(SMALL)
    kept = [c.metadata.autograder for c in notebook.cells if "autograder" in c.metadata]
    assert kept == [{"task": "2.4", "stub": "return the class"}]


def test_locked_cells_can_be_neither_edited_nor_deleted():
    for cell in build_notebook(SMALL).cells:
        locked = cell.metadata.get("nbgrader", {}).get("locked", False)
        assert ("editable" in cell.metadata) is locked
        assert cell.metadata.get("deletable", True) is not locked


def test_unnamed_cells_have_ids_too():
    ids = [cell.id for cell in build_notebook(SMALL).cells]
    assert ids[:2] == ["start-1", "start-2"]
    assert "predictions-1" in ids
    assert len(set(ids)) == len(ids)


def test_two_builds_give_equal_bytes():
    first, second = to_bytes(build_notebook(SMALL)), to_bytes(build_notebook(SMALL))
    assert first == second
    assert first.endswith(b"}\n")
    assert nbformat.reads(first.decode(), as_version=4) == build_notebook(SMALL)


def _run(text: str):
    notebook = build_notebook(text)
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.outputs = [new_output("stream", text=f"output {number}")]
        cell.execution_count = number + 1
    return notebook


def test_outputs_are_kept_for_cells_that_did_not_change():
    stored = _run(SMALL)
    notebook = build_notebook(SMALL)
    keep_outputs(notebook, stored)
    assert to_bytes(notebook) == to_bytes(stored)


def test_a_changed_cell_loses_its_output():
    notebook = build_notebook(SMALL.replace("print(x)", "print(x + 1)"))
    keep_outputs(notebook, _run(SMALL))
    without = [cell.id for cell in notebook.cells if cell.cell_type == "code" and not cell.outputs]
    assert without == ["predictions-1"]


def test_a_new_cell_has_no_output():
    notebook = build_notebook(SMALL + "\n# %%\nnew = 1\n")
    keep_outputs(notebook, _run(SMALL))
    assert notebook.cells[-1].outputs == []


def test_a_text_says_what_its_cells_are_worth():
    cells = {cell.id: cell for cell in build_notebook(SMALL).cells}
    assert cells["check_predictions-1"].source.startswith("8 points, 3 by hand\n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id="predictions"', 'id="given_one"', "cell 'given_one': the id is used twice"),
        ('role="given"', 'role="gift"', "cell 'given_one': role 'gift' is not one of given"),
        ('role="given"', 'role=["given"]', "cell 'given_one': role .* is not one of given"),
        ('role="given"', "", "a cell after 'start' has a header without a role"),
        (' id="given_one"', "", "needs an id"),
        ('id="given_one"', 'id="given one"', "needs an id"),
        ('id="given_one"', 'id="größe"', "needs an id"),
        ('id="given_one"', 'id="' + "x" * 70 + '"', "needs an id"),
        ('id="given_one"', "id=5", "needs an id"),
        ("[markdown] role", "role", "cell 'reflection': role 'answer' needs a markdown cell"),
        ('role="given"', '[markdown] role="given"', "role 'given' needs a code cell"),
        (' task="2.4"', "", "cell 'predictions': has the keys"),
        (' stub="return the class"', "", "cell 'predictions': has the keys"),
        (" points=3", "", "cell 'reflection': has the keys"),
        (" points=3", ' points=3 color="red"', "cell 'reflection': has the keys"),
        (" points=3", ' points="3"', "cell 'reflection': points='3' is not a number"),
        (" points=3", " points=true", "cell 'reflection': points="),
        (" points=3", " points=-1", "cell 'reflection': points=-1 is not a number"),
        ('id="check_predictions"', 'id="check_nothing"', "cell 'check_nothing': no module"),
        ("get_predictions>", "get_nothing>", "cell 'predictions': .* names no function"),
        (
            "<points: by hand>",
            "<points: hand>",
            "cell 'check_predictions-1': .* which is no cell with points",
        ),
        (
            "<points: by hand>",
            "<points: predictions>",
            "'predictions', which is no cell with points",
        ),
        (
            "| 2 | the rest",
            "| 3 | the rest",
            "'reflection' is worth 3 points, and the table .* gives 4",
        ),
    ],
)
def test_a_wrong_header_is_an_error_that_names_the_cell(old, new, reason):
    assert SMALL.count(old) == 1
    with pytest.raises(BuildError, match=reason):
        build_notebook(SMALL.replace(old, new))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_text_that_cannot_be_read_is_an_error_that_names_the_file(tmp_path, content):
    path = tmp_path / "source.py"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BuildError, match=re.escape(str(path))):
        build_source(path, tmp_path / "stored.ipynb")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}'])
def test_a_stored_notebook_that_cannot_be_read_is_an_error_with_the_way_out(tmp_path, content):
    text, stored = tmp_path / "source.py", tmp_path / "stored.ipynb"
    text.write_text(SMALL)
    stored.write_text(content)
    with pytest.raises(BuildError, match="is no notebook; remove it"):
        build_source(text, stored)


def test_errors_of_the_text_name_its_file(tmp_path):
    path = tmp_path / "source.py"
    path.write_text('# %% role="given"\nx = 1\n')
    with pytest.raises(BuildError, match=r"source\.py: cell None: needs an id"):
        build_source(path, tmp_path / "stored.ipynb")


def test_the_assignment_gives_60_points_automatically_and_40_by_hand(real):
    assert points(real) == (60, 40)


def test_the_assignments_cells_have_unique_ids(real):
    ids = [cell.id for cell in real.cells]
    names = [c.metadata.nbgrader.grade_id for c in real.cells if "nbgrader" in c.metadata]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    nbformat.validate(real)


def test_every_module_of_checks_has_its_cell(real):
    graded = {c.id for c in real.cells if c.metadata.get("nbgrader", {}).get("grade")}
    assert {name for name in graded if name.startswith("check_")} == set(judged_cells(ASSIGNMENT_2))


def test_every_solution_cell_of_the_assignment_has_a_region(real):
    for cell in real.cells:
        if "autograder" in cell.metadata:
            assert cell.source.count("### BEGIN SOLUTION") >= 1, cell.id
            compile(cell.source, cell.id, "exec")
        assert "<solution:" not in cell.source


def test_the_assignment_is_built_the_same_twice(real):
    assert to_bytes(real) == to_bytes(
        build_source(SOURCE, SOURCE.with_name("nothing_stored.ipynb"))
    )
    assert json.loads(to_bytes(real))["nbformat_minor"] == 5
