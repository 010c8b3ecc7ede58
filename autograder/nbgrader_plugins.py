"""The preprocessors through which plain nbgrader uses this kit. `nbgrader_config.py` names them.

generate_assignment   NameStubs       after ClearSolutions: each stub says which task it is
autograde, sanitise   RepairCells     instead of DeduplicateIds: cells back to what the release gave
autograde, grade      RunAndJudge     instead of Execute: runs cells, judges graded ones outside the kernel
                      RecordJudgement after SaveAutoGrades: bonus points, and what a person must grade
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer, Unicode

from autograder.assets import find_fashion_mnist, find_model
from autograder.expected import Expected
from autograder.features import NOT_USED
from autograder.features.offer import Offer, offer, report
from autograder.feedback import findings_cell, repairs_cell, write_judgement
from autograder.intake.exporter import read_released
from autograder.judging import Judgement, is_judged, judge
from autograder.kernel.isolation import (
    NONE,
    WITHOUT_ISOLATION,
    chosen,
    isolation_named,
    surroundings_in,
)
from autograder.kernel.limits import MIB, Bounds, Limits
from autograder.kernel.runner import imports_of, run_notebook
from autograder.misconceptions.flow import flow_findings
from autograder.notebook.build import KIT_METADATA
from autograder.notebook.repair import repair
from autograder.notebook.stubs import name_stubs
from autograder.reference import Reference
from autograder.seeds import course_secret, submission_seed
from autograder.student import Student

Resources = dict[str, Any]


class NameStubs(NbGraderPreprocessor):
    """Puts the task's name and a sentence into every stub of the release."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        name_stubs(nb)
        return nb, resources


