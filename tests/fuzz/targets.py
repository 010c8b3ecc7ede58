"""What is fuzzed: each target takes one structure and raises if something that must hold does not."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import determine_grade

from autograder.feedback.cells import write_judgement
from autograder.intake.collecting import LimitedExtractor, SafeCollector
from autograder.intake.folder import FolderLimits, check_folder, is_safe_name
from autograder.intake.reading import UnreadableError, read_notebook
from autograder.intake.submission import take_in
from autograder.kernel.outputs import plain_content
from autograder.notebook.marks import grade_id
from autograder.notebook.repair import repair
from autograder.seam import probe
from autograder.seam.wire import Message, WireError, pack, unpack
from autograder.verdicts import CheckInfo, Judgement, Status, Verdict
from tests.fuzz.mutations import ARCHIVES, ENTRIES, FILES, MESSAGES, OUTPUTS, RELEASED, values

NAME = "task.ipynb"


def given() -> NotebookNode:
    """Return the released notebook, which nobody may change for the next structure."""
    return copy.deepcopy(RELEASED)


_SILENT = logging.getLogger("fuzz")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
ORDER = [name for cell in given().cells if (name := grade_id(cell))]
SECONDS = 30.0
"""Time limit for a structure; each takes some hundredths of a second, also on a machine that has much else to do."""
LIMITS = FolderLimits(entries=20, depth=4, file=2_000, total=6_000)


@dataclass(frozen=True)
class Target:
    """A part that is fuzzed.

    Attributes:
        structures: the strategy that its structures come from.
        check: raises if something that must hold does not; returns what became of the structure.
        seconds: time limit for one structure.
        share: its part of a run's structures.
    """

    structures: st.SearchStrategy[Any]
    check: Callable[[Any], str]
    seconds: float
    share: float


def reader(content: bytes) -> str:
    """Every file gives a valid notebook with all of the student's texts, or a reason."""
    try:
        notebook = read_notebook(content, NAME).notebook
    except UnreadableError as error:
        return error.verdict.obstacle.name.lower()
    expect_valid(notebook)
    read = [cell.source for cell in notebook.cells]
    for text in texts_of(content):
        assert text in read, f"lost: {text!r}"
    return "read"


def submission(content: bytes) -> str:
    """A folder with any file as its notebook comes back to the release's shape, and no line of it is lost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "submitted")
        folder.mkdir()
        (folder / NAME).write_bytes(content)
        intake = take_in(folder, NAME, given(), Path(name, "aside"))
        assert (folder / NAME).read_bytes() == content, "a submitted file was changed"
    expect_valid(intake.notebook)
    lines = [line for text in texts_of(content) for line in text.splitlines()]
    written = [line.strip() for line in lines]  # blanks around a line are no work
    repair(intake.notebook, given())
    expect_valid(intake.notebook)
    names = [name for cell in intake.notebook.cells if (name := grade_id(cell))]
    assert names == ORDER
    again = copy.deepcopy(intake.notebook)
    assert repair(again, given()) == []
    assert again == intake.notebook
    if intake.not_graded is not None:
        return "not graded"
    texts = [cell.source for cell in [*intake.notebook.cells, *given().cells]]
    kept = "\n".join(texts)
    for line in written:
        assert line in kept, f"lost: {line!r}"
    return "graded, with findings" if intake.findings else "graded"


def folder(entries: list[tuple[list[str], str]]) -> str:
    """After intake a folder holds only safe files, and every file is there or in the quarantine."""
    with tempfile.TemporaryDirectory() as name:
        place, aside = Path(name, "submitted"), Path(name, "aside")
        place.mkdir()
        outside = Path(name, "outside")
        outside.write_text("outside")
        contents = build(place, entries, outside)
        found = check_folder(place, aside, (NAME,), LIMITS)
        for parent, folders, files in os.walk(place):
            for entry in (*folders, *files):
                status = Path(parent, entry).lstat()
                assert stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
                assert is_safe_name(entry)
                assert status.st_size <= LIMITS.file or stat.S_ISDIR(status.st_mode)
        kept = {
            path.read_bytes()
            for path in (*place.rglob("*"), *aside.rglob("files/**/*"))
            if path.is_file() and not path.is_symlink()
        }
        assert contents <= kept, "a file is lost"
        assert outside.read_text() == "outside"
        assert check_folder(place, aside, (NAME,), LIMITS) == found
        intake = take_in(place, NAME, given(), aside)
        expect_valid(intake.notebook)
        json.dumps([finding.sentence for finding in intake.findings], ensure_ascii=False).encode()
        return "set aside" if found else "safe"


def build(place: Path, entries: list[tuple[list[str], str]], outside: Path) -> set[bytes]:
    """Make the entries, as far as they fit; return what the files hold."""
    contents = set()
    for number, (parts, kind) in enumerate(entries):
        path = place.joinpath(*parts)
        content = f"content {number}".encode()
        with contextlib.suppress(
            OSError
        ):  # a file where a folder is wanted, or the other way round
            path.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(path) or not path.parent.resolve().is_relative_to(place.resolve()):
                continue
            match kind:
                case "file":
                    path.write_bytes(content)
                    contents.add(content)
                case "notebook":
                    content = json.dumps(given()).encode()
                    path.write_bytes(content)
                    contents.add(content)
                case "link":
                    path.symlink_to(outside)
                case "loop":
                    path.symlink_to(".")
                case "pipe":
                    os.mkfifo(path)
                case "large":
                    content += bytes(LIMITS.file)
                    path.write_bytes(content)
                    contents.add(content)
                case "folder":
                    path.mkdir()
    return contents


def archive(download: tuple[str, bytes]) -> str:
    """Whatever one student's archive holds, it stays in its folder and limits, and the others' work stays theirs."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        downloaded, extracted = (
            root / "downloaded" / NAME / step for step in ("archive", "extracted")
        )
        downloaded.mkdir(parents=True)
        (downloaded / download[0]).write_bytes(download[1])
        for student in ("ann", "ben"):
            (downloaded / f"{student}_task.ipynb").write_text(student)
        app = ZipCollectApp()
        app.log, app.coursedir = _SILENT, CourseDirectory(root=name, assignment_id=NAME)
        app.extractor_plugin_inst = extractor = LimitedExtractor(parent=app, max_bytes=20_000)
        collector = SafeCollector(
            parent=app, named_regexp=r".*/(?P<student_id>\w+?)_(?P<file_id>task)\.ipynb"
        )
        extracted.mkdir()
        extractor.extract(str(downloaded), str(extracted))
        files = [Path(parent, file) for parent, _, names in os.walk(root) for file in names]
        own = [
            path for path in files if path.is_relative_to(extracted / archive_folder(download[0]))
        ]
        assert len(files) == len(own) + 5, "something lies outside"
        assert all(stat.S_ISREG(path.lstat().st_mode) for path in own)
        assert sum(path.stat().st_size for path in own) <= 20_000
        for student in ("ann", "ben"):
            assert collector.collect(str(extracted / f"{student}_task.ipynb")) is not None
        for path in own:
            taken = collector.collect(str(path))
            assert taken is None or taken["student_id"] == "mal", "taken for another's"
        return f"{min(len(own), 3)} files"


