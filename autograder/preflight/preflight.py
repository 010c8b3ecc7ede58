#!/usr/bin/env python3
"""Looks through your work before you hand it in: what is missing, unfinished, too large or secret.

    python preflight.py                        the folder that this file lies in
    python preflight.py FOLDER                 another one
    python preflight.py https://github.com/…   the pull request as well
    python preflight.py --install              let git, and GitHub's Actions, run it by themselves

It needs Python 3.8 or newer and nothing else; git and the network are asked where they are there. It changes nothing
(but for --install) and runs nothing of yours. What is to be handed in stands in `handing_in.json` beside the notebook.

Exit status: 0 nothing is wrong, 1 something is, 2 it could not be looked at.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import json
import os
import re
import stat
import subprocess
import sys
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

DECLARATION = "handing_in.json"
"""Says what is to be handed in."""
ALL_CHECKS = ("due", "branch", "files", "notebook", "executed", "finished", "staged", "link")
RIGHT, WRONG, OPEN = "right", "wrong", "not checked"
_SIGNS = {RIGHT: "✓", WRONG: "✗", OPEN: "–"}
_PLAIN_SIGNS = {RIGHT: "ok ", WRONG: "NO ", OPEN: "-- "}
"""For terminals that cannot show the others."""

_MB = 1_000_000
_MOST_ENTRIES = 100_000
_MOST_NAMED = 3
_SECONDS = 8.0
_GIT_SECONDS = 60.0
_NOT_LOOKED_INTO = {"__pycache__", "node_modules", "site-packages", "venv", "env", "__MACOSX"}
"""Folders of tools, besides hidden ones."""

_NAMED_UTC = re.compile(r"[Zz]$| ?UTC$")
"""What Python does not read before 3.11, or at all."""
_UNCOMMITTED = "work not committed"

# Each takes time in proportion to the text, whoever wrote it: an instructor has strangers' notebooks read.
_STUB_LINE = re.compile(r"^[ \t]*raise[ \t]+NotImplementedError\b(?:[ \t]*\((.*)\))?", re.MULTILINE)
_CODE_MARK = re.compile(r"^([ \t]*)#.*YOUR CODE HERE", re.MULTILINE)
_ANSWER_MARK = re.compile(r"^[ \t]*YOUR ANSWER HERE[ \t\r]*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_CONFLICT = (re.compile(r"^<{7} ", re.MULTILINE), re.compile(r"^>{7} ", re.MULTILINE))
_MOST_STUBS = 50
_LONGEST_VALUE = 400
_KIT_METADATA = "autograder"
_BETWEEN_STUBS = " | "

_DATA = re.compile(
    r"\.(?:pt|pth|ckpt|safetensors|bin|h5|hdf5|keras|onnx|gguf|npy|npz|pkl|pickle|joblib|parquet|feather"
    r"|zip|tar|tgz|gz|bz2|xz|7z|rar)$|-ubyte$",
    re.IGNORECASE,
)
"""Names of data, weights and archives, which do not belong into a repository."""
_SECRET_FILE = re.compile(
    r"^(?:\.env(?:\.(?!example$|sample$|template$).*)?|\.netrc|\.git-credentials|\.pypirc|kaggle\.json"
    r"|credentials\.json|id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:pem|key|p12|pfx))$",
    re.IGNORECASE,
)
_SECRETS = (
    ("a token of GitHub", re.compile(r"(?<![\w-])(?:gh[opusr]_\w{36}|github_pat_\w{50})")),
    ("a token of GitLab", re.compile(r"(?<![\w-])glpat-[\w-]{20}")),
    ("a token of Hugging Face", re.compile(r"(?<![\w-])hf_[A-Za-z0-9]{30}")),
    # With a digit and a capital: a long name may begin with `sk-` as well.
    (
        "a key of OpenAI's or Anthropic's kind",
        re.compile(r"(?<![\w-])sk-(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20}"),
    ),
    ("a key of Amazon's", re.compile(r"(?<![\w+/-])AKIA[0-9A-Z]{16}(?![\w+/=])")),
    ("a key of Google's", re.compile(r"(?<![\w+/-])AIza[\w-]{35}(?![\w+/=-])")),
    ("a token of Slack", re.compile(r"(?<![\w-])xox[abprs]-[\w-]{20}")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
)
_IN_SECRETS = (
    *(
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "hf_",
        "sk-",
        "AKIA",
        "AIza",
    ),
    *("xox", "PRIVATE KEY-----"),
)
"""One of these stands in whatever has one of those forms."""

_REQUESTS = (
    ("GitHub", re.compile(r"^/[^/]+/[^/]+/pull/[1-9]\d*(?:/(?:files|commits|checks|changes))?/?$")),
    ("GitLab", re.compile(r"^/[^/]+(?:/[^/]+)+/-/merge_requests/[1-9]\d*(?:/\w+)?/?$")),
    ("Gitea", re.compile(r"^/[^/]+/[^/]+/pulls/[1-9]\d*(?:/(?:files|commits))?/?$")),
)
_SIGN_IN = re.compile(r"/(?:login|sign_in|signin|sessions?)(?:[/?]|$)", re.IGNORECASE)


class DeclarationError(Exception):
    """What is to be handed in is not said, or not in a way that can be read."""


class Line(NamedTuple):
    """What one check has found.

    Attributes:
        check: one of `ALL_CHECKS`.
        state: `RIGHT`, `WRONG` or `OPEN`.
        what: was found, a sentence without a full stop.
        way_out: what to do, or "".
        reason: in a few words that can be counted over a class, where it is wrong.
    """

    check: str
    state: str
    what: str
    way_out: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Declaration:
    """What is to be handed in.

    Attributes:
        assignment: its name.
        required: patterns of files that must be there, by name in any folder, or by path where they hold a slash.
        optional: patterns of files that may be there besides, whatever they are.
        executed: patterns of those notebooks that are to be finished, and run from top to bottom.
        branch: where the work is; "" where any will do.
        largest_file: in bytes.
        largest_total: of all that is handed in, in bytes.
        due: until when, with its offset from UTC; None where nothing says so.
        zone: name of the time zone that `due` is in, or "".
        choice: the variable by which a student chooses among tasks; "" where there is no such choice.
        choice_cells: by its value, the cells of that task: only those of the chosen one need be finished.
        values: what variables of the notebook have to be when it is handed in.
    """

    assignment: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    executed: tuple[str, ...] = ()
    branch: str = ""
    largest_file: int = 25 * _MB
    largest_total: int = 100 * _MB
    due: datetime | None = None
    zone: str = ""
    choice: str = ""
    choice_cells: dict[str, tuple[str, ...]] | None = None
    values: dict[str, Any] | None = None


class Entry(NamedTuple):
    """A file that lies in a folder.

    Attributes:
        place: its path within the folder, with slashes.
        path: where it is.
        size: in bytes.
        is_file: whether it is a plain file, and no link or pipe.
    """

    place: str
    path: Path
    size: int
    is_file: bool

    @property
    def shown(self) -> str:
        """Its place as any terminal can show it."""
        return plain(self.place)


# --- the declaration ---------------------------------------------------------------------------------


def read_declaration(file: Path) -> Declaration:
    """Read what is to be handed in.

    Raises:
        DeclarationError: the file cannot be read, or says something that cannot be meant.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DeclarationError(f"{file} cannot be read: {error}") from error
    try:
        return declaration_from(data)
    except DeclarationError as error:
        raise DeclarationError(f"{file}: {error}") from error


