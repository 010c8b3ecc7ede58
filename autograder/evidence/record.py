"""A course's record: who graded what, when, and with what; rooms that were ended; what became of secret and backups.

It is one file of JSON lines that is only appended to, each event by one write under a lock, brought to the disk before
anything else is done. Each line holds the SHA-256 of the line before it, so a line that was changed, taken out or put
in shows. (Lines that are missing at the end do not: compare with a backup.)

Only forgetting a person changes lines: each of that person's becomes one that says so. It keeps the SHA-256 of the
line that it replaces, so the chain stays whole; and because every line holds a random number that goes with it,
nobody can find out by trying names whose line it was.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.durable import write_durably

RECORD = "grading-record.jsonl"
"""The file in a course's folder: no hidden name, so that copying the course's files takes it along."""
GRADED, NOT_GRADED = "graded", "not graded"
STARVED = "stopped while the machine was busy"
"""A time limit was reached, and the kernel had waited for a processor for much of the time."""
ROOM_ENDED = "room ended"
"""Also where a room was ended because it could not be watched any more; the reason says so."""
SECRET_DRAWN = "secret drawn"
BACKUP_MADE, RESTORED = "backup made", "restored"
COLLECTED = "collected from a pull request"
FORGOTTEN, PERSON_FORGOTTEN = "forgotten", "person forgotten"

Event = dict[str, Any]

_BLOCK = 2**16
_NO_LINE = hashlib.sha256(b"").hexdigest()
_STAYS = ("event", "time", "previous", "secret")
"""What of a line is no person's; the secret's fingerprint must outlive them."""


def append(course: Path, event: str, **facts: Any) -> None:
    """Note an event in a course's record. Threads and processes may do so at once.

    Args:
        course: its folder.
        event: what has happened, such as `ROOM_ENDED`.
        facts: more about it, which JSON can hold; `student` where it is about a person's work.

    Raises:
        OSError: the record cannot be written.
    """
    extend(course, [{"event": event, "time": _now(), "who": whoever_runs_this(), **facts}])


def extend(course: Path, events: Iterable[Event]) -> None:
    """Note events that were noted elsewhere, such as in a worker's own course.

    Raises:
        OSError: the record cannot be written.
    """
    with _held(course / RECORD) as descriptor:
        last = next(_lines_from_the_end(descriptor), None)
        # A process that was killed while it wrote has left no end of line.
        text = b"" if last is None or _ends_a_line(descriptor) else b"\n"
        link = _NO_LINE if last is None else _link(last)
        for event in events:
            line = json.dumps({**event, "salt": secrets.token_hex(16), "previous": link}).encode()
            link = _link(line)
            text += line + b"\n"
        while text:
            text = text[os.write(descriptor, text) :]
        os.fsync(descriptor)


def take(course: Path) -> tuple[Event, ...]:
    """Return a course's events and remove its record: for a private course, whose events go to the real one."""
    events = tuple(
        {name: fact for name, fact in event.items() if name not in ("salt", "previous")}
        for event in read(course)
    )
    (course / RECORD).unlink(missing_ok=True)
    return events


def read(course: Path) -> Iterator[Event]:
    """Give the events of a course, the first one first; lines that are none are left out."""
    for line in _lines(course):
        if (event := _parsed(line)) is not None:
            yield event


def breaks(course: Path) -> tuple[int, ...]:
    """Return the numbers of lines that do not follow on the one before, counted from 1; none, if all is well."""
    found, link = [], _NO_LINE
    for number, line in enumerate(_lines(course), 1):
        event = _parsed(line)
        if event is not None and event.get("previous") != link:
            found.append(number)
        link = _link(line)
    return tuple(found)


def last_fact(course: Path, name: str) -> Any:
    """Return what the last event that tells it tells, such as of the secret; None if none does."""
    try:
        descriptor = os.open(course / RECORD, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        for line in _lines_from_the_end(descriptor):
            event = _parsed(line)
            if event is not None and event.get(name) is not None:
                return event[name]
    finally:
        os.close(descriptor)
    return None


def forget(course: Path, student: str) -> int:
    """Replace a person's lines by lines that say so; return how many there were.

    Raises:
        OSError: the record cannot be written.
    """
    path = course / RECORD
    if not path.exists():
        return 0
    with _held(path):
        lines, count = [], 0
        for line in _lines(course):
            event = _parsed(line)
            if event is not None and event.get("student") == student:
                stays = {name: event[name] for name in _STAYS if name in event}
                line = json.dumps({**stays, "event": FORGOTTEN, "was": _link(line)}).encode()
                count += 1
            lines.append(line + b"\n")
        if count:
            write_durably(path, b"".join(lines))
    return count


def whoever_runs_this() -> str:
    """Return the account that grades, and its machine."""
    user = os.geteuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:  # as in a container
        name = str(user)
    return f"{name}@{socket.gethostname()}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parsed(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _link(line: bytes) -> str:
    """Return what the next line holds of this one."""
    event = _parsed(line)
    if event is not None and event["event"] == FORGOTTEN:
        return str(event.get("was"))
    return hashlib.sha256(line).hexdigest()


def _lines(course: Path) -> Iterator[bytes]:
    try:
        with (course / RECORD).open("rb") as file:
            for line in file:
                yield line.removesuffix(b"\n")
    except FileNotFoundError:
        return


def _ends_a_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, 1, size - 1) == b"\n"


def _lines_from_the_end(descriptor: int) -> Iterator[bytes]:
    """Give a file's lines, the last one first, and read no more of it than is asked for."""
    place, rest = os.fstat(descriptor).st_size, b""
    if place and _ends_a_line(descriptor):
        place -= 1
    elif not place:
        return
    while place:
        size = min(_BLOCK, place)
        place -= size
        first, *lines = (os.pread(descriptor, size, place) + rest).split(b"\n")
        yield from reversed(lines)
        rest = first
    yield rest


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """Open the record for appending, and keep everybody else from writing to it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(descriptor, path):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Return whether the open file is still the one of this name: forgetting somebody replaces it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
