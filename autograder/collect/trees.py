"""What a commit's tree holds, and which files of it are the assignment's.

A tree is a stranger's as much as its files are: names may be `..`, appear twice, or hold line breaks; a few objects can
stand for millions of files. It is listed up to a limit, never checked out, so nothing of `.gitattributes`, hooks,
submodules or links acts.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from autograder.collect.git import Git, GitError
from autograder.intake.findings import shortened, shown
from autograder.intake.folder import LONGEST_PATH, TIMESTAMP, FolderLimits, is_safe_name

_LINE = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-|BAD)\t(.*)", re.DOTALL)
_BYTES_AN_ENTRY = 200
_LINK, _SUBMODULE = 0o120000, 0o160000
_REGULAR = (0o100644, 0o100755, 0o100664)
_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_SIZE = 1_024
_BLOCK = 2**20
_MOST_NOTEBOOKS = 30
"""Where none has the name that was given; intake reads no more of them."""


@dataclass(frozen=True)
class Entry:
    """A file of a tree.

    Attributes:
        path: as the tree has it; anything but empty, with bytes that are no UTF-8 as surrogates.
        mode: git's, such as 0o120000 for a link.
        name: of its content.
        size: in bytes; None where its content was too large to be fetched.
    """

    path: str
    mode: int
    name: str
    size: int | None


@dataclass(frozen=True)
class Wanted:
    """Which files of a tree are the assignment's.

    Attributes:
        files: names of files, each anywhere in the tree.
        also: patterns of paths; one without a slash is compared with names.
    """

    files: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The files that are the assignment's.

    Attributes:
        files: each with its path in the submission.
        refused: sentences about those that are not taken.
        notes: sentences about what is odd besides.
    """

    files: tuple[tuple[PurePosixPath, Entry], ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...] = ()


def list_tree(git: Git, repository: Path, commit: str) -> list[Entry]:
    """Return all files of a commit, links and submodules included.

    Raises:
        GitError: there is no such commit, or it holds more than is looked at.
        StoppedError: the run is being ended.
    """
    most = git.limits.entries
    listing = git.run(
        "ls-tree", "-r", "-z", "-l", "--full-tree", commit,
        repository=repository, most=most * _BYTES_AN_ENTRY,
    )  # fmt: skip
    lines = listing.split(b"\0")[:-1]
    if len(lines) > most:
        raise GitError(f"the repository holds more than {most} files")
    entries = []
    for line in lines:
        if (found := _LINE.fullmatch(line)) is None:
            raise GitError("the repository's tree is damaged")
        mode, _, name, size, path = found.groups()
        entries.append(
            Entry(
                path.decode("utf-8", "surrogateescape"),
                int(mode, 8),
                name.decode(),
                int(size) if size.isdigit() else None,
            )
        )
    return entries


def choose_files(entries: Sequence[Entry], wanted: Wanted, git: Git) -> Chosen:
    """Choose the assignment's files.

    Where each name is there once, and all in one folder, that folder becomes the submission; else paths stay.
    Where none of the names is there, all notebooks are taken: intake knows a renamed one by its content.
    """
    named = [entry for entry in entries if _base(entry) in wanted.files]
    notes = []
    if not any(entry.mode in _REGULAR for entry in named):
        notebooks = [e for e in entries if _is_notebook(e) and e not in named]
        if notebooks[:_MOST_NOTEBOOKS]:
            files = ", ".join(wanted.files)
            notes.append(
                f"no file is called {files}; every notebook was taken: {_listed(notebooks)}"
            )
        named += notebooks[:_MOST_NOTEBOOKS]
    taken = {id(entry) for entry in named}
    others = [e for e in entries if id(e) not in taken and _is_wanted(e, wanted.also)]
    folder = _folder_of(named, wanted)
    found: dict[PurePosixPath, Entry] = {}
    refused = []
    total = 0
    for entry in (*named, *others):
        reason = _why_not(entry, git)
        path = _place(entry.path, folder)
        if reason is None and any(map(_is_gits, entry.path.split("/"))):
            reason = "its path is that of a repository's own folder, which git would obey"
        elif reason is None and path is None:
            reason = "its name leads elsewhere, or not every system takes it"
        elif reason is None and path in found:
            reason = "another file would have the same place"
        elif reason is None and path == PurePosixPath(TIMESTAMP):
            reason = "its name is that of the time of submission, which the collector writes"
        elif reason is None and len(found) >= git.limits.files:
            reason = f"there are more than {git.limits.files} files"
        elif reason is None and total + (entry.size or 0) > git.limits.total:
            reason = f"all files together have more than {git.limits.total // 2**20} MiB"
        if reason is not None:
            refused.append(f"{_brief(entry.path)} is not taken: {reason}")
        elif path is not None:
            found[path] = entry
            total += entry.size or 0
    # A tree that a program has made may hold a file and a folder of one name.
    for path in [path for path in found if any(parent in found for parent in path.parents)]:
        refused.append(
            f"{_brief(found.pop(path).path)} is not taken: a file lies where its folder is"
        )
    return Chosen(tuple(found.items()), tuple(refused), tuple(notes))


