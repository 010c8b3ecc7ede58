"""Whatever reads a stranger's text takes time in proportion to its length: twice the text, twice the time.

`HARD` are texts, names, numbers and messages that once took quadratic time, or would in an obvious way of reading
them. `PIECES` are repeated before every reader, because the next pattern will have another weakness.
"""

from __future__ import annotations

import contextlib
import gc
import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.any_notebook.causes import with_causes
from autograder.any_notebook.cell_findings import cell_findings
from autograder.any_notebook.findings import ExerciseFinding, NotebookFinding, Part, State
from autograder.any_notebook.search import search
from autograder.any_notebook.table import as_text
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.mistakes.catalogue import CATALOGUE
from autograder.clip.stand_ins import named_models
from autograder.diagnosis.agreement import numbers
from autograder.diagnosis.flow import flow_findings
from autograder.intake.reading import UnreadableError, read_notebook
from autograder.judging.stopped import Stops
from autograder.kernel.outputs import plain_content, text_size
from autograder.kernel.runner import imports_of
from autograder.notebook.cells import LONGEST_PYTHON, read_cell, seems_to_make
from autograder.notebook.repair import holds_work, repair
from autograder.seam.wire import Message, WireError, pack, unpack
from tests.releases import release

Read = Callable[[Any], object]
MOST = 3.0
"""How many times as long twice the length may take: 2 if all is well, 4 where the time is quadratic."""
NOTHING = 0.05
"""Seconds that are not looked at further."""
LOOKS = 4
RELEASED = release()


def seconds(make: Callable[[int], Any], read: Read, size: int) -> float:
    """Return the processor time of reading something of this size."""
    given = make(size)
    gc.disable()  # it looks through all that is there again and again, which is no fault of the reader
    try:
        started = time.process_time()
        read(given)
        return time.process_time() - started
    finally:
        gc.enable()


def assert_linear(make: Callable[[int], Any], read: Read, size: int) -> None:
    """Read something and twice as much; a machine that is busy with other things gets more than one chance."""
    short = long = float("inf")
    for _ in range(LOOKS):
        long = min(long, seconds(make, read, 2 * size))
        if long < NOTHING:
            return
        short = min(short, seconds(make, read, size))
        if long < MOST * short:
            return
    # Four times as much tells quadratic time, 16 times as long, from what a busy machine has done to all looks.
    longest = min(seconds(make, read, 4 * size) for _ in range(LOOKS))
    told = (
        f"{size}: {short:.3f} s; twice as much: {long:.3f} s, four times as much: {longest:.3f} s"
    )
    assert longest < MOST**2 * short, told


# --- what once took quadratic time ---------------------------------------------------------------------


def cells(sources: Iterable[str]) -> NotebookNode:
    # By hand, as intake does it: nbformat's makers look at each cell for longer than what is measured.
    made = [
        NotebookNode(
            id=f"c{number}",
            cell_type="code",
            metadata=NotebookNode(),
            source=source,
            outputs=[],
            execution_count=None,
        )
        for number, source in enumerate(sources)
    ]
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=made)


def stopped_with(errors: list[tuple[str, str]]) -> NotebookNode:
    """Return a notebook that has been run, each of its cells having stopped with an error."""
    notebook = cells(["pass"] * len(errors))
    for cell, (name, words) in zip(notebook.cells, errors, strict=True):
        error = NotebookNode(output_type="error", ename=name, evalue=words, traceback=[])
        cell.outputs = [error]
    return notebook


def targets(count: int) -> str:
    names = "".join(f"a{number}=" for number in range(count))
    return f"{names}[{','.join(f'b{number}' for number in range(count))}]"


def said(message: str) -> ExerciseFinding:
    part = Part("check", "title", State.FAILED, 1.0, message=message)
    return ExerciseFinding("check_similarity", "Similarity", {}, 1.0, (part,))


def why(exercise: ExerciseFinding) -> object:
    return with_causes(exercise, search(cells([])), Stops(cells([]), CATALOGUE))


def found_in(notebook: NotebookNode) -> object:
    return cell_findings(notebook, Stops(notebook, CATALOGUE), 1.0)


def table_of(name: str) -> str:
    return as_text(NotebookFinding("n.ipynb", models={name: "small"}))


def keys_of_one_hash(count: int) -> Message:
    entries = ",".join(f"[{number * (2**61 - 1)},0]" for number in range(count))
    return Message(f'{{"$":"dict","items":[{entries}]}}', pack(None).archive)


def unpacked(message: Message) -> None:
    with contextlib.suppress(WireError):
        unpack(message)


HARD: dict[str, tuple[Callable[[int], Any], Read, int]] = {
    "blanks where a captured command could begin": (
        lambda n: "(\n" + " " * n + "x",
        read_cell,
        20_000,
    ),
    "a dotted name": (lambda n: "import a" + ".a" * n, read_cell, 30_000),
    "an f-string of many fields": (lambda n: f"f'{'{a}' * n}'", read_cell, 50_000),
    "a value of many names": (targets, read_cell, 1000),
    "many names, looked for": (lambda n: cells([targets(n)]), search, 1000),
    "many imports": (
        lambda n: "import " + ",".join(f"a{number}" for number in range(n)),
        read_cell,
        2000,
    ),
    "a function of many arguments, many times": (
        lambda n: "a=" * n + "lambda " + ",".join(f"b{number}" for number in range(n)) + ":0",
        read_cell,
        1000,
    ),
    "a name that is missing in each of many cells": (
        lambda n: stopped_with(
            [("NameError", f"name 'a{number}' is not defined") for number in range(n)]
        ),
        lambda notebook: flow_findings(notebook, ASSIGNMENT_2),
        2000,
    ),
    "places of an error": (
        lambda n: stopped_with([("SyntaxError", "(<" * n)]),
        found_in,
        10_000,
    ),
    "a TypeError about arguments": (
        lambda n: said("`f` raised TypeError: " + "takes " * n),
        why,
        10_000,
    ),
    "a word in a table": (lambda n: "a" * n, table_of, 1_000_000),
    "the name of a model": (lambda n: "'a/" + "clip" * n, named_models, 5000),
    "keys of one hash": (keys_of_one_hash, unpacked, 4000),
}


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_takes_twice_as_long_for_twice_as_much(name: str) -> None:
    assert_linear(*HARD[name])


