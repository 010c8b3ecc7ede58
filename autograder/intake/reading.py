"""A submitted notebook file, whatever its bytes are, to a notebook that is valid by construction.

Only what is graded is taken over: each cell's type, text, pasted pictures and nbgrader's own metadata. Outputs
are dropped before anything else looks at them, so that 100 MB of them cost a second (a bounded part of their words is
kept aside), and so are all other settings, which could keep a cell from running or bring markup into a page.

Formats: nbformat 4 has a list of `cells`, each with a `source`; nbformat 2 and 3 have them in `worksheets`,
with `input` in code cells; nbformat 1 has `code` or `text`
(https://nbformat.readthedocs.io/en/latest/format_description.html).
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_notebook

from autograder.errors import NotebookError
from autograder.intake.findings import Finding, NotGraded, Obstacle, Problem
from autograder.notebook.marks import NOTE_ID

MAX_BYTES = 128 * 2**20
"""Largest notebook file that is read: a text takes four times as much in memory if one letter in it is an emoji."""
MAX_PARTS = 4_000_000
"""Most values in the file: each costs the grader some hundred bytes, whatever it costs in the file."""
MAX_CELLS = 5_000
MAX_TEXT = 5_000_000
"""Most characters of all cells together: feedback pages would not open with more."""
MAX_PICTURES = 50_000_000
"""Most characters of all pasted pictures together (base64)."""
MAX_SAID = 2_000_000
"""Most characters that are kept of what all outputs say."""
_LONGEST_SAID, _MOST_OUTPUTS = 20_000, 100
"""Characters and outputs of one cell of which that is kept."""
_PICTURES = ("image/png", "image/jpeg", "image/gif")  # no SVG, which can hold scripts
_TEXT_KEYS = ("source", "input", "code", "text")
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""JSON texts; one that never ends goes to the end, so that nothing is scanned twice."""
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class UnreadableError(NotebookError):
    """The file holds no notebook that could be graded.

    Attributes:
        verdict: why.
    """

    def __init__(self, verdict: NotGraded) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


@dataclass(frozen=True)
class Reading:
    """A notebook that was read.

    Attributes:
        notebook: nbformat 4.5, valid, without outputs.
        findings: what was odd about it.
        said: what the outputs of each cell say in words, as it was handed in; a stranger's word, cut where it is long.
    """

    notebook: NotebookNode
    findings: tuple[Finding, ...]
    said: tuple[str, ...] = ()


