"""The preprocessors through which plain nbgrader uses this kit. `nbgrader_config.py` names them.

generate_assignment   NameStubs       after ClearSolutions: each stub says which task it is
autograde, sanitise   RepairCells     instead of DeduplicateIds: cells back to what the release gave
autograde, grade      RunAndJudge     instead of Execute: runs cells, judges graded ones outside the kernel
                      RecordJudgement after SaveAutoGrades: bonus points, and what a person must grade
"""

from __future__ import annotations

import contextlib
import copy
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Float, Integer, Unicode

from autograder.any_notebook.stand_ins import GradingExpected, code_of, startup_text
from autograder.assets import ModelSnapshot, Surroundings, find_fashion_mnist, find_model
from autograder.assets.libraries import libraries_named, with_libraries
from autograder.assets.under_names import under_names
from autograder.assignment import Assignment, assignment_named, declared
from autograder.clock import READING_SECONDS, time_limit
from autograder.errors import AssetError, CourseError
from autograder.features import NOT_USED
from autograder.features.offer import Offer, offer, report
from autograder.feedback import findings_cell, repairs_cell, write_judgement
from autograder.hand_grades import flag, works_in
from autograder.intake.exporter import read_released
from autograder.judging import Judgement, is_judged, judge, judged_cells
from autograder.kernel.fair_clock import PATIENCE
from autograder.kernel.isolation import (
    NONE,
    WITHOUT_ISOLATION,
    chosen,
    isolation_named,
    surroundings_in,
)
from autograder.kernel.limits import MIB, Bounds, Limits
from autograder.kernel.processes import Isolation
from autograder.kernel.runner import NOT_RUN, RunReport, imports_of, run_notebook
from autograder.misconceptions.flow import flow_findings
from autograder.notebook.build import KIT_METADATA
from autograder.notebook.repair import repair
from autograder.notebook.stubs import name_stubs
from autograder.operation import record
from autograder.operation.evidence import EVIDENCE, evidence
from autograder.other_points import refuse_other_points
from autograder.overview import MISTAKES, TITLES, mistakes_of, titles_of
from autograder.reference import Reference
from autograder.seeds import course_secret, submission_seed
from autograder.stopped import Stops, with_causes
from autograder.student import Student

Resources = dict[str, Any]

_GRADERS_SECONDS = 7200.0
"""For what the grader does itself; with the first submission it computes what right work gives, once for all."""


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
        TimeLimitError: it takes far too long.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        course = CourseDirectory(config=self.config)
        released = read_released(course, about["assignment"], about["notebook"])
        with time_limit(READING_SECONDS, "Comparing the notebook with the release"):
            repairs = repair(nb, released)
        # Beside what intake has noted: nothing of a student's own is left there.
        nb.metadata.setdefault(KIT_METADATA, {})[TITLES] = titles_of(released)
        if repairs:
            for mended in repairs:
                self.log.warning("%s: the cell %s %s", about["student"], mended.cell, mended.change)
            nb.cells.insert(0, repairs_cell(repairs))
        return nb, resources


