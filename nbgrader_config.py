"""nbgrader's configuration for this kit: stock nbgrader, with the kit's preprocessors in four places."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader import preprocessors as stock

from autograder.course import why_no_course_folder
from autograder.feedback import pages
from autograder.feedback.markup import clean
from autograder.feedback.scores import TEMPLATES, TellNotGraded
from autograder.gradebook.late_penalties import RenewLatePenalties
from autograder.intake.collecting import LimitedExtractor, LinklessCollect, SafeCollector
from autograder.operation.handing_out import OpenRelease, ReleaseToEverybody, ReleaseWhatCanBe
from autograder.permissions import keep_private
from autograder.plugins import preprocessors as kit
from autograder.report.export import CsvWithStates

c = get_config()  # noqa: F821  (given by traitlets)

# Not an exception: nbgrader would go on with its own settings.
if (reason := why_no_course_folder(Path.cwd())) is not None:
    sys.exit(reason)

# Grades, solutions and students' work are their owner's alone. Where several instructors share the course by a group
# (c.CourseDirectory.groupshared = True), write os.umask(0o007) instead.
keep_private()

# nbgrader starts `alembic` by name when it makes a gradebook: also without an activated environment.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "clip_fashion_mnist"

c.GenerateAssignment.preprocessors = [
    stock.IncludeHeaderFooter,
    stock.InstantiateTests,
    stock.LockCells,
    stock.ClearSolutions,
    kit.NameStubs,
    stock.ClearOutput,
    stock.CheckCellMetadata,
    stock.ComputeChecksums,
    stock.SaveCells,
    stock.ClearHiddenTests,
    stock.ClearMarkScheme,
    stock.ComputeChecksums,
    stock.CheckCellMetadata,
    OpenRelease,
]

# What reads submissions before nbgrader does is named in nbgrader_config.json, and refuses to work without what stands
# here: after an error in this file nbgrader would go on with its own settings, and run strangers' code unprotected.
c.Autograde.sanitize_preprocessors = [
    stock.ClearOutput,
    kit.RepairCells,
    stock.OverwriteKernelspec,
    stock.OverwriteCells,
    stock.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    kit.RunAndJudge,
    stock.IgnorePattern,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    kit.RecordJudgement,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]

# "Not graded" is not 0: in the feedback, and in the exported table.
c.GenerateFeedback.preprocessors = [
    RenewLatePenalties,
    stock.GetGrades,
    TellNotGraded,
    CSSHTMLHeaderPreprocessor,
]
c.GenerateFeedback.exporter_class = pages.FeedbackExporter
c.HTMLExporter.extra_template_basedirs = TEMPLATES
c.ExportApp.plugin_class = CsvWithStates

# What is collected was put there by strangers, the archives that a learning platform hands out included.
c.ExchangeFactory.collect = LinklessCollect
c.ExchangeFactory.release_assignment = ReleaseToEverybody
c.ExchangeFactory.release_feedback = ReleaseWhatCanBe
c.ZipCollectApp.extractor_plugin = LimitedExtractor
c.ZipCollectApp.collector_plugin = SafeCollector

# The pages of feedback and formgrader show what strangers wrote: see autograder/feedback/pages.py.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.preprocessors = [pages.CleanPage]
c.HTMLExporter.filters = {
    "clean_html": clean,
    "markdown2html": pages.markdown,
    "highlight_code": pages.highlight,
}

# `nbgrader validate` runs the visible tests with stock nbgrader; the whole test split takes a while on a CPU.
c.Execute.timeout = 900
