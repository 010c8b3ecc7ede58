"""What the collector has seen of each student's ref, and when: the only times that count.

    .autograder-collect/ASSIGNMENT/
        lock            one run at a time
        KEY/            one student
            student     the id
            seen.jsonl  the log: a line for each change, only ever appended
            looked.json when each ref was last read
            commits/    a bare repository for each commit that was fetched, called like it
            placed.json what was put into `submitted/` last
            kept/N/     what lay there before, and was replaced

A commit's dates are its maker's to choose, and a student's machine writes them: the log holds them to be shown. What it
goes by is this machine's clock at the moment when the remote named the commit.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from autograder.collect.links import Link
from autograder.durable import PARTIAL, write_durably
from autograder.errors import CourseError

FOLDER = ".autograder-collect"
SEEN, FAILED = "seen", "failed"
FETCHED, UNFETCHED, DROPPED, COMPARED = "fetched", "not fetched", "dropped", "compared"

Line = dict[str, Any]


@dataclass(frozen=True)
class Sight:
    """A commit that a ref was found at, where it had been at another one, or nowhere, before.

    Attributes:
        time: when it was first seen there.
        commit: which.
        before: when the ref had last been read, without it; None if never.
    """

    time: datetime
    commit: str
    before: datetime | None


class Shelf:
    """What is kept of one student's work for one assignment. One thread uses it at a time."""

    def __init__(self, course: Path, assignment: str, student: str) -> None:
        """Open it; nothing is written yet."""
        self.student = student
        self.folder = course / FOLDER / assignment / _key(student)
        self.commits = self.folder / "commits"
        self.placed = self.folder / "placed.json"
        self.kept = self.folder / "kept"
        self._log = self.folder / "seen.jsonl"
        self._looked = self.folder / "looked.json"

    def tidy(self) -> None:
        """Remove what a run that was killed has left half-done."""
        for folder in (self.folder, self.commits):
            for draft in folder.glob(f"{PARTIAL}*"):
                if draft.is_dir():
                    shutil.rmtree(draft, ignore_errors=True)
                else:
                    draft.unlink(missing_ok=True)

    def lines(self) -> list[Line]:
        """Return the log's lines, without those that a kill has cut off."""
        try:
            data = self._log.read_bytes()
        except FileNotFoundError:
            return []
        lines = []
        for text in data.split(b"\n"):
            with contextlib.suppress(ValueError):
                line = json.loads(text)
                if isinstance(line, dict) and {"event", "time"} <= line.keys():
                    lines.append(line)
        return lines

    def append(self, event: str, time: datetime, link: Link, **facts: Any) -> None:
        """Add a line, and bring it to the disk.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        name = self.folder / "student"
        if not name.exists():
            write_durably(name, f"{self.student}\n".encode())
        line = {
            "event": event, "time": as_text(time), "student": self.student,
            "place": link.place, **facts,
        }  # fmt: skip
        descriptor = os.open(self._log, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            # A process that was killed while it wrote has left no end of line.
            begun = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            text = b"\n" * begun + json.dumps(line, ensure_ascii=False).encode() + b"\n"
            while text:
                text = text[os.write(descriptor, text) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sights(self, link: Link) -> list[Sight]:
        """Return what a link's ref was seen at, the first one first."""
        found = []
        for line in self._of(link):
            if line["event"] == SEEN:
                before = line.get("before")
                found.append(
                    Sight(
                        as_time(line["time"]),
                        str(line["commit"]),
                        as_time(before) if before else None,
                    )
                )
        return found

    def other_places(self, link: Link) -> list[str]:
        """Return where commits of the student were seen before under other links than this one."""
        places = {str(line.get("place")) for line in self.lines() if line["event"] == SEEN}
        return sorted(places - {link.place})

    def make_room(self, needed: Collection[str], most: int) -> tuple[str, ...]:
        """Remove snapshots, the oldest ones first, until no more than some bytes are left.

        Args:
            needed: commits whose snapshots stay in any case.
            most: bytes.

        Returns:
            The commits whose snapshots were removed.
        """
        sizes = {
            path: sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            for path in sorted(self.commits.iterdir(), key=lambda path: path.stat().st_mtime)
        }
        removed = []
        for path in list(sizes):
            if sum(sizes.values()) <= most:
                break
            if path.name not in needed:
                shutil.rmtree(path)
                removed.append(path.name)
                del sizes[path]
        return tuple(removed)

    def first_look(self) -> datetime | None:
        """Return when anything of this student was looked for first, found or not; None if never."""
        return min((as_time(line["time"]) for line in self.lines()), default=None)

    def note_sight(self, link: Link, commit: str, time: datetime) -> bool:
        """Note what a ref is at; return whether that is new."""
        sights = self.sights(link)
        is_new = not sights or sights[-1].commit != commit
        if is_new:
            before = self.last_look(link)
            self.append(SEEN, time, link, commit=commit, before=as_text(before) if before else None)
        self._note_look(link, time)
        return is_new

    def note_failure(self, link: Link, reason: str, time: datetime) -> None:
        """Note that a ref could not be read, once for each time that it begins."""
        lines = [line for line in self._of(link) if line["event"] in (SEEN, FAILED)]
        if not lines or lines[-1]["event"] != FAILED or lines[-1].get("reason") != reason:
            self.append(FAILED, time, link, reason=reason)

    def last_look(self, link: Link) -> datetime | None:
        """Return when a ref was last read."""
        text = self._looks().get(link.place)
        return as_time(text) if text else None

    def fact(self, link: Link, event: str, **facts: Any) -> Line | None:
        """Return the last line of an event with some facts, or None."""
        for line in reversed(self._of(link)):
            if line["event"] == event and facts.items() <= line.items():
                return line
        return None

    def _of(self, link: Link) -> list[Line]:
        return [line for line in self.lines() if line.get("place") == link.place]

    def _looks(self) -> dict[str, str]:
        try:
            data = json.loads(self._looked.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _note_look(self, link: Link, time: datetime) -> None:
        data = {**self._looks(), link.place: as_text(time)}
        write_durably(self._looked, json.dumps(data).encode())


@contextmanager
def one_run(course: Path, assignment: str) -> Iterator[None]:
    """Keep everybody else from collecting this assignment.

    Raises:
        CourseError: another run does, or the folder cannot be written.
    """
    folder = course / FOLDER / assignment
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # It holds what students wrote.
        folder.parent.chmod(0o700)
        # The system lets go of the lock when its process ends, however it ends.
        lock = FileLock(folder / "lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CourseError(
            f"Another run is collecting {assignment} in this course; wait for its end"
        ) from error
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error}") from error
    try:
        yield
    finally:
        lock.release()


def collected_assignments(course: Path) -> tuple[str, ...]:
    """Return the assignments that were collected in a course."""
    return tuple(sorted(path.name for path in (course / FOLDER).glob("*") if path.is_dir()))


def folders_of(course: Path, student: str) -> tuple[Path, ...]:
    """Return what is kept of a student, for all assignments."""
    return tuple(sorted((course / FOLDER).glob(f"*/{_key(student)}")))


def as_text(time: datetime) -> str:
    """Return a time as the log holds it: in UTC, with milliseconds."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_time(text: str) -> datetime:
    """Return a time of the log."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _key(student: str) -> str:
    # A hash, because not every file system tells "Ada" from "ada".
    return hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:32]
