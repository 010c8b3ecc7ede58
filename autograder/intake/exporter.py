"""Intake for plain `nbgrader autograde`: the exporter, which is the part of nbgrader that reads a submission.

`c.Autograde.exporter_class` is the one public place that comes before nbgrader has touched a submission, that may
fail loudly, and that sees both of nbgrader's passes. When it is made, it looks at every submission that is about
to be graded; in the first pass it reads what was submitted, in the second it catches what grading raises. So one
broken submission costs itself its grade, and no other submission notices.
"""

from __future__ import annotations

import fnmatch
import glob
import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Bool
from traitlets.config import Config

from autograder.clock import READING_SECONDS, time_limit
from autograder.errors import CourseError, KitError, NotebookError
from autograder.evidence import record
from autograder.evidence.noted import evidence_in
from autograder.evidence.seeds import course_secret
from autograder.gradebook.hand_grades import Works, works_in
from autograder.gradebook.ungraded import clear_scores, note_looks_at, record_not_graded
from autograder.intake import names
from autograder.intake.findings import Finding, NotGraded, Obstacle, shown
from autograder.intake.folder import QUARANTINE, check_folder
from autograder.intake.submission import Intake, describe, not_graded, open_notebook
from autograder.notebook.marks import KIT_METADATA

Resources = dict[str, Any]
Converted = tuple[str, Resources]

JUDGE = "RunAndJudge"
"""The kit's preprocessor that runs a submission in a room, by its name: its module takes seconds to load."""
_ANYBODY = "autograder-anybody"
_NOTHING = Config({"Exporter": {"default_preprocessors": []}})


