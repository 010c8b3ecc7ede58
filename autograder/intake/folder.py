"""A submission's folder before anything else reads it: what nbgrader must not copy is set aside.

Stock nbgrader follows links (a link to the gradebook is copied into `autograded/`), waits for ever at a pipe,
and walks any tree. Here every entry is looked at without being opened or followed. What is unsafe is moved,
never deleted, to `quarantine/<student>/<assignment>/<number>/`, with a `found.json` that says why.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from autograder.errors import CourseError
from autograder.intake.findings import (
    Finding,
    Problem,
    findings_from_data,
    findings_to_data,
    shown,
)

QUARANTINE = "quarantine"
"""The folder of a course that keeps what was set aside."""
RECORD = "found.json"
TIMESTAMP = "timestamp.txt"
_TIMESTAMP_BYTES = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
LONGEST_PATH = 1_000
"""Bytes of a path within the submission: the system's own limit is 4,096 for all of it."""
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, backslashes, signs that turn the direction of writing, bytes that are no UTF-8."""


@dataclass(frozen=True)
class FolderLimits:
    """What a submission's folder may hold.

    Attributes:
        entries: most files and folders.
        depth: most folders in one another.
        file: largest file, in bytes.
        total: all files together, in bytes.
    """

    entries: int = 2_000
    depth: int = 20
    file: int = 256 * 2**20
    total: int = 512 * 2**20


class _TooMuchError(Exception):
    """The folder holds more than its limits allow."""


def check_folder(
    folder: Path, quarantine: Path, keep: tuple[str, ...] = (), limits: FolderLimits | None = None
) -> tuple[Finding, ...]:
    """Set aside what nbgrader must not copy; a second call changes nothing and finds the same.

    Args:
        folder: the submission; a real folder, no link.
        quarantine: where this submission's unsafe files go, such as `quarantine/ada/assignment_2`.
        keep: names of the notebooks, which stay where everything else is too much.
        limits: what the folder may hold.

    Raises:
        CourseError: the folder cannot be looked through, or something unsafe is there and could not be moved.
    """
    try:
        return _check(folder, quarantine, keep, limits or FolderLimits())
    except OSError as error:
        raise CourseError(f"{folder} cannot be looked through: {error}") from error


def _check(
    folder: Path, quarantine: Path, keep: tuple[str, ...], limits: FolderLimits
) -> tuple[Finding, ...]:
    try:
        unsafe = list(_unsafe_entries(folder, limits))
    except _TooMuchError as much:
        unsafe = _what_is_too_much(folder, limits, str(much))
    if not unsafe:
        return _earlier_findings(folder, quarantine)
    number = 1 + max(_numbers(quarantine), default=0)
    place = quarantine / str(number)
    try:
        findings = _move(folder, unsafe, place, keep, limits)
        record = {"submission": _fingerprint(folder), "found": findings_to_data(findings)}
        (place / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{folder} holds something unsafe that could not be moved to {place}: {error}"
        ) from error
    return findings


def is_safe_name(name: str) -> bool:
    """Return whether a file's or folder's name is one that every system takes, and stays where it is put."""
    # A slash: the first part of the path `//x` is `//`.
    if name in ("", ".", "..") or "/" in name or _MISLEADING.search(name):
        return False
    return len(name) <= 200 and len(name.encode()) <= 255


def read_time(text: str) -> datetime | None:
    """Return the time that a text says, as nbgrader reads it, or None if it says none."""
    # Only here: nbgrader takes seconds to load, and few folders hold such a file.
    from nbgrader.utils import parse_utc

    try:
        time: datetime = parse_utc(text.strip())
    except Exception:  # dateutil raises many kinds on odd input
        return None
    # A student may have written the file: who hands in before there was such an assignment has made the time up.
    return time.replace(tzinfo=UTC) if _FIRST_YEAR <= time.year <= _LAST_YEAR else None


def holds_time(path: Path) -> bool:
    """Return whether nbgrader, which fails on any other content, can read the time of submission in a file."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_TIMESTAMP_BYTES + 1)
    except (OSError, ValueError):
        return False
    return len(text) <= _TIMESTAMP_BYTES and (not text.strip() or read_time(text) is not None)


def _what_is_too_much(folder: Path, limits: FolderLimits, much: str) -> list[tuple[Path, Finding]]:
    """Return the folders within a submission, such as an environment's; all of it, if that does not help."""
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()]
    try:
        rest = list(_unsafe_entries(folder, limits, frozenset(folders)))
    except _TooMuchError:
        return [(folder, Finding(shown(folder.name), Problem.MUCH, much))]
    return [*((path, _finding(folder, path, Problem.MUCH, much)) for path in folders), *rest]