class RepairCells(NbGraderPreprocessor):
    """Puts a submission's cells back to what the release gave, and tells the student.

    Raises:
        CourseError: the release is not there.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        course = CourseDirectory(config=self.config)
        repairs = repair(nb, read_released(course, about["assignment"], about["notebook"]))
        if repairs:
            for mended in repairs:
                self.log.warning("%s: the cell %s %s", about["student"], mended.cell, mended.change)
            nb.cells.insert(0, repairs_cell(repairs))
        return nb, resources


class RunAndJudge(NbGraderPreprocessor):
    """Runs a submission in a kernel of its own and judges its graded cells in this process.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine cannot keep the code apart in the way asked for.
        AssetError: the data set or the model is not on this machine.
    """

    model = Unicode("", help="CLIP model to grade with; empty: CLIP_MODEL, or the small one").tag(
        config=True
    )
    alternative_model = Unicode(
        "tiny", help="model offered to mini-experiment A as CLIP_ALTERNATIVE_MODEL"
    ).tag(config=True)
    isolation = Unicode(
        "",
        help="how a student's code is kept apart: bubblewrap, bubblewrap-cold, container or none; "
        "empty: AUTOGRADER_ISOLATION, or bubblewrap",
    ).tag(config=True)
    memory_limit = Integer(
        Bounds.memory // MIB, help="MiB of memory that a submission may use"
    ).tag(config=True)
    disk_limit = Integer(
        Bounds.disk // MIB, help="MiB that a submission may write into its home folder"
    ).tag(config=True)
    process_limit = Integer(
        Bounds.processes, help="processes and threads that a submission may run at once"
    ).tag(config=True)
    output_limit = Integer(
        Bounds.output // MIB, help="MiB that a submission's cells may display"
    ).tag(config=True)
    cell_timeout = Float(Limits.cell, help="seconds that a cell may take").tag(config=True)
    check_timeout = Float(Limits.probe, help="seconds that one call of a check may take").tag(
        config=True
    )
    notebook_timeout = Float(Limits.notebook, help="seconds that a submission may take").tag(
        config=True
    )

    feature_store = Bool(
        True,
        help="whether kernels get the features of the data set's own images from a store, instead of computing them",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        expected = _expected(self.model, self.alternative_model)
        seed = submission_seed(
            # nbgrader works in the course's root folder while it converts.
            course_secret(Path.cwd()),
            about["assignment"],
            about["student"],
            "\0".join(cell.source for cell in nb.cells),
        )

        judged: list[tuple[NotebookNode, Judgement]] = []

        def judge_cell(cell: NotebookNode, student: Student) -> None:
            name = cell.metadata.nbgrader.grade_id
            if is_judged(name):
                judged.append((cell, judge(name, student, expected, seed)))

        isolation = isolation_named(self.isolation)
        if chosen(self.isolation) == NONE:
            self.log.warning(WITHOUT_ISOLATION)
        surroundings = surroundings_in(
            isolation,
            expected.reference.snapshot,
            expected.reference.data_root,
            expected.alternative,
        )
        given = Offer()
        if self.feature_store:
            given = offer(expected, imports_of(nb), hides_this_machine=isolation.hides_this_machine)
        for complaint in given.complaints:
            self.log.warning("%s", complaint)
        run_notebook(
            nb,
            files=Path(resources["metadata"]["path"]),
            isolation=isolation,
            environment=surroundings.environment,
            folders={**surroundings.folders, **given.folders},
            bounds=Bounds(
                memory=self.memory_limit * MIB,
                disk=self.disk_limit * MIB,
                file_size=self.disk_limit * MIB,
                processes=self.process_limit,
                output=self.output_limit * MIB,
            ),
            limits=Limits(
                cell=self.cell_timeout, probe=self.check_timeout, notebook=self.notebook_timeout
            ),
            judge=judge_cell,
            startup=given.startup,
            ending=self._note_use if given.startup else None,
        )
        # Only now, with the kernel gone: until then it may still change what its cells display.
        for cell, judgement in judged:
            write_judgement(cell, judgement)
            cell.metadata[KIT_METADATA] = _record(judgement)
        if findings := flow_findings(nb):
            nb.cells.insert(0, findings_cell(findings))
        return nb, resources

    def _note_use(self, student: Student) -> None:
        used = report(student)
        if used.get("mismatch"):
            # A stranger's word: of bounded length, and on one line.
            self.log.warning("%sa kernel says %.200r", NOT_USED, used["mismatch"])
        self.log.info("features from the store: %.400r", used or "the kernel does not say")


class RecordJudgement(NbGraderPreprocessor):
    """Writes into the gradebook what an output cannot say: bonus points, and that a person must look."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            for cell in nb.cells:
                record = cell.metadata.get(KIT_METADATA, {})
                if not cell.metadata.get("nbgrader", {}).get("grade") or "verdicts" not in record:
                    continue
                grade = gradebook.find_grade(
                    cell.metadata.nbgrader.grade_id,
                    about["notebook"],
                    about["assignment"],
                    about["student"],
                )
                if record["bonus_offered"]:
                    grade.extra_credit = record["bonus"]
                if record["needs_person"] is not None:
                    if not record["verdicts"]:
                        grade.auto_score = None
                    if grade.manual_score is None:
                        grade.needs_manual_grade = True
            gradebook.db.commit()
        return nb, resources


@cache
def _expected(model: str, alternative_model: str) -> Expected:
    """Return what right work gives; it lives as long as the process, for all its submissions."""
    alternative = find_model(alternative_model) if alternative_model else None
    return Expected(Reference(find_model(model or None), find_fashion_mnist()), alternative)


def _record(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as plain data for the cell's metadata: the grade's evidence, with its seed."""
    return {
        # A string, because JSON readers elsewhere round integers of 64 bits.
        "seed": str(judgement.seed),
        "bonus": judgement.bonus,
        "bonus_offered": any(verdict.check.bonus for verdict in judgement.verdicts),
        "needs_person": judgement.needs_person,
        "verdicts": [
            {
                "check": verdict.check.name,
                "status": verdict.status.value,
                "earned": verdict.earned,
                "points": verdict.check.points,
                "message": verdict.message,
                "misconception": verdict.misconception,
            }
            for verdict in judgement.verdicts
        ],
    }
