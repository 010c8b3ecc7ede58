"""Whatever a submission's folder holds: what is unsafe is set aside, what can be read is read, nothing is lost."""

from __future__ import annotations

import copy
import io
import json
import logging
import os
import socket
import tarfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.intake import reading
from autograder.intake.collecting import LimitedExtractor
from autograder.intake.findings import Finding, Obstacle, Problem
from autograder.intake.folder import FolderLimits, check_folder, read_time
from autograder.intake.names import (
    compose_names,
    is_student_id,
    refuse_folder,
    twin,
    why_no_student_id,
)
from autograder.intake.reading import UnreadableError, read_file, read_notebook
from autograder.intake.submission import Intake, describe, open_notebook, take_in
from autograder.notebook.marks import grade_id
from tests.releases import release

NAME = "task.ipynb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission with an honest notebook."""
    place = tmp_path / "submitted" / "ada" / "task"
    place.mkdir(parents=True)
    (place / NAME).write_text(json.dumps(release()), encoding="utf-8")
    return place


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    return tmp_path / "quarantine" / "ada" / "task"


def problems(findings: tuple[Finding, ...]) -> dict[str, Problem]:
    return {finding.where: finding.problem for finding in findings}


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def take(folder: Path, aside: Path) -> Intake:
    return take_in(folder, NAME, release(), aside)


# --- the folder -------------------------------------------------------------------------------------

RELEASED = Path(__file__).parents[1] / "release" / "assignment_2" / "assignment_2.ipynb"


def test_an_honest_submission_keeps_every_byte_and_gets_no_finding(folder, aside):
    (folder / "helpers").mkdir()
    (folder / "helpers" / "größe.py").write_text("x = 1")
    (folder / "timestamp.txt").write_text("2026-11-02 12:00:00 UTC")
    before = state(folder)
    intake = take(folder, aside)
    assert intake.findings == ()
    assert intake.not_graded is None
    assert state(folder) == before
    assert not aside.exists()


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's name holds 107 bytes
        try:
            door.bind(path.name)
        finally:
            os.chdir(here)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


UNSAFE = {
    "link.txt": (lambda path: path.symlink_to("/etc/passwd"), Problem.LINK),
    "nowhere": (lambda path: path.symlink_to("nowhere"), Problem.LINK),
    "endless": (lambda path: path.symlink_to("/dev/zero"), Problem.LINK),
    "folder": (lambda path: path.symlink_to(".."), Problem.LINK),
    "pipe": (os.mkfifo, Problem.SPECIAL),
    "timestamp.txt": (os.mkfifo, Problem.SPECIAL),
    "door": (_socket, Problem.SPECIAL),
    "..\\..\\evil": (Path.touch, Problem.NAME),
    "two\nlines": (Path.touch, Problem.NAME),
    "right\u202eleft": (Path.mkdir, Problem.NAME),
    "large": (_sparse, Problem.LARGE),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_is_unsafe_is_set_aside_once_and_told_each_time(folder, aside, name):
    make, problem = UNSAFE[name]
    honest = state(folder)
    make(folder / name)
    kind = os.lstat(folder / name).st_mode
    first = check_folder(folder, aside)
    assert list(problems(first).values()) == [problem]
    assert not os.path.lexists(folder / name)
    assert state(folder) == honest
    (moved,) = (aside / "1" / "files").iterdir()
    assert (
        moved.lstat().st_mode == kind
    )  # moved as it was: no link was followed, no pipe was opened
    assert check_folder(folder, aside) == first
    assert [path.name for path in aside.iterdir()] == ["1"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_set_aside(folder, aside):
    (folder / "locked").write_text("x")
    (folder / "locked").chmod(0)
    assert problems(check_folder(folder, aside)) == {"locked": Problem.LOCKED}


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("2026-11-02 12:00:00 UTC", True),
        ("", True),
        ("tomorrow", False),
        ("9" * 500, False),
        ("\0", False),
    ],
)
def test_a_timestamp_that_nbgrader_would_fail_on_is_set_aside(folder, aside, content, kept):
    (folder / "timestamp.txt").write_text(content)
    found = check_folder(folder, aside)
    assert problems(found) == ({} if kept else {"timestamp.txt": Problem.TIME})
    assert (folder / "timestamp.txt").exists() is kept


def test_what_lies_too_deep_is_set_aside_with_everything_below(folder, aside):
    deep = folder.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "bottom").write_text("kept")
    assert set(problems(check_folder(folder, aside)).values()) == {Problem.DEEP}
    (bottom,) = aside.rglob("bottom")
    assert bottom.read_text() == "kept"
    assert max(len(path.relative_to(folder).parts) for path in folder.rglob("*")) < 20


