"""A fault in the grader itself, for one submission."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

from autograder.nbgrader_plugins import RunAndJudge

CONFIG = """
import sys
sys.path.insert(0, {kit!r})
from tests.traps.faults import BreaksDown
c.Autograde.autograde_preprocessors[0] = BreaksDown
"""
"""Added to a course's configuration; grades everybody else as usual."""


class BreaksDown(RunAndJudge):
    """Runs and judges, and breaks down at the submission of `crashed`."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if resources["nbgrader"]["student"] == "crashed":
            raise RuntimeError("the grader broke down <b>here</b>\nand said more")
        return super().preprocess(nb, resources)
