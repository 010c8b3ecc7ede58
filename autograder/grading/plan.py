"""Which submissions are graded, and in which order: what nbgrader would take, and what an earlier run left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.errors import CourseError
from autograder.gradebook.rows import Rows
from autograder.grading.journal import Journal
from autograder.grading.messages import STUDENT, Course, Job, Settings, job_key
from autograder.grading.trees import Tree, pack
from autograder.grading.writer import Writer
from autograder.intake.findings import Obstacle
from autograder.intake.folder import QUARANTINE, RECORD, TIMESTAMP, check_folder, read_time


@dataclass(frozen=True)
class Choice:
    """What a person asks for.

    Attributes:
        students: globs of student ids; none means all.
        since: only what was handed in at or after this time.
        force: also what was graded already.
        limit: most submissions in this run.
    """

    students: tuple[str, ...] = ()
    since: datetime | None = None
    force: bool = False
    limit: int | None = None


@dataclass(frozen=True)
class Plan:
    """Students by what is to be done for them.

    Attributes:
        todo: in the order of grading.
        graded: already.
        unusable: with the reason, in words that go on from the student's name.
        left: how many more there are, beyond the limit.
    """

    todo: tuple[str, ...]
    graded: tuple[str, ...]
    unusable: tuple[tuple[str, str], ...]
    left: int


class Desk:
    """The submissions of an assignment, as they lie in the course's folder."""

    def __init__(self, root: Path, course: Course, settings: Settings) -> None:
        """Take the course folder, its data for workers, and its settings."""
        self._root = root
        self._course = course
        self._digest = course.digest()
        self._settings = settings

    def students(self) -> list[str]:
        """Return all who have a folder for the assignment and are not left out, in alphabetical order."""
        before, _, after = self._settings.submitted.partition(STUDENT)
        names = (path.name for path in Path(before).glob("*") if Path(f"{path}{after}").is_dir())
        return sorted(
            name
            for name in names
            if fnmatchcase(name, self._settings.students) and name not in self._settings.excluded
        )

    def folder(self, student: str) -> Path:
        """Return a student's submitted folder."""
        return Path(self._settings.submitted.replace(STUDENT, student))

    def job(self, student: str, before: Rows) -> Job:
        """Read a submission into a job, after intake has set aside what is unsafe.

        Raises:
            CourseError: it cannot be read; its words go on from the student's name.
        """
        folder = self.folder(student)
        if folder.is_symlink() or folder.parent.is_symlink():
            raise CourseError(Obstacle.FOLDER_LINK.value)
        try:
            submission, found = self._packed(folder, student)
        except CourseError as error:
            raise CourseError(f"cannot be graded: {error}") from error
        key = job_key(self._digest, student, submission.digest())
        return Job(student, key, submission, found, before, origin=str(folder))

    def _packed(self, folder: Path, student: str) -> tuple[Tree, Tree]:
        names = {row["name"] for row in self._course.definition["notebook"]}
        quarantine = self._root / QUARANTINE / student / self._course.assignment
        check_folder(folder, quarantine, keep=tuple(f"{name}.ipynb" for name in sorted(names)))
        submission = pack(folder, is_elsewhere=lambda path, sha256: True)
        if not quarantine.is_dir():
            return submission, Tree()
        # What was set aside stays here; what was said of it goes along.
        found = pack(quarantine, lambda path: path.name == RECORD or path.parent == quarantine)
        return submission, found

    def time_of(self, student: str) -> datetime:
        """Return when a submission was handed in: nbgrader's time stamp, or the notebook's last change."""
        folder = self.folder(student)
        try:
            time = read_time((folder / TIMESTAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time = None
        if time is not None:
            return time
        files = [path.lstat().st_mtime for path in folder.glob("*.ipynb")]
        return datetime.fromtimestamp(max(files, default=folder.lstat().st_mtime), UTC)


def make_plan(
    desk: Desk,
    journal: Journal,
    writer: Writer,
    rows: dict[str, Rows],
    choice: Choice,
    is_complete: Callable[[Rows], bool],
) -> Plan:
    """Say what is to be done.

    With `force`, the journal notes at once that these submissions are to be graded again: a run that is killed
    is then gone on with by the same command without it.

    Args:
        desk: the submissions.
        journal: what earlier runs have done.
        writer: knows what is recorded.
        rows: the gradebook's rows by student.
        choice: what was asked for.
        is_complete: says of a submission's rows whether nothing is missing.

    Raises:
        CourseError: no submission is chosen.
    """
    chosen = [name for name in desk.students() if _is_chosen(name, desk, choice)]
    if not chosen:
        raise CourseError("There is no such submission; see the folder `submitted`")
    todo, graded, unusable = [], [], []
    for student in chosen:
        try:
            job = desk.job(student, rows.get(student, {}))
        except CourseError as error:
            unusable.append((student, str(error)))
            continue
        if not choice.force and _is_graded(job, journal, writer, is_complete):
            # What a run that was killed right after it had recorded a result left behind.
            writer.clear_up(student)
            journal.drop(job.key)
            graded.append(student)
        else:
            todo.append((student, job.key))
    taken = todo[: choice.limit]
    if choice.force:
        for student, key in taken:
            journal.drop(key)
            if (record := journal.record(student)) is not None:
                journal.set_record(replace(record, again=True))
    names = tuple(student for student, _ in taken)
    return Plan(names, tuple(graded), tuple(unusable), len(todo) - len(taken))


def _is_chosen(student: str, desk: Desk, choice: Choice) -> bool:
    if choice.students and not any(fnmatchcase(student, pattern) for pattern in choice.students):
        return False
    return choice.since is None or desk.time_of(student) >= choice.since


def _is_graded(
    job: Job, journal: Journal, writer: Writer, is_complete: Callable[[Rows], bool]
) -> bool:
    place = writer.place(job.student)
    if not place.is_dir():
        return False
    record = journal.record(job.student)
    if record is not None:
        same = record.submission == job.submission.digest() and not record.again
        return same and writer.is_recorded(record, job.before)
    # Graded by nbgrader itself, which takes a folder that is there for graded, unless a newer one came in.
    names = {entry.path: entry.data for entry in job.submission.entries if "/" not in entry.path}
    notebooks = [name for name in names if name.endswith(".ipynb")]
    return (
        all((place / name).is_file() for name in notebooks)
        and names.get(TIMESTAMP) == _content(place / TIMESTAMP)
        and is_complete(job.before)
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