def declaration_from(data: Any) -> Declaration:
    """Return the declaration that plain data make.

    Raises:
        DeclarationError: they make none.
    """
    if not isinstance(data, dict):
        raise DeclarationError('is to be an object: {"assignment": …, "required": […]}')
    known = {
        *("assignment", "branch", "required", "optional", "executed", "choice", "values"),
        *("largest_file_mb", "largest_total_mb", "due", "zone"),
    }
    if unknown := sorted(set(data) - known):
        raise DeclarationError(f"`{unknown[0]}` is none of {', '.join(sorted(known))}")
    required = _patterns(data, "required")
    if not required:
        raise DeclarationError('`required` is to name a file at least, such as ["lab.ipynb"]')
    notebooks = tuple(pattern for pattern in required if pattern.endswith(".ipynb"))
    variable, cells = _choice(data.get("choice"))
    values = data.get("values", {})
    if not isinstance(values, dict):
        raise DeclarationError('`values` is to be an object, such as {"QUICK": false}')
    zone = _text(data, "zone")
    return Declaration(
        assignment=_text(data, "assignment"),
        required=required,
        optional=_patterns(data, "optional"),
        executed=_patterns(data, "executed") if "executed" in data else notebooks,
        branch=_text(data, "branch"),
        largest_file=_size(data, "largest_file_mb", 25),
        largest_total=_size(data, "largest_total_mb", 100),
        due=_due(data.get("due"), zone),
        zone=zone,
        choice=variable,
        choice_cells=cells,
        values=values,
    )


def _text(data: dict[str, Any], key: str) -> str:
    found = data.get(key)
    if found is not None and not isinstance(found, str):
        raise DeclarationError(f"`{key}` is to be a text")
    return found or ""


def _patterns(data: dict[str, Any], key: str) -> tuple[str, ...]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise DeclarationError(f'`{key}` is to be a list of names, such as ["lab_*.ipynb"]')
    return tuple(found)


def _size(data: dict[str, Any], key: str, default: float) -> int:
    found = data.get(key, default)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 < found < 1e6:
        raise DeclarationError(f"`{key}` is to be a number of MB above 0")
    return int(found * _MB)


def _choice(found: Any) -> tuple[str, dict[str, tuple[str, ...]]]:
    if found is None:
        return "", {}
    try:
        cells = {str(value): tuple(map(str, names)) for value, names in found["cells"].items()}
        return str(found["variable"]), cells
    except (AttributeError, KeyError, TypeError) as error:
        example = '{"variable": "experiment", "cells": {"A": ["experiment_a"]}}'
        raise DeclarationError(f"`choice` is to be as in {example}") from error


def _due(found: Any, zone: str) -> datetime | None:
    if found is None:
        return None
    example = '"2026-12-13T23:59:00-05:00"'
    try:
        due = datetime.fromisoformat(_NAMED_UTC.sub("+00:00", found))
    except (TypeError, ValueError) as error:
        raise DeclarationError(f"`due` is to be a time such as {example}") from error
    if due.tzinfo is None:
        raise DeclarationError(f"`due` names no time zone: write it as in {example}")
    if zone and (there := _offset_in(zone, due)) not in (None, due.utcoffset()):
        right = due.astimezone(timezone(there or timedelta())).strftime("%z")
        raise DeclarationError(
            f"`due` says {due.strftime('%z')}, but in {zone} it is {right} on that day"
        )
    return due


def read_time(text: str) -> datetime | None:
    """Return the time that git or a file says, None if it says none with its offset from UTC."""
    try:
        found = datetime.fromisoformat(_NAMED_UTC.sub("+00:00", text.strip()))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _offset_in(zone: str, time: datetime) -> timedelta | None:
    """Return what a time zone is ahead of UTC; None where this computer does not know it."""
    try:
        from zoneinfo import ZoneInfo  # not before Python 3.9

        return time.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (ImportError, KeyError, ValueError, OSError):
        return None


# --- files -------------------------------------------------------------------------------------------


def plain(text: str, longest: int = 120) -> str:
    """Return a text in one line as any terminal can show it: names and headings may hold anything."""
    safe = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    ).replace("`", "'")
    return safe if len(safe) <= longest else safe[:longest] + " …"


def matches(place: str, pattern: str) -> bool:
    """Return whether a path, with slashes, is meant by a pattern; large and small letters are the same."""
    name = place if "/" in pattern else place.rpartition("/")[2]
    return fnmatch.fnmatchcase(_folded(name), _folded(pattern))


def _folded(name: str) -> str:
    return _composed(name).lower()


def _composed(name: str) -> str:
    # A Mac writes an accented letter as two characters.
    return unicodedata.normalize("NFC", name)


def files_in(root: Path) -> list[Entry]:
    """List the files in a folder, sorted, without following a link; those of hidden folders are left out."""
    found: list[Entry] = []
    waiting = [(root, "")]
    seen = 0
    while waiting and seen < _MOST_ENTRIES:
        folder, above = waiting.pop(0)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        seen += len(entries)
        for entry in entries:
            place = above + entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.S_ISDIR(status.st_mode):
                if not entry.name.startswith(".") and entry.name not in _NOT_LOOKED_INTO:
                    waiting.append((Path(entry.path), place + "/"))
            else:
                is_file = stat.S_ISREG(status.st_mode)
                found.append(Entry(place, Path(entry.path), status.st_size, is_file))
    return found


