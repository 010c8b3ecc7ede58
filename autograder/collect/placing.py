"""Files into `submitted/STUDENT/ASSIGNMENT`: what lies there by another hand stays, and what is replaced is kept."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from autograder.collect.seen import Shelf
from autograder.durable import PARTIAL, sync_tree, write_durably
from autograder.intake.folder import TIMESTAMP, read_time
from autograder.storage import sha256_of

_TIME_SIZE = 200


class Placed(Enum):
    """What became of the files."""

    NEW = "new"
    REPLACED = "replaced"
    OTHERS = "others"
    """Something lies there that the collector did not put there, or that was changed since."""
    NEWER = "newer"
    """What lies there was handed in later than what should be put there."""


@dataclass(frozen=True)
class Placing:
    """What is to be put where.

    Attributes:
        target: the submission's folder.
        time: of submission; None where none is known.
        facts: what it is made from, as plain data for JSON.
        force: replace whatever lies there.
    """

    target: Path
    time: datetime | None
    facts: dict[str, Any]
    force: bool = False


def as_placed(shelf: Shelf, placing: Placing) -> list[str] | None:
    """Return what was said when this was placed, if it lies there already as it was put there; else None.

    Raises:
        OSError: the folder cannot be read.
    """
    record = _record(shelf)
    if record.get("facts") != _facts(placing) or not os.path.lexists(placing.target):
        return None
    return record.get("said", []) if _digests(placing.target) == record.get("files") else None


def place(shelf: Shelf, placing: Placing, write: Callable[[Path], list[str]]) -> Placed:
    """Put files into a submission's folder, whole or not at all.

    Args:
        shelf: the student's.
        placing: what, and where to.
        write: writes the files into a folder that is not there yet, and returns what is to be said of them.

    Raises:
        OSError: the folders cannot be read or written.
    """
    target = placing.target
    record = _record(shelf)
    there = _digests(target) if os.path.lexists(target) else None
    if there and not placing.force:
        if there not in (record.get("files"), record.get("before")):
            return Placed.OTHERS
        came = _time_in(target)
        if came and placing.time and came > placing.time:
            return Placed.NEWER
    staged = shelf.folder / f"{PARTIAL}staged"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        said = write(staged)
        if placing.time is not None:
            (staged / TIMESTAMP).write_text(_as_line(placing.time), encoding="utf-8")
        sync_tree(staged)
        note = {"facts": _facts(placing), "files": _digests(staged), "said": said}
        # First what will be there and what is: after a kill in between, both are known as the collector's.
        _write_record(shelf, {**note, "before": there})
        target.parent.mkdir(parents=True, exist_ok=True)
        if there is not None:
            _keep(shelf, target)
        _move(staged, target)
        # From here on, whoever puts the older files back means them to stay.
        _write_record(shelf, note)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return Placed.NEW if there is None else Placed.REPLACED


def _facts(placing: Placing) -> dict[str, Any]:
    return {**placing.facts, "time": _as_line(placing.time)}


def _write_record(shelf: Shelf, record: dict[str, Any]) -> None:
    write_durably(shelf.placed, json.dumps(record).encode())


def _record(shelf: Shelf) -> dict[str, Any]:
    try:
        data = json.loads(shelf.placed.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file, by its path; what is no file has a word of its own."""
    found = {}
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in sorted(names + links):
            path = Path(parent, name)
            is_file = path.is_file() and not path.is_symlink()
            key = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
            found[key] = sha256_of(path) if is_file else "no file"
    return found


def _keep(shelf: Shelf, target: Path) -> None:
    shelf.kept.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in shelf.kept.iterdir() if path.name.isdecimal()]
    _move(target, shelf.kept / str(1 + max(numbers, default=0)))


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # `submitted` may lie on another file system.
        draft = target.with_name(f"{PARTIAL}{hashlib.sha256(os.fsencode(target)).hexdigest()[:16]}")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, symlinks=True)
        draft.rename(target)
        shutil.rmtree(source)


def _as_line(time: datetime | None) -> str:
    return "" if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n"


def _time_in(folder: Path) -> datetime | None:
    try:
        with (folder / TIMESTAMP).open(encoding="utf-8") as file:
            return read_time(file.read(_TIME_SIZE))
    except (OSError, ValueError):
        return None