def _unsafe_entries(
    folder: Path, limits: FolderLimits, left_out: frozenset[Path] = frozenset()
) -> Iterator[tuple[Path, Finding]]:
    entries = total = 0
    waiting = [(folder, 1)]
    while waiting:
        parent, depth = waiting.pop()
        try:
            with os.scandir(parent) as listing:
                # Sorted, so that the same folder always gives the same findings; counted while it is listed.
                names = []
                for entry in listing:
                    entries += 1
                    if entries > limits.entries:
                        raise _TooMuchError(f"more than {limits.entries} files and folders")
                    names.append(entry.name)
        except PermissionError:
            yield parent, _finding(folder, parent, Problem.LOCKED)
            continue
        for name in sorted(names):
            path = parent / name
            if path in left_out:
                continue
            if len(os.fsencode(path.relative_to(folder))) > LONGEST_PATH:
                yield path, _finding(folder, path, Problem.DEEP)
                continue
            status = path.lstat()
            if (problem := _problem(path, status, depth, limits)) is not None:
                yield path, _finding(folder, path, problem)
            elif stat.S_ISDIR(status.st_mode):
                waiting.append((path, depth + 1))
            else:
                total += status.st_size
                if total > limits.total:
                    raise _TooMuchError(f"more than {limits.total // 2**20} MiB")


def _problem(
    path: Path, status: os.stat_result, depth: int, limits: FolderLimits
) -> Problem | None:
    if stat.S_ISLNK(status.st_mode):
        return Problem.LINK
    if _MISLEADING.search(path.name):
        return Problem.NAME
    if stat.S_ISDIR(status.st_mode):
        if depth == 1 and path.name == TIMESTAMP:
            return Problem.TIME
        return Problem.DEEP if depth >= limits.depth else None
    if not stat.S_ISREG(status.st_mode):
        return Problem.SPECIAL
    if status.st_size > limits.file:
        return Problem.LARGE
    if not os.access(path, os.R_OK):
        return Problem.LOCKED
    if depth == 1 and path.name == TIMESTAMP and not holds_time(path):
        return Problem.TIME
    return None


def _move(
    folder: Path,
    unsafe: list[tuple[Path, Finding]],
    place: Path,
    keep: tuple[str, ...],
    limits: FolderLimits,
) -> tuple[Finding, ...]:
    files = place / "files"
    files.mkdir(parents=True)
    if unsafe[0][0] != folder:
        for path, _ in unsafe:
            parts = path.relative_to(folder).parts
            target = files.joinpath(*map(_safe_name, parts))
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
        return tuple(finding for _, finding in unsafe)
    # One rename instead of millions; then what is graded returns to its place.
    whole = files / _safe_name(folder.name)
    mode = stat.S_IMODE(folder.lstat().st_mode)
    folder.rename(whole)
    folder.mkdir(mode=mode)
    findings = [finding for _, finding in unsafe]
    for name in (*keep, TIMESTAMP):
        path = whole / name
        with contextlib.suppress(FileNotFoundError):
            problem = _problem(path, path.lstat(), 1, limits)
            if problem is not None:
                findings.append(_finding(whole, path, problem))
            elif path.is_file():
                path.rename(folder / name)
    return tuple(findings)


def _finding(folder: Path, path: Path, problem: Problem, detail: str = "") -> Finding:
    return Finding(shown(str(path.relative_to(folder))), problem, detail)


def _safe_name(name: str) -> str:
    """Return a name that every system takes; different names stay different."""
    raw = os.fsencode(name)
    safe = quote(raw, safe=" !#$&'()+,;=@[]{}~^")
    if len(safe) <= 200:
        return safe
    return f"{safe[:150]}-{hashlib.sha256(raw).hexdigest()[:32]}"


def _numbers(quarantine: Path) -> list[int]:
    if not quarantine.is_dir():
        return []
    return [int(path.name) for path in quarantine.iterdir() if path.name.isdecimal()]


def _earlier_findings(folder: Path, quarantine: Path) -> tuple[Finding, ...]:
    """Return what an earlier call set aside, unless the student has handed in something else since."""
    for number in sorted(_numbers(quarantine), reverse=True):
        try:
            record = json.loads((quarantine / str(number) / RECORD).read_text(encoding="utf-8"))
            if record["submission"] == _fingerprint(folder):
                return findings_from_data(record["found"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # the record only repeats what was said; without it, there is less to say
        return ()
    return ()


def _fingerprint(folder: Path) -> str:
    """Return what tells this submission from the next one of the same student."""
    digest = hashlib.sha256()
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            status = path.lstat()
            about = (str(path.relative_to(folder)), status.st_size, status.st_mtime_ns)
            digest.update(repr(about).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