def label(pattern: str) -> str:
    """Return what a required file is called for short: `lab_5` for `lab_5*.ipynb`."""
    name = pattern.rpartition("/")[2]
    stem = re.sub(r"\.ipynb$", "", name)
    return stem.replace("*", "").replace("?", "").strip(" _-.") or name


def check_files(
    declaration: Declaration, entries: Sequence[Entry], nearest: str
) -> tuple[list[Line], dict[str, Entry]]:
    """Look for the required files.

    Args:
        declaration: what is to be handed in.
        entries: what lies there.
        nearest: the folder, with a slash at its end or "", in which a file is meant rather than in another one.

    Returns:
        Lines, and the file that is meant by each pattern.
    """
    lines, meant = [], {}
    others = [e for e in entries if not any(matches(e.place, p) for p in declaration.required)]
    for pattern in declaration.required:
        found = [entry for entry in entries if matches(entry.place, pattern)]
        found.sort(key=lambda e: (not e.place.startswith(nearest), e.place.count("/"), e.place))
        name = label(pattern)
        if not found:
            lines.append(_missing(pattern, name, others))
            continue
        first = found[0]
        meant[pattern] = first
        if not first.is_file:
            way_out = "put the file itself there; a link leads nowhere on another computer"
            lines.append(
                Line(
                    "files", WRONG, f"{first.shown} is no plain file", way_out, f"{name} is no file"
                )
            )
        elif not first.size:
            way_out = "save it in Jupyter once more, and look at its size"
            lines.append(Line("files", WRONG, f"{first.shown} is empty", way_out, f"{name} empty"))
        elif first.size > declaration.largest_file:
            way_out = f"at most {_mb(declaration.largest_file)}: clear large outputs, such as pictures in a loop"
            what = f"{first.shown} has {_mb(first.size)}"
            lines.append(Line("files", WRONG, what, way_out, f"{name} too large"))
    if not lines:
        named = ", ".join(meant[pattern].shown for pattern in declaration.required)
        lines.append(Line("files", RIGHT, f"all files are there: {named}"))
    return lines, meant


def _missing(pattern: str, name: str, others: Sequence[Entry]) -> Line:
    ending = Path(pattern).suffix.lower()
    stem = re.sub(r"\W|_", "", _folded(name))
    alike = [
        e.shown
        for e in others
        if ending and ending in e.place.lower() and stem in re.sub(r"\W|_", "", _folded(e.place))
    ]
    has_signs = any(sign in pattern for sign in "*?[")
    wanted = f"{name} (a file {pattern})" if has_signs else pattern
    there = f"; there is {', '.join(alike[:_MOST_NAMED])}" if alike else ""
    way_out = f"rename it to {pattern}" if alike else "put it beside the others, under this name"
    return Line("files", WRONG, f"{wanted} is missing{there}", way_out, f"{name} missing")


def _mb(size: int) -> str:
    return f"{size / _MB:.1f} MB" if size >= _MB / 10 else f"{size / 1000:.1f} kB"


# --- notebooks ---------------------------------------------------------------------------------------


def read_plain_file(entry: Entry, most: int) -> bytes:
    """Read a plain file.

    Raises:
        OSError: it is none any more, is larger than `most`, or cannot be read.
    """
    status = entry.path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError("is no plain file")
    if status.st_size > most:
        raise OSError(f"has {_mb(status.st_size)}")
    return entry.path.read_bytes()


def parse_notebook(content: bytes) -> tuple[dict[str, Any] | None, str, str]:
    """Read a notebook.

    Returns:
        The notebook, or None; what is wrong with it, and the way out.
    """
    again = "open it in JupyterLab; where that fails, go back to a copy or to an earlier commit"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, "is not UTF-8 text, so no notebook", again
    if all(mark.search(text) for mark in _CONFLICT):
        way_out = "take one side of the conflict: git checkout --ours or --theirs, then git add"
        return None, "holds the marks of a git merge that was not finished", way_out
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "is not valid JSON, so no notebook", again
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        return None, "is JSON, but no notebook", again
    if data["nbformat"] != 4:
        way_out = "open it in JupyterLab and save it: that brings it up to date"
        return (
            None,
            f"is of notebook format {plain(str(data['nbformat']), 9)}, and 4 is wanted",
            way_out,
        )
    cells = data.get("cells")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        return None, "has no proper list of cells, so it is no notebook", again
    return data, "", ""


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    source, outputs = cell.get("source", ""), cell.get("outputs", [])
    is_text = isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(part, str) for part in source)
    )
    return (
        is_text
        and isinstance(cell.get("metadata", {}), dict)
        and isinstance(outputs, list)
        and all(isinstance(output, dict) for output in outputs)
    )


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _about(cell: dict[str, Any], key: str) -> dict[str, Any]:
    found = cell.get("metadata", {}).get(key)
    return found if isinstance(found, dict) else {}


class _Numbered(NamedTuple):
    """A cell, and in words where it stands."""

    cell: dict[str, Any]
    where: str


def _numbered(notebook: dict[str, Any]) -> list[_Numbered]:
    found, heading, above = [], "", 0
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "markdown" and (titles := _HEADING.findall(_source(cell))):
            heading, above = plain(titles[-1].rstrip(" \t\r#"), 60), number
        after = number - above
        below = (
            f"{'the cell' if after == 1 else f'cell {after}'} below “{heading}”" if heading else ""
        )
        found.append(_Numbered(cell, below if after and below else f"cell {number}"))
    return found