def archive_folder(name: str) -> str:
    """Return the folder that an archive is unpacked into."""
    return name.removesuffix(Path(name).suffix).removesuffix(".tar")


def wire(message: tuple[bytes, bytes]) -> str:
    """A message that somebody has written or changed gives data, or a WireError."""
    text, archive = message
    try:
        unpack(Message(text.decode("utf-8", "surrogatepass"), archive))
    except UnicodeDecodeError:
        return "no text"
    except WireError:
        return "refused"
    return "data"


def probed(value: Any) -> str:
    """Whatever a student's function returns comes back as an answer that can be read, or is refused."""
    sent = pack({"fetch": "value"})
    text, archive = probe.answer(sent.text, sent.archive, {"value": value})
    try:
        answer = unpack(Message(text, archive))
    except WireError:
        return "refused"
    assert isinstance(answer, dict)
    return "error" if "error" in answer else "data"


def judged(messages: list[dict[str, Any]]) -> str:
    """Points are read as the grader gave them, whatever a kernel says that a cell has displayed."""
    about = {"grade": True, "grade_id": "check_f", "locked": True, "points": 3, "schema_version": 3,
             "solution": False, "task": False}  # fmt: skip
    cell = nbformat.v4.new_code_cell("1", metadata={"nbgrader": about})
    for content in messages:
        kind = str(content["output_type"])
        # Every other error than these would end the student's kernel, and with it the run.
        with contextlib.suppress(KeyError, TypeError, AttributeError):
            if (plain := plain_content(kind, content)) is not None:
                message = {"header": {"msg_type": kind}, "content": plain}
                cell.outputs.append(nbformat.v4.output_from_msg(message))
    shown = len(cell.outputs)
    check = CheckInfo("test_f", "title", 3, 0, "Do it.", None)
    judgement = Judgement("check_f", 1, (Verdict(check, Status.FAILED, "seen"),))
    write_judgement(cell, judgement)
    assert determine_grade(cell) == (0.0, 3.0)
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    assert len(results) == 1
    assert cell.outputs[-1] is results[0]
    nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
    return f"{shown} shown"


def expect_valid(notebook: NotebookNode) -> None:
    """Raise unless a notebook is valid and can be written."""
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert not any(cell.get("outputs") for cell in notebook.cells)


def texts_of(content: bytes) -> list[str]:
    """Return what a student has written in a file, found without the reader's help."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return []
    tree = tree if isinstance(tree, dict) else {}
    sheets = tree.get("worksheets") if isinstance(tree.get("worksheets"), list) else []
    holders = [tree, *sheets]
    cells = [
        cell
        for holder in holders
        if isinstance(holder, dict) and isinstance(holder.get("cells"), list)
        for cell in holder["cells"]
        if isinstance(cell, dict) and cell.get("cell_type") in ("code", "markdown", "raw")
    ]
    texts = []
    for cell in cells:
        text = cell.get("source")
        if isinstance(text, list) and all(isinstance(line, str) for line in text):
            text = "".join(text)
        if isinstance(text, str):
            texts.append(text.encode("utf-8", "replace").decode())
    return texts


TARGETS = {
    "reader": Target(FILES, reader, SECONDS, 0.3),
    "submission": Target(FILES, submission, SECONDS, 0.2),
    "folder": Target(ENTRIES, folder, SECONDS, 0.1),
    "archive": Target(ARCHIVES, archive, SECONDS, 0.1),
    "wire": Target(MESSAGES, wire, SECONDS, 0.1),
    "probe": Target(values(), probed, SECONDS, 0.1),
    "judgement": Target(OUTPUTS, judged, SECONDS, 0.1),
}
