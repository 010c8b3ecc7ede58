"""Faults in the grader itself, each for one submission."""

from __future__ import annotations

import itertools
from typing import Any
from unittest import mock

from nbformat import NotebookNode

from autograder.notebook.marks import KIT_METADATA
from autograder.plugins import preprocessors as nbgrader_plugins
from autograder.plugins.preprocessors import RepairCells, RunAndJudge

CONFIG = """
import sys
sys.path.insert(0, {kit!r})
from tests.traps.faults import BreaksDown, NeverEnds
c.Autograde.autograde_preprocessors[0] = BreaksDown
c.Autograde.sanitize_preprocessors[1] = NeverEnds
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


class NeverEnds(RepairCells):
    """Puts cells back, and would not come to an end at the submission of `endless`."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        is_substitute = nb.metadata[KIT_METADATA]["not_graded"] is not None
        if resources["nbgrader"]["student"] != "endless" or is_substitute:
            return super().preprocess(nb, resources)
        with mock.patch.multiple(nbgrader_plugins, READING_SECONDS=0.2, repair=_for_ever):
            return super().preprocess(nb, resources)


def _for_ever(submitted: NotebookNode, released: NotebookNode) -> None:
    for _ in itertools.count():
        pass
