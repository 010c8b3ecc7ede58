"""The text that runs in a student's process: it answers everything, and hands back only data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.seam import probe
from autograder.seam.wire import Message, Opaque, Tensor, pack, unpack


def ask(request: dict[str, Any], **namespace: Any) -> dict[str, Any]:
    sent = pack(request)
    return unpack(Message(*probe.answer(sent.text, sent.archive, namespace)))


def fetch(value: Any) -> Any:
    return ask({"fetch": "value"}, value=value)["value"]


class Liar:
    """Says that it is whatever it is asked to be, and equal to everything."""

    def __init__(self, claimed: type) -> None:
        self.claimed = claimed

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return self.claimed

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Flattering(np.ndarray):
    """An ndarray that is equal to everything."""

    def __eq__(self, other: object) -> Any:
        return np.True_

    def __hash__(self) -> int:
        return 0


def test_when_the_request_is_no_json_then_the_answer_is_an_error():
    text, archive = probe.answer("{", b"", {})
    assert "error" in unpack(Message(text, archive))


@pytest.mark.parametrize("claimed", [bool, int, float, str, list, dict, np.ndarray, torch.Tensor])
def test_an_object_that_lies_about_its_class_is_opaque(claimed):
    assert fetch(Liar(claimed)) == Opaque("Liar")


def test_an_equal_to_everything_array_comes_back_as_its_data():
    got = fetch(np.arange(3).view(Flattering))
    assert type(got) is np.ndarray
    assert got.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.float64(0.25), 0.25),
        ({np.int64(1): np.float32(0.5), 3: 0.75}, {1: 0.5, 3: 0.75}),
        ([np.int64(1), (2, "x", None)], [1, (2, "x", None)]),
        (np.array([1, "a", None], object), [1, "a", None]),
    ],
)
def test_numbers_and_containers_come_back_plain(value, wanted):
    got = fetch(value)
    assert got == wanted
    assert type(got) is type(wanted)


def test_an_array_of_texts_comes_back():
    got = fetch(np.array(["Bag", "Ankle boot"]))
    assert got.dtype.kind == "U"
    assert got.tolist() == ["Bag", "Ankle boot"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int64", "bool"])
def test_tensors_say_their_dtype(dtype):
    got = fetch(torch.ones(2, 3, dtype=getattr(torch, dtype)))
    assert isinstance(got, Tensor)
    assert (got.dtype, got.device, got.requires_grad) == (dtype, "cpu", False)
    assert (got.array == 1).all()


def test_a_tensor_in_a_gradient_graph_says_so():
    leaf = torch.ones(2, requires_grad=True)
    got = fetch(2 * leaf)
    assert got.requires_grad
    assert got.array.tolist() == [2, 2]


def test_a_single_number_and_an_empty_array_keep_their_shapes():
    assert fetch(torch.tensor(2.0)).array.shape == ()
    assert fetch(np.zeros((0, 4))).shape == (0, 4)


def test_batches_that_were_never_joined_are_seen_as_a_list():
    got = fetch([np.zeros(2, np.float32)] * 625)
    assert isinstance(got, list)
    assert len(got) == 625


@pytest.mark.parametrize("value", [object(), lambda: None, {1, 2}, np, 1j, b"bytes"])
def test_what_is_no_data_is_opaque(value):
    assert fetch(value) == Opaque(type(value).__name__)


def test_a_list_that_holds_itself_ends(monkeypatch):
    monkeypatch.setattr(probe, "MAX_ITEMS", 5_000)
    endless: list[Any] = []
    endless.extend([endless] * 50)
    assert isinstance(fetch(endless), list)


def test_a_list_of_millions_of_numbers_is_named_as_a_list(monkeypatch):
    monkeypatch.setattr(probe, "MAX_ITEMS", 5_000)
    got = fetch([[0.5] * 512] * 2_000)
    assert isinstance(got, list)
    assert got[-1] == Opaque("list")


def test_a_huge_text_is_cut():
    assert len(fetch("x" * 10**7)) == probe.MAX_TEXT


def test_a_huge_number_is_an_error_and_no_crash():
    got = ask({"fetch": "value"}, value=10**6000)
    assert got["error"]["type"] == "ValueError"


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError])
def test_whatever_a_function_raises_is_an_answer(error):
    def work() -> None:
        raise error("so")

    got = ask({"call": "work", "args": [], "count": []}, work=work)
    assert got["error"] == {"type": error.__name__, "message": "so", "missing": None}


def test_an_exception_whose_text_raises_is_an_answer():
    class NastyError(Exception):
        def __str__(self) -> str:
            raise SystemExit

    def work() -> None:
        raise NastyError

    got = ask({"call": "work", "args": [], "count": []}, work=work)
    assert got["error"] == {"type": "NastyError", "message": "", "missing": None}


def test_a_long_error_message_is_cut():
    def work() -> None:
        raise ValueError("x" * 10**6)

    got = ask({"call": "work", "args": [], "count": []}, work=work)
    assert len(got["error"]["message"]) == 2000


def test_the_data_loader_has_an_uneven_last_batch():
    def sizes(loader: Any) -> list[tuple[int, int]]:
        return [(len(images), int(labels.sum())) for images, labels in loader]

    from autograder.seam.wire import Loader

    loader = Loader(np.zeros((17, 3, 4, 4), np.float32), np.arange(17), 8)
    got = ask({"call": "sizes", "args": [loader], "count": []}, sizes=sizes)
    assert got["value"] == [(8, sum(range(8))), (8, sum(range(8, 16))), (1, 16)]


class Tower:
    """A model with a method, a static method and a class method."""

    def embed(self) -> int:
        return 1

    @staticmethod
    def width() -> int:
        return 2

    @classmethod
    def name(cls) -> str:
        return cls.__name__


def _scope() -> dict[str, Any]:
    scope: dict[str, Any] = {"Tower": Tower, "tower": Tower()}
    exec(
        "def helper(): return 1\n"
        "def work(times):\n"
        "    for _ in range(times):\n"
        "        helper(); tower.embed(); Tower.width(); Tower().width()\n"
        "def fails():\n"
        "    helper(); tower.embed(); raise RuntimeError('so')\n",
        scope,
    )
    return scope


WATCHED = ["helper", "tower.embed", "Tower.width"]


@pytest.mark.parametrize("call", ["work", "fails"])
def test_after_counting_everything_is_as_it_was(call):
    scope = _scope()
    before = dict(scope)
    methods = dict(vars(Tower))
    sent = pack({"call": call, "args": [2] if call == "work" else [], "count": WATCHED})
    probe.answer(sent.text, sent.archive, scope)
    assert {name: scope[name] for name in before} == before
    assert vars(scope["tower"]) == {}
    assert dict(vars(Tower)) == methods
    assert Tower().width() == 2


def test_calls_are_counted():
    sent = pack({"call": "work", "args": [3], "count": WATCHED[:2]})
    got = unpack(Message(*probe.answer(sent.text, sent.archive, _scope())))
    assert got["counts"] == {"helper": 3, "tower.embed": 3}


def test_when_a_watched_function_is_missing_then_the_first_ones_are_put_back():
    scope = _scope()
    helper = scope["helper"]
    sent = pack({"call": "work", "args": [1], "count": ["helper", "nowhere"]})
    got = unpack(Message(*probe.answer(sent.text, sent.archive, scope)))
    assert got["error"]["missing"] == "nowhere"
    assert scope["helper"] is helper


@settings(max_examples=25, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(st.integers(-(2**60), 2**60) | st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_plain_data_survives_the_way_in_and_the_way_out(tree):
    got = ask({"call": "echo", "args": [tree], "count": []}, echo=lambda value: value)
    assert got["value"] == tree


def test_the_probes_text_imports_nothing_of_the_kit():
    import inspect

    source = inspect.getsource(probe)
    assert "import autograder" not in source
    assert "from autograder" not in source
    assert json.dumps(source)  # it travels as text
