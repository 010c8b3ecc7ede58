"""Forty busy children of one submission, and the points of an honest one that is graded beside it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.notebook.marks import grade_id
from tests.courses import ASSIGNMENT, SmallCourse, submit
from tests.grading_courses import copy_course
from tests.hostile.corpus import ATTACKS, submit_attack
from tests.hostile.findings import FULL
from tests.isolation import needs_bubblewrap

BUSY, HONEST = "bomb_processor", "honest"
CELL_SECONDS, WORK_SECONDS = 4.0, 1.5
STAYS = ("after check_predictions", "while True:\n    pass")
"""Part of a hostile submission that keeps its children there until it is stopped."""
WORK = (
    "import time\nbegun = time.process_time()\n"
    f"while time.process_time() < begun + {WORK_SECONDS}:\n    pass\n"
)


@needs_bubblewrap
def test_who_takes_the_whole_processor_costs_its_neighbour_no_points(tmp_path: Path) -> None:
    course = copy_course(tmp_path / "course", students=0)
    # Nobody waits for these children.
    parts = [
        (place, code.replace("SECONDS = 15", "SECONDS = 1e9"))
        for place, code in ATTACKS[BUSY].parts
    ]
    submit_attack(replace(ATTACKS[BUSY], parts=(*parts, STAYS)), course, {})
    submit(course, HONEST, _work_hard)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "2"),
            *("--set", f"RunAndJudge.cell_timeout={CELL_SECONDS}"),
        ],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )
    graded = SmallCourse(course, done.stdout)
    scores = graded.scores(HONEST)
    assert {cell: scores[cell] for cell in FULL} == FULL, done.stdout + done.stderr
    # The busy one was there until its own limit.
    assert "stopped at the time limit" in str(graded.graded(BUSY).cells)


def _work_hard(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if grade_id(cell) == "similarity":
            cell.source = f"{WORK}\n{cell.source}"