def test_a_path_that_is_too_long_for_the_system_is_set_aside(folder, aside):
    here = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(18):
            Path("n" * 240).mkdir()
            os.chdir("n" * 240)
    finally:
        os.chdir(here)
    assert set(problems(check_folder(folder, aside)).values()) == {Problem.DEEP}


def test_when_folders_hold_too_much_then_the_files_beside_them_stay(folder, aside):
    (folder / "own.py").write_text("x = 1")
    kept = state(folder)
    (folder / "venv" / "lib").mkdir(parents=True)
    for number in range(30):
        (folder / "venv" / "lib" / str(number)).touch()
    found = check_folder(folder, aside, keep=(NAME,), limits=FolderLimits(entries=20))
    assert problems(found) == {"venv": Problem.MUCH}
    assert state(folder) == kept
    assert len(list((aside / "1" / "files" / "venv" / "lib").iterdir())) == 30


def test_when_there_is_too_much_then_only_notebook_and_time_stay(folder, aside):
    honest = state(folder)
    (folder / "timestamp.txt").write_text("2026-11-02 12:00:00 UTC")
    for number in range(30):
        (folder / f"{number}.txt").write_text(str(number))
    found = check_folder(folder, aside, keep=(NAME,), limits=FolderLimits(entries=20))
    assert problems(found) == {"task": Problem.MUCH}
    assert set(state(folder)) == {*honest, "timestamp.txt"}
    assert state(folder)[NAME] == honest[NAME]
    assert len(list(aside.rglob("*.txt"))) == 30
    assert check_folder(folder, aside, keep=(NAME,)) == found


def test_when_there_is_too_much_then_a_linked_notebook_does_not_come_back(folder, aside):
    (folder / NAME).unlink()
    (folder / NAME).symlink_to("/etc/passwd")
    (folder / "data").write_bytes(bytes(100))
    found = check_folder(
        folder, aside, keep=(NAME,), limits=FolderLimits(total=50, file=1000, entries=20)
    )
    assert not list(folder.iterdir()) or [path.name for path in folder.iterdir()] == []
    assert problems(found) == {"task": Problem.MUCH, NAME: Problem.LINK}


def test_when_something_else_is_handed_in_then_old_findings_are_no_longer_told(folder, aside):
    (folder / "link").symlink_to("/etc/passwd")
    assert check_folder(folder, aside)
    (folder / NAME).write_text(json.dumps(release(), indent=1), encoding="utf-8")
    assert check_folder(folder, aside) == ()
    (folder / "pipe").symlink_to("/etc/passwd")
    assert problems(check_folder(folder, aside)) == {"pipe": Problem.LINK}
    assert sorted(path.name for path in aside.iterdir()) == ["1", "2"]


def test_a_damaged_record_is_no_crash(folder, aside):
    (folder / "link").symlink_to("/etc/passwd")
    check_folder(folder, aside)
    (aside / "1" / "found.json").write_text("{")
    assert check_folder(folder, aside) == ()


def test_names_in_the_quarantine_stay_apart(folder, aside):
    for name in ("a\\b", "a%5Cb\\", "x" * 200 + "\\1", "x" * 200 + "\\2"):
        (folder / name).write_text(name)
    check_folder(folder, aside)
    texts = {path.read_text() for path in (aside / "1" / "files").iterdir()}
    assert len(texts) == 4


def test_what_cannot_be_moved_is_an_error_that_says_so(folder, tmp_path):
    (folder / "link").symlink_to("/etc/passwd")
    (tmp_path / "quarantine").write_text("a file is in the way")
    with pytest.raises(CourseError, match="could not be moved"):
        check_folder(folder, tmp_path / "quarantine" / "ada")


