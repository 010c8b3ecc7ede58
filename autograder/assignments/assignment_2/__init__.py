"""Assignment 2: zero-shot image classification of Fashion-MNIST with CLIP."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment import Assignment, Choice
from autograder.interface import ASKED_FOR, CHOICE, EXPERIMENT_NAMES, OWN_EXPERIMENT

ASSIGNMENT = Assignment(
    "assignment_2",
    checks=Path(__file__).parents[2] / "checks",
    asked_for=ASKED_FOR,
    prefix="check_",
    choice=Choice(CHOICE, tuple(EXPERIMENT_NAMES), OWN_EXPERIMENT),
    asserts_judge=False,
    grader_source="autograder.clip_grader:SOURCE",
    mistakes="autograder.misconceptions.catalogue:CATALOGUE",
    signs_of_mistakes="autograder.misconceptions.of_exercises:SIGNS",
)
