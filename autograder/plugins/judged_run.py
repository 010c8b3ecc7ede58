"""One submission's notebook, run in a kernel of its own and judged: what `RunAndJudge` does once it is configured."""

from __future__ import annotations

import copy
import tempfile
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.assignment import (
    Assignment,
    checks_module,
    declared,
    is_judged,
    judged_cells,
    loaded,
)
from autograder.clock import READING_SECONDS, time_limit
from autograder.diagnosis.flow import flow_findings
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.evidence.graded_with import evidence
from autograder.evidence.noted import EVIDENCE
from autograder.evidence.seeds import course_secret, submission_seed
from autograder.feedback.cells import findings_cell, write_judgement
from autograder.feedback.overview import MISTAKES, mistakes_of
from autograder.judging.exercise import judge
from autograder.judging.other_points import refuse_other_points
from autograder.judging.stopped import Stops, with_causes
from autograder.kernel.fair_clock import PATIENCE
from autograder.kernel.isolation import (
    NONE,
    WITHOUT_ISOLATION,
    chosen,
    isolation_named,
)
from autograder.kernel.libraries import with_libraries
from autograder.kernel.runner import NOT_RUN, RunReport, imports_of, run_notebook
from autograder.kernel.surroundings import NOT_USED, Offer, Surroundings
from autograder.mistakes import NOTHING_KNOWN
from autograder.notebook.cells import code_of
from autograder.notebook.marks import KIT_METADATA
from autograder.plugins.run_options import Options
from autograder.seam.student import Student
from autograder.verdicts import Judgement

if TYPE_CHECKING:
    from autograder.judging.grader import GraderSource

Resources = dict[str, Any]

_WITHOUT_REFERENCE = "autograder.clip.grader:AT_HAND"
"""The `GraderSource` of assignments that bring none: kernels find models and data as far as they are here."""
_GRADERS_SECONDS = 7200.0
"""For what the grader does itself; with the first submission it computes what right work gives, once for all."""


def judged_run(
    nb: NotebookNode,
    resources: Resources,
    assignment: Assignment | None,
    options: Options,
    log: Logger,
) -> tuple[NotebookNode, Resources]:
    """Run a submission's notebook, and write into it what was judged.

    Args:
        nb: the submission; cells and metadata are changed in place.
        resources: of nbgrader's conversion.
        assignment: whose hidden checks judge it; None where graded cells' own tests give the points.
        options: how.
        log: for the instructor.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine cannot keep the code apart in the way asked for.
        AssetError: the data set or the model, which hidden checks need, is not on this machine.
        CourseError: the assignment is one of the kit's under another name, and no option says so.
        TimeLimitError: it takes far longer than its limits add up to.
    """
    # The kernel has limits of its own, and what the checks do with its answers has bounds; this is the last one.
    seconds = PATIENCE * options.limits.notebook + _GRADERS_SECONDS
    with (
        time_limit(seconds, "Running and judging the notebook"),
        tempfile.TemporaryDirectory(prefix="models-", ignore_cleanup_errors=True) as folder,
    ):
        return _JudgedRun(nb, resources, assignment, options, log, Path(folder)).finished()