def test_a_folder_that_cannot_be_looked_through_is_an_error_that_says_so(
    folder, aside, monkeypatch
):
    with pytest.raises(CourseError, match="ada/gone cannot be looked through"):
        check_folder(folder.parent / "gone", aside)
    (folder / "link").symlink_to("/etc/passwd")

    def full(path: Path, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(CourseError, match="No space left on device"):
        check_folder(folder, aside)


def test_times_are_read_as_nbgrader_reads_them():
    noon = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    assert read_time("2026-01-02 12:00:00 UTC\n") == noon
    assert read_time("2026-01-02 13:00:00 CET") == noon
    assert read_time("2026-01-02T14:00:00+02:00") == noon
    assert read_time("2026-01-02 12:00:00") == noon
    for text in ("", "soon", "0001-01-01 00:00:00 -2359", "9999-01-01", "2026-13-45 12:00:00 UTC"):
        assert read_time(text) is None


@pytest.mark.parametrize(
    "name",
    [
        *("ada", "Ada L", "ada@x.org", "Müller, A.", "0123", "a-b_c+d=e", "@ada", "+4912"),
        *("O'Brien", "D’Arc, Jeanne", "'t Hooft", "Smith, Anna (Annie)", "Gal·la", "Jean‑Luc"),
        *("Zoë", "Zoe\u0308", "सीता देवी", "நந்தினி", "นฤมล", "علی\u200cرضا", "李小龍", "Nguyễn"),
    ],
)
def test_names_of_students(name):
    assert is_student_id(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("[a]", "`[`, LEFT SQUARE BRACKET cannot be in it"),
        ('Robert "Bob" S', '`"`, QUOTATION MARK cannot'),
        ("a\nb", "U+000A cannot be in it"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE cannot"),
        ("-a", "cannot begin with `-`, HYPHEN-MINUS"),
        ("a ", "cannot end with SPACE"),
        ("a" * 128, "more than 127"),
        ("a\udcff", "U+DCFF cannot"),
    ],
)
def test_a_name_is_refused_by_what_is_wrong_with_it(name, told):
    assert told in (why_no_student_id(name) or "")
    refusal = refuse_folder(Path("submitted", name, "task"))
    assert refusal is not None
    assert told in refusal.sentence


def test_a_folder_that_macos_has_named_is_called_as_in_a_roster(tmp_path):
    for name in ("Zoe\u0308", "Ren\u0065\u0301", "Ren\u00e9", "Ame\u0301lie", "ada"):
        (tmp_path / name).mkdir()
    assert compose_names(tmp_path, known={"Ame\u0301lie"}) == (tmp_path / "Zo\u00eb",)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"Zo\u00eb", "Rene\u0301", "Ren\u00e9", "Ame\u0301lie", "ada"}
    assert twin(tmp_path / "Rene\u0301") == tmp_path / "Ren\u00e9"
    assert twin(tmp_path / "Zo\u00eb") is None
    refusal = refuse_folder(tmp_path / "Rene\u0301" / "task")
    assert refusal is not None
    assert refusal.obstacle is Obstacle.FOLDER_TWICE


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "*", "[a]", "a?", "a\nb", " a", "a ", "-a", "{a}", "a" * 200, "a\\b"],
)
def test_names_that_nbgrader_takes_for_something_else(name):
    assert not is_student_id(name)


def test_a_submission_that_is_a_link_is_refused(folder, tmp_path):
    assert refuse_folder(folder) is None
    (tmp_path / "submitted" / "eve").symlink_to(folder.parent)
    refusal = refuse_folder(tmp_path / "submitted" / "eve" / "task")
    assert refusal is not None
    assert refusal.obstacle is Obstacle.FOLDER_LINK


# --- reading ----------------------------------------------------------------------------------------


def read(tree: Any) -> NotebookNode:
    notebook = read_notebook(json.dumps(tree).encode(), NAME).notebook
    nbformat.validate(notebook)
    return notebook


