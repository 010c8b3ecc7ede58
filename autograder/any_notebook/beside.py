"""What a notebook gets of the files beside it: its own modules and pictures, and only from its student's own folder.

A notebook is a stranger's, and the folder that it was put into is often not: it may hold other people's notebooks,
tables of grades, keys. So the folder is looked at first, and where it does not look like one student's own, nothing of
it is handed over. Whatever a notebook names and does not get is said.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from autograder.course import CONFIGS
from autograder.evidence.seeds import SECRET_FILE

MOST_FILES = 100
MOST_BYTES = 50 * 2**20
"""Of all files that are handed over together."""
MOST_ENTRIES = 1000
"""Of a folder that can be one student's own."""
_PICTURES = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".bmp": (b"BM",),
    ".webp": (b"RIFF",),
}
"""What the files of pictures begin with."""
_MODULE, _NOTEBOOK = ".py", ".ipynb"
_OF_A_COURSE = (*CONFIGS, "gradebook.db", SECRET_FILE)
_HANDED_IN = "submitted"
_OF_A_HOME = (".bashrc", ".profile", ".ssh", ".gnupg", ".zshrc")
_HOMES = ("home", "Users")
_COLLECTING = ("Desktop", "Documents", "Downloads")
_NAMED_BY_DESKTOP = re.compile(r'^XDG_\w+_DIR="\$HOME/([^"\n]+)"', re.MULTILINE)
_NOBODYS_WORK = {
    *(".pem", ".key", ".p12", ".pfx", ".kdbx", ".gpg", ".asc", ".ovpn"),
    *(".db", ".sqlite", ".sqlite3", ".mdb", ".accdb"),
    *(".xls", ".xlsx", ".ods", ".numbers", ".eml", ".msg", ".mbox"),
    *(".exe", ".msi", ".dmg", ".pkg", ".deb", ".rpm", ".appimage", ".apk", ".iso"),
}
"""Keys, databases, spreadsheets, mail and installers: no student hands them in with this work."""
_KEYS = re.compile(r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?")
_EXPORTED = re.compile(
    r"^#(?: In ?\[[\d ]*\]:| ?%%(?:$| )|\s+jupytext:| Databricks notebook source)", re.MULTILINE
)
"""Lines of a notebook that was stored as Python: by nbconvert, by editors, by jupytext, by Databricks."""
_WORD = re.compile(r"\w+")
_FILE_NAME = re.compile(r"[\w.-]+")
_MOST_NAMES_SAID = 5


class Reason(StrEnum):
    """Why a file that a notebook names was not handed over, in words that follow "not handed over" and its name."""

    KIND = "only modules and pictures are"
    NO_PICTURE = "named as a picture, it is none"
    NOTEBOOK = "the text of a whole notebook"
    LINK = "links are not followed"
    UNREADABLE = "it cannot be read"
    CASE = "the notebook writes its name in other letters"
    LIMIT = f"at most {MOST_FILES} files and {MOST_BYTES // 2**20} MiB are"
    OTHERS = "it holds notebooks, or a course"
    FOLDER = "the folder is not this notebook's alone"


@dataclass
class Beside:
    """What a notebook got of the files beside it.

    Attributes:
        handed: the files, by their paths in the folder.
        withheld: what it names and did not get.
        not_own: why the folder is not taken for the student's own, in words that go on from "its folder"; empty
            if it is.
        code: the text of the modules.
    """

    handed: list[str] = field(default_factory=list)
    withheld: dict[str, Reason] = field(default_factory=dict)
    not_own: str = ""
    code: str = ""

    @property
    def sentence(self) -> str:
        """What was handed over and what was not, in one line; empty if the notebook names nothing beside it."""
        if not self.handed and not self.withheld:
            return ""
        if self.not_own:
            return (
                f"nothing of its folder was handed over, not even {_some(list(self.withheld))}, which it names: "
                f"the folder {self.not_own}. Put the notebook into a folder of its own, with its modules and pictures"
            )
        parts = [f"handed over from its folder: {_some(self.handed) or 'nothing'}"]
        by_reason: dict[Reason, list[str]] = {}
        for name, reason in self.withheld.items():
            by_reason.setdefault(reason, []).append(name)
        parts += [f"not handed over: {_some(names)} ({why})" for why, names in by_reason.items()]
        return "; ".join(parts)


def hand_over(notebook: Path, code: str, folder: Path) -> Beside:
    """Copy the modules and pictures beside a notebook that its code names, and that those modules name in turn.

    Args:
        notebook: the notebook's file, without links in its path.
        code: the text of its code cells.
        folder: where to.
    """
    result = Beside(not_own=_why_not_own(notebook))
    copier = _Copier(folder, result)
    beside = sorted(set(itertools.islice(_visible(notebook.parent), MOST_ENTRIES)) - {notebook})
    packages = set(filter(_is_package, beside))
    waiting = [code]
    while waiting:
        text = waiting.pop()
        words = {*_WORD.findall(text), *_FILE_NAME.findall(text)}
        folded = {word.casefold() for word in words}
        for entry in beside.copy():
            is_code = entry.suffix == _MODULE or entry in packages
            is_named = entry.name in words or (is_code and entry.stem in words)
            if not (is_named or entry.name.casefold() in folded):
                continue
            if entry.is_dir() and not (is_code or _is_named_as_folder(entry.name, text)):
                continue
            beside.remove(entry)
            if result.not_own:
                result.withheld[entry.name] = Reason.FOLDER
            elif not is_named:
                result.withheld[entry.name] = Reason.CASE
            elif entry in packages:
                waiting += copier.take_package(entry)
            else:
                waiting += copier.take(entry, entry.name)
    return result


def _is_named_as_folder(name: str, text: str) -> bool:
    """Return whether a folder is meant: half of all code has the word `data` somewhere."""
    return any(form in text for form in (f"{name}/", f"'{name}'", f'"{name}"'))


def _is_package(entry: Path) -> bool:
    return not entry.is_symlink() and entry.is_dir() and any(entry.glob(f"*{_MODULE}"))


class _Copier:
    """Copies into a folder until its bounds are reached."""

    def __init__(self, folder: Path, result: Beside) -> None:
        self._folder = folder
        self._result = result
        self._bytes = MOST_BYTES

    def take_package(self, folder: Path) -> Iterator[str]:
        """Copy the modules of a package; yield their text."""
        files = list(itertools.islice(_files_below(folder), MOST_ENTRIES))
        if len(files) == MOST_ENTRIES:
            self._result.withheld[folder.name] = Reason.LIMIT
        elif any(_is_anothers(file) for file in files):
            self._result.withheld[folder.name] = Reason.OTHERS
        else:
            for file in sorted(file for file in files if file.suffix == _MODULE):
                yield from self.take(file, str(file.relative_to(folder.parent)))

    def take(self, file: Path, name: str) -> Iterator[str]:
        """Copy a file under a name; yield its text if it is Python."""
        content = self._read(file, name)
        if content is None:
            return
        text = content.decode("utf-8", errors="replace") if file.suffix == _MODULE else ""
        if _EXPORTED.search(text):
            self._result.withheld[name] = Reason.NOTEBOOK
            return
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self._bytes -= len(content)
        self._result.handed.append(name)
        self._result.code += f"{text}\n"
        yield text

    def _read(self, file: Path, name: str) -> bytes | None:
        if file.is_symlink():
            self._result.withheld[name] = Reason.LINK
            return None
        beginnings = _PICTURES.get(file.suffix.lower())
        if file.suffix != _MODULE and beginnings is None:
            self._result.withheld[name] = Reason.KIND
            return None
        if len(self._result.handed) >= MOST_FILES:
            self._result.withheld[name] = Reason.LIMIT
            return None
        try:
            # Neither a link nor a pipe is waited for or followed, whatever lay there a moment ago.
            handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            self._result.withheld[name] = Reason.UNREADABLE
            return None
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                self._result.withheld[name] = Reason.KIND
                return None
            content = stream.read(self._bytes + 1)
        if len(content) > self._bytes:
            self._result.withheld[name] = Reason.LIMIT
            return None
        if beginnings is not None and not content.startswith(beginnings):
            self._result.withheld[name] = Reason.NO_PICTURE
            return None
        return content


def _why_not_own(notebook: Path) -> str:
    """Return why a notebook's folder is not taken for its student's own, or an empty text."""
    folder = notebook.parent
    if _is_home(folder):
        return "is somebody's home"
    if folder in _collecting_places() or folder.stat().st_mode & stat.S_ISVTX:
        return "is one where files of all kinds collect"
    if _is_inside_a_course(folder):
        return "belongs to a course"
    entries = list(itertools.islice(_visible(folder), MOST_ENTRIES + 1))
    if len(entries) > MOST_ENTRIES:
        return f"holds more than {MOST_ENTRIES} files"
    notebooks = sum(entry.suffix.lower() == _NOTEBOOK for entry in entries)
    if notebooks > 1:
        return f"holds {notebooks} notebooks, perhaps of several people"
    for entry in entries:
        if entry.suffix.lower() in _NOBODYS_WORK or _KEYS.match(entry.name):
            return f"holds {entry.name}, which is no part of such work"
    return ""


def _is_home(folder: Path) -> bool:
    return (
        _home().is_relative_to(folder)
        or folder.parent.name in _HOMES
        or any(os.path.lexists(folder / name) for name in _OF_A_HOME)
    )


def _collecting_places() -> set[Path]:
    names = list(_COLLECTING)
    try:
        told = (_home() / ".config" / "user-dirs.dirs").read_text(encoding="utf-8")
        names += _NAMED_BY_DESKTOP.findall(told)
    except (OSError, UnicodeDecodeError):
        pass
    return {_home() / name for name in names} | {Path(tempfile.gettempdir()).resolve()}


def _home() -> Path:
    return Path.home().resolve()


def _is_inside_a_course(folder: Path) -> bool:
    """Return whether a folder is a course's or this kit's; what was handed in to a course is its student's."""
    for above in (folder, *folder.parents):
        if _holds_a_course(above):
            place = folder.relative_to(above).parts
            return len(place) < 2 or place[0] != _HANDED_IN
    return False


def _holds_a_course(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in _OF_A_COURSE)


def _is_anothers(file: Path) -> bool:
    return file.suffix.lower() == _NOTEBOOK or file.name in _OF_A_COURSE


def _visible(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # A secret is hidden, and tells a course all the same.
        yield from (
            Path(place, name) for name in files if not name.startswith(".") or name in _OF_A_COURSE
        )


def _some(names: list[str]) -> str:
    """Return names for people, not all of very many."""
    more = len(names) - _MOST_NAMES_SAID
    return ", ".join(names[:_MOST_NAMES_SAID]) + (f" and {more} more" if more > 0 else "")