class RunAndJudge(NbGraderPreprocessor):
    """Runs a submission in a kernel of its own and judges its graded cells in this process.

    Cells that no hidden checks belong to, such as all of an assignment that is not the kit's, earn their points by
    their own tests, as with nbgrader alone.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine cannot keep the code apart in the way asked for.
        AssetError: the data set or the model, which hidden checks need, is not on this machine.
        CourseError: the assignment is one of the kit's under another name, and no option says so.
        TimeLimitError: it takes far longer than its limits add up to.
    """

    model = Unicode("", help="CLIP model to grade with; empty: CLIP_MODEL, or the small one").tag(
        config=True
    )
    alternative_model = Unicode(
        "tiny", help="model offered to mini-experiment A as CLIP_ALTERNATIVE_MODEL"
    ).tag(config=True)
    judged_as = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="by the name of an assignment in this course: the kit's own whose hidden checks judge it, where the "
        "names differ",
    ).tag(config=True)
    transformers = Unicode(
        "",
        help="line of transformers that students' kernels import, such as 4, or a folder that holds one; empty: this "
        "environment's own",
    ).tag(config=True)
    transformers_of = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="the same by student, for work that was written for another line than the course's",
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
    stop_timeout = Integer(
        Limits.stop,
        help="seconds in which a cell has to end that was interrupted at its limit; then its kernel is given up",
    ).tag(config=True)
    second_look = Bool(
        True,
        help="whether a submission is run again that reached a time limit while this machine was busy",
    ).tag(config=True)
    feature_store = Bool(
        True,
        help="whether kernels get the features of the data set's own images from a store, instead of computing them",
    ).tag(config=True)

    def assignment_of(self, name: str) -> Assignment | None:
        """Return the assignment that judges one of the course, None where cells are graded by their own tests.

        Raises:
            CourseError: `judged_as` names one that is not there.
        """
        return assignment_named(name, self.judged_as)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        # The kernel has limits of its own, and what the checks do with its answers has bounds; this is the last one.
        seconds = PATIENCE * self.notebook_timeout + _GRADERS_SECONDS
        with (
            time_limit(seconds, "Running and judging the notebook"),
            tempfile.TemporaryDirectory(prefix="models-", ignore_cleanup_errors=True) as folder,
        ):
            return self._run_and_judge(nb, resources, Path(folder))

    def _run_and_judge(
        self, nb: NotebookNode, resources: Resources, folder: Path
    ) -> tuple[NotebookNode, Resources]:
        about = resources["nbgrader"]
        assignment = self.assignment_of(about["assignment"])
        expected = None
        if assignment is not None:
            expected = _expected(self.model, self.alternative_model)
        else:
            _refuse_another_name(about["assignment"], nb)
        # nbgrader works in the course's root folder while it converts.
        course = Path.cwd()
        secret = course_secret(course)
        seed = submission_seed(
            secret,
            about["assignment"],
            about["student"],
            "\0".join(cell.source for cell in nb.cells),
        )

        judged: list[tuple[NotebookNode, Judgement]] = []

        def judge_cell(cell: NotebookNode, student: Student) -> None:
            name = cell.metadata.nbgrader.grade_id
            if assignment is not None and expected is not None and is_judged(assignment, name):
                judgement = judge(assignment, name, student, expected, seed)
                if judgement.verdicts:
                    worth = float(cell.metadata.nbgrader.points)
                    refuse_other_points(about["assignment"], name, judgement.points, worth)
                judged.append((cell, judgement))

        isolation = isolation_named(self.isolation)
        if chosen(self.isolation) == NONE:
            self.log.warning(WITHOUT_ISOLATION)
        libraries = libraries_named(self.transformers_of.get(about["student"], self.transformers))
        surroundings = with_libraries(
            self._surroundings(isolation, expected, code_of(nb), folder),
            libraries,
            hides_this_machine=isolation.hides_this_machine,
        )
        given = Offer()
        if libraries.folder is not None:
            self.log.info("%s: run on transformers %s", about["student"], libraries.version)
        elif self.feature_store and expected is not None:
            given = offer(expected, imports_of(nb), hides_this_machine=isolation.hides_this_machine)
        for complaint in given.complaints:
            self.log.warning("%s", complaint)
        first = copy.deepcopy(nb.cells)
        run = self._run(nb, resources, isolation, surroundings, given, judge_cell)
        where = {name: about[name] for name in ("assignment", "student", "notebook")}
        if run.starved and self.second_look:
            self.log.warning(
                "%s: %s reached its time limit while this machine was busy; it is run again",
                about["student"],
                ", ".join(run.late),
            )
            judged.clear()
            nb.cells = first
            run = self._run(nb, resources, isolation, surroundings, given, judge_cell)
        if run.starved:
            self.log.warning(
                "%s: %s reached its time limit while this machine was busy: grade it again when it is not",
                about["student"],
                ", ".join(run.late),
            )
            record.append(course, record.STARVED, **where, late=list(run.late))
        if run.ended is not None:
            record.append(course, record.ROOM_ENDED, **where, reason=run.ended, died=run.died)
        # Only now, with the kernel gone: until then it may still change what its cells display.
        with time_limit(READING_SECONDS, "Reading what the run has shown"):
            stops = Stops(nb, run.late)
            judged = [(cell, with_causes(judgement, stops)) for cell, judgement in judged]
        for cell, judgement in judged:
            write_judgement(cell, judgement)
            cell.metadata[KIT_METADATA] = _record(judgement)
        about_notebook = nb.metadata.setdefault(KIT_METADATA, {})
        about_notebook[MISTAKES] = mistakes_of(judgement for _, judgement in judged)
        settings = {name: getattr(self, name) for name in RunAndJudge.class_own_traits(config=True)}
        settings["isolation"] = chosen(self.isolation)
        settings["transformers"] = libraries.version
        del settings["transformers_of"]  # it names others
        del settings["second_look"]  # who sees to it, and no part of what a grade depends on
        # Tests that have shown no error nbgrader takes for passed.
        own_tests = run.not_run.difference(judgement.cell for _, judgement in judged)
        for cell in nb.cells:
            if _is_graded_code(cell) and cell.metadata.nbgrader.grade_id in own_tests:
                cell.outputs.append(_not_run(str(run.ended)))
        model = None if expected is None else expected.reference.snapshot.weights_sha256
        about_notebook[EVIDENCE] = evidence(secret, seed, settings, model)
        with time_limit(READING_SECONDS, "Reading what the run has shown"):
            findings = flow_findings(nb, assignment)
        if findings:
            nb.cells.insert(0, findings_cell(findings))
        return nb, resources

    def _surroundings(
        self, isolation: Isolation, expected: GradingExpected | None, code: str, folder: Path
    ) -> Surroundings:
        """Return what a kernel finds; where the grader itself needs nothing, whatever of it is here.

        Args:
            isolation: how it is kept apart.
            expected: what grades, if the kit judges the assignment.
            code: the text of the notebook's code cells.
            folder: an empty one, which has to stay for as long as the kernel runs.
        """
        if expected is not None:
            known = expected.reference
            found = surroundings_in(
                isolation, known.snapshot, known.data_root, expected.alternative
            )
            models = expected.models_named_in(code)
            return under_names(
                models, found, folder, hides_this_machine=isolation.hides_this_machine
            )
        try:
            return surroundings_in(isolation, *_assets_here(self.model, self.alternative_model))
        except AssetError as error:
            self.log.warning("%s", error)
            return surroundings_in(isolation, None, None)

    def _run(
        self,
        nb: NotebookNode,
        resources: Resources,
        isolation: Isolation,
        surroundings: Surroundings,
        given: Offer,
        judge_cell: Callable[[NotebookNode, Student], None],
    ) -> RunReport:
        return run_notebook(
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
                cell=self.cell_timeout,
                probe=self.check_timeout,
                notebook=self.notebook_timeout,
                stop=self.stop_timeout,
            ),
            judge=judge_cell,
            startup=f"{given.startup}\n{startup_text(code_of(nb))}",
            ending=self._note_use if given.startup else None,
        )

    def _note_use(self, student: Student) -> None:
        used = report(student)
        if used.get("mismatch"):
            # A stranger's word: of bounded length, and on one line.
            self.log.warning("%sa kernel says %.200r", NOT_USED, used["mismatch"])
        self.log.info("features from the store: %.400r", used or "the kernel does not say")


