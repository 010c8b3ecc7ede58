"""What stays of a stranger's messages."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.outputs import PlainClient, plain_content, plain_data, text_size

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n and the rest").decode()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"text/plain": "7"}, {"text/plain": "7"}),
        ({"text/plain": ["a", "b"]}, {"text/plain": "ab"}),
        ({"image/png": PICTURE}, {"image/png": PICTURE}),
        ({"image/png": PICTURE[:8] + "\n" + PICTURE[8:]}, {"image/png": PICTURE}),
        ({"image/png": '"><script>alert(1)</script>'}, {}),
        ({"image/png": base64.b64encode(b"<svg onload=alert(1)>").decode()}, {}),
        ({"image/png": 7}, {}),
        ({"text/html": "<b>x</b>", "text/plain": "x"}, {"text/plain": "x"}),
        ({"image/svg+xml": "<svg/>"}, {}),
        ({"application/javascript": "alert(1)"}, {}),
        ({"text/markdown": "<script>"}, {}),
        ({"text/latex": "x"}, {}),
    ],
)
def test_text_and_png_stay(data: dict[str, Any], kept: dict[str, str]):
    assert plain_data(data) == kept


def test_a_stream_is_output_or_error():
    assert plain_content("stream", {"name": "evil", "text": "x"}) == {"name": "stdout", "text": "x"}
    assert plain_content("stream", {"name": "stderr", "text": "x"}) == {
        "name": "stderr",
        "text": "x",
    }


def test_half_a_surrogate_pair_can_be_written():
    content = plain_content("stream", {"name": "stdout", "text": "a\ud800b"})
    assert content is not None
    content["text"].encode("utf-8")


def test_a_result_whose_count_is_no_number_has_none():
    content = plain_content("execute_result", {"data": {"text/plain": "1"}, "execution_count": "x"})
    assert content == {"data": {"text/plain": "1"}, "metadata": {}, "execution_count": None}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stream", {}),
        ("stream", {"name": "stdout", "text": {"a": 1}}),
        ("stream", []),
        ("error", {"ename": 1, "evalue": "", "traceback": []}),
        ("error", {"ename": "", "evalue": "", "traceback": [3]}),
        ("display_data", {"data": []}),
        ("display_data", None),
    ],
)
def test_what_is_no_message_is_an_error(kind: str, content: Any):
    with pytest.raises((KeyError, TypeError, AttributeError)):
        plain_content(kind, content)


def test_size_counts_texts_at_any_depth():
    deep: Any = "x" * 100
    for _ in range(5_000):
        deep = [deep]
    assert text_size({"data": {"text/plain": "x" * 1000}}) >= 1000
    assert text_size(deep) >= 100


def client_of(notebook: NotebookNode) -> PlainClient:
    """Return a client that has just begun to run the only cell."""
    client = PlainClient(notebook)
    client.reset_execution_trackers()
    client.clear_before_next_output = False
    client.bounds = Bounds(cell_output=3 * MIB)
    return client


def message(kind: str, display: str, **content: Any) -> dict[str, Any]:
    shown = {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": display}}
    return {
        "msg_type": kind,
        "header": {"msg_type": kind},
        "parent_header": {"msg_id": "asked"},
        "content": content or shown,
    }


def shown(name: str, count: int, kind: str = "display_data") -> list[dict[str, Any]]:
    return [message(kind, name.format(number)) for number in range(count)]


def cleared(count: int) -> list[dict[str, Any]]:
    return [message("clear_output", "", wait=False) for _ in range(count)]


@pytest.mark.parametrize(
    ("messages", "fits"),
    [
        (shown("{}", 600), True),
        # Each of these changes all that were shown before.
        (shown("one", 600), False),
        ([*shown("one", 100), *shown("one", 1000, "update_display_data")], False),
        ([*shown("{}", 100), *shown("1", 1000, "update_display_data")], True),
        # Each of these goes through all names.
        ([*shown("{}", 200), *cleared(1000)], False),
        ([*shown("{}", 3), *cleared(1000)], True),
    ],
)
def test_a_message_counts_as_often_as_it_makes_work(
    messages: list[dict[str, Any]], fits: bool
) -> None:
    notebook = new_notebook(cells=[new_code_cell("pass")])
    client = client_of(notebook)
    for each in messages:
        client.process_message(each, notebook.cells[0], 0)
    assert (client.cut() is None) is fits
