"""Work that a student is about to hand in, made by hand, and `preflight.py` run on it as the student runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.preflight import preflight

SCRIPT = Path(preflight.__file__)
TASK = {"nbgrader": {"grade_id": "task_1", "solution": True, "locked": False, "grade": False}}
ANSWER = {"nbgrader": {"grade_id": "answer", "solution": True, "locked": False, "grade": True}}
GIVEN = {"nbgrader": {"grade_id": "check_1", "solution": False, "locked": True, "grade": True}}
DECLARED: dict[str, Any] = {"assignment": "lab", "branch": "lab", "required": ["lab.ipynb"]}

Cell = dict[str, Any]


def markdown(source: str, metadata: Mapping[str, Any] | None = None) -> Cell:
    return {"cell_type": "markdown", "metadata": dict(metadata or {}), "source": source}


def code(source: str, count: int | None, *, error: str = "", **metadata: Any) -> Cell:
    """Return a code cell that was run as number `count` and printed something, or ended in an error."""
    outputs: list[dict[str, Any]] = []
    if count is not None:
        outputs.append({"output_type": "stream", "name": "stdout", "text": "1\n"})
    if error:
        outputs.append({"output_type": "error", "ename": error, "evalue": "", "traceback": []})
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": metadata,
        "outputs": outputs,
        "source": source,
    }


def notebook(*cells: Cell, **more: Any) -> dict[str, Any]:
    """Return a notebook of format 4.4, whose cells have no ids; finished work if no cell is given."""
    finished = (
        markdown("# Lab"),
        markdown("## Task 1: doubles"),
        code("def double(x):\n    return 2 * x", 1, **TASK),
        code("assert double(2) == 4\nprint(1)", 2, **GIVEN),
        code("   \n", None),
        markdown("It doubles.", ANSWER),
    )
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {},
        "cells": list(cells or finished),
    } | more


def work(folder: Path, content: Any = None, **declared: Any) -> Path:
    """Make a folder with a notebook, its declaration and `preflight.py`, as a release has them; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SCRIPT, folder / SCRIPT.name)
    (folder / preflight.DECLARATION).write_text(json.dumps(DECLARED | declared), encoding="utf-8")
    put(folder / "lab.ipynb", notebook() if content is None else content)
    return folder


def put(file: Path, content: Any) -> None:
    """Write a file: bytes as they are, everything else as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def look(
    folder: Path, *arguments: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Run the folder's own `preflight.py` with nothing but the standard library, and without a proxy."""
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return subprocess.run(
        [python, "-I", "-S", str(folder / SCRIPT.name), *arguments],
        cwd=folder, env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def found(folder: Path, *arguments: str) -> list[dict[str, str]]:
    """Return what it found, as data."""
    done = look(folder, "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    data = json.loads(done.stdout)
    assert data["passed"] == (done.returncode == 0)
    return data["checks"]


def wrong(folder: Path, *arguments: str) -> list[str]:
    """Return what is wrong in a few words each."""
    return [line["reason"] for line in found(folder, *arguments) if line["state"] == "wrong"]


def of_nobodys_machine() -> dict[str, str]:
    """Return variables for git: nobody's own configuration, and an author, whom a new machine does not know."""
    return {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "ada"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }


def git(folder: Path, *arguments: str) -> str:
    """Run git without anybody's own configuration."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=of_nobodys_machine(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder: Path, branch: str = "lab") -> Path:
    """Make a repository with an empty first commit on `main`, and a branch."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    git(folder, "switch", "-q", "-c", branch)
    return folder


def commit(folder: Path, *names: str) -> None:
    git(folder, "add", *(names or ("-A",)))
    git(folder, "commit", "-q", "-m", "work")
