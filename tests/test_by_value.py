"""`autograder check` finds work that goes by no name of the assignment: by what goes through the notebook."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest
import torch
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.any_notebook import recorder
from autograder.any_notebook.as_asked import AsAsked
from autograder.any_notebook.by_value import (
    BASELINE,
    LOOP,
    PROMPTS,
    UMAP,
    ByValue,
    Finder,
    with_values,
)
from autograder.any_notebook.findings import ExerciseFinding, Part, State
from autograder.any_notebook.looks import look_at
from autograder.any_notebook.values import Printed, Seen, printed_in, usable
from autograder.assignments.assignment_2.interface import INTERFACE
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.reference import Reference
from autograder.seam.student import in_process
from tests.checked_notebooks import Ran, check, write
from tests.misconceptions_bench import RIGHT_MAP

PROMPTS_OF_A_STUDENT = [
    *("a photo of a t-shirt", "a photo of trousers", "a photo of a pullover", "a photo of a dress"),
    *("a photo of a coat", "a photo of a sandal", "a photo of a shirt", "a photo of a sneaker"),
    *("a photo of a bag", "a photo of an ankle boot"),
]


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(Reference(find_model("small"), find_fashion_mnist()))


@pytest.fixture(scope="module")
def ran(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("words")
    return check(folder, write(folder, "my_own_words"))


# --- a whole notebook in a kernel --------------------------------------------------------------------


def test_figures_that_are_only_printed_are_judged_by_what_went_into_them(ran: Ran) -> None:
    assert ran.cells("my_own_words", "error") == {}
    assert ran.points("my_own_words") == {"Baseline": "4/4", "Prompts": "6/6"}
    (baseline,) = ran.exercise("my_own_words", "Baseline")["remarks"]
    assert "cell 3 shows 67.59" in baseline
    assert (
        "labels and predictions that went into `accuracy_score` in cell 3 give 0.6759" in baseline
    )
    assert "`acc` is 0.6759" in baseline
    (prompts,) = ran.exercise("my_own_words", "Prompts")["remarks"]
    assert prompts.startswith("found by what it is: cell 4 shows")
    assert "`a photo of a t-shirt/top` and so on give" in prompts
    assert ran.exercise("my_own_words", "Prompts")["found"]["ten texts"] == [4]


def test_what_a_function_was_to_do_only_looks_like_it(ran: Ran) -> None:
    loop = ran.exercise("my_own_words", "Loop")
    assert loop["parts"] == []
    assert all(remark.startswith("looks like it: ") for remark in loop["remarks"])
    assert "which is what the bare class names give" in loop["remarks"][0]


# --- what is noted -----------------------------------------------------------------------------------


def test_classes_are_found_in_every_kind_of_row_and_nothing_else() -> None:
    classes = np.arange(10_000) % 10
    batches = [classes[start : start + 64] for start in range(0, 10_000, 64)]
    space = {
        "array": classes,
        "tensor": torch.tensor(classes),
        "list": classes.tolist(),
        "scalars": list(torch.tensor(classes)),
        "batches": batches,
        "tensors": list(map(torch.tensor, batches)),
        "_hidden": classes,
        "other_classes": classes + 5,
        "shares": classes / 10,
        "short": classes[:100],
        "rows": [np.zeros(3)] * 10_000,
        "pairs": [(1, 2)] * 10_000,
        "texts": ["a"] * 10_000,
        "number": torch.tensor(1),
        "column": classes[:, None],
    }
    found = recorder.whole(space)
    assert set(found) == {"array", "tensor", "list", "scalars", "batches", "tensors"}
    assert all((values == classes).all() for values in found.values())
    space |= {"share": 0.5, "percent": np.float64(62.4), "tensor": torch.tensor(0.25), "many": 1e9}
    assert recorder.figures(space) == {
        "share": 0.5,
        "percent": 62.4,
        "tensor": 0.25,
        "number": 1.0,
    }


def test_functions_tell_only_while_a_cell_of_the_notebook_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library: Any = types.ModuleType("library")
    library.add = lambda first, second: first + second
    part: Any = types.ModuleType("library.part")
    part.add = library.add
    monkeypatch.setitem(sys.modules, "library.part", part)
    seen: Any = types.SimpleNamespace(cell=None)
    told = []

    def keep(name: str, args: Any, options: Any, result: Any) -> None:
        told.append((name, args, options, result))
        raise ValueError("which no student sees")

    recorder._watch(library, "add", seen, keep)
    assert library.add(1, 2) == 3
    seen.cell = 1
    assert part.add(1, second=3) == 4
    assert told == [("add", (1,), {"second": 3}, 4)]


# --- what is made of it ------------------------------------------------------------------------------


def predictions(expected: Expected, texts: list[str], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and predictions in the order of a shuffled loader."""
    order = np.random.default_rng(seed).permutation(10_000)
    similarity = expected.image_embeddings() @ expected.text_embeddings(texts).T
    return expected.labels()[order], similarity.argmax(axis=1)[order]