def check_notebook(entry: Entry, name: str, declaration: Declaration) -> list[Line]:
    """Look into one notebook that is handed in.

    Args:
        entry: the file.
        name: what it is called for short.
        declaration: says whether it is to be finished and run from top to bottom.
    """
    try:
        content = read_plain_file(entry, declaration.largest_file)
    except OSError as error:
        what = f"{entry.shown} cannot be read: {plain(str(error))}"
        return [Line("notebook", WRONG, what, "", f"{name} unreadable")]
    notebook, wrong, way_out = parse_notebook(content)
    if notebook is None:
        return [Line("notebook", WRONG, f"{entry.shown} {wrong}", way_out, f"{name} broken")]
    cells = _numbered(notebook)
    code = [c for c in cells if c.cell["cell_type"] == "code" and _source(c.cell).strip()]
    lines = []
    if not code:
        lines.append(
            Line(
                "notebook",
                WRONG,
                f"{entry.shown} has no code",
                "is it the right file?",
                f"{name} without code",
            )
        )
    elif not any(c.cell.get("outputs") for c in code):
        way_out = "Kernel → Restart Kernel and Run All Cells, then save"
        what = f"{entry.shown} is saved without outputs"
        lines.append(Line("notebook", WRONG, what, way_out, f"{name} without outputs"))
    else:
        lines.append(Line("notebook", RIGHT, f"{entry.shown} is a notebook, saved with outputs"))
    if any(matches(entry.place, pattern) for pattern in declaration.executed):
        lines += _check_executed(entry, name, code)
        lines += _check_finished(entry, name, cells, declaration)
    return lines


def _check_executed(entry: Entry, name: str, code: Sequence[_Numbered]) -> list[Line]:
    way_out = "Kernel → Restart Kernel and Run All Cells, wait for the end, then save"
    lines = []
    counts = [c.cell.get("execution_count") for c in code]
    not_run = [c.where for c, count in zip(code, counts) if type(count) is not int]
    if not_run:
        what = f"{entry.shown}: {_several(not_run, 'was not run', 'were not run')}"
        lines.append(Line("executed", WRONG, what, way_out, f"{name} not run to the end"))
    else:
        first = next((i for i, count in enumerate(counts) if count != i + 1), None)
        if first is not None:
            what = (
                f"{entry.shown} was not run from top to bottom: {code[first].where} "
                f"is number {first + 1} and was run as number {plain(str(counts[first]), 12)}"
            )
            lines.append(
                Line("executed", WRONG, what, way_out, f"{name} not run from top to bottom")
            )
    errors = [
        f"{c.where} ({plain(str(output.get('ename', 'error')), 40)})"
        for c in code
        for output in c.cell.get("outputs", [])
        if output.get("output_type") == "error"
    ]
    if errors:
        what = f"{entry.shown}: {_several(errors, 'ended', 'ended')} in an error"
        lines.append(
            Line(
                "executed", WRONG, what, "mend it, then run all cells again", f"{name} with errors"
            )
        )
    if not lines and code:
        lines.append(
            Line("executed", RIGHT, f"{entry.shown} was run from top to bottom, without an error")
        )
    return lines


def _check_finished(
    entry: Entry, name: str, cells: Sequence[_Numbered], declaration: Declaration
) -> list[Line]:
    lines = []
    not_needed = _not_chosen(cells, declaration)
    left = [
        f"{c.where}{f' ({about})' if about else ''}"
        for c in cells
        if not not_needed.intersection(
            # As texts: they may be anything.
            (str(_about(c.cell, "nbgrader").get("grade_id")), str(c.cell.get("id")))
        )
        for about in _stubs(c.cell)
    ]
    if left:
        what = f"{entry.shown}: {_several(left, 'is not done yet', 'are not done yet')}"
        way_out = "replace `raise NotImplementedError(…)` and `YOUR ANSWER HERE` by your own"
        lines.append(Line("finished", WRONG, what, way_out, f"{name} unfinished"))
    for variable, wanted in (declaration.values or {}).items():
        found = _value_of(cells, variable)
        if found is not None and found[0] != wanted:
            what = f"{entry.shown}: `{variable}` is {plain(repr(found[0]), 40)}, and is to be {wanted!r}"
            way_out = f"set {variable} = {wanted!r}, restart the kernel and run all cells"
            lines.append(Line("finished", WRONG, what, way_out, f"{variable} is not {wanted!r}"))
    if not lines:
        lines.append(Line("finished", RIGHT, f"{entry.shown} has no task left open"))
    return lines


def _several(places: Sequence[str], one: str, more: str) -> str:
    named = "; ".join(places[:_MOST_NAMED])
    rest = len(places) - _MOST_NAMED
    verb = one if len(places) == 1 else more
    return f"{named}{f' and {rest} more' if rest > 0 else ''} {verb}"


def _stubs(cell: dict[str, Any]) -> list[str]:
    """Return what is still to be done in a cell, in words or as "", an entry a place."""
    about = _about(cell, "nbgrader")
    if about.get("locked") is True:
        return []
    source = _source(cell)
    if cell["cell_type"] != "code":
        is_open = _ANSWER_MARK.search(source) or (about.get("solution") and not source.strip())
        return ["the written answer"] if is_open else []
    stubs = islice(_STUB_LINE.finditer(source), _MOST_STUBS)
    sentences = [_quoted(stub.group(1) or "") for stub in stubs]
    kit = _about(cell, _KIT_METADATA)
    for part in str(kit.get("stub", "")).split(_BETWEEN_STUBS)[:_MOST_STUBS]:
        sentence = f"Task {kit.get('task')}: {part}"
        # Printed, say, instead of raised: still the release's words and not the student's.
        if part and sentence in source and plain(sentence, 80) not in sentences:
            sentences.append(plain(sentence, 80))
    if not sentences:
        sentences = ["nothing under YOUR CODE HERE" for _ in _empty_marks(source)]
    return sentences


def _quoted(inside: str) -> str:
    found = _literal(inside)
    return plain(str(found[0]), 80) if found else ""


def _literal(text: str) -> tuple[Any] | None:
    """Return the value that a short text writes out, in a tuple of one; None where it is something else."""
    if not text or len(text) > _LONGEST_VALUE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd backslashes
            return (ast.literal_eval(text),)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _empty_marks(source: str) -> Iterator[int]:
    """Give the places of `# YOUR CODE HERE` below which no code stands; who leaves the comment has done no wrong."""
    for mark in islice(_CODE_MARK.finditer(source), _MOST_STUBS):
        for line in source[mark.end() :].splitlines()[1:]:
            code = line.split("#")[0].rstrip()
            if code and code.strip() not in ("pass", "..."):
                if len(code) - len(code.lstrip()) < len(mark.group(1)):
                    yield mark.start()
                break
        else:
            yield mark.start()


def _value_of(cells: Sequence[_Numbered], variable: str) -> tuple[Any] | None:
    """Return what a variable is set to at the top level, as far as the text tells, in a tuple of one; None if not."""
    assigned = re.compile(rf"^{re.escape(variable)}[ \t]*=(?!=)(.*)$", re.MULTILINE)
    found = None
    for numbered in cells:
        if numbered.cell["cell_type"] == "code":
            for text in assigned.findall(_source(numbered.cell)):
                found = _literal(text.partition(" #")[0].strip()) or found
    return found


