"""A real kernel: cells, limits, the seam, and what a student's code may not do."""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import NotebookError
from autograder.kernel import runner
from autograder.kernel.isolation import BUBBLEWRAP, COLD, NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.processes import KernelProcess, Start
from autograder.kernel.provisioner import LARGEST_MESSAGE
from autograder.kernel.runner import run_notebook
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Message, pack
from tests.isolation import needs_bubblewrap

Judge = Callable[[NotebookNode, Student], None]
SHORT = Limits(start=60, cell=2, probe=2, notebook=60, stop=2)
LONG = Limits(start=60, cell=30, probe=30, notebook=60)
WAYS = [
    NONE,
    *(pytest.param(way, marks=needs_bubblewrap) for way in (COLD, BUBBLEWRAP)),
]
every_way = pytest.mark.parametrize("way", WAYS)


def graded(source: str, name: str) -> NotebookNode:
    about = {"grade": True, "grade_id": name, "solution": False, "locked": True, "points": 1}
    return new_code_cell(source, metadata={"nbgrader": about})


def run(
    folder: Path,
    *cells: str | NotebookNode,
    judge: Judge = lambda cell, student: None,
    limits: Limits = LONG,
    environment: dict[str, str] | None = None,
    way: str = NONE,
) -> list[NotebookNode]:
    notebook = new_notebook(
        cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    run_notebook(
        notebook,
        files=folder,
        environment=environment or {},
        limits=limits,
        judge=judge,
        isolation=isolation_named(way),
    )
    return notebook.cells


def text(cell: NotebookNode) -> str:
    return "".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def errors(cell: NotebookNode) -> list[str]:
    return [output.ename for output in cell.outputs if output.output_type == "error"]


def reason(work: Callable[[], Any]) -> str:
    with pytest.raises(StudentError) as caught:
        work()
    return caught.value.reason


@pytest.mark.kernel
@every_way
def test_cells_run_in_order_and_the_seam_sees_the_globals_of_its_cell(tmp_path, way, monkeypatch):
    """One kernel for all that goes well: starting one takes seconds."""
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "hunter2")
    (tmp_path / "weights.bin").write_bytes(b"abc")
    seen: dict[str, Any] = {}

    def judge(cell: NotebookNode, student: Student) -> None:
        name = cell.metadata.nbgrader.grade_id
        seen[name, "call"] = student.call("f", np.arange(3))
        seen[name, "count"] = student.count_calls("twice", of=["f"])
        seen[name, "history"] = student.fetch("len(In)")
        seen[name, "type"] = student.fetch("type(In[0]).__name__")
        seen[name, "last"] = student.fetch("_")
        seen[name, "noise"] = student.call("noise")
        seen[name, "pictures"] = student.pictures("check_one")
        seen[name, "missing"] = reason(lambda: student.call("g"))
        seen[name, "error"] = reason(lambda: student.call("fails"))

    cells = run(
        tmp_path,
        new_markdown_cell("# Title"),
        "import os, sys, warnings\nfrom pathlib import Path\n"
        "exec = globals = type = 'variables of their own'\n"
        "def f(x): return x + 1\n"
        "def twice(): return int(f(0) + f(1))\n"
        "def noise():\n    print('leak'); print('leak', file=sys.stderr)\n"
        "    warnings.warn('leak'); display('leak'); return 7\n"
        "def fails(): raise SystemExit('bye')",
        "Path('weights.bin').read_bytes()",
        "Path('weights.bin').write_text('changed'); Path('new.txt').write_text('x')\n"
        "print(os.environ.get('SECRET_OF_THE_GRADER'), os.environ.get('CLIP_MODEL'))\n"
        "'SECRET_OF_THE_GRADER' in os.environ",
        graded("1 / 0", "check_one"),
        "def f(x): return x + 100",
        graded(
            "from IPython.display import Image\ndisplay({'image/png': 'AAAA'}, raw=True)\n42",
            "check_two",
        ),
        "print(len(In), _)",
        "",
        judge=judge,
        environment={"CLIP_MODEL": "small"},
        way=way,
    )
    assert seen["check_one", "call"].tolist() == [1, 2, 3]
    assert seen["check_two", "call"].tolist() == [100, 101, 102]
    assert seen["check_one", "count"] == (3, {"f": 2})
    assert seen["check_one", "noise"] == seen["check_two", "noise"] == 7
    assert seen["check_one", "type"] == "str"
    assert seen["check_one", "pictures"] == 0
    assert "`g` is not defined" in seen["check_one", "missing"]
    assert seen["check_one", "error"] == "`fails` raised SystemExit: bye"

    assert text(cells[2]) == "b'abc'"
    assert text(cells[3]) == "None small\nFalse"
    assert errors(cells[4]) == ["ZeroDivisionError"]
    assert text(cells[6]).endswith("42")
    assert not any("leak" in text(cell) for cell in cells[1:])
    counts = [cell.execution_count for cell in cells[1:8]]
    assert counts == [1, 2, 3, 4, 5, 6, 7]
    assert len(cells) == 9
    assert all("probe" not in cell.source for cell in cells)
    assert text(cells[7]) == "8 42\n"  # neither history nor the last value knows of the checks
    assert all("execution" not in cell.metadata for cell in cells)

    assert (tmp_path / "weights.bin").read_bytes() == b"abc"
    assert not (tmp_path / "new.txt").exists()


