"""A course of a worker's own, in which stock nbgrader grades one submission after another.

The private course has the files and the assignment's rows of the real one, and of one submission at a time.
`nbgrader autograde` runs in it unchanged, with all of the course's preprocessors, and what it leaves (rows and
folder) is the result. So nothing here repeats what nbgrader does, and no worker touches the real gradebook.
"""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.api import Base
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy import Engine, NullPool, create_engine
from traitlets.utils.importstring import import_item

from autograder.assignment import judged_cells
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.gradebook.hand_grades import LOOKS
from autograder.gradebook.rows import read_submissions, write_rows
from autograder.grading.messages import STUDENT, Course, Job, ReadSettings, Result, Settings
from autograder.grading.trees import LARGEST_TREE, Tree, pack, remove, unpack
from autograder.intake.findings import Obstacle
from autograder.intake.folder import QUARANTINE
from autograder.kernel.isolation import chosen
from autograder.kernel.limits import MIB, Bounds
from autograder.notebook.marks import KIT_METADATA

_NOBODY = "autograder-nobody"
_LAYOUT = (
    "--CourseDirectory.directory_structure={nbgrader_step}/{student_id}/{assignment_id}",
    "--CourseDirectory.source_directory=source",
    "--CourseDirectory.release_directory=release",
    "--CourseDirectory.submitted_directory=submitted",
    "--CourseDirectory.autograded_directory=autograded",
    "--CourseDirectory.student_id=*",
    f"--CourseDirectory.student_id_exclude={_NOBODY}",
    "--CourseDirectory.notebook_id=*",
    "--NbGrader.logfile=",
)
"""Whatever the real course is laid out like, the private one is as nbgrader comes."""
_TABLES = {**Base.metadata.tables, LOOKS.name: LOOKS}
_COMPLAINT = "! "
_SECONDS = 3600.0
"""For a submission, in a course that runs notebooks with stock nbgrader: that has limits for cells only."""


def read_settings(wanted: ReadSettings) -> Settings:
    """Read a course's configuration as `nbgrader autograde` would.

    Raises:
        CourseError: it names a part of the submissions' notebooks, or an authenticator that is not nbgrader's own.
        AssetError: a model that it names is not on this machine.
    """
    app = _start_app(Path(wanted.course), wanted.assignment, wanted.options)
    course = app.coursedir
    if course.notebook_id != "*":
        raise CourseError("autograder grade takes whole submissions; leave out notebook_id")

    judging = _judging(app)

    def place(step: str, student: str) -> str:
        return os.path.normpath(course.format_path(step, student, wanted.assignment))

    return Settings(
        db_url=course.db_url,
        submitted=place(course.submitted_directory, STUDENT),
        autograded=place(course.autograded_directory, STUDENT),
        source=place(course.source_directory, "."),
        release=place(course.release_directory, "."),
        students=course.student_id,
        excluded=tuple(filter(None, course.student_id_exclude.split(","))),
        seconds=float(judging.notebook_timeout) if judging is not None else _SECONDS,
        assets=_assets(judging, wanted.assignment),
        isolation=chosen(judging.isolation) if judging is not None else "",
        points=_points(judging, wanted.assignment),
    )


