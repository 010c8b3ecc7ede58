"""Odd values in the place of right ones: they are wrong work, with words for the student, and nobody's puzzle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.judging.exercise import Subject, judge_many
from autograder.seam.student import in_process
from autograder.verdicts import Status, Verdict
from tests.misconceptions_bench import PICTURES, expected, right_work

# A number that overflows is warned of while it is looked at; grading does not stop for that.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

NAN = float("nan")
ODD: dict[str, Any] = {
    "nothing": None,
    "a negative number": -1,
    "a huge number": 10**400,
    "NaN": NAN,
    "a text with NUL": "a\0b",
    "a ragged list": [[1], [1, 2]],
    "a dictionary with odd keys": {None: 1, 2.5: "x", -1: NAN},
    "a complex number": 1j,
    "an array of texts": np.array(["a", "b"]),
    "an array of objects": np.array([1, None, "x"], object),
    "an array of dates": np.array(["2020-01-01"], "datetime64[D]"),
    "a sparse tensor": torch.eye(3).to_sparse(),
}
VARIABLES = {
    "check_setup": ("device",),
    "check_baseline": ("baseline_accuracy", "CLASS_NAMES"),
    "check_prompts": ("improved_prompts", "improved_accuracy"),
    "check_experiment": ("top_k_results", "experiment"),
}
ANSWERS = {
    "check_embeddings": ("get_image_embeddings",),
    "check_similarity": ("get_cosine_similarity",),
    "check_predictions": ("get_predictions",),
    "check_loop": ("run_zero_shot",),
    "check_experiment": ("get_top_k_predictions", "top_k_accuracy"),
}
FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "complex": lambda a: a.astype(complex),
    "NaN": lambda a: np.full(a.shape, NAN),
    "huge": lambda a: np.full(a.shape, 1e300),
    "texts": lambda a: a.astype(str),
    "unsigned": lambda a: a.astype(np.uint64),
}


def verdicts(cell: str, **names: Any) -> tuple[Verdict, ...]:
    """Judge right work with some of its globals replaced."""
    student = in_process({**right_work(), **names}, PICTURES)
    return judge_many(ASSIGNMENT_2, cell, [Subject(student, 1)], expected(), named=0)[0].verdicts


def not_judged(found: tuple[Verdict, ...]) -> list[tuple[str, str]]:
    return [(v.check.name, v.message) for v in found if v.status is Status.NOT_JUDGED]


def in_form(value: Any, form: Callable[[np.ndarray], np.ndarray]) -> Any:
    """Return a right answer in another form; what torch does not know becomes an array."""
    if isinstance(value, tuple):
        return tuple(in_form(part, form) for part in value)
    if isinstance(value, torch.Tensor):
        array = form(value.detach().numpy())
        return torch.as_tensor(array) if array.dtype.kind in "biufc" else array
    return form(np.asarray(value))


@pytest.mark.parametrize(
    ("cell", "name"), [(cell, name) for cell, names in VARIABLES.items() for name in names]
)
def test_an_odd_variable_is_wrong_and_no_puzzle(cell: str, name: str) -> None:
    for what, value in ODD.items():
        found = verdicts(cell, **{name: value})
        assert not not_judged(found), what
        assert any(v.status is Status.FAILED and v.message for v in found), what


@pytest.mark.parametrize(
    ("cell", "name"), [(cell, name) for cell, names in ANSWERS.items() for name in names]
)
def test_an_odd_answer_is_wrong_and_no_puzzle(cell: str, name: str) -> None:
    right = right_work()[name]
    for what in ("nothing", "NaN", "a ragged list", "an array of objects", "a sparse tensor"):
        found = verdicts(cell, **{name: lambda *args, what=what: ODD[what]})
        assert not not_judged(found), what
        assert any(v.status is Status.FAILED and v.message for v in found), what
    for what, form in FORMS.items():
        found = verdicts(cell, **{name: lambda *args, form=form: in_form(right(*args), form)})
        assert not not_judged(found), what


class Loader:
    """A loader that gives one batch, and says of itself what a right one says."""

    batch_size, drop_last = 16, False

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self.sampler = right_work()["test_loader"].sampler

    def __len__(self) -> int:
        return 625

    def __iter__(self) -> Any:
        return iter([self.batch])


@pytest.mark.parametrize(
    "change",
    [
        lambda pixels: pixels > 0,
        lambda pixels: pixels / 0,
        lambda pixels: pixels * NAN,
        lambda pixels: pixels * 1e30,
        lambda pixels: pixels.to(torch.complex64),
        lambda pixels: (pixels * 50).to(torch.uint8),
    ],
    ids=["bool", "infinite", "NaN", "huge", "complex", "uint8"],
)
def test_odd_pixels_are_wrong_and_no_puzzle(change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    pixels, labels = next(iter(right_work()["test_loader"]))
    found = verdicts("check_loading", test_loader=Loader((change(pixels), labels)))
    assert not not_judged(found)
    assert [v.check.name for v in found if v.status is Status.FAILED] == [
        "test_batch_is_preprocessed_and_in_step"
    ]


@pytest.mark.parametrize("targets", [[[1]] * 9_999 + [[1, 2]], ["a"] * 10_000, None, {1: 2}])
def test_odd_labels_of_the_data_set_are_wrong_and_no_puzzle(targets: Any) -> None:
    class Dataset:
        transform = None

        def __len__(self) -> int:
            return 10_000

        def __getitem__(self, index: int) -> Any:
            return right_work()["test_dataset"][index]

    dataset = Dataset()
    dataset.targets = targets  # type: ignore[attr-defined]
    found = verdicts("check_loading", test_dataset=dataset)
    assert not not_judged(found)
    assert found[0].message == "the labels of `test_dataset` are not those of the test split"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("all_labels", lambda array: np.arange(10_000)),
        ("all_img_emb", lambda array: np.full(array.shape, 1e300)),
    ],
)
def test_odd_arrays_of_the_map_are_wrong_and_no_puzzle(
    name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    found = verdicts("check_umap", **{name: change(right_work()[name])})
    assert not not_judged(found)
    assert any(v.status is Status.FAILED for v in found)


# --- prompts that are longer than the model reads ----------------------------------------------------

LONG = "a photo of a " + "very " * 90 + "warm coat"


def test_the_longest_prompt_that_is_read_is_no_mistake() -> None:
    assert expected().reference.most_tokens == 77
    assert expected().reads_whole(" ".join(["a"] * 75))
    assert not expected().reads_whole(" ".join(["a"] * 76))


def test_a_long_prompt_costs_what_is_made_of_it_alone() -> None:
    prompts = [*right_work()["improved_prompts"][:9], LONG]
    failed = [
        v.check.name
        for v in verdicts("check_prompts", improved_prompts=prompts)
        if v.status is Status.FAILED and v.check.points
    ]
    assert failed == [
        "test_prompts_are_a_real_attempt",
        "test_improved_accuracy_is_reported_truthfully",
    ]
    for cell in ("check_umap", "check_experiment"):
        found = verdicts(cell, improved_prompts=prompts)
        assert {v.status for v in found} == {Status.PASSED}, cell


def test_long_texts_elsewhere_in_the_notebook_take_no_mistakes_name_away() -> None:
    space = {**right_work(), "descriptions": [LONG] * 10, "improved_accuracy": 50.0}
    student = in_process(space, PICTURES)
    (judgement,) = judge_many(ASSIGNMENT_2, "check_prompts", [Subject(student, 1)], expected())
    (wrong,) = (v for v in judgement.verdicts if v.status is Status.FAILED and v.check.points)
    assert wrong.misconception == "percentage"


# --- variables that are called as Python's own functions ---------------------------------------------


@pytest.mark.parametrize(
    "cell", ["check_setup", "check_loading", "check_prompts", "check_umap", "check_experiment"]
)
def test_a_shadowed_builtin_costs_nothing(cell: str) -> None:
    names = ("type", "len", "sum", "list", "id", "max", "min", "any", "next", "iter", "str", "map")
    found = verdicts(cell, **dict.fromkeys(names, "zero-shot"))
    assert {v.status for v in found} == {Status.PASSED}


def test_a_name_that_no_model_can_have_is_wrong() -> None:
    for name in (" ", "openai/clip\0", 3, None):
        found = verdicts("check_experiment", experiment="A", alternative_model_name=name)
        assert not not_judged(found), name
        assert found[1].message == "`alternative_model_name` is not the name of a model"