# --- every reader, and what patterns stumble over ------------------------------------------------------

PIECES = (
    *(" ", "\t", "\n", "\r", "\x0b", "a", "1", "_", ".", "a.", ",", "a,", ";", "; ", ":", "=", "a=", "a ="),
    *("(", ")", "[", "{", "{a}", "(<", "<", "'", '"', "'a/", "clip", "'a/clip", "`", "``` ", "%", "!", "?", "a?"),
    *("#", "\\", "\\\n", "*", "import ", "from ", "def ", "class ", "async def ", "lambda ", "a: ", "\n ", "\na"),
    *("takes ", "missing 1 ", "name '", "name 'a' is ", ", line 1", "unsupported operand type(s) for /: '"),
    *("can't convert cuda", "`a` uses ", "clip_model_name = '", "\ufeff", "\u2028", "\ud800", "İ", "́"),
)  # fmt: skip
ENDS = (("(", "x"), ("a", "!"))
READERS: dict[str, Read] = {
    "a cell's names": read_cell,
    "a cell's lines": seems_to_make,
    "a cell's imports": lambda text: imports_of(cells([text])),
    "a cell's models": named_models,
    "a cell's words": lambda text: search(cells(["baseline_accuracy = 1", text])),
    "a cell that is mended": lambda text: repair(of_release(text), RELEASED),
    "a cell that is looked at": lambda text: holds_work(cells([text]), RELEASED),
    "a file": lambda text: opened(text.encode("utf-8", "surrogatepass")),
    "an error": lambda text: CATALOGUE.named_by_words(text),
    "a NameError": lambda text: flow_findings(stopped_with([("NameError", text)]), ASSIGNMENT_2),
    "an error of a cell": lambda text: found_in(stopped_with([(text, text)])),
    "a verdict": lambda text: why(said(f"`f` raised TypeError: {text}")),
    "a verdict of any kind": lambda text: why(said(text)),
    "a table": table_of,
    "what is printed": lambda text: plain_content("stream", {"name": "stdout", "text": text}),
    "what is shown": lambda text: plain_content("display_data", {"data": {"image/png": text}}),
    "how much is shown": lambda text: text_size({"data": {"text/plain": [text]}}),
    "an answer": lambda text: unpacked(Message(text, pack(None).archive)),
    "an answer's arrays": lambda text: unpacked(
        Message("null", text.encode("utf-8", "surrogatepass"))
    ),
}


def opened(content: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        read_notebook(content, "n.ipynb")


def of_release(text: str) -> NotebookNode:
    """Return the release with a text in a locked cell and in one of a student's own; one cell is missing."""
    notebook = release()
    locked = next(at for at, cell in enumerate(notebook.cells) if cell.source.startswith("import"))
    notebook.cells[locked].source += text
    notebook.cells.insert(1, new_code_cell(text))
    del notebook.cells[-1]
    return notebook


@pytest.mark.parametrize("name", READERS)
def test_every_reader_takes_twice_as_long_for_twice_as_much(name: str) -> None:
    for piece in PIECES:
        for begin, end in ENDS:
            try:
                assert_linear(
                    lambda n, p=piece, b=begin, e=end: b + p * (n // len(p)) + e,
                    READERS[name],
                    LONGEST_PYTHON // 3,
                )
            except AssertionError as error:
                raise AssertionError(f"{begin!r} {piece!r} {end!r}: {error}") from None


# --- what is bounded -----------------------------------------------------------------------------------


def test_a_notebook_gets_the_models_that_it_names_first_and_not_any_number() -> None:
    code = "\n".join(f"'owner/clip-{number}'" for number in range(1000))
    assert named_models(code) == tuple(f"owner/clip-{number}" for number in range(5))
    assert named_models(f"{code}\nclip_model_name = 'owner/clip-900'")[0] == "owner/clip-900"
    assert named_models(f"'owner/clip-{'a' * 200}'") == ()


def test_a_directory_that_is_read_in_quadratic_time_is_not_read() -> None:
    buffer = io.BytesIO()
    array = io.BytesIO()
    np.save(array, np.zeros(1))
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(20):
            member = zipfile.ZipInfo(f"a{number}.npy")
            member.extra = struct.pack("<HH", 0, 0) * 16_383
            archive.writestr(member, array.getvalue())
    with pytest.raises(WireError, match="not NumPy's"):
        unpack(Message("null", buffer.getvalue()))


def test_an_array_is_taken_once() -> None:
    message = pack([np.zeros(3)])
    assert len(unpack(message)) == 1
    mark = '{"$": "ndarray", "key": "a0"}'
    twice = Message(f'{{"$": "list", "items": [{mark}, {mark}]}}', message.archive)
    with pytest.raises(WireError):
        unpack(twice)


def test_a_long_text_among_many_does_not_fill_the_memory() -> None:
    texts = ["a" * 1_000_000, *[""] * 100]
    tracemalloc.start()
    try:
        assert numbers(texts) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