def _not_chosen(cells: Sequence[_Numbered], declaration: Declaration) -> set[Any]:
    """Return the cells that belong to tasks that were not chosen; to all of them as long as none is."""
    if not declaration.choice:
        return set()
    found = _value_of(cells, declaration.choice)
    choices = declaration.choice_cells or {}
    chosen = set(choices.get(str(found[0]), ())) if found else set()
    return {cell for names in choices.values() for cell in names} - chosen


# --- git ---------------------------------------------------------------------------------------------


class GitError(Exception):
    """Git is not there, or has something against this folder; its text says what."""


class Git:
    """The repository that a folder lies in.

    Attributes:
        top: its topmost folder.
    """

    def __init__(self, folder: Path) -> None:
        self._environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        # Git gives these to a hook, some of them for the folder that it was started in.
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"):
            self._environment.pop(name, None)
        if "GIT_INDEX_FILE" in self._environment:
            index = self._environment["GIT_INDEX_FILE"]
            self._environment["GIT_INDEX_FILE"] = str(Path.cwd() / index)
        self.top = folder
        self.top = Path(os.path.realpath(self.say("rev-parse", "--show-toplevel")))

    def run(self, *arguments: str, given: bytes = b"", fine: int = 0) -> bytes:
        """Return what a command of git's prints; its exit status may be 0 or `fine`.

        Raises:
            GitError: it fails.
        """
        command = ["git", "-c", "core.quotePath=false", "-C", str(self.top), *arguments]
        try:
            done = subprocess.run(
                command, input=given, capture_output=True,
                env=self._environment, timeout=_GIT_SECONDS, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise GitError("git is not installed") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitError(f"git does not answer ({plain(str(error), 80)})") from error
        if done.returncode not in (0, fine):
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
            if "not a git repository" in said[0]:
                raise GitError("this folder is in no git repository")
            raise GitError(f"git says: {plain(said[0])}")
        return done.stdout

    def say(self, *arguments: str) -> str:
        """Return the line that a command of git's prints.

        Raises:
            GitError: it fails.
        """
        return os.fsdecode(self.run(*arguments)).rstrip("\r\n")

    def asked(self, *arguments: str) -> str:
        """Return the line that a command of git's prints, "" if it fails."""
        try:
            return self.say(*arguments)
        except GitError:
            return ""

    def names(self, *arguments: str) -> list[str]:
        """Return the paths that a command with `-z` prints."""
        return [os.fsdecode(name) for name in self.run(*arguments).split(b"\0") if name]

    @property
    def branch(self) -> str:
        """The branch that is checked out; "" where it is a commit by itself."""
        return self.asked("symbolic-ref", "--quiet", "--short", "HEAD")

    def changed(self) -> list[str]:
        """Return the files of the index that are the student's own, as far as another branch tells.

        A repository that began as a copy of the course's holds the course's files, which are not asked about.
        """
        bases = (
            "upstream/HEAD",
            "upstream/main",
            "upstream/master",
            "origin/HEAD",
            "origin/main",
            "origin/master",
        )
        for base in (*bases, "main", "master"):
            common = self.asked("merge-base", "HEAD", base)
            if common and common != self.asked("rev-parse", "--verify", "--quiet", "HEAD"):
                return self.names(
                    "diff",
                    "--cached",
                    "--name-only",
                    "--no-renames",
                    "--diff-filter=d",
                    "-z",
                    common,
                )
        return self.names("ls-files", "-z")

    def staged(self) -> list[str]:
        """Return the files that the next commit changes."""
        if not self.asked("rev-parse", "--verify", "--quiet", "HEAD"):
            return self.names("ls-files", "-z")
        return self.names(
            "diff", "--cached", "--name-only", "--no-renames", "--diff-filter=d", "-z"
        )

    def blobs(self, places: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Return the object and the size of each of these files, as they are in the index."""
        wanted = set(places)
        objects: dict[str, str] = {}
        for line in self.names("ls-files", "-s", "-z"):
            about, _, place = line.partition("\t")
            mode, name, _ = about.split(" ", 2)
            if place in wanted and mode != "160000":  # a repository within this one
                objects[place] = name
        given = "".join(f"{name}\n" for name in objects.values()).encode()
        sizes = self.run("cat-file", "--batch-check=%(objectsize)", given=given).split()
        return {place: (name, int(size)) for (place, name), size in zip(objects.items(), sizes)}

    def holding(self, words: Iterable[str]) -> set[str]:
        """Return the files of the index in which one of these words stands."""
        given = [part for word in words for part in ("-e", word)]
        # As text, whatever a repository says of its notebooks.
        out = self.run("grep", "--cached", "--files-with-matches", "-z", "-a", "-F", *given, fine=1)
        return {os.fsdecode(name) for name in out.split(b"\0") if name}

    def content(self, name: str) -> bytes:
        """Return the bytes of an object."""
        return self.run("cat-file", "blob", name)


def check_branch(declaration: Declaration, branch: str, why_not: str) -> list[Line]:
    """Compare the branch with the one that is wanted.

    Args:
        declaration: what is to be handed in.
        branch: which it is; "" where that is not known.
        why_not: then, the reason.
    """
    wanted = declaration.branch
    if not wanted:
        return []
    if not branch:
        way_out = f"the work is wanted on the branch {wanted}"
        return [Line("branch", OPEN, f"branch: not checked: {why_not}", way_out)]
    if branch == wanted:
        return [Line("branch", RIGHT, f"the branch is {plain(branch)}")]
    way_out = f"git switch -c {wanted} (without -c, if there is one), then commit and push there"
    return [
        Line(
            "branch",
            WRONG,
            f"the branch is {plain(branch)}, and {wanted} is wanted",
            way_out,
            "wrong branch",
        )
    ]


def check_staged(
    declaration: Declaration, git: Git, meant: Sequence[Entry], *, only_next: bool = False
) -> list[Line]:
    """Look through what git has of the work: is it all there, and is anything that should not be.

    Args:
        declaration: what is to be handed in.
        git: the repository.
        meant: the required files, whose size has been looked at.
        only_next: look at what the next commit changes alone, as its hook does.

    Raises:
        GitError: git fails.
    """
    blobs = git.blobs(git.staged() if only_next else git.changed())
    suspicious = git.holding(_IN_SECRETS)
    files = [
        _Content(place, size, partial(git.content, name) if place in suspicious else bytes)
        for place, (name, size) in sorted(blobs.items())
    ]
    lines = _check_contents(declaration, files, {entry.place for entry in meant})
    if only_next:
        return lines or [Line("staged", RIGHT, "nothing large or secret is staged")]
    # On a Mac a folder may write an accented letter as two characters where git has one.
    tracked = set(map(_composed, git.names("ls-files", "-z")))
    edited = set(map(_composed, git.names("diff", "--name-only", "-z")))
    uncommitted = set(map(_composed, git.staged()))
    waiting = []
    for entry in meant:
        place = _composed(entry.place)
        if place not in tracked or place in edited:
            is_new = place not in tracked
            what = "is not in git yet" if is_new else "has changes that git does not have yet"
            way_out = f'git add "{entry.shown}", then git commit and git push'
            lines.append(Line("staged", WRONG, f"{entry.shown} {what}", way_out, _UNCOMMITTED))
        elif place in uncommitted:
            waiting.append(entry.shown)
    if waiting:
        what = f"{', '.join(waiting)}: staged, and not committed yet"
        lines.append(Line("staged", OPEN, what, "git commit, then git push"))
    if not any(line.state == WRONG for line in lines):
        what = f"nothing large or secret is among the {len(blobs)} files of yours in git"
        lines.append(Line("staged", RIGHT, what))
    return lines


def check_pushed(git: Git) -> list[Line]:
    """Look whether a server has all that is committed, as far as this computer knows; work may wait to be pushed."""
    branch = git.branch
    if not branch or not git.asked("remote"):
        return []
    waiting = git.asked("rev-list", "--count", "@{upstream}..HEAD")
    if waiting == "0":
        return []
    what = "is not pushed yet" if not waiting else f"is {waiting} ahead of what was pushed"
    way_out = f"git push -u origin {plain(branch)}"
    return [Line("staged", OPEN, f"the branch {plain(branch)} {what}", way_out)]


def check_contents(declaration: Declaration, entries: Iterable[Entry]) -> list[Line]:
    """Look for what is secret, or much, among the files of a folder that is not asked of git."""
    files = [
        _Content(e.place, e.size, partial(read_plain_file, e, declaration.largest_file))
        for e in entries
        if e.is_file
    ]
    required = {f.place for f in files if any(matches(f.place, p) for p in declaration.required)}
    return _check_contents(declaration, files, required)


class _Content(NamedTuple):
    """What is handed in as a file; what it holds is read when it is needed."""

    place: str
    size: int
    read: Callable[[], bytes]


def _check_contents(
    declaration: Declaration, files: Sequence[_Content], measured: set[str]
) -> list[Line]:
    """Look at files; those that are `measured` are not told to be large once more."""
    lines = []

    def wrong(what: str, way_out: str, reason: str) -> None:
        lines.append(Line("staged", WRONG, what, way_out, reason))

    for place, size, read in files:
        shown, base = plain(place), place.rpartition("/")[2]
        declared = any(matches(place, p) for p in (*declaration.required, *declaration.optional))
        remove = f'take it out: git rm --cached "{shown}"'
        if _SECRET_FILE.match(base):
            way_out = f"{remove}; then list it in .gitignore"
            wrong(f"{shown} is a file that holds secrets", way_out, "secret handed in")
        elif size > declaration.largest_file:
            if place not in measured:
                most = _mb(declaration.largest_file)
                wrong(f"{shown} has {_mb(size)}, and {most} is the most", remove, "large file")
        elif not declared and _DATA.search(base):
            what = f"{shown} looks like data, weights or an archive"
            wrong(what, remove, "data or weights handed in")
        else:
            try:
                content = read()
            except (OSError, GitError):
                continue
            for kind, where in _secrets(content, place):
                way_out = "withdraw it where you got it, since a commit keeps it; then take it out"
                what = f"{shown} holds what looks like {kind}, in {where}"
                wrong(what, way_out, "secret handed in")
    total = sum(one.size for one in files if one.size <= declaration.largest_file)
    if total > declaration.largest_total:
        most = _mb(declaration.largest_total)
        what = f"all files together have {_mb(total)}, and {most} is the most"
        wrong(what, "leave data, models and environments out", "too much handed in")
    return lines


def _secrets(content: bytes, place: str) -> Iterator[tuple[str, str]]:
    """Give what looks like a secret, and where it stands; never the secret itself."""
    text = content.decode("utf-8", "replace")
    # Most files hold none of these, and looking for words takes far less time than looking for the forms.
    if not any(sign in text for sign in _IN_SECRETS):
        return
    for kind, form in _SECRETS:
        found = form.search(text)
        if not found:
            continue
        where = f"line {text.count(chr(10), 0, found.start()) + 1}"
        if place.endswith(".ipynb"):
            notebook = parse_notebook(content)[0]
            for numbered in _numbered(notebook) if notebook else ():
                if form.search(_source(numbered.cell)):
                    where = numbered.where
                    break
                if any(form.search(str(output)) for output in numbered.cell.get("outputs", [])):
                    where = f"the output of {numbered.where}"
                    break
        yield kind, where


# --- when, and where to ------------------------------------------------------------------------------


def check_due(declaration: Declaration, time: datetime, did: str = "") -> list[Line]:
    """Compare a time with the one that is declared.

    Args:
        declaration: what is to be handed in.
        time: now, or when something was done.
        did: what was done then, such as "handed in"; "" for now.
    """
    due = declaration.due
    if due is None:
        return []
    offset = due.strftime("%z")
    said = f"{due.strftime('%Y-%m-%d %H:%M')} UTC{offset[:3]}:{offset[3:5]}"
    said += f" ({declaration.zone})" if declaration.zone else ""
    if time <= due:
        left = f"{did} {_span(due - time)} before" if did else f"{_span(due - time)} left"
        return [Line("due", RIGHT, f"due {said}: {left}")]
    what = f"was due {said}: {f'{did} ' if did else ''}{_span(time - due)} late"
    way_out = "hand it in all the same; the course says what lateness costs"
    return [Line("due", WRONG, what, way_out, "late")]


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def check_link(link: str) -> list[Line]:
    """Look whether a link is one to a pull request; nothing is asked of the network."""
    shown = plain(link)
    way_out = "open the pull request in the browser and copy the address from there"
    try:
        parts = urllib.parse.urlsplit(link)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts, host = urllib.parse.urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\x00-\x1f]", link):
        return [Line("link", WRONG, f"{shown} is no web address", way_out, "link malformed")]
    if parts.username is not None or parts.password is not None:
        return [Line("link", WRONG, "the link holds a name or password", way_out, "link malformed")]
    for kind, form in _REQUESTS:
        if form.match(parts.path):
            return [Line("link", RIGHT, f"{shown} is a pull request ({kind}'s form)")]
    if re.search(r"/pull/new/|/compare/|/merge_requests/new", parts.path):
        what = f"{shown} is the page on which a pull request is made"
        way_out = "press “Create pull request” there, and copy the address that comes then"
    elif "/tree/" in parts.path or "/blob/" in parts.path or "/commit" in parts.path:
        what = f"{shown} is a branch, file or commit and no pull request"
    else:
        what = f"{shown} is no pull request: …/pull/NUMBER is the end of one"
    return [Line("link", WRONG, what, way_out, "link to no pull request")]


def check_readable(link: str) -> list[Line]:
    """Look whether a link can be read by somebody who is not signed in, if there is a network."""
    shown = plain(link)
    private = (
        "make the repository public, or ask the course; a private window shows what others see"
    )
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(link, method=method, headers={"User-Agent": "preflight"})
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                landed = urllib.parse.urlsplit(answer.geturl()).path
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (405, 501) and method == "HEAD":
                continue
            if error.code in (401, 403, 404, 410):
                what = f"{shown} cannot be read without signing in (HTTP {error.code})"
                return [Line("link", WRONG, what, private, "link not readable")]
            return [Line("link", OPEN, f"readable: not checked: the server says HTTP {error.code}")]
        except (OSError, ValueError) as error:
            reason = plain(str(getattr(error, "reason", error)), 80)
            return [Line("link", OPEN, f"readable: not checked: no answer ({reason})")]
        except Exception as error:  # http.client's own, for answers that are no HTTP
            return [Line("link", OPEN, f"readable: not checked: {type(error).__name__}")]
        if _SIGN_IN.search(landed):
            return [Line("link", WRONG, f"{shown} asks to sign in", private, "link not readable")]
        return [Line("link", RIGHT, "everybody can read it")]
    return [Line("link", OPEN, "readable: not checked: the server takes no question")]


# --- all of it ---------------------------------------------------------------------------------------


def check_work(
    declaration: Declaration, entries: Sequence[Entry], nearest: str = ""
) -> tuple[list[Line], list[Entry]]:
    """Look at the files themselves, without git and network.

    Returns:
        Lines, and the required files that are there.
    """
    lines, meant = check_files(declaration, entries, nearest)
    for pattern, entry in meant.items():
        readable = entry.is_file and 0 < entry.size <= declaration.largest_file
        if readable and entry.place.lower().endswith(".ipynb"):
            lines += check_notebook(entry, label(pattern), declaration)
    return lines, [entry for entry in meant.values() if entry.is_file]


def preflight(
    folder: Path,
    declaration: Declaration,
    *,
    link: str = "",
    branch: str = "",
    only: Sequence[str] = (),
    next_commit: bool = False,
    network: bool = True,
) -> list[Line]:
    """Look through a folder that is a student's own.

    Args:
        folder: where the notebook is.
        declaration: what is to be handed in.
        link: to the pull request; "" where there is none yet.
        branch: its name, where git does not say; "" to ask git.
        only: the checks whose results are wanted; all, if none is named.
        next_commit: look at what the next commit changes, and at nothing else, as the hook does.
        network: ask the network.
    """
    git: Git | None = None
    why_not = ""
    try:
        git = Git(folder)
    except GitError as error:
        why_not = str(error)
    if next_commit:
        return _only_staged(declaration, git, why_not)
    root = git.top if git else Path(os.path.realpath(folder))
    nearest = os.path.relpath(os.path.realpath(folder), str(root)).replace(os.sep, "/")
    nearest = "" if nearest == "." else f"{nearest}/"
    entries = files_in(root)
    lines: list[Line] = []
    known = branch or (git.branch if git else "")
    no_branch = why_not or "a commit is checked out, and no branch"
    lines += check_branch(declaration, known, no_branch)
    found, meant = check_work(declaration, entries, nearest)
    lines += found
    committed: datetime | None = None
    if git is not None:
        try:
            about_git = check_staged(declaration, git, meant)
            lines += about_git
            if not any(line.reason == _UNCOMMITTED or line.state == OPEN for line in about_git):
                lines += check_pushed(git)
                committed = read_time(git.asked("log", "-1", "--no-merges", "--format=%cI"))
        except GitError as error:
            lines.append(Line("staged", OPEN, f"staged: not checked: {error}"))
    else:
        lines.append(Line("staged", OPEN, f"staged: not checked: {why_not}"))
        lines += check_contents(declaration, meant)
    if link:
        about = check_link(link)
        lines += about
        if about[0].state == RIGHT and network:
            lines += check_readable(link)
    else:
        lines.append(
            Line("link", OPEN, "pull request: not checked", "give its address to this command")
        )
    # What is all committed was done by then: nobody is late who only looks once more.
    if committed is not None:
        lines = check_due(declaration, committed, "last committed") + lines
    else:
        lines = check_due(declaration, datetime.now(timezone.utc)) + lines
    return [line for line in lines if not only or line.check in only]


def _only_staged(declaration: Declaration, git: Git | None, why_not: str) -> list[Line]:
    if git is None:
        return [Line("staged", OPEN, f"staged: not checked: {why_not}")]
    try:
        return check_staged(declaration, git, (), only_next=True)
    except GitError as error:
        return [Line("staged", OPEN, f"staged: not checked: {error}")]


# --- what runs it by itself --------------------------------------------------------------------------

WORKFLOW = """\
# GitHub runs this for each push and pull request that touches the assignment; what is wrong stands in its log.
# It lies in .github/workflows/preflight.yml of the repository.
name: preflight
on:
  push:{paths}
  pull_request:{paths}
permissions:
  contents: read
jobs:
  preflight:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # to tell your files from those that the repository began with
          persist-credentials: false
      - run: python3 {script} ${{LINK:+"$LINK"}} --branch "$BRANCH"
        env: # not in the line above: a branch may have any name
          BRANCH: ${{{{ github.head_ref || github.ref_name }}}}
          LINK: ${{{{ github.event.pull_request.html_url }}}}
"""
_PATHS = """
    paths: ["{folder}/**"]"""

HOOK = """\
#!/bin/sh
# Git runs this before each commit: what is large or secret is refused. It lies in .git/hooks/pre-commit.
# `git commit --no-verify` goes past it.
for python in python3 python py; do
    # On Windows there is a python3 that only opens a shop.
    if "$python" -c "" >/dev/null 2>&1; then
        exec "$python" {script} --staged
    fi
done
echo "preflight: no Python was found, so nothing was checked" >&2
"""


def workflow(script: str = "preflight.py") -> str:
    """Return a workflow for GitHub's Actions; `script` is the path of this file in the repository."""
    folder = script.rpartition("/")[0]
    # These are signs of a pattern there.
    is_plain = folder and not re.search(r"[*?+!\[\]{}]", folder)
    paths = _PATHS.format(folder=folder) if is_plain else ""
    return WORKFLOW.format(script=_shell_quoted(script), paths=paths)


def hook(script: str = "preflight.py") -> str:
    """Return a pre-commit hook; `script` is the path of this file in the repository."""
    return HOOK.format(script=_shell_quoted(script))


def _shell_quoted(text: str) -> str:
    # In double quotes where need be: YAML and a shell take these names as they are.
    return text if re.fullmatch(r"[\w./-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def install(folder: Path) -> tuple[list[str], bool]:
    """Put workflow and hook into a student's repository; what is there already stays.

    Args:
        folder: where this file is, within the repository.

    Returns:
        Lines that say what was done, and whether all of it was.

    Raises:
        GitError: there is no repository, or this file is not in it.
    """
    git = Git(folder)
    script = os.path.relpath(os.path.realpath(folder / Path(__file__).name), str(git.top)).replace(
        os.sep, "/"
    )
    if not (git.top / script).is_file():
        raise GitError(f"{Path(__file__).name} is not in {folder}: copy it there first")
    if re.search(r"[\x00-\x1f\"\\]|: | #", script):
        raise GitError(f"the path {plain(script)} cannot stand in a workflow: rename a folder")
    hooks = git.top / git.say("rev-parse", "--git-path", "hooks")
    said, all_there = [], True
    for path, text in (
        (git.top / ".github" / "workflows" / "preflight.yml", workflow(script)),
        (hooks / "pre-commit", hook(script)),
    ):
        if path.exists() and path.read_bytes() != text.encode():
            said.append(
                f"✗ {path} is there already and stays: add by hand what `--install` would write"
            )
            all_there = False
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())  # with \n on Windows, too
        path.chmod(0o755 if path.parent == hooks else 0o644)
        said.append(f"✓ {path}")
    return said, all_there


# --- the command line --------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "places",
        nargs="*",
        metavar="FOLDER or link",
        help="the folder of the notebook (default: this one), and the link of the pull request",
    )
    parser.add_argument(
        "--branch", default="", metavar="NAME", help="of the work, where git cannot be asked"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=ALL_CHECKS,
        default=[],
        help="tell of this check only; may be given again",
    )
    parser.add_argument(
        "--staged",
        action="store_true",
        help="look only at what the next commit changes, as its hook does",
    )
    parser.add_argument(
        "--declaration",
        type=Path,
        metavar="FILE",
        help=f"default: {DECLARATION} beside the notebook",
    )
    parser.add_argument("--offline", action="store_true", help="do not ask the network")
    parser.add_argument("--json", action="store_true", help="print data for programs")
    parser.add_argument(
        "--install",
        action="store_true",
        help="put a pre-commit hook and a workflow for GitHub's Actions into the repository",
    )


def run(options: argparse.Namespace) -> int:
    """Check a student's own folder as the command line says; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    links = [place for place in options.places if re.match(r"[a-z]+://|git@", place, re.IGNORECASE)]
    folders = [place for place in options.places if place not in links]
    if len(links) > 1 or len(folders) > 1:
        return _unclear("one folder and one link at most")
    try:
        folder = _folder(folders)
        if options.install:
            said, all_there = install(folder)
            print("\n".join(said))
            return 0 if all_there else 1
        declaration = read_declaration(options.declaration or folder / DECLARATION)
    except (DeclarationError, GitError, OSError) as error:
        return _unclear(str(error))
    lines = preflight(
        folder,
        declaration,
        link=links[0] if links else "",
        branch=options.branch,
        only=options.only,
        next_commit=options.staged,
        network=not options.offline,
    )
    wrong = [line for line in lines if line.state == WRONG]
    if options.json:
        data = {
            "assignment": declaration.assignment,
            "passed": not wrong,
            "checks": [line._asdict() for line in lines],
        }
        print(json.dumps(data, indent=1))
    else:
        print("\n".join(as_text(lines)))
        count = f"{len(wrong)} thing{'' if len(wrong) == 1 else 's'} to put right"
        print(
            f"\n{count}, marked {_signs()[WRONG].strip()}."
            if wrong
            else "\nNothing is wrong, as far as it was checked."
        )
    return 1 if wrong else 0


def as_text(lines: Iterable[Line]) -> list[str]:
    """Return what was found as lines for a terminal."""
    signs = _signs()
    said = []
    for line in lines:
        said.append(f"{signs[line.state]} {line.what}")
        if line.way_out and line.state != RIGHT:
            said.append(f"    → {line.way_out}" if signs is _SIGNS else f"    -> {line.way_out}")
    return said


def _signs() -> dict[str, str]:
    try:
        "✓✗–→“”…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_SIGNS
    return _SIGNS


def _folder(given: Sequence[str]) -> Path:
    """Return the folder that is meant: as it was told, this one, or the one that this file lies in.

    Raises:
        DeclarationError: it is none.
    """
    here = Path(given[0]) if given else Path()
    if not here.is_dir():
        raise DeclarationError(f"{here} is no folder")
    beside = Path(__file__).resolve().parent
    if not given and not (here / DECLARATION).is_file() and (beside / DECLARATION).is_file():
        return beside
    return here


def _unclear(what: str) -> int:
    print(f"preflight: {what}", file=sys.stderr)
    return 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run this file by itself; return the exit status."""
    about = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        prog="preflight.py",
        description=about[0],
        epilog=about[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