def sources(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_a_sound_notebook_is_read_as_nbformat_reads_it():
    given = release()
    got = read(given)
    assert [(c.id, c.cell_type, c.source) for c in got.cells] == [
        (c.id, c.cell_type, c.source) for c in given.cells
    ]
    about = [c.metadata.get("nbgrader") for c in given.cells]
    assert [c.metadata.get("nbgrader") for c in got.cells] == about


@pytest.mark.parametrize(
    ("content", "obstacle"),
    [
        (b"", Obstacle.EMPTY),
        (b" \n", Obstacle.EMPTY),
        (b'{"cells": [', Obstacle.TRUNCATED),
        (b'{"cells": ["abc', Obstacle.TRUNCATED),
        (b'{"cells": []} x', Obstacle.NO_JSON),
        (b"{'cells': []}", Obstacle.NO_JSON),
        (b"[\n<<<<<<< HEAD\n", Obstacle.CONFLICT),
        (b"\x89PNG\r\n\x1a\n\0\0", Obstacle.BINARY),
        (b"\x80\x81 no text", Obstacle.BINARY),
        (b"PK\x03\x04\0\0\0\0", Obstacle.BINARY),
        (b"[]", Obstacle.NO_NOTEBOOK),
        (b"5", Obstacle.NO_NOTEBOOK),
        (b"null", Obstacle.NO_NOTEBOOK),
        (b'{"cells": 5, "nbformat": 4}', Obstacle.NO_NOTEBOOK),
        (b'{"worksheets": [{"cells": {}}]}', Obstacle.NO_NOTEBOOK),
        (b"[" * 100_000, Obstacle.DEEP),
        (b'{"a":' * 5_000 + b"0" + b"}" * 5_000, Obstacle.DEEP),
        (b'{"cells": [' + b"{}," * 6_000 + b"{}]}", Obstacle.LARGE),
        (b"[" + b"[]," * 5_000_000 + b"[]]", Obstacle.LARGE),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_reason(content, obstacle):
    with pytest.raises(UnreadableError) as caught:
        read_notebook(content, NAME)
    assert caught.value.verdict.obstacle is obstacle
    assert NAME in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_other_encodings_of_json_are_read(encoding):
    content = json.dumps(release(), ensure_ascii=False).encode(encoding)
    assert len(read_notebook(content, NAME).notebook.cells) == len(release().cells)


def test_a_letter_of_another_encoding_costs_that_letter():
    notebook = release()
    notebook.cells[0].source = "Größe"
    content = json.dumps(notebook, ensure_ascii=False).encode("latin-1")
    got = read_notebook(content, NAME)
    assert got.notebook.cells[0].source == "Gr\ufffd\ufffde"
    assert [finding.problem for finding in got.findings] == [Problem.ENCODING]


def test_half_a_surrogate_pair_can_be_written_afterwards():
    got = read({"nbformat": 4, "cells": [{"cell_type": "code", "source": "'\ud800'"}]})
    assert got.cells[0].source == "'?'"
    nbformat.writes(got).encode()


OLD_CELLS = [
    {"cell_type": "heading", "level": 2, "source": ["Title"]},
    {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "outputs": [], "language": "python"},
    {"cell_type": "html", "source": "<b>bold</b>"},
    {"cell_type": "markdown", "source": "text"},
]
NEW_CELLS = [
    ("markdown", "## Title"),
    ("code", "a = 1\nb = 2"),
    ("markdown", "<b>bold</b>"),
    ("markdown", "text"),
]


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        ({"nbformat": 3, "worksheets": [{"cells": OLD_CELLS}]}, NEW_CELLS),
        (
            {"nbformat": 2, "worksheets": [{"cells": OLD_CELLS[:2]}, {"cells": OLD_CELLS[2:]}]},
            NEW_CELLS,
        ),
        ({"nbformat": 1, "cells": [{"cell_type": "code", "code": "a"}]}, [("code", "a")]),
        ({"nbformat": 1, "cells": [{"cell_type": "text", "text": "a"}]}, [("markdown", "a")]),
        ({"nbformat": 5, "cells": [{"cell_type": "code", "source": "a"}]}, [("code", "a")]),
        ({"nbformat": True, "cells": [{"cell_type": "code", "source": "a"}]}, [("code", "a")]),
        ({"nbformat": 10**5000, "cells": []}, []),
        ({"cells": [{"cell_type": "raw", "source": "a"}]}, [("raw", "a")]),
    ],
)
def test_other_versions_of_the_format_are_read_and_told(tree, wanted):
    text = json.dumps(tree) if tree.get("nbformat") != 10**5000 else None
    content = text.encode() if text else b'{"nbformat": 1' + b"0" * 5000 + b', "cells": []}'
    got = read_notebook(content, NAME)
    assert sources(got.notebook) == wanted
    assert [finding.problem for finding in got.findings] == [Problem.FORMAT]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("just text", "just text"),
        (17, "17"),
        ({"cell_type": "code", "source": {"a": "x = 1"}}, "x = 1"),
        ({"cell_type": "code", "source": ["x = 1", 5]}, "x = 1"),
        ({"cell_type": "video", "source": "x = 1"}, "x = 1"),
        ({"cell_type": ["code"], "source": "x = 1"}, "x = 1"),
        ({"source": "x = 1"}, "x = 1"),
    ],
)
def test_a_cell_of_no_known_form_keeps_its_text_and_does_not_run(raw, kept):
    got = read_notebook(json.dumps({"nbformat": 4, "cells": [raw]}).encode(), NAME)
    nbformat.validate(got.notebook)
    assert got.notebook.cells[0].cell_type == "raw"
    assert kept in got.notebook.cells[0].source
    assert [finding.problem for finding in got.findings] == [Problem.ODD]


def test_settings_and_outputs_of_a_cell_do_not_come_along():
    settings = {"tags": ["skip-execution"], "format": "text/html", "autograder": {"bonus": 9}}
    nbgrader = {"grade_id": "f", "points": 5, "tree": [[[]]]}
    cell = {
        "cell_type": "code",
        "source": "x",
        "metadata": {**settings, "nbgrader": nbgrader},
        "outputs": [{"output_type": "nonsense"}],
        "execution_count": "many",
    }
    got = read({"nbformat": 4, "cells": [cell], "metadata": {"widgets": 1}}).cells[0]
    assert got.metadata == {"nbgrader": {"grade_id": "f", "points": 5}}
    assert (got.outputs, got.execution_count) == ([], None)