def book(*said: str) -> NotebookNode:
    cells = [new_code_cell("plt.imshow(m)") for _ in said]
    for cell, text in zip(cells, said, strict=True):
        cell.outputs = [new_output("stream", text=text)] if text else []
    return new_notebook(cells=cells)


def finder(notebook: NotebookNode, told: Any, expected: Expected, *there: str) -> Finder:
    cells = range(1, len(notebook.cells) + 1)
    return Finder(notebook, [], usable(told, cells, expected), frozenset(there), expected)


def test_pairs_belong_together_in_any_order_and_not_by_chance(expected: Expected) -> None:
    truth, guess = predictions(expected, list(expected.class_names), 1)
    shuffled = np.random.default_rng(2).permutation(truth)
    told = {
        "pairs": [(2, "confusion_matrix", guess, truth)],
        "arrays": [(1, "truth", truth), (1, "guess", guess), (1, "shuffled", shuffled)],
    }
    seen = usable(told, [3, 5], expected)
    (pair,) = seen.pairs
    assert (pair.cell, pair.what) == (5, "labels and predictions that went into `confusion_matrix`")
    assert (pair.labels == truth).all()
    assert seen.labels == ("truth", "shuffled")
    (pair,) = usable({**told, "pairs": []}, [3, 5], expected).pairs
    assert (pair.cell, pair.what) == (3, "`truth` and `guess`")


@pytest.mark.parametrize(
    "told",
    [
        None,
        {"pairs": 3, "arrays": [1], "texts": [(1,)], "maps": [("1", 2)], "figures": []},
        {"pairs": [(9, "f", 1, 2)], "arrays": [(1, "x y", np.zeros(10_000, int))]},
        {"texts": [(1, ["a"] * 9), (1, [1] * 10), (1, ["word " * 400] * 10)]},
        {"arrays": [(1, "x", np.full(10_000, 11)), (1, "y", np.zeros((10_000, 1), int))]},
        {"figures": {"a b": 0.5, "c": "0.5", 3: 0.1}},
    ],
)
def test_nonsense_from_a_kernel_is_passed_over(told: Any, expected: Expected) -> None:
    assert usable(told, [1], expected) == Seen(figures={})


@pytest.mark.parametrize(
    ("before", "handed_in"), [("0.6240 of 1", "0.6240"), ("", ""), ("only 1 number", "")]
)
def test_a_figure_is_quoted_with_what_was_handed_in(before: str, handed_in: str) -> None:
    notebook = book("1 2 3", "0.6759 of 1")
    assert printed_in(notebook, 0.6759, ["", before]) == Printed(2, "0.6759", handed_in)
    assert printed_in(notebook, 0.5) is None
    assert printed_in(book("67.6 %"), 0.6759) == Printed(1, "67.6")
    assert printed_in(book("1"), 0.999) is None


def test_a_loop_written_into_cells_is_found_by_its_variables(expected: Expected) -> None:
    truth, guess = predictions(expected, list(expected.class_names), 3)
    told = {
        "arrays": [(1, "t", truth), (1, "g", guess)],
        "figures": {"share": float((truth == guess).mean())},
    }
    found = next(finder(book("", ""), told, expected).candidates(BASELINE, None))
    assert found.names == {"baseline_accuracy": "share"}
    assert found.drawn_in == (1, 2)
    assert "`share` is 0.6759; `t` and `g` in cell 1 give 0.6759" in found.evidence
    percent = {**told, "figures": {"percent": 100 * told["figures"]["share"]}}
    found = next(finder(book(""), percent, expected).candidates(BASELINE, None))
    assert found.names == {"baseline_accuracy": repr(told["figures"]["share"])}
    silent = finder(book(""), {**told, "figures": {}}, expected)
    assert list(silent.candidates(BASELINE, None)) == []
    assert [hint[:15] for hint in silent.hints(BASELINE)] == ["looks like it: "]
    assert list(finder(book(""), {}, expected).hints(LOOP)) == []