class PrivateCourse:
    """A course folder that one worker has for itself."""

    def __init__(self, course: Course, folder: Path) -> None:
        """Set it up.

        Args:
            course: what the real one is.
            folder: an empty folder.

        Raises:
            CourseError: this machine has not what the course needs.
            AssetError: a model is missing.
        """
        self.course = course
        self.folder = folder
        self.gradebook = folder / "gradebook.db"
        self.template = folder / "template.db"
        os.environ.update(course.environment)
        unpack(course.files, folder)
        self._make_template()
        options = (
            *course.options,
            *_LAYOUT,
            f"--CourseDirectory.root={folder}",
            f"--CourseDirectory.db_url=sqlite:///{self.gradebook}",
        )
        self.app = _start_app(folder, course.assignment, options)
        # Here others may be graded at the same time; the run sees to a second look with nobody beside it.
        self.app.config.RunAndJudge.second_look = False
        # What concerns all submissions alike the run says itself.
        self.app.config.SubmissionReader.warns = False
        judging = _judging(self.app)
        # What a submission has displayed lies in the graded folder besides what was handed in.
        output = judging.output_limit * MIB if judging is not None else Bounds.output
        self.largest = LARGEST_TREE + output
        if (own := _assets(judging, course.assignment)) != course.assets:
            raise CourseError(
                f"this machine's models differ from those of the course: {own}, not {course.assets}"
            )

    def grade(self, job: Job) -> Result:
        """Grade one submission with stock nbgrader.

        Raises:
            OSError: the private course cannot be written.
        """
        started = time.monotonic()
        submitted, autograded = (
            self.folder / step / job.student / self.course.assignment
            for step in ("submitted", "autograded")
        )
        self._clear()
        unpack(job.submission, submitted, Path(job.origin) if job.origin is not None else None)
        self._add_nobody()
        unpack(job.found, self.folder / QUARANTINE / job.student / self.course.assignment)
        shutil.copy(self.template, self.gradebook)
        engine = _engine(self.gradebook)
        with engine.begin() as connection:
            write_rows(connection, _TABLES, {}, job.before)

        log = io.StringIO()
        problem = failure = self._autograde(log)
        if problem is None and not autograded.is_dir():
            problem = _last_complaint(log.getvalue()) or "nbgrader has passed it over"
        with engine.connect() as connection:
            after = read_submissions(connection, _TABLES, self.course.assignment, job.student).get(
                job.student, {}
            )
        handed_in = job.submission.file_digests()
        graded = None
        if problem is None:
            graded = pack(
                autograded,
                most=self.largest,
                is_elsewhere=lambda path, sha256: handed_in.get(path) == sha256,
            )
        events = record.take(self.folder)
        return Result(
            student=job.student,
            key=job.key,
            submission=job.submission.digest(),
            before=job.before,
            after=after,
            autograded=graded,
            problem=problem,
            log=log.getvalue(),
            seconds=time.monotonic() - started,
            mishap=failure or _mishap(graded, events),
            events=events,
            starved=any(event["event"] == record.STARVED for event in events),
            unjudged=any(map(_is_unjudged, _notebooks(graded))),
        )

    def _autograde(self, log: io.StringIO) -> str | None:
        """Run the converter; return what went wrong, in a line, or None."""
        handler = logging.StreamHandler(log)
        handler.setFormatter(_Marking())
        self.app.log.addHandler(handler)
        try:
            Autograde(coursedir=self.app.coursedir, parent=self.app).start()
        except NbGraderException as error:
            return _last_error(log.getvalue()) or str(error)
        finally:
            self.app.log.removeHandler(handler)
        return None

    def _add_nobody(self) -> None:
        """Add a submission that is left out: with no notebook that it knows, nbgrader would not begin.

        So a student who has handed in none, or whose name is a pattern, is treated as in a course with others.
        """
        place = self.folder / "submitted" / _NOBODY / self.course.assignment
        place.mkdir(parents=True)
        (place / "nothing.ipynb").touch()

    def _make_template(self) -> None:
        engine = _engine(self.template)
        Base.metadata.create_all(engine)
        LOOKS.create(engine)
        with engine.begin() as connection:
            write_rows(connection, _TABLES, {}, self.course.definition)

    def _clear(self) -> None:
        for step in ("submitted", "autograded", QUARANTINE):
            remove(self.folder / step)


class _Marking(logging.Formatter):
    """Marks warnings and errors."""

    def format(self, record: logging.LogRecord) -> str:
        mark = _COMPLAINT if record.levelno >= logging.WARNING else ""
        return mark + super().format(record)


def _start_app(folder: Path, assignment: str, options: tuple[str, ...]) -> AutogradeApp:
    # nbgrader looks for its configuration, and for modules that it names, where it is started.
    os.chdir(folder)
    app = AutogradeApp()
    # Without its configuration nbgrader would run strangers' code unprotected.
    app.raise_config_file_errors = True
    try:
        app.initialize([assignment, *options])
    except Exception as error:
        raise CourseError(
            f"nbgrader's configuration cannot be read, so nothing is graded: {type(error).__name__}: {error}"
        ) from error
    app.coursedir.assignment_id = assignment
    return app


