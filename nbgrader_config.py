"""nbgrader's configuration for this kit: stock nbgrader, with the kit's preprocessors in four places."""

import os
import sys
from pathlib import Path

from nbgrader import preprocessors as stock

from autograder import nbgrader_plugins as kit

c = get_config()  # noqa: F821  (given by traitlets)

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
]

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

# `nbgrader validate` runs the visible tests with stock nbgrader; the whole test split takes a while on a CPU.
c.Execute.timeout = 900