def test_a_bounded_part_of_what_outputs_say_is_kept_aside():
    long = "x" * 30_000
    outputs = [
        {"output_type": "stream", "text": ["0.6", "24\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "\ud800", "image/png": "A"}},
        {"output_type": "error", "evalue": "no attribute", "ename": 3, "text": {"a": []}},
        *("odd", None, {"data": 1, "text": long}),
    ]
    cells = [{"cell_type": "code", "source": "x", "outputs": o} for o in (outputs, "odd", [])]
    said = read_notebook(json.dumps({"nbformat": 4, "cells": [*cells, "odd"]}).encode(), NAME).said
    assert said[0].startswith("0.624\n\n?\nno attribute\nxxx")
    assert len(said[0]) == 20_000
    assert said[1:] == ("", "", "")
    many = [{"cell_type": "code", "source": "", "outputs": outputs}] * 300
    said = read_notebook(json.dumps({"nbformat": 4, "cells": many}).encode(), NAME).said
    assert len(said) == 300
    assert sum(map(len, said)) == 2_000_000


def test_pasted_pictures_stay_and_other_attachments_do_not():
    attachments = {
        "a.png": {"image/png": "AAAA"},
        "b.svg": {"image/svg+xml": "<svg/>"},
        "c": {"image/png": 5},
        "d": 5,
    }
    cell = {"cell_type": "markdown", "source": "x", "attachments": attachments}
    got = read({"nbformat": 4, "cells": [cell]}).cells[0]
    assert got.attachments == {"a.png": {"image/png": "AAAA"}}


def test_cell_ids_are_made_distinct():
    ids = ["a", "a", "", 5, None, "with space", "x" * 65, "cell-3"]
    cells = [{"cell_type": "code", "source": "", "id": name} for name in ids]
    got = [cell.id for cell in read({"nbformat": 4, "cells": cells}).cells]
    assert got[0] == "a"
    assert len(set(got)) == len(ids)


def test_a_hundred_megabytes_of_output_are_read_in_seconds():
    notebook = release()
    text = {"output_type": "stream", "name": "stdout", "text": ["1, 2, 3,\n" * 50_000]}
    notebook.cells[1].outputs = [text] * 220
    content = json.dumps(notebook).encode()
    assert len(content) > 100_000_000
    begun = time.monotonic()
    got = read_notebook(content, NAME)
    assert time.monotonic() - begun < 20
    assert [cell.source for cell in got.notebook.cells] == [cell.source for cell in release().cells]


@pytest.mark.parametrize(
    "content", [b'"' + b'\\"' * 5_000_000, b"[" * 5_000_000 + b'"a' * 5_000_000]
)
def test_counting_the_parts_of_a_hostile_file_takes_no_time(content):
    begun = time.monotonic()
    with pytest.raises(UnreadableError):
        read_notebook(content, NAME)
    assert time.monotonic() - begun < 20


def test_more_text_than_a_page_can_show_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_TEXT", 100)
    with pytest.raises(UnreadableError, match="characters of text"):
        read({"nbformat": 4, "cells": [{"cell_type": "code", "source": "x" * 101}]})


def test_a_pipe_or_link_in_the_notebooks_place_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("pipe.ipynb", "link.ipynb", "folder.ipynb", "nothing.ipynb"):
        with pytest.raises(UnreadableError) as caught:
            read_file(tmp_path / name)
        assert caught.value.verdict.obstacle is Obstacle.MISSING


# --- both together ----------------------------------------------------------------------------------


def test_what_was_found_is_told_above_the_students_cells(folder, aside):
    (folder / "link<b>").symlink_to("/etc/passwd")
    intake = take(folder, aside)
    first, *rest = intake.notebook.cells
    assert "- `link<b>` is a link to another place" in first.source
    assert [cell.source for cell in rest] == [cell.source for cell in release().cells]
    assert describe(intake)["found"] == [intake.findings[0].sentence]


@pytest.mark.parametrize(
    ("names", "obstacle"),
    [
        (["task (1).ipynb"], None),
        (["Task.IPYNB"], None),
        (["deep/er/task.ipynb"], None),
        (["a.ipynb", "same.ipynb"], None),
        (["a.ipynb", "other:b.ipynb"], Obstacle.SEVERAL),
        (["a.ipynb", "junk:b.ipynb"], None),
        (["junk:b.ipynb"], Obstacle.MISSING),
        ([".ipynb_checkpoints/task.ipynb"], Obstacle.MISSING),
        (["junk:notes.txt"], Obstacle.MISSING),
        ([], Obstacle.MISSING),
    ],
)
def test_a_notebook_under_another_name_is_found_where_it_can_be_no_other(
    folder, aside, names, obstacle
):
    content = DONE
    (folder / NAME).unlink()
    for name in names:
        kind, _, path = name.rpartition(":")
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        other = content.replace("g = None", "g = 1")
        place.write_text({"junk": "[]", "other": other}.get(kind, content))
    intake = take(folder, aside)
    if obstacle is None:
        assert intake.not_graded is None
        assert [finding.problem for finding in intake.findings] == [Problem.RENAMED]
        return
    assert intake.not_graded is not None
    assert intake.not_graded.obstacle is obstacle


def done(*tasks: str) -> str:
    """Return the released notebook with something written for these tasks."""
    notebook = release()
    for cell in notebook.cells:
        if grade_id(cell) in tasks:
            cell.source = f"{cell.source}\n# done" if cell.cell_type == "code" else "My answer."
    return json.dumps(notebook)


DONE = done("f", "g", "answer")
SCRIPT = "import os\n\ndef f():\n    return 1\n"


@pytest.mark.parametrize(
    "name",
    [
        "task_final.ipynb",
        "task (2).ipynb",
        "task-Copy1.ipynb",
        "TASK.ipynb",
        "work/task.ipynb",
        "task.ipynb.txt",
        "task.ipynb.json",
        "task.ipynb.download",
        "task.json",
        "task.zip/task.ipynb",
        "task.zip/work/mine.ipynb",
        "task.tar.gz/task.ipynb",
    ],
)
@pytest.mark.parametrize("named", ["blank", "empty", "missing"])
def test_the_notebook_that_holds_the_work_is_graded_instead_of_a_blank_one(
    folder, aside, name, named
):
    (folder / NAME).write_text(done() if named == "blank" else "")
    if named == "missing":
        (folder / NAME).unlink()
    _put(folder, {name: DONE})
    intake = take(folder, aside)
    assert intake.not_graded is None
    ((where, problem),) = problems(intake.findings).items()
    assert where == name
    assert problem is (Problem.INSTEAD if named == "blank" else Problem.RENAMED)
    first, *rest = intake.notebook.cells
    assert where in first.source
    assert describe(intake)["choice"] == [intake.findings[0].sentence]
    assert [c.source for c in rest] == [c["source"] for c in json.loads(DONE)["cells"]]


BESIDE, INSTEAD = Problem.BESIDE, Problem.INSTEAD


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        # The name decides, and what else holds work is named.
        ({NAME: DONE, "old.ipynb": done("f").replace("# done", "# begun")}, {"old.ipynb": BESIDE}),
        ({NAME: DONE, "old.ipynb": done()}, {}),
        ({NAME: DONE, "copy.ipynb": DONE}, {}),
        ({NAME: DONE, "copy.ipynb": done("f")}, {}),
        # One goes on where the other ended.
        ({NAME: done("f"), "final.ipynb": DONE}, {"final.ipynb": INSTEAD}),
        ({NAME: done(), "a.ipynb": done("g"), "b.ipynb": DONE}, {"b.ipynb": INSTEAD}),
        # Only a person can tell.
        ({NAME: done("f"), "b.ipynb": done("g")}, Obstacle.UNCLEAR),
        ({NAME: done(), "a.ipynb": done("f"), "b.zip/b.ipynb": done("g")}, Obstacle.UNCLEAR),
        ({"a.ipynb": done("f"), "b.ipynb": done("g")}, Obstacle.SEVERAL),
        ({NAME: done(), "task.py": SCRIPT}, Obstacle.ELSEWHERE),
        ({NAME: done(), "task.md": f"```python\n{SCRIPT}```\n"}, Obstacle.ELSEWHERE),
        ({NAME: done(), "task.zip/task.py": SCRIPT}, Obstacle.ELSEWHERE),
        ({NAME: done(), "task.html": "<p>"}, Obstacle.ELSEWHERE),
        ({NAME: done(), "b.ipynb": DONE[:-9]}, Obstacle.ELSEWHERE),
        ({"task.py": SCRIPT}, Obstacle.MISSING),
        # Nothing of this is work.
        ({NAME: done(), "helpers.py": "def other():\n    pass\n", "notes.txt": "hello"}, {}),
        ({NAME: done(), ".ipynb_checkpoints/task-checkpoint.ipynb": DONE, "data.gz": "x"}, {}),
        ({NAME: DONE, "task.py": SCRIPT, "task.html": "<p>", "b.ipynb": "{"}, {}),
    ],
)  # fmt: skip
def test_which_of_several_notebooks_counts(folder, aside, files, wanted):
    (folder / NAME).unlink()
    _put(folder, files)
    intake = take(folder, aside)
    if isinstance(wanted, dict):
        assert intake.not_graded is None
        assert problems(intake.findings) == wanted
        return
    assert intake.not_graded is not None
    assert intake.not_graded.obstacle is wanted
    last = list(files)[-1]
    assert last in intake.not_graded.sentence


