"""The preprocessors through which plain nbgrader uses this kit. `nbgrader_config.py` names them.

generate_assignment   NameStubs       after ClearSolutions: each stub says which task it is
autograde, sanitise   RepairCells     instead of DeduplicateIds: cells back to what the release gave
autograde, grade      RunAndJudge     instead of Execute: runs cells, judges graded ones outside the kernel
                      RecordJudgement after SaveAutoGrades: bonus points, and what a person must grade
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Float, Integer, Unicode

from autograder.assignment import Assignment, assignment_named, is_judged
from autograder.authoring.stubs import name_stubs
from autograder.clock import READING_SECONDS, time_limit
from autograder.feedback.cells import repairs_cell
from autograder.feedback.overview import TITLES, titles_of
from autograder.gradebook.hand_grades import flag, works_in
from autograder.intake.exporter import SubmissionReader, read_released
from autograder.kernel.isolation import chosen
from autograder.kernel.libraries import Libraries, libraries_named
from autograder.kernel.limits import MIB, Bounds, Limits
from autograder.notebook.marks import KIT_METADATA
from autograder.notebook.own_tests import tested_by_themselves, warning
from autograder.notebook.repair import repair
from autograder.plugins.run_options import Options

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

    Hidden checks are the kit's, or the course's own in `checks/NAME/test_*.py`. Cells that none belong to earn their
    points by their own tests, as with nbgrader alone.

    Raises:
        NotebookError: the kernel did not start.
        SandboxError: this machine cannot keep the code apart in the way asked for.
        AssetError: the data set or the model, which the kit's hidden checks need, is not on this machine.
        CourseError: the assignment is one of the kit's under another name, and no option says so; or a check of the
            course's own cannot be used.
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
        # nbgrader works in the course's root folder.
        return assignment_named(name, self.judged_as, Path.cwd())

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        # Only here: every command of nbgrader loads this module, and what judging needs takes seconds and a gigabyte.
        from autograder.plugins.judged_run import judged_run

        assignment = self.assignment_of(resources["nbgrader"]["assignment"])
        self._warn_of_own_tests(nb, resources["nbgrader"]["assignment"], assignment)
        student = resources["nbgrader"]["student"]
        libraries = libraries_named(self.transformers_of.get(student, self.transformers))
        return judged_run(nb, resources, assignment, self._options(libraries), self.log)

    def _warn_of_own_tests(
        self, nb: NotebookNode, name: str, assignment: Assignment | None
    ) -> None:
        own = [
            cell
            for cell in tested_by_themselves(nb.cells)
            if assignment is None or not is_judged(assignment, cell)
        ]
        # The one that lives as long as a run; nbgrader makes the others anew for each notebook.
        if own and isinstance(self.parent, SubmissionReader):
            self.parent.warn_once(warning(name))

    def _options(self, libraries: Libraries) -> Options:
        noted = {name: getattr(self, name) for name in RunAndJudge.class_own_traits(config=True)}
        noted["isolation"] = chosen(self.isolation)
        noted["transformers"] = libraries.version
        del noted["transformers_of"]  # it names others
        del noted["second_look"]  # who sees to it, and no part of what a grade depends on
        return Options(
            model=self.model,
            alternative_model=self.alternative_model,
            libraries=libraries,
            isolation=self.isolation,
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
            second_look=self.second_look,
            feature_store=self.feature_store,
            noted=noted,
        )


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