class _JudgedRun:
    def __init__(
        self,
        nb: NotebookNode,
        resources: Resources,
        assignment: Assignment | None,
        options: Options,
        log: Logger,
        folder: Path,
    ) -> None:
        """Find out what judges the submission; `folder` is empty, and stays for as long as the kernel runs."""
        self.nb, self.resources, self.assignment = nb, resources, assignment
        self.options, self.log, self.folder = options, log, folder
        self.about = resources["nbgrader"]
        if assignment is None:
            _refuse_another_name(self.about["assignment"], nb)
        source: GraderSource = (
            loaded(_WITHOUT_REFERENCE)
            if assignment is None or not assignment.has_grader
            else assignment.grader()
        )
        self.grader = source.open(options.model, options.alternative_model)
        self.catalogue = NOTHING_KNOWN if assignment is None else assignment.catalogue()
        # nbgrader works in the course's root folder while it converts.
        self.course = Path.cwd()
        self.secret = course_secret(self.course)
        self.seed = submission_seed(
            self.secret,
            self.about["assignment"],
            self.about["student"],
            "\0".join(cell.source for cell in nb.cells),
        )
        self.isolation = isolation_named(options.isolation)
        self.judged: list[tuple[NotebookNode, Judgement]] = []

    def finished(self) -> tuple[NotebookNode, Resources]:
        """Run and judge; return the notebook with all that there is to say, and the resources."""
        nb = self.nb
        if chosen(self.options.isolation) == NONE:
            self.log.warning(WITHOUT_ISOLATION)
        run = self._run_with_patience()
        # Only now, with the kernel gone: until then it may still change what its cells display.
        with time_limit(READING_SECONDS, "Reading what the run has shown"):
            stops = Stops(nb, self.catalogue, run.late)
            judged = [(cell, with_causes(judgement, stops)) for cell, judgement in self.judged]
        for cell, judgement in judged:
            write_judgement(cell, judgement, self.catalogue)
            cell.metadata[KIT_METADATA] = _record(judgement)
        about_notebook = nb.metadata.setdefault(KIT_METADATA, {})
        about_notebook[MISTAKES] = mistakes_of(
            (judgement for _, judgement in judged), self.catalogue
        )
        # Tests that have shown no error nbgrader takes for passed.
        own_tests = run.not_run.difference(judgement.cell for _, judgement in judged)
        for cell in nb.cells:
            if _is_graded_code(cell) and cell.metadata.nbgrader.grade_id in own_tests:
                cell.outputs.append(_not_run(str(run.ended)))
        about_notebook[EVIDENCE] = evidence(
            self.secret,
            self.seed,
            self.options.noted,
            self.grader.digest,
            None if self.assignment is None else self.assignment.checks,
        )
        with time_limit(READING_SECONDS, "Reading what the run has shown"):
            findings = flow_findings(nb, self.assignment)
        if findings:
            nb.cells.insert(0, findings_cell(findings, self.catalogue))
        return nb, self.resources

    def _run_with_patience(self) -> RunReport:
        """Run the notebook, and once more if it was late while this machine was busy; keep the course's record."""
        libraries = self.options.libraries
        surroundings = with_libraries(
            self._surroundings(),
            libraries,
            hides_this_machine=self.isolation.hides_this_machine,
        )
        offered = Offer()
        if libraries.folder is not None:
            self.log.info("%s: run on transformers %s", self.about["student"], libraries.version)
        elif self.options.feature_store:
            offered = self.grader.offer(imports_of(self.nb), self.isolation)
        for complaint in offered.complaints:
            self.log.warning("%s", complaint)
        first = copy.deepcopy(self.nb.cells)
        run = self._run(surroundings, offered)
        where = {name: self.about[name] for name in ("assignment", "student", "notebook")}
        if run.starved and self.options.second_look:
            self.log.warning(
                "%s: %s reached its time limit while this machine was busy; it is run again",
                self.about["student"],
                ", ".join(run.late),
            )
            self.judged.clear()
            self.nb.cells = first
            run = self._run(surroundings, offered)
        if run.starved:
            self.log.warning(
                "%s: %s reached its time limit while this machine was busy: grade it again when it is not",
                self.about["student"],
                ", ".join(run.late),
            )
            record.append(self.course, record.STARVED, **where, late=list(run.late))
        if run.ended is not None:
            record.append(self.course, record.ROOM_ENDED, **where, reason=run.ended, died=run.died)
        return run

    def _surroundings(self) -> Surroundings:
        found = self.grader.surroundings(code_of(self.nb), self.isolation, self.folder)
        for complaint in found.complaints:
            self.log.warning("%s", complaint)
        return found

    def _run(self, surroundings: Surroundings, offered: Offer) -> RunReport:
        return run_notebook(
            self.nb,
            files=Path(self.resources["metadata"]["path"]),
            isolation=self.isolation,
            environment=surroundings.environment,
            folders={**surroundings.folders, **offered.folders},
            bounds=self.options.bounds,
            limits=self.options.limits,
            judge=self._judge,
            startup=f"{offered.startup}\n{self.grader.startup(code_of(self.nb))}",
            ending=self._note_use if offered.startup else None,
        )

    def _judge(self, cell: NotebookNode, student: Student) -> None:
        name = cell.metadata.nbgrader.grade_id
        if self.assignment is None or not is_judged(self.assignment, name):
            return
        judgement = judge(self.assignment, name, student, self.grader.reference, self.seed)
        if judgement.verdicts:
            worth = float(cell.metadata.nbgrader.points)
            own = None if _is_declared(self.assignment) else checks_module(self.assignment, name)
            refuse_other_points(self.about["assignment"], name, judgement.points, worth, own)
        self.judged.append((cell, judgement))

    def _note_use(self, student: Student) -> None:
        used = self.grader.use_of_offer(student)
        if used.get("mismatch"):
            # A stranger's word: of bounded length, and on one line.
            self.log.warning("%sa kernel says %.200r", NOT_USED, used["mismatch"])
        self.log.info("features from the store: %.400r", used or "the kernel does not say")


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


def _is_declared(assignment: Assignment) -> bool:
    return assignment in declared()


def _is_graded_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _not_run(reason: str) -> NotebookNode:
    """Return an output of a cell that has not run, or not to its end."""
    return new_output("error", ename="NotRun", evalue=reason, traceback=[f"{NOT_RUN}{reason}"])


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