def _judging(app: AutogradeApp) -> Any:
    """Return the kit's `RunAndJudge` as it is configured, or None in a course that does not use it."""
    # A configuration that names it has loaded it.
    plugins = sys.modules.get("autograder.plugins.preprocessors")
    if plugins is None:
        return None
    steps = Autograde(coursedir=app.coursedir, parent=app).autograde_preprocessors
    kinds = [import_item(step) if isinstance(step, str) else step for step in steps]
    if not any(isinstance(kind, type) and issubclass(kind, plugins.RunAndJudge) for kind in kinds):
        return None
    return plugins.RunAndJudge(parent=app)


def _assets(judging: Any, assignment: str) -> dict[str, str]:
    """Return the SHA-256 of all that a `RunAndJudge`, or None, needs to grade an assignment, by its role."""
    judged_as = judging.assignment_of(assignment) if judging is not None else None
    if judged_as is None or not judged_as.has_grader:
        return {}
    return judged_as.grader().digests(judging.model, judging.alternative_model)


def _points(judging: Any, assignment: str) -> dict[str, float]:
    """Return what the hidden checks give, by graded cell, where a `RunAndJudge`, or None, judges by such."""
    judged_as = judging.assignment_of(assignment) if judging is not None else None
    if judged_as is None:
        return {}
    # Only here: where nothing is judged, nobody waits for what judging loads.
    from autograder.judging.exercise import exercise_points

    return {cell: exercise_points(judged_as, cell) for cell in judged_cells(judged_as)}


def _engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", poolclass=NullPool)


def _mishap(graded: Tree | None, events: Sequence[record.Event]) -> str:
    """Return what may be another's doing and not the submission's, such as of who killed the kernel; or nothing.

    The grader's own events tell it. What a student's code says stands in the notebook as well, and tells nothing.
    """
    mishaps = []
    for event in events:
        if event["event"] == record.ROOM_ENDED and event["died"]:
            mishaps.append(event["reason"])
        elif event["event"] == record.NOT_GRADED and _has_crashed(graded, event["notebook"]):
            mishaps.append(Obstacle.CRASH)
    return "; ".join(mishaps)


def _has_crashed(graded: Tree | None, notebook: str) -> bool:
    """Return whether a notebook is not graded because grading it stopped with an error."""
    for content in _notebooks(graded, f"{notebook}.ipynb"):
        # Its metadata are the release's and the kit's, whoever has handed it in.
        about = content["metadata"].get(KIT_METADATA, {})
        return bool(about.get("obstacle") == Obstacle.CRASH.name)
    return False


def _is_unjudged(notebook: Mapping[str, Any]) -> bool:
    """Return whether an autograded notebook, or a graded cell of it, was not judged."""
    if notebook["metadata"].get(KIT_METADATA, {}).get("not_graded") is not None:
        return True
    return any(
        cell["metadata"][KIT_METADATA].get("needs_person") is not None
        for cell in notebook["cells"]
        # Only of these it is the kit's word.
        if cell["metadata"].get("nbgrader", {}).get("grade") and KIT_METADATA in cell["metadata"]
    )


def _notebooks(graded: Tree | None, name: str = "*.ipynb") -> Iterator[dict[str, Any]]:
    """Yield the autograded notebooks of such a name, as JSON."""
    for entry in graded.entries if graded is not None else ():
        at_top = "/" not in entry.path and fnmatchcase(entry.path, name)
        if at_top and isinstance(entry.data, bytes):
            yield json.loads(entry.data)


def _last_complaint(log: str) -> str | None:
    """Return the last warning or error in a log."""
    lines = [line[2:] for line in log.splitlines() if line.startswith(_COMPLAINT)]
    return lines[-1] if lines else None


def _last_error(log: str) -> str | None:
    """Return the last line of the last traceback in a log."""
    _, found, rest = log.rpartition("Traceback (most recent call last):")
    if not found:
        return None
    for line in rest.splitlines():
        # The first line that is not indented ends the traceback and names the error.
        if line and not line.startswith(" "):
            return line
    return None
