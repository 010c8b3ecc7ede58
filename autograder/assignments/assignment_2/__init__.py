"""Assignment 2: zero-shot image classification of Fashion-MNIST with CLIP."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment import Assignment, Choice
from autograder.assignments.assignment_2.interface import (
    ASKED_FOR,
    CHOICE,
    EXPERIMENT_NAMES,
    OWN_EXPERIMENT,
)

ASSIGNMENT = Assignment(
    "assignment_2",
    checks=Path(__file__).parent / "checks",
    asked_for=ASKED_FOR,
    prefix="check_",
    choice=Choice(CHOICE, tuple(EXPERIMENT_NAMES), OWN_EXPERIMENT),
    asserts_judge=False,
    grader_source="autograder.clip.grader:SOURCE",
    mistakes="autograder.assignments.assignment_2.mistakes.catalogue:CATALOGUE",
    signs_of_mistakes="autograder.assignments.assignment_2.mistakes.of_exercises:SIGNS",
)