def test_other_notebooks_of_the_assignment_and_its_files_are_nobodys_work(folder):
    _put(folder, {"second.ipynb": DONE, "handout.html": "<p>"})
    given = {NAME, "second.ipynb", "handout.html"}
    assert open_notebook(folder, NAME, release(), given=given).findings == ()
    assert open_notebook(folder, NAME, release()).findings != ()


@pytest.mark.parametrize("place", ["nbgrader_config.py", "all.zip/task/nbgrader_config.py"])
def test_the_releases_configuration_is_nobodys_work_in_whatever_it_comes(folder, place):
    (folder / NAME).write_text(json.dumps(release()))
    _put(folder, {place: "c = get_config()"})
    given = {NAME, "nbgrader_config.py"}
    intake = open_notebook(folder, NAME, release(), given=given)
    assert (intake.not_graded, intake.findings) == (None, ())


def test_another_assignments_notebook_is_not_taken_for_the_work(folder):
    other = json.loads(DONE)
    other["cells"] = [c for c in other["cells"] if c["id"] == "answer"]
    _put(folder, {"assignment_1.ipynb": json.dumps(other)})
    intake = open_notebook(folder, NAME, release())
    assert (intake.not_graded, intake.findings) == (None, ())


def test_what_was_written_afresh_with_the_names_of_the_assignment_is_not_graded_by_pieces(folder):
    given = nbformat.read(RELEASED, 4)
    code = [cell.source for cell in given.cells if cell.cell_type == "code"]
    afresh = [
        "import numpy as np",
        "def get_predictions(similarity):\n    return np.argmax(similarity, axis=1)",
    ]
    for sources, is_graded in ((afresh, False), (code, True), ([*afresh, code[0]], True)):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        (folder / NAME).write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
        intake = open_notebook(folder, NAME, given)
        assert (intake.not_graded is None) is is_graded
        if intake.not_graded is not None:
            assert intake.not_graded.obstacle is Obstacle.OWN_MAKING
            assert "`autograder check` judges it as it is" in intake.not_graded.sentence
            assert "Copy your work into the notebook" in intake.notebook.cells[0].source