class RecordJudgement(NbGraderPreprocessor):
    """Writes into the gradebook what an output cannot say: bonus points, and which cells a person must look at."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            submitted = gradebook.find_submission_notebook(
                about["notebook"], about["assignment"], about["student"]
            )
            records = {
                cell.metadata.nbgrader.grade_id: cell.metadata[KIT_METADATA]
                for cell in nb.cells
                if cell.metadata.get("nbgrader", {}).get("grade")
                and "verdicts" in cell.metadata.get(KIT_METADATA, {})
            }
            reasons = {
                name: record["needs_person"]
                for name, record in records.items()
                if record["needs_person"] is not None
            }
            for grade in submitted.grades:
                if grade.name in reasons and not records[grade.name]["verdicts"]:
                    grade.auto_score = None
            bonus = {
                name: record["bonus"] for name, record in records.items() if record["bonus_offered"]
            }
            flag(gradebook, submitted.grades, works_in(nb), bonus, reasons)
        return nb, resources


def _refuse_another_name(name: str, nb: NotebookNode) -> None:
    """Let nobody's points change because an assignment of the kit's was given another name.

    Raises:
        CourseError: the notebook has all graded cells of such an assignment.
    """
    cells = {cell.metadata.nbgrader.grade_id for cell in nb.cells if _is_graded_code(cell)}
    for known in declared():
        if cells.issuperset(judged_cells(known)):
            raise CourseError(
                f"{name} has all graded cells of {known.name}, but another name, so its hidden checks would not judge "
                "it. Say so in nbgrader_config.py: "
                f'c.RunAndJudge.judged_as = {{"{name}": "{known.name}"}}'
            )


def _is_graded_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _not_run(reason: str) -> NotebookNode:
    """Return an output of a cell that has not run, or not to its end."""
    return new_output("error", ename="NotRun", evalue=reason, traceback=[f"{NOT_RUN}{reason}"])


@cache
def _assets_here(
    model: str, alternative_model: str
) -> tuple[ModelSnapshot | None, Path | None, ModelSnapshot | None]:
    """Return the model, the data set's folder and the other model, each where it is on this machine."""
    own = other = root = None
    with contextlib.suppress(AssetError):
        own = find_model(model or None)
    with contextlib.suppress(AssetError):
        other = find_model(alternative_model) if alternative_model else None
    with contextlib.suppress(AssetError):
        root = find_fashion_mnist()
    return own, root, other


@cache
def _expected(model: str, alternative_model: str) -> GradingExpected:
    """Return what right work gives; it lives as long as the process, for all its submissions."""
    alternative = find_model(alternative_model) if alternative_model else None
    return GradingExpected(Reference(find_model(model or None), find_fashion_mnist()), alternative)


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