@pytest.mark.kernel
def test_no_kernel_is_left_behind(tmp_path):
    pids = []
    run(
        tmp_path,
        graded("import os\nname = os.getcwd()", "check_x"),
        judge=lambda cell, student: pids.append(student.fetch("(os.getpid(), name)")),
    )
    ((pid, folder),) = pids
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert not Path(folder).exists()


@pytest.mark.kernel
@every_way
def test_what_runs_too_long_is_stopped_and_the_rest_runs(tmp_path, way):
    said: list[str] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        said.append(reason(lambda: student.call("endless")))
        said.append(str(student.call("quick")))

    cells = run(
        tmp_path,
        "import time\ndef endless():\n    while True: time.sleep(0.1)\ndef quick(): return 1",
        "print('before', flush=True)\nendless()",
        graded("print('after')", "check_x"),
        "print('end')",
        judge=judge,
        limits=SHORT,
        way=way,
    )
    assert "before" in text(cells[1])
    assert errors(cells[1])[-1] == "CellTimeoutError"
    assert said == ["your code did not end within 2 seconds", "1"]
    assert text(cells[2]) == "after\n"
    assert text(cells[3]) == "end\n"


STUBBORN = (
    "import time\n"
    "def stubborn():\n"
    "    while True:\n"
    "        try: time.sleep(0.1)\n"
    "        except KeyboardInterrupt: pass\n"
)


@pytest.mark.kernel
@every_way
def test_a_cell_that_swallows_the_interrupt_ends_the_run(tmp_path, way):
    said: list[str] = []
    cells = run(
        tmp_path,
        STUBBORN,
        STUBBORN + "stubborn()",
        graded("print('after')", "check_x"),
        judge=lambda cell, student: said.append(reason(lambda: student.fetch("1"))),
        limits=SHORT,
        way=way,
    )
    assert said == [
        "Not run: cell 2 could not be stopped at its time limit, or displayed far too much"
    ]
    assert cells[2].outputs == []


@pytest.mark.kernel
@every_way
def test_when_a_cell_ends_the_kernel_then_the_rest_is_reported(tmp_path, way):
    said: list[str] = []
    cells = run(
        tmp_path,
        "print('first')",
        "import os\nos._exit(0)",
        graded("print('after')", "check_x"),
        graded("print('after')", "check_y"),
        judge=lambda cell, student: said.append(reason(lambda: student.call("f"))),
        way=way,
    )
    assert text(cells[0]) == "first\n"
    assert said == ["Not run: the kernel died while cell 2 ran, so nothing after it could run"] * 2
    assert cells[3].outputs == []