def test_what_is_damaged_names_what_lies_beside_it(folder):
    (folder / NAME).write_text(DONE[:-9])
    _put(folder, {"old.ipynb": done("f")})
    intake = open_notebook(folder, NAME, release())
    assert intake.not_graded is not None
    assert intake.not_graded.obstacle is Obstacle.TRUNCATED
    assert "beside it there is `old.ipynb`" in intake.not_graded.sentence


def _put(folder: Path, files: dict[str, str]) -> None:
    """Write files into a submission; the first part of a path may be an archive."""
    for name, text in files.items():
        first, _, inner = name.partition("/")
        place = folder / (first if first.endswith((".zip", ".gz")) else name)
        place.parent.mkdir(parents=True, exist_ok=True)
        if first.endswith(".zip") and inner:
            place.write_bytes(_zip({inner: text.encode()}))
        elif first.endswith(".tar.gz") and inner:
            member = tarfile.TarInfo(inner)
            member.size = len(text.encode())
            with tarfile.open(place, "w:gz") as archive:
                archive.addfile(member, io.BytesIO(text.encode()))
        else:
            place.write_text(text)


def test_what_is_not_graded_shows_the_release_and_says_why(folder, aside):
    (folder / NAME).write_text('{"cells": [<script>')
    intake = take(folder, aside)
    assert intake.not_graded is not None
    first, *rest = intake.notebook.cells
    assert "This is not the same as 0 points" in first.source
    assert intake.not_graded.sentence in first.source
    assert [cell.source for cell in rest] == [cell.source for cell in release().cells]
    nbformat.validate(intake.notebook)
    assert describe(intake)["not_graded"] == intake.not_graded.sentence
    assert (folder / NAME).read_text() == '{"cells": [<script>'