def test_better_prompts_are_read_after_others_and_give_what_is_shown(expected: Expected) -> None:
    bare = tuple(expected.class_names)
    told = {"texts": [(1, bare), (2, tuple(PROMPTS_OF_A_STUDENT))]}
    shown = expected.accuracy(PROMPTS_OF_A_STUDENT)
    found = next(finder(book("", f"{shown:.4f}"), told, expected).candidates(PROMPTS, None))
    assert found.names["improved_prompts"] == repr(PROMPTS_OF_A_STUDENT)
    assert float(found.names["improved_accuracy"]) == pytest.approx(shown)
    # Two digits may be a coincidence, and the only texts that were read are the baseline's.
    for notebook, texts in (
        (book("", f"{shown:.2f}"), told["texts"]),
        (book("", f"{shown:.4f}"), told["texts"][1:]),
    ):
        assert list(finder(notebook, {"texts": texts}, expected).candidates(PROMPTS, None)) == []
    thin = finder(book("", ""), told, expected)
    (hint,) = thin.hints(PROMPTS)
    assert "in cell 2 ten texts went into the model (`a photo of a t-shirt` and so on)" in hint


def test_prompts_that_have_their_name_need_only_the_figure(expected: Expected) -> None:
    shown = f"{expected.accuracy(PROMPTS_OF_A_STUDENT):.4f}"
    named = finder(
        book(shown), {"texts": [(1, PROMPTS_OF_A_STUDENT)]}, expected, "improved_prompts"
    )
    (found,) = named.candidates(PROMPTS, PROMPTS_OF_A_STUDENT)
    assert set(found.names) == {"improved_accuracy"}


def test_a_map_under_another_name_is_judged_by_the_rows_that_it_was_made_of(
    expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = np.random.default_rng(4).permutation(10_000)
    rows = expected.image_embeddings()[order]
    points = np.load(RIGHT_MAP)[order]
    truth = expected.labels()[order]
    module: Any = types.ModuleType(recorder.SEEN)
    module.maps = {"a": (1, "fit", rows, points)}
    monkeypatch.setitem(sys.modules, recorder.SEEN, module)
    told = {"arrays": [(1, "truth", truth)], "maps": [(1, rows.shape[1])]}
    earned = {}
    for name, labels in (("right", truth), ("out_of_step", expected.labels())):
        (found,) = finder(book(""), told, expected).candidates(UMAP, None)
        asked = AsAsked(
            in_process({"truth": labels}, {"cell": 1}),
            there=frozenset(found.names),
            drawn_in={"umap_plot": ["cell"]},
            class_names=expected.class_names,
            letter=None,
            names=found.names,
        )
        earned[name] = look_at(UMAP, 1, asked, expected, 7).judgement.earned
    assert earned == {"right": 6, "out_of_step": 2}
    (hint,) = finder(book(""), {"maps": [(1, 50)]}, expected).hints(UMAP)
    assert hint == "looks like it: cell 1 makes a map of 10,000 rows of length 50"


def test_values_only_add_what_they_prove() -> None:
    right = Part("a", "A", State.PASSED, 3)
    wrong = Part("b", "B", State.FAILED, 1, message="no picture", mistake="m", hint="h")
    nothing = ExerciseFinding(BASELINE, "Baseline", {}, 4)
    found = ByValue({"baseline_accuracy": "0.6"}, {"a figure": (2,)}, (2,), "cell 2 shows 0.6")
    merged = with_values(nothing, (right, wrong), found, ["looks like it: x"])
    assert [part.state for part in merged.parts] == [State.PASSED, State.NOT_FOUND]
    assert (merged.earned, merged.points, merged.failed) == (3, 3, ())
    assert merged.remarks == ("found by what it is: cell 2 shows 0.6",)
    assert with_values(nothing, (wrong,), found, ["looks like it: x"]).remarks == (
        "looks like it: x",
    )
    failed = ExerciseFinding(BASELINE, "Baseline", {}, 4, (Part("a", "A", State.FAILED, 3),))
    assert with_values(failed, (right, wrong), found, []) == failed
    assert INTERFACE.issuperset(found.names)
