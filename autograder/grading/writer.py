"""The one who writes: results into the gradebook, and graded folders to their places.

The steps are in such an order that after a kill at any point the run that follows finishes what was begun:

1. the result is in the journal;
2. the graded folder is written beside its place;
3. the old folder, if there is one, is taken away, as nbgrader does it: no folder stands for grades it has not;
4. the submission's rows are changed, in one transaction;
5. the new folder is renamed to its place;
6. what the worker has noted goes into the course's record (after a kill here, it does so twice);
7. the journal notes what was recorded, and drops the result.
"""

from __future__ import annotations

from pathlib import Path

from autograder.durable import sync, sync_tree
from autograder.evidence import record as course_record
from autograder.gradebook.rows import Rows
from autograder.grading.gradebook import OpenGradebook
from autograder.grading.journal import Journal, Record
from autograder.grading.messages import STUDENT, Result
from autograder.grading.trees import ChangedFileError, Tree, remove, sha256_of, unpack

COMMAND = "autograder grade"
"""Who is said in the course's record to have graded."""


class Writer:
    """Records results of one assignment."""

    def __init__(
        self, gradebook: OpenGradebook, journal: Journal, autograded: str, submitted: str
    ) -> None:
        """Take what it needs.

        Args:
            gradebook: where the rows go.
            journal: where the results come from.
            autograded: a graded submission's folder; `STUDENT` stands for the student.
            submitted: a submission's folder likewise, from which a graded one has its large files.
        """
        self._gradebook = gradebook
        self._journal = journal
        self._autograded = autograded
        self._submitted = submitted

    def place(self, student: str) -> Path:
        """Return a student's graded folder."""
        return Path(self._autograded.replace(STUDENT, student))

    def record(self, result: Result) -> None:
        """Record a result, which is in the journal. To do it twice is as good as once.

        Raises:
            ChangedError: the gradebook's rows are not those that it was made from.
            ChangedFileError: the submission's large files are not those that were graded.
            GradebookAwayError: the gradebook cannot be reached.
            OSError: the disk is full or gone.
        """
        place = self.place(result.student)
        new, old = _beside(place)
        remove(new)
        if result.autograded is not None:
            submitted = Path(self._submitted.replace(STUDENT, result.student))
            write_folder(result.autograded, new, submitted)
        if place.exists():
            remove(old)
            place.rename(old)
        self._gradebook.record(result.student, result.before, result.after)
        if result.autograded is not None:
            new.rename(place)
            sync(place.parent)
        events = [{**event, "by": COMMAND} for event in result.events]
        course_record.extend(self._journal.course, events)
        if result.autograded is not None:
            self._journal.set_record(record_of(result, result.autograded))
        self._journal.drop(result.key)
        remove(old)

    def clear_up(self, student: str) -> None:
        """Remove what a run that was killed has left beside a student's graded folder."""
        for folder in _beside(self.place(student)):
            remove(folder)

    def is_recorded(self, record: Record, rows: Rows) -> bool:
        """Return whether folder and gradebook still have what was recorded."""
        place = self.place(record.student)
        try:
            kept = {name: sha256_of(place / name) for name in record.files}
        except OSError:
            return False
        return kept == record.files and record.scores == scores(rows)


def _beside(place: Path) -> tuple[Path, Path]:
    """Return where the new folder is written, and where the old one is taken."""
    return place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")


def record_of(result: Result, autograded: Tree) -> Record:
    """Return what the journal notes of a result."""
    return Record(
        result.student, result.submission, autograded.file_digests(), scores(result.after)
    )


def scores(rows: Rows) -> dict[str, float | None]:
    """Return the automatic score of each grade, by its id."""
    return {row["id"]: row["auto_score"] for row in rows.get("grade", ())}


def write_folder(tree: Tree, folder: Path, origin: Path) -> None:
    """Write a folder and bring it to the disk; large files come from `origin`.

    Raises:
        ChangedFileError: a large file is not in `origin`, or another one is; nothing is left then.
        OSError: the disk is full or gone; nothing is left then.
    """
    try:
        unpack(tree, folder, origin)
        sync_tree(folder)
    except (ChangedFileError, OSError):
        remove(folder)
        raise
