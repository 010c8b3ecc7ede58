"""`preflight.py` by itself, as a student runs it: the standard library alone, and each check right and wrong."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.authoring.release import RELEASE
from autograder.cli import main
from autograder.preflight import preflight
from autograder.preflight.preflight import (
    DeclarationError,
    check_due,
    check_link,
    declaration_from,
    label,
    matches,
    read_declaration,
)
from tests.preflighted import (
    ANSWER,
    DECLARED,
    GIVEN,
    SCRIPT,
    TASK,
    code,
    found,
    look,
    markdown,
    notebook,
    put,
    work,
    wrong,
)  # fmt: skip

MINE = code("x = 1\nprint(x)", 1)


# --- by itself ---------------------------------------------------------------------------------------


def test_it_loads_the_standard_library_and_nothing_else(tmp_path: Path) -> None:
    """Students have neither the kit nor what it depends on."""
    folder = work(tmp_path / "work")
    program = (
        "import runpy, sys\n"
        "sys.argv = ['preflight.py', '--json', '--offline', 'https://github.com/a/b/pull/1']\n"
        "try:\n    runpy.run_path('preflight.py', run_name='__main__')\n"
        "except SystemExit as ended:\n    assert ended.code == 0\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "json" in loaded
    assert loaded <= {*sys.stdlib_module_names, "__main__", "__mp_main__"}


def test_its_text_is_python_3_8() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13"])
def test_it_runs_on_older_and_newer_pythons(version: str, tmp_path: Path) -> None:
    others = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    python = next(map(str, others), None) or shutil.which(f"python{version}")
    if (
        python is None
        or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode
    ):
        pytest.skip(f"no Python {version} here")
    folder = work(tmp_path / "work", due="2999-01-01T00:00:00Z", zone="UTC")
    done = look(folder, python=python)
    assert done.returncode == 0, done.stdout + done.stderr
    put(
        folder / "lab.ipynb",
        notebook(code("raise NotImplementedError", 3, error="NotImplementedError")),
    )
    assert look(folder, python=python).returncode == 1


def test_the_release_holds_the_kits_file_byte_for_byte_and_what_is_declared() -> None:
    assert (RELEASE / SCRIPT.name).read_bytes() == SCRIPT.read_bytes(), "run: autograder release"
    declared = read_declaration(RELEASE / preflight.DECLARATION)
    assert declared == read_declaration(SOURCE_NOTEBOOK.parent / preflight.DECLARATION)
    assert declared.branch == "assignment-2"
    assert [label(p) for p in declared.required] == [
        "assignment_2",
        "lab_3",
        "lab_4",
        "lab_5",
        "lab_6",
    ]
    cells = {cell["id"] for cell in json.loads(SOURCE_NOTEBOOK.read_bytes())["cells"]}
    assert {c for names in (declared.choice_cells or {}).values() for c in names} <= cells
    assert declared.choice


def with_labs(folder: Path) -> Path:
    for number in range(3, 7):
        put(folder / f"lab_{number}.ipynb", notebook())
    return folder


def test_the_release_as_it_stands_is_not_done(tmp_path: Path) -> None:
    folder = with_labs(Path(shutil.copytree(RELEASE, tmp_path / "release")))
    assert wrong(folder) == [
        "assignment_2 without outputs",
        "assignment_2 not run to the end",
        "assignment_2 unfinished",
    ]
    (line,) = (line for line in found(folder) if line["check"] == "finished")
    assert (
        "below “Task 1.1: The test split and its loader” (Task 1.1: make test_dataset"
        in line["what"]
    )


def test_the_solved_notebook_is_done_though_two_experiments_are_not(tmp_path: Path) -> None:
    folder = with_labs(Path(shutil.copytree(RELEASE, tmp_path / "release")))
    solved = json.loads(SOURCE_NOTEBOOK.read_bytes())
    released = json.loads((RELEASE / SOURCE_NOTEBOOK.name).read_bytes())
    left = {"experiment_a", "experiment_b"}
    stubs = {cell["id"]: cell["source"] for cell in released["cells"] if cell["id"] in left}
    for cell in solved["cells"]:
        cell["source"] = stubs.get(cell["id"], cell["source"])
    put(folder / SOURCE_NOTEBOOK.name, solved)
    assert wrong(folder) == []
    chosen = next(cell for cell in solved["cells"] if cell["id"] == "experiment_choice")
    chosen["source"] = 'experiment = "A"  # another model\n'
    put(folder / SOURCE_NOTEBOOK.name, solved)
    assert wrong(folder) == ["assignment_2 unfinished"]
    chosen["source"] = 'experiment = "C"\nQUICK = True\n'
    put(folder / SOURCE_NOTEBOOK.name, solved)
    assert wrong(folder) == ["QUICK is not False"]


# --- files -------------------------------------------------------------------------------------------


def test_a_missing_file_is_named_and_one_that_could_be_it(tmp_path: Path) -> None:
    folder = work(tmp_path / "Übung 1, größer", required=["lab.ipynb", "lab_5*.ipynb"])
    put(folder / "Lab-5 (1).ipynb", notebook())
    (line,) = (line for line in found(folder) if line["state"] == "wrong")
    assert line["reason"] == "lab_5 missing"
    assert "there is Lab-5 (1).ipynb" in line["what"]
    assert line["way_out"] == "rename it to lab_5*.ipynb"
    (folder / "Lab-5 (1).ipynb").rename(folder / "LAB_5 über.ipynb")
    assert wrong(folder) == []


def test_a_name_with_an_accent_is_the_same_as_a_mac_writes_it() -> None:
    assert matches("Blätter/übung.ipynb", "übung.ipynb")
    assert not matches("a/lab.ipynb", "b/*.ipynb")


def test_an_empty_file_a_link_and_a_large_one(tmp_path: Path) -> None:
    folder = work(tmp_path / "work", b"")
    assert wrong(folder) == ["lab empty"]
    (folder / "lab.ipynb").unlink()
    put(tmp_path / "elsewhere.ipynb", notebook())
    (folder / "lab.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    assert wrong(folder) == ["lab is no file"]
    (folder / "lab.ipynb").unlink()
    with (folder / "lab.ipynb").open("wb") as file:
        file.truncate(300_000_000)  # takes no space, and must not be read
    assert wrong(folder) == ["lab too large"]


def test_what_lies_beside_the_notebook_goes_before_what_lies_elsewhere(tmp_path: Path) -> None:
    folder = work(tmp_path / "work")
    put(folder / "a" / "lab.ipynb", b"{")
    assert wrong(folder) == []
    for hidden in (".venv", "node_modules", ".ipynb_checkpoints"):
        put(folder / hidden / "other.ipynb", notebook())
    put(folder / "deep" / "er" / "other.ipynb", b"{")
    folder = work(folder, required=["lab.ipynb", "other.ipynb"])
    assert wrong(folder) == ["other broken"]


# --- notebooks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is not valid JSON"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"[]", "is JSON, but no notebook"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n', "marks of a git merge"),
        (notebook(nbformat=3), "is of notebook format 3"),
        (notebook(nbformat="4"), "is JSON, but no notebook"),
        (notebook(cells={}), "has no proper list of cells"),
        (notebook(cells=[1]), "has no proper list of cells"),
        (notebook(cells=[{"cell_type": "code", "source": [1]}]), "has no proper list of cells"),
        (notebook(cells=[{"cell_type": "code", "outputs": [1]}]), "has no proper list of cells"),
        (notebook(cells=[{"cell_type": "code", "metadata": 1}]), "has no proper list of cells"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_notebook_is_called_by_what_it_is(
    content: object, words: str, tmp_path: Path
) -> None:
    folder = work(tmp_path / "work", content)
    (line,) = (line for line in found(folder) if line["state"] == "wrong")
    assert line["reason"] == "lab broken"
    assert words in line["what"]
    assert line["way_out"]


@pytest.mark.parametrize(
    "content",
    [
        notebook(),
        b"\xef\xbb\xbf" + json.dumps(notebook()).encode(),
        notebook({**MINE, "source": ["x = 1\n", "print(x)"]}),
        notebook({k: v for k, v in MINE.items() if k != "metadata"}),
        # Odd metadata, which any tool may write.
        notebook({**MINE, "metadata": {"nbgrader": 3, "autograder": [], "tags": None}, "id": 3}),
    ],
)  # fmt: skip
def test_a_sound_notebook_passes_however_it_is_written(content: object, tmp_path: Path) -> None:
    """Among them cells without ids, which notebooks before format 4.5 have."""
    assert wrong(work(tmp_path / "work", content)) == []


@pytest.mark.parametrize(
    ("cells", "reasons", "words"),
    [
        ([code("1", 1), code("2", 3)], ["lab not run from top to bottom"], "number 2 and was run as number 3"),
        ([code("1", 2), code("2", 1)], ["lab not run from top to bottom"], "number 1 and was run as number 2"),
        ([code("1", 5), code("2", 6)], ["lab not run from top to bottom"], "was run as number 5"),
        ([code("1", 1), code("2", None)], ["lab not run to the end"], "cell 2 was not run"),
        ([code("1", True)], ["lab not run to the end"], "cell 1 was not run"),
        ([code("1", None)], ["lab without outputs", "lab not run to the end"], "without outputs"),
        ([markdown("# A"), code("1", 1, error="Z")], ["lab with errors"], "cell below “A” (Z) ended in an error"),
        ([markdown("text")], ["lab without code"], "has no code"),
    ],
    ids=range(8),
)  # fmt: skip
def test_how_it_was_run(cells: list, reasons: list[str], words: str, tmp_path: Path) -> None:
    folder = work(tmp_path / "work", notebook(*cells))
    assert wrong(folder) == reasons
    assert any(words in line["what"] for line in found(folder))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (code("raise NotImplementedError()", 1, **TASK), "cell 2 is not done yet"),
        (code("def f():\n    raise NotImplementedError('Task 1: add')", 1, **TASK), "(Task 1: add)"),
        (code("def f():\n    # YOUR CODE HERE", 1, **TASK), "nothing under YOUR CODE HERE"),
        (code("def f():\n    # YOUR CODE HERE\n    pass\nf()", 1, **TASK), "nothing under YOUR CODE HERE"),
        (
            code("print('Task 1: add')", 1, **TASK, autograder={"task": "1", "stub": "add | more"}),
            "(Task 1: add)",
        ),
        (markdown("YOUR ANSWER HERE", ANSWER), "(the written answer)"),
        (markdown("I think …\n\nYOUR ANSWER HERE\n", ANSWER), "(the written answer)"),
        (markdown("  \n", ANSWER), "(the written answer)"),
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_not_done_is_found(cell: dict, words: str, tmp_path: Path) -> None:
    cells = [MINE, cell]
    cell |= {"execution_count": 2} if cell["cell_type"] == "code" else {}
    folder = work(tmp_path / "work", notebook(*cells))
    assert wrong(folder) == ["lab unfinished"]
    assert any(words in line["what"] for line in found(folder))


@pytest.mark.parametrize(
    "cell",
    [
        code("def f():\n    # YOUR CODE HERE\n    return 1", 1, **TASK),
        code("# YOUR CODE HERE\n\n# mine\nx = 1", 1, **TASK),
        code("try:\n    f()\nexcept NotImplementedError:\n    raise NotImplementedError", 1, **GIVEN),
        code("print('raise NotImplementedError')", 1, **TASK),
        markdown("Write where it says `YOUR ANSWER HERE`."),
        markdown("I know.", ANSWER),
    ],
    ids=range(6),
)  # fmt: skip
def test_what_is_done_or_given_is_no_stub(cell: dict, tmp_path: Path) -> None:
    """Who leaves the comment and writes below it has done what the release asks for."""
    cell |= {"execution_count": 2} if cell["cell_type"] == "code" else {}
    assert wrong(work(tmp_path / "work", notebook(MINE, cell))) == []


def mangled(thing: Any, random: Random) -> Any:
    """Return plain data with a few of their parts replaced by something odd."""
    if random.random() < 0.03:
        odd = (
            None,
            True,
            -1,
            1e308,
            "",
            "x\ud800\x1b[2J",
            [],
            {},
            [[]],
            {"a": None},
            "code",
            10**30,
        )
        return random.choice(odd)
    if isinstance(thing, dict):
        return {key: mangled(value, random) for key, value in thing.items()}
    return [mangled(part, random) for part in thing] if isinstance(thing, list) else thing


def test_whatever_a_notebook_holds_is_told_of_and_never_an_exception(tmp_path: Path) -> None:
    declared = declaration_from(
        DECLARED | {"choice": {"variable": "x", "cells": {"1": ["task_1"]}}, "values": {"y": 1}}
    )
    about = {"autograder": {"task": "1", "stub": "add | more"}}
    whole = notebook(
        markdown("# A"), code("x = 1\n# YOUR CODE HERE", 1, error="E", **TASK, **about),
        code("raise NotImplementedError('Task 1: add')", 2, **GIVEN), markdown("YOUR ANSWER HERE", ANSWER),
    )  # fmt: skip
    random = Random(5)
    states = set()
    for _ in range(1_500):
        put(tmp_path / "lab.ipynb", mangled(whole, random))
        entries = preflight.files_in(tmp_path)
        lines = [
            *preflight.check_work(declared, entries)[0],
            *preflight.check_contents(declared, entries),
        ]
        states |= {line.reason for line in lines}
        assert all(text.isprintable() for line in lines for text in line)
    assert {"lab broken", "lab unfinished", "lab with errors", "lab not run to the end"} <= states


@pytest.mark.parametrize(
    "source",
    [
        "x =" + " " * 500_000 + "=",
        "# " + " #" * 250_000,
        "# YOUR CODE HERE\n" * 50_000,
        "raise NotImplementedError(" * 40_000,
        "\n" * 500_000,
        "sk-" * 200_000,
        "-----BEGIN " + "A " * 300_000,
        "YOUR ANSWER HERE" + " " * 500_000 + "x",
        "raise NotImplementedError(" + "(" * 300 + ")" * 300 + ")",
    ],
    ids=range(9),
)  # fmt: skip
def test_no_text_takes_long(source: str, tmp_path: Path) -> None:
    """Seconds are much: an instructor has it read for a whole class."""
    declared = declaration_from(DECLARED | {"values": {"x": 1}})
    put(
        tmp_path / "lab.ipynb",
        notebook(markdown(source), code(source, 1, **TASK), markdown(source, ANSWER)),
    )
    entries = preflight.files_in(tmp_path)
    began = time.process_time()
    preflight.check_work(declared, entries)
    preflight.check_contents(declared, entries)
    assert time.process_time() - began < 5


def test_the_marks_of_a_merge_are_searched_in_little_time(tmp_path: Path) -> None:
    began = time.process_time()
    assert preflight.parse_notebook(b"<<<<<<< \n" * 200_000)[0] is None
    assert time.process_time() - began < 5


def test_a_lab_that_need_not_be_finished_is_only_to_be_a_notebook_with_outputs(
    tmp_path: Path,
) -> None:
    folder = work(tmp_path / "work", required=["lab.ipynb", "lab_2.ipynb"], executed=["lab.ipynb"])
    put(folder / "lab_2.ipynb", notebook(code("raise NotImplementedError", 7, error="E")))
    assert wrong(folder) == []
    put(folder / "lab_2.ipynb", notebook(code("1", None)))
    assert wrong(folder) == ["lab_2 without outputs"]


def test_what_a_notebook_says_cannot_steer_a_terminal(tmp_path: Path) -> None:
    folder = work(
        tmp_path / "work",
        notebook(markdown("# \x1b[2J\x1b]0;owned\x07"), code("1", 1, error="\x1b[31m")),
    )
    done = look(folder)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("ghp_" + "a1B2" * 9, "GitHub"),
        ("hf_" + "aB" * 17, "Hugging Face"),
        ("sk-proj-" + "aB3" * 12, "OpenAI"),
        ("AKIA" + "ABCD" * 4, "Amazon"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private key"),
    ],
)
def test_a_secret_is_found_without_git_too_and_never_repeated(
    token: str, kind: str, tmp_path: Path
) -> None:
    folder = work(tmp_path / "work", notebook(markdown("# Log in"), code(f'login("{token}")', 1)))
    (line,) = (line for line in found(folder) if line["state"] == "wrong")
    assert line["reason"] == "secret handed in"
    assert kind in line["what"]
    assert "the cell below “Log in”" in line["what"]
    assert token not in look(folder).stdout


@pytest.mark.parametrize(
    "text", ["sk-learn-preprocessing-module-number-1", "task-ABCDEFGHIJ1234567890abc", "ghp_short"]
)
def test_a_long_name_is_no_secret(text: str, tmp_path: Path) -> None:
    assert wrong(work(tmp_path / "work", notebook(code(f"# {text}", 1)))) == []


# --- the link ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/ada/course/pull/3",
        "https://github.com/ada/course/pull/3/files",
        "https://gitlab.com/group/sub/course/-/merge_requests/12",
        "https://codeberg.org/ada/course/pulls/4",
        "https://git.example.edu:8443/ada/course/pull/3?x=1#note",
    ],
)
def test_a_pull_request_is_one(link: str) -> None:
    assert [line.state for line in check_link(link)] == ["right"]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://github.com/ada/course", "is no pull request"),
        ("https://github.com/ada/course/tree/assignment-2", "is a branch, file or commit"),
        ("https://github.com/ada/course/compare/main...lab", "on which a pull request is made"),
        ("https://github.com/ada/course/pull/new/lab", "on which a pull request is made"),
        ("https://github.com/ada/course/pull/0", "is no pull request"),
        ("git@github.com:ada/course.git", "is no web address"),
        ("ftp://github.com/ada/course/pull/1", "is no web address"),
        ("https://[/ada/course/pull/1", "is no web address"),
        ("https://ada:secret@github.com/ada/course/pull/1", "holds a name or password"),
        ("file:///a/b/pull/1", "is no web address"),
    ],
)
def test_what_is_no_pull_request_is_told_what_it_is(link: str, words: str) -> None:
    (line,) = check_link(link)
    assert line.state == "wrong"
    assert words in line.what
    assert "secret" not in line.what


class _Forge(BaseHTTPRequestHandler):
    """Answers as a forge does, by the owner in the path."""

    def do_HEAD(self) -> None:
        owner = self.path.split("/")[1]
        if owner == "slow":
            threading.Event().wait(3)
        if owner == "moved":
            self.send_response(302)
            self.send_header("Location", "/users/sign_in")
        else:
            no_head = owner == "nohead" and self.command == "HEAD"
            self.send_response(
                405 if no_head else {"private": 404, "busy": 429, "down": 503}.get(owner, 200)
            )
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def forge() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Forge)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_whether_everybody_can_read_it_is_asked_of_the_server(tmp_path: Path) -> None:
    folder = work(tmp_path / "work")
    said = {}
    with forge() as address:
        for owner in ("ada", "nohead", "private", "moved", "busy", "down"):
            link = f"{address}/{owner}/course/pull/1"
            said[owner] = [line["state"] for line in found(folder, link) if line["check"] == "link"]
    assert said == {
        "ada": ["right", "right"],
        "nohead": ["right", "right"],
        "private": ["right", "wrong"],
        "moved": ["right", "wrong"],
        "busy": ["right", "not checked"],
        "down": ["right", "not checked"],
    }


def test_without_a_network_the_link_is_read_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = work(tmp_path / "work")
    link = "http://127.0.0.1:9/ada/course/pull/1"  # nobody answers there
    states = [
        (line["state"], line["what"]) for line in found(folder, link) if line["check"] == "link"
    ]
    assert [state for state, _ in states] == ["right", "not checked"]
    assert "readable: not checked: no answer" in states[1][1]
    assert [line["check"] for line in found(folder, link, "--offline")].count("link") == 1


def test_a_server_that_is_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_SECONDS", 0.2)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with forge() as address:
        (line,) = preflight.check_readable(f"{address}/slow/course/pull/1")
    assert line.state == "not checked"


# --- when --------------------------------------------------------------------------------------------


def test_the_time_that_is_left_and_lateness_are_told_with_the_time_zone() -> None:
    declared = declaration_from(
        DECLARED | {"due": "2026-12-13T23:59:00-05:00", "zone": "America/Toronto"}
    )
    due = datetime(2026, 12, 14, 4, 59, tzinfo=UTC)
    (line,) = check_due(declared, due - timedelta(days=2, hours=3))
    assert line[:3] == (
        "due",
        "right",
        "due 2026-12-13 23:59 UTC-05:00 (America/Toronto): 2 days left",
    )
    (line,) = check_due(declared, due + timedelta(minutes=61), "handed in")
    assert line.what.endswith("handed in 1 hour late")
    assert line.reason == "late"
    assert check_due(declaration_from(DECLARED), due) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "is to be an object"),
        ({"required": []}, "`required` is to name a file"),
        ({"required": "lab.ipynb"}, "`required` is to be a list of names"),
        (DECLARED | {"brunch": "x"}, "`brunch` is none of"),
        (DECLARED | {"branch": 3}, "`branch` is to be a text"),
        (DECLARED | {"largest_file_mb": 0}, "number of MB above 0"),
        (DECLARED | {"largest_file_mb": True}, "number of MB above 0"),
        (DECLARED | {"due": "2026-12-13T23:59:00"}, "`due` names no time zone"),
        (DECLARED | {"due": "Sunday"}, "`due` is to be a time such as"),
        (DECLARED | {"due": "2026-07-13T23:59:00-05:00", "zone": "America/Toronto"}, "in America/Toronto it is -0400"),
        (DECLARED | {"choice": {"variable": "x"}}, "`choice` is to be as in"),
        (DECLARED | {"values": []}, "`values` is to be an object"),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_declaration_that_cannot_be_meant_is_refused(
    data: object, words: str, tmp_path: Path
) -> None:
    """An instructor must hear of a misspelt key, not every student of a check that is not made."""
    with pytest.raises(DeclarationError, match=words):
        declaration_from(data)
    folder = work(tmp_path / "work")
    put(folder / preflight.DECLARATION, data)
    done = look(folder)
    assert done.returncode == 2
    assert preflight.DECLARATION in done.stderr


# --- the command -------------------------------------------------------------------------------------


def test_the_kits_command_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = work(tmp_path / "my work")
    assert main(["preflight", str(folder), "--offline"]) == 0
    assert capsys.readouterr().out == look(folder, "--offline").stdout
    (folder / "lab.ipynb").unlink()
    assert main(["preflight", str(folder), "--offline"]) == 1
    assert "✗ lab.ipynb is missing" in capsys.readouterr().out


def test_what_is_unclear_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = work(tmp_path / "work")
    for arguments in (
        ["nowhere"],
        [".", "."],
        ["https://a/b", "https://c/d"],
        ["--declaration", "no.json"],
    ):
        done = look(folder, *arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("preflight: ")
    assert main(["preflight", str(tmp_path)]) == 2
    assert "handing_in.json cannot be read" in capsys.readouterr().err
    assert main(["preflight", "--comments", str(tmp_path)]) == 2


def test_it_looks_where_it_lies_where_this_folder_declares_nothing(tmp_path: Path) -> None:
    """The workflow and the hook start it in the repository's topmost folder."""
    folder = work(tmp_path / "a" / "b")
    done = subprocess.run(
        [sys.executable, str(folder / SCRIPT.name), "--only", "files"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_terminal_without_these_signs_gets_others(tmp_path: Path) -> None:
    folder = work(tmp_path / "work")
    (folder / "lab.ipynb").unlink()
    done = subprocess.run(
        [sys.executable, str(folder / SCRIPT.name)],
        cwd=folder, env={"PYTHONIOENCODING": "cp1252", "PATH": "/usr/bin:/bin"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"NO  lab" in done.stdout