def read_file(path: Path) -> bytes:
    """Return the content of a regular file of bounded size, following no link and waiting for nothing.

    Raises:
        UnreadableError: it is something else, or too large, or cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableError(NotGraded(path.name, Obstacle.MISSING)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(NotGraded(path.name, Obstacle.MISSING))
        if status.st_size > MAX_BYTES:
            raise UnreadableError(NotGraded(path.name, Obstacle.LARGE))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES)
    finally:
        os.close(descriptor)


def read_notebook(content: bytes, name: str) -> Reading:
    """Read a notebook.

    Args:
        content: the file.
        name: what it is called in findings.

    Raises:
        UnreadableError: it is no notebook, or breaks a limit of this module.
    """
    findings: list[Finding] = []

    def refuse(obstacle: Obstacle, detail: str = "") -> UnreadableError:
        return UnreadableError(NotGraded(name, obstacle, detail))

    if len(content) > MAX_BYTES or _too_many_parts(content):
        raise refuse(Obstacle.LARGE)
    if not content.strip():
        raise refuse(Obstacle.EMPTY)
    text, is_sound = _decode(content)
    if text is None:
        raise refuse(Obstacle.BINARY)
    try:
        tree = _parse(text)
    except RecursionError:
        raise refuse(Obstacle.DEEP) from None
    except json.JSONDecodeError as error:
        if _CONFLICT.search(content):
            raise refuse(Obstacle.CONFLICT) from None
        if not is_sound or "\0" in text:
            raise refuse(Obstacle.BINARY) from None
        ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise refuse(Obstacle.TRUNCATED if ended else Obstacle.NO_JSON, place) from None
    raw_cells = _find_cells(tree)
    if raw_cells is None:
        raise refuse(Obstacle.NO_NOTEBOOK)
    if len(raw_cells) > MAX_CELLS:
        raise refuse(Obstacle.LARGE, f"{len(raw_cells)} cells")
    if not is_sound:
        findings.append(Finding(name, Problem.ENCODING))
    version = tree.get("nbformat")
    if version != 4 or type(version) is not int:
        findings.append(Finding(name, Problem.FORMAT, _version(version)))
    cells = _Cells(name)
    try:
        notebook = new_notebook(cells=[cells.read(raw, i) for i, raw in enumerate(raw_cells)])
    except RecursionError:
        raise refuse(Obstacle.DEEP) from None
    if cells.characters > MAX_TEXT:
        raise refuse(Obstacle.LARGE, f"{cells.characters} characters of text")
    return Reading(notebook, (*findings, *cells.findings), _said(raw_cells))


def _too_many_parts(content: bytes) -> bool:
    """Bound the number of values before any of them is made, by commas and opening brackets outside texts."""

    def bound(data: bytes) -> int:
        return sum(data.count(sign) for sign in (b",", b"[", b"{"))

    # Texts are taken out only where it matters: that takes a second for 100 MB.
    return bound(content) > MAX_PARTS and bound(_STRINGS.sub(b"", content)) > MAX_PARTS


def _decode(content: bytes) -> tuple[str | None, bool]:
    """Return the text, and whether all of it was text; None if it is none."""
    encoding = json.detect_encoding(content)
    try:
        # As JSON's own reader does; half surrogate pairs are replaced later, in the texts that are kept.
        return content.decode(encoding, "surrogatepass").removeprefix("\ufeff"), True
    except UnicodeDecodeError:
        # One letter of another encoding is no reason to lose a notebook; a picture or an archive is none.
        if encoding.startswith("utf-8") and b"\0" not in content:
            return content.decode(encoding, "replace").removeprefix("\ufeff"), False
        return None, False


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more than 4,300 digits, which no notebook needs
        return json.loads(text, parse_int=str)


def _find_cells(tree: Any) -> list[Any] | None:
    """Return the list of cells of any version of the format, or None."""
    if not isinstance(tree, dict):
        return None
    cells = tree.get("cells")
    sheets = tree.get("worksheets")
    lists = [cells] if isinstance(cells, list) else []
    if isinstance(sheets, list):
        lists += [
            sheet["cells"]
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        ]
    return [cell for found in lists for cell in found] if lists else None


def _version(version: object) -> str:
    if version is None:
        return "no version is named"
    return (
        f"version {version}" if type(version) is int and abs(version) < 1000 else "an odd version"
    )


class _Cells:
    """Reads the cells of one notebook, one after another."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []
        self.characters = 0
        self.pictures = 0
        self.taken: set[str] = set()

    def read(self, raw: Any, index: int) -> NotebookNode:
        text, kind = _text_and_kind(raw)
        if kind is None:
            self.findings.append(Finding(f"{self.name}, cell {index + 1}", Problem.ODD))
        self.characters += len(text)
        # Made by hand: nbformat's own makers validate each cell against the schema, which takes longer than reading.
        cell = NotebookNode(
            id=self.new_id(raw, index),
            cell_type=kind or "raw",
            metadata=NotebookNode(),
            source=_encodable(text),
        )
        if kind == "code":
            cell.update(outputs=[], execution_count=None)
        if isinstance(raw, dict):
            if about := _nbgrader(raw):
                cell.metadata["nbgrader"] = about
            if kind == "markdown" and (pictures := self.attachments(raw)):
                cell["attachments"] = pictures
        return cell

    def new_id(self, raw: Any, index: int) -> str:
        """Return the cell's own id, where the format allows it and no cell before has it."""
        name = raw.get("id") if isinstance(raw, dict) else None
        if (
            not (isinstance(name, str) and _CELL_ID.fullmatch(name))
            or name.startswith(NOTE_ID)  # by which the grader's own notes are known
            or name in self.taken
        ):
            name = f"cell-{index + 1}"
            while name in self.taken:
                name += "x"
        self.taken.add(name)
        return name

    def attachments(self, raw: dict[str, Any]) -> NotebookNode | None:
        """Return the pictures that were pasted into a text."""
        found = raw.get("attachments")
        kept: dict[str, dict[str, str]] = {}
        for name, bundle in found.items() if isinstance(found, dict) else ():
            for kind, data in bundle.items() if isinstance(bundle, dict) else ():
                if kind in _PICTURES and (text := _joined(data)) is not None:
                    self.pictures += len(text)
                    if self.pictures <= MAX_PICTURES:
                        kept.setdefault(_encodable(name), {})[kind] = _encodable(text)
        return from_dict(kept) if kept else None


def _text_and_kind(raw: Any) -> tuple[str, str | None]:
    """Return a cell's text and type; None if it is none that is known, and the text then holds all there is."""
    if not isinstance(raw, dict):
        return raw if isinstance(raw, str) else _as_json(raw), None
    texts = [raw[key] for key in _TEXT_KEYS if raw.get(key) is not None]
    text = _joined(texts[0]) if texts else ""
    if text is None:
        return _as_json({key: value for key, value in raw.items() if key != "outputs"}), None
    match raw.get("cell_type"):
        case "code" | "markdown" | "raw" as kind:
            return text, kind
        case "heading":  # nbformat 3
            level = raw.get("level")
            marks = "#" * (level if type(level) is int and 1 <= level <= 6 else 1)
            return f"{marks} {text}", "markdown"
        case "html" | "text":  # nbformat 3 and 1
            return text, "markdown"
        case _:
            return text, None


def _said(raw_cells: list[Any]) -> tuple[str, ...]:
    """Return what the outputs of each cell say in words, of any version of the format."""
    said = []
    room = MAX_SAID
    for raw in raw_cells:
        outputs = raw.get("outputs") if isinstance(raw, dict) else None
        words = []
        for output in outputs[:_MOST_OUTPUTS] if isinstance(outputs, list) and room else ():
            if isinstance(output, dict):
                data = output.get("data")
                plain = data.get("text/plain") if isinstance(data, dict) else None
                parts = (output.get("text"), plain, output.get("evalue"))
                words += [text[:_LONGEST_SAID] for part in parts if (text := _joined(part))]
        said.append(_encodable("\n".join(words)[: min(room, _LONGEST_SAID)]))
        room -= len(said[-1])
    return tuple(said)


def _joined(text: Any) -> str | None:
    if isinstance(text, str):
        return text
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    return None


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _nbgrader(raw: dict[str, Any]) -> NotebookNode | None:
    """Return nbgrader's metadata of a cell, if they are as flat as nbgrader writes them."""
    metadata = raw.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(about, dict):
        return None
    plain = (str, int, float, type(None))
    return from_dict(
        {
            _encodable(key): _encodable(value) if isinstance(value, str) else value
            for key, value in about.items()
            if isinstance(value, plain)
        }
    )


def _encodable(text: str) -> str:
    """Replace half surrogate pairs, which JSON can hold and a file in UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