def test_a_students_own_verdict_does_not_come_along(folder):
    notebook = copy.deepcopy(release())
    notebook.metadata = {"autograder": {"not_graded": "please"}, "kernelspec": 5}
    (folder / NAME).write_text(json.dumps(notebook))
    intake = open_notebook(folder, NAME, release())
    assert intake.notebook.metadata == release().metadata
    assert intake.not_graded is None


def test_a_cell_that_takes_the_notes_id_is_no_obstacle(folder, aside):
    notebook = copy.deepcopy(release())
    notebook.cells[0].id = "autograder-intake"
    (folder / NAME).write_text(json.dumps(notebook))
    (folder / "link").symlink_to("/etc/passwd")
    intake = take(folder, aside)
    nbformat.validate(intake.notebook)
    assert len({cell.id for cell in intake.notebook.cells}) == len(intake.notebook.cells)
    assert {grade_id(cell) for cell in release().cells} <= {
        grade_id(cell) for cell in intake.notebook.cells
    }


# --- zip_collect ------------------------------------------------------------------------------------


class Extraction:
    """Unpacks a folder of downloads and keeps what was logged."""

    def __init__(self, tmp_path: Path, caplog: pytest.LogCaptureFixture, **limits: int) -> None:
        self.downloaded, self.extracted = tmp_path / "archive", tmp_path / "extracted"
        self.downloaded.mkdir()
        self.extracted.mkdir()
        self.plugin = LimitedExtractor(**limits)
        self.plugin.log = logging.getLogger("extraction")
        self.log = caplog

    def files(self) -> dict[str, bytes]:
        self.plugin.extract(str(self.downloaded), str(self.extracted))
        return {
            str(path.relative_to(self.extracted)): path.read_bytes()
            for path in self.extracted.rglob("*")
            if path.is_file() and path.suffix != ".zip"
        }


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


OUTSIDE = ("../up.txt", "a/../../up.txt", "/tmp/up.txt", "..\\up.txt", "C:\\up.txt", "a\nb")


def test_entries_that_lead_elsewhere_are_left_out_and_the_others_kept(tmp_path, caplog):
    work = Extraction(tmp_path, caplog)
    members = dict.fromkeys(OUTSIDE, b"evil") | {"ada/task.ipynb": b"{}"}
    (work.downloaded / "class.zip").write_bytes(_zip(members))
    assert work.files() == {"class/ada/task.ipynb": b"{}"}
    assert [path.name for path in tmp_path.iterdir() if path.name == "up.txt"] == []
    assert caplog.text.count("Left out of") == len(OUTSIDE)


def test_links_and_devices_of_a_tar_are_no_files(tmp_path, caplog):
    work = Extraction(tmp_path, caplog)
    with tarfile.open(work.downloaded / "class.tar.gz", "w:gz") as archive:
        for name, kind, target in (
            ("a", tarfile.SYMTYPE, "b"),
            ("b", tarfile.SYMTYPE, "a"),
            ("c", tarfile.LNKTYPE, "/etc/passwd"),
            ("d", tarfile.FIFOTYPE, ""),
            ("e", tarfile.CHRTYPE, ""),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
        member = tarfile.TarInfo("ada.ipynb")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"{}"))
    assert work.files() == {"class/ada.ipynb": b"{}"}


def test_one_damaged_archive_does_not_stop_the_others(tmp_path, caplog):
    work = Extraction(tmp_path, caplog)
    inner = _zip({"task.ipynb": b"{}"})
    outer = {"ada.zip": inner, "ben.zip": inner[:30], "cy.zip": b"no archive", "dan.txt": b"hi"}
    (work.downloaded / "class.zip").write_bytes(_zip(outer))
    (work.downloaded / "empty.gz").write_bytes(b"")
    assert work.files() == {"class/ada/task.ipynb": b"{}", "class/dan.txt": b"hi"}
    assert caplog.text.count("Not unpacked") == 3


def test_a_bomb_stops_at_its_limit(tmp_path, caplog):
    work = Extraction(tmp_path, caplog, max_bytes=10_000_000)
    (work.downloaded / "bomb.zip").write_bytes(_zip({"bomb": bytes(50_000_000)}))
    assert sum(map(len, work.files().values())) <= 10_000_000
    assert "unpack into too much" in caplog.text


def test_archives_in_one_another_end(tmp_path, caplog):
    work = Extraction(tmp_path, caplog)
    content = _zip({"x.txt": b"bottom"})
    for _ in range(5):
        content = _zip({"in.zip": content})
    (work.downloaded / "out.zip").write_bytes(content)
    assert work.files() == {}
    assert "too many archives" in caplog.text
