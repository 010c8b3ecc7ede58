"""What a run has done, on the disk: results that wait for the gradebook, and what was recorded for each student.

    .grading/ASSIGNMENT/
        lock                one run at a time
        scratch             where the run's temporary folders are
        results/KEY         a graded submission; removed after it was recorded
        students/ID.json    what was recorded last, or that the student is to be graded again

Every file is written whole or not at all, and a damaged one counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from autograder.durable import PARTIAL, write_durably
from autograder.errors import CourseError
from autograder.grading.messages import Result

FOLDER = ".grading"
_SCRATCH = "grading-"
_HEAD = 65  # a SHA-256 in hexadecimal, and the end of the line


@dataclass(frozen=True)
class Record:
    """What is known of a student's submission.

    Attributes:
        student: the student's id.
        submission: digest of the submitted folder that was graded.
        files: SHA-256 of each file in the autograded folder.
        scores: automatic score of each grade, by the grade's id.
        again: it is to be graded once more, whatever was recorded.
    """

    student: str
    submission: str
    files: dict[str, str]
    scores: dict[str, float | None]
    again: bool = False


def journals(course: Path) -> tuple[Journal, ...]:
    """Return the journals of all assignments that `autograder grade` has graded in a course."""
    folders = sorted((course / FOLDER).glob("*/students"))
    return tuple(Journal(course, folder.parent.name) for folder in folders)


class Journal:
    """The journal of one assignment in a course."""

    def __init__(self, course: Path, assignment: str) -> None:
        """Open it, and make its folders.

        Raises:
            CourseError: the course folder cannot be written.
        """
        self.course = course
        self.folder = course / FOLDER / assignment
        self._results = self.folder / "results"
        self._students = self.folder / "students"
        try:
            for folder in (self._results, self._students):
                folder.mkdir(parents=True, exist_ok=True)
            # Results hold what students wrote, and grades.
            self.folder.parent.chmod(0o700)
        except OSError as error:
            raise CourseError(f"The journal {self.folder} cannot be written: {error}") from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep everybody else from grading this assignment with `autograder grade`.

        Raises:
            CourseError: a run is under way.
        """
        # The system lets go of the lock when its process ends, however it ends.
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise CourseError(
                f"Another run is grading {self.folder.name} in this course; wait for its end"
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """Hold the journal for one run, and clear up after one that was killed.

        Yields:
            An empty folder for temporary files.

        Raises:
            CourseError: another run holds it.
        """
        with self.held():
            self._clear_up()
            # Short, because the paths of sockets in it may not be long.
            scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH))
            write_durably(self.folder / "scratch", os.fsencode(scratch))
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def put(self, result: Result) -> None:
        """Keep a result.

        Raises:
            OSError: the disk is full or gone.
        """
        # Pickle, because nobody writes here who could not as well write grades into the gradebook.
        data = pickle.dumps(result)
        check = hashlib.sha256(data).hexdigest().encode()
        write_durably(self._results / result.key, check + b"\n" + data)

    def get(self, key: str) -> Result | None:
        """Return a result that was kept, or None."""
        try:
            content = (self._results / key).read_bytes()
        except FileNotFoundError:
            return None
        check, data = content[: _HEAD - 1], content[_HEAD:]
        if hashlib.sha256(data).hexdigest().encode() != check:
            return None
        result = pickle.loads(data)
        return result if isinstance(result, Result) and result.key == key else None

    def drop(self, key: str) -> None:
        """Forget a result."""
        (self._results / key).unlink(missing_ok=True)

    def record(self, student: str) -> Record | None:
        """Return what was recorded of a student's submission, or None."""
        try:
            data = json.loads(self._student_file(student).read_text(encoding="utf-8"))
            record = Record(**data)
        except (OSError, ValueError, TypeError):
            return None
        return record if record.student == student else None

    def set_record(self, record: Record) -> None:
        """Note what was recorded.

        Raises:
            OSError: the disk is full or gone.
        """
        write_durably(self._student_file(record.student), json.dumps(asdict(record)).encode())

    def files_of(self, student: str) -> tuple[Path, ...]:
        """Return where something of a student's is: what was recorded, and results that wait for the gradebook."""
        waiting = [path for path in sorted(self._results.iterdir()) if self._is_of(path, student)]
        return (*filter(Path.exists, [self._student_file(student)]), *waiting)

    def _is_of(self, path: Path, student: str) -> bool:
        result = self.get(path.name)
        return result is not None and result.student == student

    def _student_file(self, student: str) -> Path:
        # A hash, because not every file system tells "Ada" from "ada".
        name = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
        return self._students / f"{name}.json"

    def _clear_up(self) -> None:
        for folder in (self.folder, self._results, self._students):
            for draft in folder.glob(f"{PARTIAL}*"):
                draft.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            scratch = Path(os.fsdecode((self.folder / "scratch").read_bytes()))
            if scratch.name.startswith(_SCRATCH) and scratch.is_dir() and not scratch.is_symlink():
                shutil.rmtree(scratch, ignore_errors=True)