@pytest.mark.kernel
@every_way
@pytest.mark.parametrize(
    ("ends", "busy_seconds", "asks"),
    [
        pytest.param("def quits(): os._exit(0)", 0, lambda s: s.call("quits"), id="by a function"),
        pytest.param(
            "import threading; threading.Timer(1, os._exit, [0]).start()",
            3,
            lambda s: s.fetch("1"),
            id="while the grader is busy",
        ),
    ],
)
def test_when_the_kernel_ends_during_a_check_then_the_rest_is_reported(
    tmp_path, way, ends, busy_seconds, asks
):
    said: list[str] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        time.sleep(busy_seconds)
        said.append(reason(lambda: asks(student)))

    cells = run(
        tmp_path,
        f"import os\n{ends}",
        graded("print('kept')", "check_x"),
        graded("print('after')", "check_y"),
        judge=judge,
        way=way,
    )
    died = "Not run: the kernel died while a check of cell 2 called your code, so nothing after it could run"
    assert said == [died] * 2
    assert text(cells[1]) == "kept\n"
    assert cells[2].outputs == []


FORGE = """
import sys
def publish(nonce):
    data = {MIME: {"nonce": nonce, "number": 0, "pieces": 1, "text": '{"$": "dict", "items": [["value", 99], '
            '["counts", {"$": "dict", "items": []}]]}', "archive": EMPTY}}
    get_ipython().display_pub.publish(data=data, metadata={})
def nonce_of_the_grader():
    frame = sys._getframe()
    while frame is not None:
        if "nonce" in frame.f_locals and "archive" in frame.f_locals:
            return frame.f_locals["nonce"]
        frame = frame.f_back
def wrong_nonce():
    publish("0" * 32)
    return 1
def twice():
    publish(nonce_of_the_grader())
    return 1
def wrong_form():
    mute = get_ipython().display_pub
    mute.publish(data={MIME: "text"}, metadata={})
    mute.publish(data={MIME: [1]}, metadata={})
    return 2
"""


@pytest.mark.kernel
def test_forged_answers_do_not_count(tmp_path):
    empty = base64.b64encode(pack(None).archive).decode()
    head = f"MIME, EMPTY = {runner.probe.MIME_TYPE!r}, {empty!r}\n"
    found: list[Any] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        found.append(student.call("wrong_nonce"))
        found.append(student.call("wrong_form"))
        found.append(reason(lambda: student.call("twice")))
        found.append(student.fetch("1 + 1"))

    run(tmp_path, head + FORGE, graded("", "check_x"), judge=judge)
    assert found == [1, 2, "your code gave no single answer", 2]


@pytest.mark.parametrize(
    "pieces",
    [
        [{}],
        [{"text": "1"}],
        [{"number": 0, "pieces": 1, "text": "1", "archive": 3}],
        [{"number": 0, "pieces": 1, "text": "1", "archive": "ä"}],
        [{"number": 0, "pieces": 1, "text": "1", "archive": "%%%%"}],
        [{"number": 0, "pieces": 1, "text": "1", "archive": None}],
        [{"number": 0, "pieces": 1, "text": None, "archive": ""}],
    ],
)
def test_an_answer_of_another_form_is_an_error_of_the_student(pieces):
    with pytest.raises(StudentError, match="cannot be read"):
        runner._to_message(pieces)


@pytest.mark.parametrize("numbers", [[1], [0, 0], [1, 0], [0, 2], [0, 1, 1]])
def test_pieces_that_make_no_single_answer_are_none(numbers):
    pieces = [{"number": n, "pieces": 2, "text": "", "archive": ""} for n in numbers]
    with pytest.raises(StudentError, match="no single answer"):
        runner._to_message(pieces)


def test_pieces_become_a_message():
    sent = pack([1, np.ones(2)])
    encoded = base64.b64encode(sent.archive).decode()
    halves = [(sent.text[:3], encoded[:8]), (sent.text[3:], encoded[8:])]
    pieces = [
        {"number": number, "pieces": 2, "text": text, "archive": archive}
        for number, (text, archive) in enumerate(halves)
    ]
    assert runner._to_message(pieces) == Message(sent.text, sent.archive)


