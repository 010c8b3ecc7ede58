"""`autograder check` against what a careful reader says of a notebook: right, a mistake, or another machine's doing.

The notebooks are a few cells each. Those that need a kernel and a model run in one call of the command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.any_notebook.allowances import Allowance
from autograder.any_notebook.as_asked import AsAsked
from autograder.any_notebook.looks import Look, look_at
from autograder.any_notebook.put_to_use import pass_in, that_counts, versions_judged
from autograder.any_notebook.search import search
from autograder.assignments.assignment_2.interface import EXERCISES, INTERFACE
from autograder.assignments.assignment_2.mistakes.catalogue import CATALOGUE
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.reference import Reference
from autograder.judging.stopped import Stops, is_made_before
from autograder.seam.student import in_process
from tests.checked_notebooks import (
    DATA,
    FOR_VERSION_4,
    MODEL,
    PROJECTED_AGAIN,
    Ran,
    check,
    write_cells,
)

EXPERIMENT = """
clip_model = CLIPModel.from_pretrained("openai/clip-vit-large-patch14")
other = "laion/CLIP-ViT-B-16-laion2B-s34B-b88K"
def get_text_embeddings(class_names):
    return clip_model.get_text_features(**clip_processor(text=class_names, return_tensors="pt", padding=True))