class SubmissionReader(NotebookExporter):
    """Reads submissions for `nbgrader autograde`, whatever they are.

    Raises:
        CourseError: when it is made: the release or the course's secret is not there, or `nbgrader_config.py` could
            not be read.
    """

    warns = Bool(
        True,
        help="whether what concerns all submissions alike is said, once a run; else the run says it",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Look at every submission that the converter is about to grade."""
        super().__init__(**kwargs)
        self._said: set[str] = set()
        self._found: dict[str, tuple[Finding, ...]] = {}
        converter = self.parent
        self._course: CourseDirectory | None = getattr(converter, "coursedir", None)
        if self._course is not None:
            _refuse_without_judge(converter)
            course_secret(Path(self._course.root))  # before anything is changed for want of it
            converter.assignments = self._safe_submissions(self._course)

    def warn_once(self, sentence: str) -> None:
        """Say what concerns all submissions alike, the first time in a run."""
        if self.warns and sentence not in self._said:
            self._said.add(sentence)
            self.log.warning("%s", sentence)

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> Converted:
        """Convert one file of one of nbgrader's two passes.

        Raises:
            KitError: the course or this machine lacks something; no submission is to blame.
            Exception: the gradebook cannot be written.
        """
        about = (resources or {}).get("nbgrader")
        if self._course is None or about is None:
            return super().from_filename(filename, resources, **kw)
        assert resources is not None
        path = Path(filename)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        if path.parent == submission_folder(self._course, about["student"], about["assignment"]):
            return self._sanitise(path, resources)
        return self._grade(path, resources)

    def _safe_submissions(self, course: CourseDirectory) -> dict[str, list[str]]:
        """Return the notebooks to grade by submission folder, as nbgrader's converter keeps them."""
        assignment = course.assignment_id
        notebooks = [f"{name}.ipynb" for name in released_names(course, assignment)]
        wanted = [n for n in notebooks if fnmatch.fnmatch(Path(n).stem, course.notebook_id)]
        for renamed in compose_names(course):
            self.log.warning("Renamed, to be called as in a roster: %s", renamed)
        safe = {}
        asked = {course.student_id, names.composed(course.student_id)}
        folders = {f for name in asked for f in submission_folders(course, assignment, name)}
        for folder in sorted(folders):
            student = folder.parent.name
            refusal = names.refuse_folder(folder)
            if refusal is not None:
                self.log.error("Not graded: %s", refusal.sentence)
                continue
            try:
                found = check_folder(
                    folder, quarantine_folder(course, student, assignment), tuple(notebooks)
                )
            except CourseError as error:
                self.log.error("Not graded: %s", error)
                continue
            for finding in found:
                self.log.warning("%s: %s", student, finding.sentence)
            self._found[student] = found
            safe[str(folder)] = [str(folder / name) for name in wanted]
        # Now: of a notebook that is missing, nbgrader will say that nobody need look.
        students = [Path(folder).parent.name for folder in safe]
        note_looks_at(course.db_url, students, assignment)
        return safe

    def _sanitise(self, path: Path, resources: Resources) -> Converted:
        """Read what was submitted; a crash here, too, is this submission's alone."""
        assert self._course is not None
        about = resources["nbgrader"]
        clear_scores(*_where(about))
        released = read_released(self._course, about["assignment"], about["notebook"])
        given = released_files(self._course, about["assignment"])
        found = self._found.get(about["student"], ())
        try:
            with time_limit(READING_SECONDS, "Reading the notebook"):
                intake = open_notebook(path.parent, path.name, released, found, given)
            for finding in intake.findings:
                if finding.is_choice:
                    self.log.warning("%s: %s", about["student"], finding.sentence)
            return self.from_notebook_node(_marked(intake), resources)
        except Exception as error:
            _raise_if_no_submission_is_to_blame(error)
            self.log.exception("%s: reading the submission failed", about["student"])
            verdict = NotGraded(path.name, Obstacle.CRASH, _in_words(error))
            substitute = not_graded(released, verdict, found)
            return self.from_notebook_node(_marked(substitute), resources)

    def _grade(self, path: Path, resources: Resources) -> Converted:
        """Grade what was read, or say in the gradebook why it is not graded."""
        about = resources["nbgrader"]
        notebook = nbformat.read(path, as_version=4)
        reason = notebook.metadata.get(KIT_METADATA, {}).get("not_graded")
        # What could not be read is another work for each obstacle: below it stands the release.
        works: Works = {name: (str(reason),) for name in works_in(notebook)}
        if reason is None:
            try:
                graded = self.from_notebook_node(notebook, resources)
            except Exception as error:
                _raise_if_no_submission_is_to_blame(error)
                self.log.exception("%s: grading stopped", about["student"])
                verdict = NotGraded(path.name, Obstacle.CRASH, _in_words(error))
                works = works_in(notebook)
                notebook, reason = _crashed(notebook, verdict), verdict.sentence
            else:
                self._note(about, record.GRADED, **evidence_in(json.loads(graded[0])))
                return graded
        self.log.error("%s: not graded: %s", about["student"], reason)
        record_not_graded(*_where(about), reason, works)
        self._note(about, record.NOT_GRADED, reason=reason)
        AssignLatePenalties(parent=self).preprocess(notebook, resources)
        written: Converted = NotebookExporter(config=_NOTHING).from_notebook_node(
            notebook, resources
        )
        return written

    def _note(self, about: dict[str, Any], event: str, **facts: Any) -> None:
        """Note in the course's record what became of a submission."""
        assert self._course is not None
        where = {name: about[name] for name in ("assignment", "student", "notebook")}
        record.append(Path(self._course.root), event, **where, **facts, by="nbgrader autograde")


def _refuse_without_judge(converter: Any) -> None:
    """Let nothing be run by nbgrader's own settings, which it takes where a configuration has an error.

    Raises:
        CourseError: the kit's `RunAndJudge` is not among the preprocessors.
    """
    for step in getattr(converter, "autograde_preprocessors", ()):
        kinds = [kind.__name__ for kind in step.__mro__] if isinstance(step, type) else [str(step)]
        if any(kind.rpartition(".")[2] == JUDGE for kind in kinds):
            return
    raise CourseError(
        f"Nothing is graded: nbgrader_config.py names no {JUDGE}, or could not be read (then its error stands above). "
        "nbgrader alone would run the submissions without protection. Mend the file, or copy the kit's anew."
    )


def submission_folders(course: CourseDirectory, assignment: str, student: str = "*") -> list[Path]:
    """Return the folders of all submissions, sorted; `student` is a pattern as nbgrader takes it."""
    pattern = course.format_path(course.submitted_directory, student, assignment)
    # An absolute pattern, as nbgrader itself makes and takes it.
    found = sorted(glob.glob(pattern))  # noqa: PTH207
    return [Path(name) for name in found if Path(name).is_dir()]


def compose_names(course: CourseDirectory) -> tuple[Path, ...]:
    """Rename students' folders that macOS has written as a roster would, unless the gradebook knows them so.

    Returns:
        The folders that were renamed, by their new names.
    """
    parent = course.format_path(course.submitted_directory, _ANYBODY, "").partition(_ANYBODY)[0]
    if not any(names.composed(path.name) != path.name for path in Path(parent).glob("*")):
        return ()
    with Gradebook(course.db_url) as gradebook:
        known = {student.id for student in gradebook.students}
    return names.compose_names(Path(parent), known)


def submission_folder(course: CourseDirectory, student: str, assignment: str) -> Path:
    """Return where a student's submission is."""
    return Path(course.format_path(course.submitted_directory, student, assignment))


def quarantine_folder(course: CourseDirectory, student: str, assignment: str) -> Path:
    """Return where a submission's unsafe files go."""
    return Path(course.root, QUARANTINE, student, assignment)


def released_names(course: CourseDirectory, assignment: str) -> list[str]:
    """Return the names of the assignment's notebooks, without their ending.

    Raises:
        CourseError: there is no release.
    """
    folder = Path(course.format_path(course.release_directory, ".", assignment))
    found = sorted(path.stem for path in folder.glob("*.ipynb"))
    if not found:
        raise CourseError(
            f"{folder} holds no notebook; run: nbgrader generate_assignment {assignment}"
        )
    return found


def released_files(course: CourseDirectory, assignment: str) -> frozenset[str]:
    """Return the names of all files that lie at the top of the release's folder."""
    folder = Path(course.format_path(course.release_directory, ".", assignment))
    return frozenset(path.name for path in folder.iterdir() if path.is_file())


def read_released(course: CourseDirectory, assignment: str, notebook: str) -> NotebookNode:
    """Return a notebook as students got it, without outputs.

    Raises:
        CourseError: it is not there.
    """
    folder = Path(course.format_path(course.release_directory, ".", assignment))
    path = folder / f"{notebook}.ipynb"
    if not path.is_file():
        raise CourseError(f"{path} is not there; run: nbgrader generate_assignment {assignment}")
    return nbformat.read(path, as_version=4)


def _where(about: Resources) -> tuple[str, str, str, str]:
    return about["db_url"], about["student"], about["assignment"], about["notebook"]


def _marked(intake: Intake) -> NotebookNode:
    intake.notebook.metadata[KIT_METADATA] = describe(intake)
    return intake.notebook


def _crashed(notebook: NotebookNode, verdict: NotGraded) -> NotebookNode:
    """Return the student's own notebook with the verdict above it; what was found in it stays told."""
    found = notebook.metadata.get(KIT_METADATA, {}).get("found", [])
    told = _marked(not_graded(notebook, verdict))
    told.metadata[KIT_METADATA]["found"] = found
    return told


def _raise_if_no_submission_is_to_blame(error: Exception) -> None:
    """Raise what would meet the next submission as well: a missing model, no sandbox, a locked gradebook."""
    is_ours = isinstance(error, KitError) and not isinstance(error, NotebookError)
    if is_ours or isinstance(error, SQLAlchemyError):
        raise error


def _in_words(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    # As code: an error's text may quote the student, and it is shown in a Markdown cell.
    return "`" + shown(f"{type(error).__name__}: {first}"[:300]) + "`"
