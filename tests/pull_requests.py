"""Bare repositories on this machine that have pull requests, made object by object: also such as git would not make."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course import copy_configs

ASSIGNMENT = "lab"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "LC_ALL": "C",
}
FILE, LINK, SUBMODULE, FOLDER = "100644", "120000", "160000", "40000"
DUE = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)

Content = bytes | str
Tree = Mapping[str, "Content | Tree"]


def notebook(says: str = "work") -> str:
    """Return a small notebook."""
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": says}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@dataclass(frozen=True)
class Repository:
    """A bare repository.

    Attributes:
        path: its folder.
    """

    path: Path

    @property
    def url(self) -> str:
        return self.path.as_uri()

    def commit(
        self,
        files: Tree,
        *parents: str,
        extra: Iterable[tuple[str, str, str]] = (),
        date: str = "1000000000 +0100",
    ) -> str:
        """Store a commit of some files and, at the top of the tree, of further entries: mode, name and object."""
        tree = self._tree(files, extra)
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [
            f"author A <a@example.org> {date}",
            f"committer A <a@example.org> {date}",
            "",
            "message\n",
        ]
        return self.store("commit", "\n".join(lines).encode())

    def point(self, ref: str, commit: str) -> str:
        """Let a ref be at a commit."""
        path = self.path / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{commit}\n", encoding="utf-8")
        return commit

    def blob(self, content: Content) -> str:
        return self.store("blob", content.encode() if isinstance(content, str) else content)

    def store(self, kind: str, data: bytes) -> str:
        """Store an object as it is; git's own commands would refuse some."""
        whole = f"{kind} {len(data)}\0".encode() + data
        name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        path = self.path / "objects" / name[:2] / name[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(whole, 1))
        return name

    def _tree(self, files: Tree, extra: Iterable[tuple[str, str, str]] = ()) -> str:
        entries = list(extra)
        for name, content in files.items():
            if isinstance(content, Mapping):
                entries.append((FOLDER, name, self._tree(content)))
            else:
                entries.append((FILE, name, self.blob(content)))
        entries.sort(key=lambda one: one[1] + "/" * (one[0] == FOLDER))
        return self.store(
            "tree",
            b"".join(
                mode.encode() + b" " + os.fsencode(name) + b"\0" + bytes.fromhex(object_)
                for mode, name, object_ in entries
            ),
        )


def make_repository(path: Path, *, with_filters: bool = False) -> Repository:
    """Make an empty bare repository; with filters as the large hosts have them, or without."""
    for name in ("objects", "refs"):
        (path / name).mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    config = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    if with_filters:
        config += "[uploadpack]\n\tallowFilter = true\n"
    (path / "config").write_text(config, encoding="utf-8")
    return Repository(path)


def git(*arguments: str) -> str:
    """Run plain git, for what only git can tell."""
    done = subprocess.run(
        ["git", *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return done.stdout


def make_course(folder: Path) -> Path:
    """Make a course that has one assignment, and nothing of it yet."""
    folder.mkdir()
    copy_configs(folder)
    released = folder / "source" / ASSIGNMENT / NOTEBOOK
    released.parent.mkdir(parents=True)
    released.write_text(notebook("the release"), encoding="utf-8")
    return folder


def write_links(path: Path, *rows: tuple[str, ...]) -> Path:
    """Write a list of students and links."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("student", "link", "ref"), *rows])
    return path


class Clock:
    """The collector's clock, set by hand."""

    def __init__(self, time: datetime = DUE) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time

    def set(self, hours: float) -> datetime:
        """Set it to so many hours after the due time."""
        self.time = DUE + timedelta(hours=hours)
        return self.time