CLASS_NAMES = [f"a photo of a {name}" for name in CLASS_NAMES]
test_dataset = torch.utils.data.Subset(test_dataset, range(200))
"""
RIGHT = "def get_predictions(similarity):\n    return similarity.argmax(axis=1)"
ELSEWHERE = (
    "import os, plotly_of_another_machine as px\nfiles = os.listdir('/kaggle/input')",
    "import urllib.request\nurllib.request.urlopen('http://a.invalid')",
    "raise SystemExit('done')",
    "print(leftover)",
    RIGHT,
    "baseline_accuracy = 0.5\npx.imshow([[1]])  # the confusion",
)
DIED = (
    "def get_predictions(similarity):\n    return None",
    "raise RuntimeError('CUDA out of memory')\n" + RIGHT,
    "all_img_emb = []\nall_img_emb.append(missing)\nall_img_emb = 1",
    "all_labels = []\nfor pixels, labels in test_loader:\n\n# your code",
    "model = processor = IMPROVED_PROMPTS = None",
)


@pytest.fixture(scope="module")
def ran(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("any")
    books = {
        "student": (MODEL, FOR_VERSION_4 + PROJECTED_AGAIN, DATA, EXPERIMENT),
        "elsewhere": ELSEWHERE,
        "died": DIED,
    }
    paths = []
    for name, cells in books.items():
        (folder / name).mkdir()
        paths.append(write_cells(folder / name / f"{name}.ipynb", *cells))
    return check(folder, *paths)


def test_work_for_either_line_of_transformers_is_right_and_the_others_need_is_said(
    ran: Ran,
) -> None:
    assert ran.points("student")["Embeddings"] == "9/9"
    said = " ".join(ran.exercise("student", "Embeddings")["remarks"])
    assert said.startswith("right on transformers 4")
    assert "[transformers-output-object]" in said or "[projected-twice]" in said


def test_what_an_experiment_replaces_is_judged_where_it_was_right_and_named(ran: Ran) -> None:
    assert ran.cells("student", "error") == {}
    assert ran.points("student") == {"Setup": "2/2", "Loading": "6/6", "Embeddings": "9/9"}
    remarks = {title: ran.exercise("student", title)["remarks"] for title in ran.points("student")}
    assert any("cell 4: " in r and "[model-overwritten]" in r for r in remarks["Setup"])
    assert any("cell 4: " in r and "[class-names-overwritten]" in r for r in remarks["Loading"])
    assert {Allowance.SAME_PIXELS, Allowance.BATCH_SIZE} <= set(remarks["Loading"])
    for title in ("Loading", "Embeddings"):
        assert any("cell 4 puts something else in the place of" in r for r in remarks[title])


def test_a_model_that_is_only_named_is_not_stood_in_for(ran: Ran) -> None:
    assert ran.found["student"]["models"] == {
        "openai/clip-vit-base-patch32": "small",
        "openai/clip-vit-large-patch14": "tiny",
    }
    notes = [c["text"] for c in ran.found["student"]["cells"] if c["kind"] == "note"]
    assert (
        "the model laion/CLIP-ViT-B-16-laion2B-s34B-b88K is only named: no cell loads it" in notes
    )
    assert any(text.startswith("`use_fast=False` is passed over") for text in notes)


def test_what_another_machine_has_is_no_fault(ran: Ran) -> None:
    found = ran.found["elsewhere"]
    assert [c for c in found["cells"] if c["kind"] not in ("note", "elsewhere")] == []
    assert set(ran.cells("elsewhere", "elsewhere")) == {1, 2, 3, 6}
    assert "No module named 'plotly_of_another_machine'" in ran.cells("elsewhere", "elsewhere")[6]
    assert ran.points("elsewhere")["Predictions"] == "5/5"
    picture = ran.exercise("elsewhere", "Baseline")["parts"][-1]
    assert picture["state"] == "not judged"


def test_the_cell_that_died_is_the_cause_and_no_older_definition_is_judged(ran: Ran) -> None:
    parts = ran.exercise("died", "Predictions")["parts"]
    assert {part["state"] for part in parts} == {"failed"}
    assert all("it stopped with RuntimeError: CUDA out of memory" in p["message"] for p in parts)
    umap = ran.exercise("died", "UMAP")["parts"]
    assert "cell 3" in umap[0]["message"]
    assert "name 'missing' is not defined" in umap[0]["message"]


def test_near_names_and_stubs_are_said(ran: Ran) -> None:
    near = ran.exercise("died", "Setup")["near"]
    assert near["clip_model"] == ["model"]
    assert near["clip_processor"] == ["processor"]
    text = " ".join(ran.text.split())
    assert "looked for clip_model (near: model), clip_processor (near: processor), device" in text
    assert "Loop – not found; looked for run_zero_shot" in text
    (parts, *_) = (ran.exercise("died", "Prompts")["parts"],)
    assert {part["state"] for part in parts} == {"not found"}
    assert parts[0]["message"] == "not attempted: cell 5 leaves `improved_prompts` as it was given"


# --- without a kernel --------------------------------------------------------------------------------


def looked(exercise: str, source: str, expected: Expected) -> Look:
    space: dict[str, Any] = {}
    exec(source, space)
    names = search(new_notebook(cells=[new_code_cell(source)])).names
    student = AsAsked(
        in_process(space, {}),
        there=INTERFACE.intersection({*space, *names}),
        drawn_in={},
        class_names=expected.class_names,
        letter="C",
        names=names,
    )
    return look_at(exercise, 1, student, expected, 7)


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(Reference(find_model("small"), find_fashion_mnist()))


UNIT = "import numpy as np, torch\ndef unit(a): return a / a.norm(dim=-1, keepdim=True)\n"
WORKS = {
    "dot": ("similarity", "def get_cosine_similarity(a, b): return (a @ b.T).numpy()", 6),
    "dot_of_tensors": ("similarity", "def get_cosine_similarity(a, b): return a @ b.T", 6),
    "tensor": ("similarity", "def get_cosine_similarity(a, b): return unit(a) @ unit(b).T", 6),
    "capitals": ("similarity", "def GetCosineSimilarity(a, b): return (unit(a) @ unit(b).T).numpy()", 6),
    "transposed": ("similarity", "def get_cosine_similarity(a, b): return b @ a.T", 0),
    "tensor_taken": ("predictions", "def get_predictions(s): return s.argmax(axis=1).cpu().numpy()", 5),
    "tensor_given": ("predictions", "def get_predictions(s): return torch.tensor(s).argmax(dim=1)", 5),
    "list_given": ("predictions", "def get_predictions(s): return [row.argmax() for row in s]", 5),
    "wrong_axis": ("predictions", "def get_predictions(s): return torch.tensor(s).argmax(dim=0)", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKS)
def test_what_works_among_the_notebooks_own_functions_is_right_with_a_remark(
    name: str, expected: Expected
) -> None:
    exercise, source, earned = WORKS[name]
    look = looked(f"check_{exercise}", UNIT + source, expected)
    assert look.judgement.earned == earned
    wanted = {
        "dot": [Allowance.UNIT_ROWS],
        "dot_of_tensors": [Allowance.UNIT_ROWS, Allowance.OTHER_KINDS],
        "capitals": [],
        "transposed": [],
        "wrong_axis": [],
    }.get(name, [Allowance.OTHER_KINDS])
    assert list(look.remarks) == wanted


def test_an_accuracy_that_cuts_to_k_is_called_with_k(expected: Expected) -> None:
    look = looked(
        "check_experiment",
        "import numpy as np\ndef topk_accuracy(y, guesses, k=1):\n"
        "    return float(np.mean([t in g[:k] for t, g in zip(y, guesses)]))",
        expected,
    )
    (verdict,) = (v for v in look.judgement.verdicts if "top-K accuracy looks" in v.check.title)
    assert verdict.status == "passed"


(PREDICTIONS,) = (exercise for exercise in EXERCISES if exercise.title == "Predictions")
WRONG = WORKS["wrong_axis"][1]
PASS = "baseline_accuracy = run(get_predictions(test_loader))"
FAILS = "raise RuntimeError('out of memory')\n"


@pytest.mark.parametrize(
    ("cells", "counts", "says"),
    [
        (
            (RIGHT, PASS, WRONG),
            1,
            "which cell 2 puts to use; cell 3 puts something else in the place",
        ),
        ((WRONG, PASS, RIGHT), 1, "nearer to what is asked for, but comes too late"),
        ((WRONG, RIGHT, PASS), 2, ""),
        ((RIGHT, "for x in test_loader: y = get_predictions(x)", WRONG), 1, "cell 2 puts to use"),
        ((RIGHT, WRONG), 1, "cell 2 puts something else in the place of `get_predictions`"),
        ((WRONG, RIGHT), 2, ""),
        # What stands behind an error was never made: the dead cell is the cause, but for what was in use before.
        ((RIGHT, FAILS + RIGHT), 2, ""),
        ((RIGHT, "get_predictions(1)", FAILS + RIGHT), 1, ""),
        ((RIGHT, PASS, FAILS + RIGHT), 1, ""),
        ((RIGHT, FAILS + RIGHT, PASS), 2, ""),
        (
            (RIGHT, "big = load()\ndef get_predictions(s):\n    return big(s)"),
            1,
            "`get_predictions`, for `big`",
        ),
    ],
)
def test_the_version_that_the_notebook_put_to_use_counts(
    cells: tuple[str, ...], counts: int, says: str, expected: Expected
) -> None:
    book = new_notebook(cells=[new_code_cell(source) for source in cells])
    searched = search(book)
    at = pass_in(book, searched)
    looks = []
    for index in searched.versions["check_predictions"]:
        source = UNIT + (WRONG if cells[index] == WRONG else RIGHT)
        if "big" in cells[index]:
            source = "def get_predictions(s): return 1"
        looks.append(replace(looked("check_predictions", source, expected), cell=index + 1))
    for cell in book.cells:
        if cell.source.startswith(FAILS):
            cell.outputs = [
                new_output(
                    "error", ename="RuntimeError", evalue="", traceback=["Cell In[1], line 1"]
                )
            ]
    chosen = that_counts(looks, PREDICTIONS, book, searched, Stops(book, CATALOGUE), at)
    assert chosen.cell == counts
    assert says in " ".join(chosen.remarks)
    assert bool(says) == bool(chosen.remarks)


def test_of_many_versions_the_last_ones_and_the_one_in_use_are_judged() -> None:
    assert versions_judged(range(9), 2) == (2, 5, 6, 7, 8)
    assert versions_judged(range(9), None) == (5, 6, 7, 8)
    assert versions_judged((3, 4), 1) == (3, 4)


@pytest.mark.parametrize(
    ("source", "line", "name", "is_made"),
    [
        ("x = 1\n1 / 0", 2, "x", True),
        ("x = 1\n1 / 0\nx = 2", 2, "x", False),
        ("x = []\nfor i in r:\n    x.append(i)\n    1 / 0", 4, "x", False),
        ("x = 1\nplot(x)", 2, "x", True),
        ("1 / 0\ndef x(): pass", 1, "x", False),
        ("def x():\n    pass\nx()", 3, "x", True),
        ("x = 1\ndef broken(", 2, "x", False),
        ("x = 1\n1 / 0", 0, "x", False),
    ],
)
def test_a_name_is_made_if_its_cell_got_so_far(
    source: str, line: int, name: str, is_made: bool
) -> None:
    assert is_made_before(source, line, name) is is_made


def test_the_first_cause_is_followed_through_the_cells_that_it_stopped() -> None:
    def stopped(source: str, kind: str, said: str) -> nbformat.NotebookNode:
        cell = new_code_cell(source)
        line = f"Cell In[1], line {len(source.splitlines())}"
        cell.outputs = [new_output("error", ename=kind, evalue=said, traceback=[line])]
        return cell

    stops = Stops(
        new_notebook(
            cells=[
                stopped("data = load()", "RuntimeError", "Dataset not found or corrupted."),
                stopped("loader = wrap(data)", "NameError", "name 'data' is not defined"),
                stopped("accuracy = run(loader)", "NameError", "name 'loader' is not defined"),
                stopped("while True: pass\nlate = 1", "Anything", "said by a student"),
            ]
        ),
        late=("cell 4",),
        catalogue=CATALOGUE,
    )
    cause = stops.cause_of("accuracy")
    assert cause is not None
    assert (cause.cell, cause.elsewhere) == (1, True)
    late = stops.cause_of("late")
    assert late is not None
    assert late.text == "the time limit"
    assert stops.cause_of("unknown") is None
