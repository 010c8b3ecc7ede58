"""Mistakes of a notebook as a whole: what a run from top to bottom does not have."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID, CATALOGUE
from autograder.diagnosis.flow import Finding, flow_findings
from autograder.feedback.cells import findings_cell


def ran(source, missing=None, **metadata):
    outputs = []
    if missing is not None:
        text = f"name {missing!r} is not defined"
        outputs = [new_output("error", ename="NameError", evalue=text, traceback=[text])]
    return new_code_cell(source, outputs=outputs, metadata=metadata)


def findings(*cells):
    return flow_findings(new_notebook(cells=list(cells)), ASSIGNMENT_2)


def test_when_a_later_cell_makes_the_variable_then_cells_are_out_of_order():
    found = findings(
        new_markdown_cell("x"), ran("print(scale)", "scale"), ran("a = 1"), ran("scale = 2")
    )
    assert found == (Finding("cells-out-of-order", 2, "scale", 4),)


def test_a_later_function_import_loop_or_class_makes_its_name_too():
    for source in (
        "def f(): pass",
        "import numpy as f",
        "from x import f",
        "class f: pass",
        "for f in []: pass",
        "if True:\n    f = 1",
        "%matplotlib inline\nf = 1",
    ):
        (found,) = findings(ran("f", "f"), ran(source))
        assert found.misconception == "cells-out-of-order", source


def test_when_no_cell_makes_the_variable_then_it_is_left_over():
    assert findings(ran("a = 1"), ran("print(deleted)", "deleted")) == (
        Finding("leftover-state", 2, "deleted", None),
    )


def test_what_an_earlier_cell_failed_to_make_is_no_mistake_of_flow():
    assert findings(ran("a = 1 / 0"), ran("print(a)", "a")) == ()


def test_a_task_that_is_not_done_is_no_mistake_of_flow():
    assert findings(ran("raise NotImplementedError"), ran("test_loader", "test_loader")) == ()


def test_a_task_that_is_not_done_is_not_out_of_order_where_a_later_cell_makes_its_variable():
    undone = stopped("raise NotImplementedError", "NotImplementedError", "")
    assert findings(undone, ran("print(y_pred)", "y_pred"), ran("y_pred = 1")) == ()
    # Other variables, and those of tasks of which none is undone, are.
    (found,) = findings(undone, ran("print(scale)", "scale"), ran("scale = 1"))
    assert (found.misconception, found.made_in) == ("cells-out-of-order", 3)
    (found,) = findings(ran("print(y_pred)", "y_pred"), ran("y_pred = 1"))
    assert (found.misconception, found.made_in) == ("cells-out-of-order", 2)


def test_of_an_assignment_that_is_not_known_only_the_order_of_its_cells_is_told():
    def of_another(*cells):
        return flow_findings(new_notebook(cells=list(cells)), None)

    undone = stopped("raise NotImplementedError()", "NotImplementedError", "")
    assert of_another(ran("answer + 1", "answer")) == ()
    assert of_another(undone, ran("answer + 1", "answer"), ran("answer = 2")) == ()
    assert of_another(stopped("x", "IndexError", "index out of range in self")) == ()
    assert of_another(ran("scale + 1", "scale"), ran("scale = 2")) == (
        Finding("cells-out-of-order", 1, "scale", 2),
    )


def test_what_a_function_uses_inside_makes_no_variable():
    (found,) = findings(ran("print(x)", "x"), ran("def f():\n    x = 1"))
    assert found.misconception == "leftover-state"


def test_cells_that_the_grader_has_added_do_not_count():
    repaired = new_markdown_cell("put back", id="autograder-repairs")
    assert findings(repaired, ran("old", "old"))[0].cell == 1


def test_graded_cells_are_not_the_students():
    cell = ran("assert z", "z", nbgrader={"grade": True})
    assert findings(cell) == ()


def test_a_cell_that_is_no_python_is_passed_over():
    (found,) = findings(ran("x", "x"), ran("x is what I need = = 1"))
    assert found.made_in is None


def test_what_an_earlier_cell_would_have_made_is_no_mistake_of_flow_whatever_stopped_it():
    for source in (
        "scale = (2",
        "files = !ls\nscale = 2",
        "if True:\n    !pip list\n    scale = 2",
    ):
        assert findings(ran(source), ran("print(scale)", "scale")) == (), source


def test_what_a_shell_line_makes_counts():
    (found,) = findings(ran("files", "files"), ran("files = !ls"))
    assert found == Finding("cells-out-of-order", 1, "files", 2)


def test_the_variable_of_a_comprehension_is_made_for_nobody():
    (found,) = findings(ran("x", "x"), ran("squares = [x * x for x in range(3)]"))
    assert found == Finding("leftover-state", 1, "x", None)


def test_a_variable_is_named_once():
    assert len(findings(ran("x", "x"), ran("x", "x"))) == 1


def test_findings_are_told_with_their_hint():
    cell = findings_cell(
        [Finding("cells-out-of-order", 2, "scale", 4), Finding("leftover-state", 7, "old", None)]
    )
    assert cell.cell_type == "markdown"
    assert "- Cell 2 uses `scale`, which only cell 4 makes." in cell.source
    assert "- Cell 7 uses `old`, which no cell of the notebook makes." in cell.source
    assert BY_ID["leftover-state"].hint in cell.source


def stopped(source, ename, evalue):
    return new_code_cell(source, outputs=[new_output("error", ename=ename, evalue=evalue)])


def test_a_cell_that_stops_with_words_that_tell_is_named():
    for name, ename, evalue in (
        ("hard-coded-cuda", "RuntimeError", "Found no NVIDIA driver on your system. Please …"),
        ("hard-coded-cuda", "AssertionError", "Torch not compiled with CUDA enabled"),
        (
            "transformers-output-object",
            "TypeError",
            "unsupported operand type(s) for /: 'BaseModelOutputWithPooling' and 'Tensor'",
        ),
        ("new-model-old-processor", "IndexError", "index out of range in self"),
    ):
        (found,) = findings(ran("a = 1"), stopped("x", ename, evalue))
        assert found == Finding(name, 2, "", None, f"{ename}: {evalue}")


def test_a_mistake_that_stops_several_cells_is_told_once():
    cells = [stopped(name, "RuntimeError", "No CUDA GPUs are available") for name in "xy"]
    assert len(findings(*cells)) == 1


def test_other_errors_of_cells_say_nothing():
    for ename, evalue in (
        ("IndexError", "list index out of range"),
        ("ValueError", "Found array with 0 sample(s)"),
        ("KeyboardInterrupt", ""),
    ):
        assert findings(stopped("x", ename, evalue)) == ()


def test_what_a_cell_stopped_with_is_told_without_being_read_as_markdown():
    found = Finding("hard-coded-cuda", 3, "", None, "RuntimeError: `<b>` Found no NVIDIA driver")
    assert (
        "- Cell 3 stopped with `RuntimeError: '<b>' Found"
        in findings_cell([found], CATALOGUE).source
    )