def write_files(git: Git, repository: Path, chosen: Chosen, target: Path) -> tuple[str, ...]:
    """Write files into a new folder, as they are in the commit, byte for byte.

    Returns:
        Sentences about those that were not written.

    Raises:
        GitError: their contents cannot be read.
        OSError: they cannot be written.
        StoppedError: the run is being ended.
    """
    target.mkdir(parents=True)
    sizes = {entry.name: entry.size or 0 for _, entry in chosen.files}
    names = "".join(f"{entry.name}\n" for _, entry in chosen.files).encode()
    most = sum(sizes[entry.name] + 200 for _, entry in chosen.files)
    refused = []
    with tempfile.TemporaryFile(dir=target.parent) as contents:
        if chosen.files:
            git.run_into(
                contents, "cat-file", "--batch", repository=repository, stdin=names, most=most
            )
        contents.seek(0)
        for path, entry in chosen.files:
            about = contents.readline(200).split()
            if about != [entry.name.encode(), b"blob", str(entry.size).encode()]:
                raise GitError(f"the content of {_brief(entry.path)} is damaged or missing")
            left = entry.size or 0
            first = contents.read(min(left, _BLOCK))
            if left <= _POINTER_SIZE and first.startswith(_POINTER):
                contents.read(1)
                refused.append(
                    f"{_brief(entry.path)} is not taken: it is a pointer of Git LFS, and its content is not in the "
                    "repository"
                )
                continue
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as out:
                block = first
                while block:
                    out.write(block)
                    left -= len(block)
                    block = contents.read(min(left, _BLOCK))
            if left:
                raise GitError(f"the content of {_brief(entry.path)} is damaged or missing")
            contents.read(1)
    return tuple(refused)


def _why_not(entry: Entry, git: Git) -> str | None:
    if entry.mode == _LINK:
        return "it is a symbolic link and no file"
    if entry.mode == _SUBMODULE:
        return "it is a submodule, another repository"
    if entry.mode not in _REGULAR:
        return "it is no file"
    if entry.size is None:
        return (
            "it is larger than what was fetched (--file-size, --repository-size); clear its outputs"
        )
    if entry.size > git.limits.file:
        return f"it is larger than a file may be ({git.limits.file // 2**20} MiB, --file-size); clear its outputs"
    return None


def _place(path: str, folder: str) -> PurePosixPath | None:
    """Return where a file goes, or None if its path is not one that every system takes."""
    parts = path.removeprefix(folder).split("/")
    limits = FolderLimits()
    sound = all(map(is_safe_name, parts)) and len(parts) < limits.depth
    if not sound or len("/".join(parts).encode()) > LONGEST_PATH:
        return None
    return PurePosixPath(*parts)


def _is_gits(part: str) -> bool:
    """Return whether some system takes a name for `.git`: by case, invisible letters, or as a short name of Windows."""
    visible = "".join(letter for letter in part if unicodedata.category(letter) != "Cf")
    return visible.casefold().rstrip(" .") in (".git", "git~1")


def _folder_of(named: Sequence[Entry], wanted: Wanted) -> str:
    """Return the folder that becomes the submission, with a slash; empty where it is all of the tree."""
    counts = Counter(_base(entry) for entry in named)
    folders = {entry.path.rpartition("/")[0] for entry in named}
    if len(folders) != 1 or max(counts.values()) > 1 or not counts.keys() <= set(wanted.files):
        return ""
    (folder,) = folders
    return f"{folder}/" if folder else ""


def _is_wanted(entry: Entry, patterns: Sequence[str]) -> bool:
    return any(
        fnmatchcase(entry.path if "/" in pattern else _base(entry), pattern) for pattern in patterns
    )


def _is_notebook(entry: Entry) -> bool:
    parts = entry.path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return entry.mode in _REGULAR and parts[-1].lower().endswith(".ipynb") and not hidden


def _base(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]


def _brief(path: str) -> str:
    return f"`{shortened(shown(path), 120)}`"


def _listed(entries: Sequence[Entry]) -> str:
    more = len(entries) - 5
    return ", ".join(_brief(e.path) for e in entries[:5]) + (
        f" and {more} more" if more > 0 else ""
    )