@pytest.mark.kernel
@every_way
def test_inputs_larger_than_what_the_grader_takes_from_a_kernel_arrive(tmp_path, way):
    # 29 images as ViT-B/32 takes them, which the check of the loop sends.
    images = np.random.default_rng(0).random((29, 3, 224, 224), np.float32)
    assert images.nbytes > LARGEST_MESSAGE
    found: list[Any] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        found.append(student.call("total", images))
        found.append(student.fetch("hooked"))

    hook = (
        "hooked = []\nget_ipython().events.register('pre_run_cell', lambda info: hooked.append(1))"
    )
    run(
        tmp_path,
        "def total(x): return float(x.sum())",
        hook,
        graded("1", "sum"),
        judge=judge,
        way=way,
    )
    assert found[0] == pytest.approx(float(images.sum()), rel=1e-6)
    assert len(found[1]) == 1, "only the graded cell: what the grader asks starts no hook"


@pytest.mark.kernel
def test_a_kernel_that_does_not_start_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(NotebookError, match=r"^The kernel did not start"):
        run(tmp_path, "1", limits=Limits(start=5))


@pytest.mark.kernel
def test_an_error_while_judging_is_not_blamed_on_the_kernel(tmp_path):
    def judge(cell: NotebookNode, student: Student) -> None:
        raise RuntimeError("pytest broke")

    with pytest.raises(RuntimeError, match=r"^pytest broke$"):
        run(tmp_path, graded("1", "check_x"), judge=judge)


def test_the_probe_that_is_sent_holds_the_request_as_data():
    source = runner._probe_source(Message(json.dumps("'''\"); x"), b"\x00"), "nonce")
    compile(source, "probe", "eval")
    assert not re.search(r"autograder\.(checks|judging)", source)


@pytest.mark.kernel
@every_way
def test_a_module_beside_the_notebook_can_be_imported_and_none_steers_the_kernels_start(
    tmp_path: Path, way: str
) -> None:
    (tmp_path / "helpers.py").write_text("ANSWER = 42\n", encoding="utf-8")
    for name in ("ipykernel_launcher", "ipykernel", "zmq", "traitlets"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')\n", encoding="utf-8")
    (cell,) = run(tmp_path, "import helpers\nprint(helpers.ANSWER)", way=way)
    assert [output.text for output in cell.outputs] == ["42\n"]


@pytest.mark.parametrize(
    ("source", "packages"),
    [
        ("import torch", {"torch"}),
        (
            "import torch, torchvision as tv, umap.plot  # matplotlib",
            {"torch", "torchvision", "umap"},
        ),
        ("x = 1; import numpy as np; from sklearn import metrics", {"numpy", "sklearn"}),
        ("if x:\n\tfrom transformers.models import clip, bert", {"transformers"}),
        ("from . import own\nimport", set()),
        ("important = 1\nthis is no Python, import", set()),
    ],
)
def test_what_a_notebook_seems_to_import(source: str, packages: set[str]) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("import this"), new_code_cell(source)])
    assert runner.imports_of(notebook) == packages


@pytest.mark.kernel
def test_a_slow_start_does_not_cost_a_submission_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolation = isolation_named(NONE)
    start = isolation.start

    def start_slowly(what: Start) -> KernelProcess:
        time.sleep(2.5)
        return start(what)

    monkeypatch.setattr(isolation, "start", start_slowly)
    cells = run(tmp_path, "1 + 1", "2 + 2", limits=Limits(start=60, cell=30, probe=30, notebook=2))
    assert list(map(text, cells)) == ["2", "4"]


@pytest.mark.kernel
def test_an_error_of_that_name_is_no_time_limit(tmp_path):
    """That a cell was stopped is the grader's word, never a kernel's."""
    source = (
        "class CellTimeoutError(Exception): pass\n"
        "def f(): raise CellTimeoutError('stopped at the time limit')\n"
        "f()"
    )
    said: list[str] = []
    cells = run(
        tmp_path,
        graded(source, "check_f"),
        judge=lambda cell, student: said.append(reason(lambda: student.call("f"))),
    )
    assert errors(cells[0]) == ["CellTimeoutError"]  # once: the student's own
    assert said == ["`f` raised CellTimeoutError: stopped at the time limit"]
