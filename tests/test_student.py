"""The seam as a check sees it, with the student's functions in this process."""

from __future__ import annotations

import builtins
import json
from typing import Any

import numpy as np
import pytest

from autograder.seam.student import ProbedStudent, StudentError, in_process
from autograder.seam.wire import Message, Opaque, Tensor, pack


def student(text: str = "", **names: Any) -> ProbedStudent:
    namespace: dict[str, Any] = dict(names)
    exec(text, namespace)
    return in_process(namespace, {"baseline": 2})


def reason(who: ProbedStudent, call: str, *args: Any) -> str:
    with pytest.raises(StudentError) as caught:
        who.call(call, *args)
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


def test_a_function_gets_arrays_and_tensors():
    who = student("import torch\ndef f(a, t, texts): return (a * 2, t + 1, texts[::-1])")
    doubled, more, texts = who.call("f", np.arange(3), Tensor(np.ones(2, np.float32)), ["a", "b"])
    assert doubled.tolist() == [0, 2, 4]
    assert isinstance(more, Tensor)
    assert more.array.tolist() == [2, 2]
    assert texts == ["b", "a"]


def test_the_students_function_cannot_change_the_checks_own_array():
    array = np.zeros(3)
    student("def f(a): a += 1").call("f", array)
    assert array.tolist() == [0, 0, 0]


def test_expressions_are_evaluated_among_the_globals():
    who = student(names=["Bag"], results={np.int64(1): 0.6, 3: np.float32(0.5)})
    assert who.fetch("len(names)") == 1
    assert who.fetch("results") == {1: 0.6, 3: 0.5}
    assert who.fetch("globals().get('nothing')") is None


def test_pictures_are_those_that_the_cell_has_shown():
    assert student().pictures("baseline") == 2
    assert student().pictures("umap_plot") == 0


def test_calls_are_counted():
    value, counts = student("def g(): pass\ndef f(): g(); g(); return 5").count_calls("f", of=["g"])
    assert (value, counts) == (5, {"g": 2})


def test_an_unknown_function_is_named():
    assert reason(student(), "get_predictions", 1) == (
        "`get_predictions` is not defined: its task is not done yet, or its cell stopped with an error"
    )


def test_a_missing_helper_is_named():
    said = reason(student("def f(): return helper()"), "f")
    assert said == "`f` uses `helper`, which is not defined"


def test_an_unknown_variable_is_named_whatever_is_asked_of_it():
    for expression in ("accuracy", "len(accuracy)", "type(accuracy[0][0]).__name__", "accuracy.x"):
        with pytest.raises(StudentError, match=r"^`accuracy` is not defined: its task is not done"):
            student().fetch(expression)


def test_what_an_object_uses_is_not_what_was_asked_for():
    with pytest.raises(StudentError, match=r"^`str\(thing\)` uses `data`, which is not defined$"):
        student("class Thing:\n    def __str__(self): return data\nthing = Thing()").fetch(
            "str(thing)"
        )


SHADOWED = [name for name in dir(builtins) if name[0].islower() and name != "copyright"]


@pytest.mark.parametrize("name", ["type", "len", "sum", "list", "id", "max", "any", "globals"])
def test_a_variable_called_as_a_builtin_changes_no_question(name):
    who = student(f"{name} = 'zero-shot'\nnumbers = [1, 2, 3]\ndef f(): return {name}")
    assert who.fetch("[len(numbers), sum(numbers), max(numbers), any(numbers)]") == [3, 6, 3, True]
    assert who.fetch("type(numbers) is list and id(numbers) == id(numbers)") is True
    assert who.fetch(f"globals()[{name!r}]") == "zero-shot"
    # The student's own functions see what the student has made.
    assert who.call("f") == "zero-shot"


def test_every_builtin_may_be_shadowed_at_once():
    who = student("\n".join(f"{name} = None" for name in SHADOWED) + "\nnumbers = [3, 1, 2]")
    assert who.fetch("[list(map(float, sorted(numbers))), [n for n in range(2)]]") == [
        [1.0, 2.0, 3.0],
        [0, 1],
    ]
    assert who.fetch("(lambda values: [isinstance(v, int) for v in values])(numbers)") == [True] * 3


def test_an_unfinished_stub_says_its_task():
    text = "def f(): raise NotImplementedError('Task 2.4: return the class')"
    assert reason(student(text), "f") == ("`f` is not finished yet (Task 2.4: return the class)")
    assert reason(student("def f(): raise NotImplementedError"), "f") == "`f` is not finished yet"


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "ValueError", "NameError"])
def test_what_a_function_raises_is_told(error):
    assert reason(student(f"def f(): raise {error}('so')"), "f") == f"`f` raised {error}: so"
    assert reason(student(f"def f(): raise {error}"), "f") == f"`f` raised {error}"


def test_an_object_that_is_no_data_comes_as_its_types_name():
    assert student("class Wall: pass\ndef f(): return Wall()").call("f") == Opaque("Wall")


def test_a_call_with_the_wrong_number_of_arguments_is_told():
    assert "positional argument" in reason(student("def f(): pass"), "f", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"$": "dict", "items": []}',
        '{"$": "dict", "items": [["value", 1]]}',
        '{"$": "dict", "items": [["value", 1], ["counts", 3]]}',
        '{"$": "dict", "items": [["value", 1], ["counts", {"$": "dict", "items": [["g", 1]]}]]}',
        '{"$": "dict", "items": [["error", "text"]]}',
    ],
)
def test_a_forged_answer_is_an_error_of_the_student(text):
    archive = pack(None).archive
    who = ProbedStudent(lambda message: Message(text, archive), {})
    with pytest.raises(StudentError, match="`f` gave an answer that cannot be read"):
        who.call("f")


def test_forged_counts_are_an_error_of_the_student():
    node = {"$": "dict", "items": [["value", 1], ["counts", {"$": "dict", "items": [["g", "0"]]}]]}
    who = ProbedStudent(lambda message: Message(json.dumps(node), pack(None).archive), {})
    with pytest.raises(StudentError, match="cannot be read"):
        who.count_calls("f", of=["g"])


@pytest.mark.parametrize("error", [{}, {"type": 3}, {"type": "NameError", "missing": [1]}])
def test_a_forged_error_is_still_an_error_of_the_student(error):
    sent = pack({"error": error})
    with pytest.raises(StudentError, match=r"^`f`"):
        ProbedStudent(lambda message: sent, {}).call("f")
