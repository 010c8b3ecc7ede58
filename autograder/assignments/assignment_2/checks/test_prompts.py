"""Section 3: one better prompt a class."""

import re

import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.matrix_drawn import expect_matrix_drawn
from autograder.assignments.assignment_2.checks.order_of_prompts import expect_own_places
from autograder.assignments.assignment_2.checks.reports import (
    expect_class_names_kept,
    expect_read_whole,
    expect_reported,
    fetch_figure,
)
from autograder.checks.expect import Wrong, expect, kind
from autograder.checks.pictures import expect_picture
from autograder.clip.expected import Expected
from autograder.seam.student import Student, StudentError

SAMPLING_ERROR = 0.0095
"""Half the 95 % interval of an accuracy near 0.62 over 10,000 images: 1.96 sqrt(p (1 - p) / N)."""


def fetch_prompts(student: Student, reference: Expected) -> list[str]:
    """Return `improved_prompts` if they are ten texts that the model reads as a whole."""
    prompts = fetch_texts(student)
    expect_read_whole(prompts, reference, "improved_prompts")
    return prompts


def fetch_texts(student: Student) -> list[str]:
    """Return `improved_prompts` if they are ten texts."""
    prompts = student.fetch("improved_prompts")
    if not isinstance(prompts, (list, tuple)):
        raise Wrong(f"`improved_prompts` is {kind(prompts)}, expected a list of ten texts")
    expect(len(prompts) == 10, f"`improved_prompts` holds {len(prompts)} prompts, expected ten")
    expect(
        all(isinstance(prompt, str) and prompt.strip() for prompt in prompts),
        "`improved_prompts` holds something that is no text, or an empty one",
    )
    return list(prompts)


@pytest.mark.check(
    points=2,
    title="`improved_prompts` is a real attempt: ten different texts, none a bare name",
    hint="Write one prompt for each class, in the order of `CLASS_NAMES`, each with more than the"
    " name: what kind of picture it is, or what tells the class from its neighbours.",
)
def test_prompts_are_a_real_attempt(student: Student, reference: Expected, rng: Generator) -> None:
    prompts = fetch_prompts(student, reference)
    # As the model reads them: blanks and capitals make no other prompt.
    read = reference.read(prompts)
    expect(
        len(set(read)) == 10, "two of the prompts are the same to the model", "same-prompt-twice"
    )
    names = set(reference.read(reference.class_names))
    kept = [prompt for prompt, tokens in zip(prompts, read, strict=True) if tokens in names]
    expect(
        not kept,
        f"{len(kept)} of the prompts are still bare class names, {kept[:1]} for one",
        "prompts-equal-names",
    )
    without_digits = {re.sub(r"\d+", "", prompt) for prompt in prompts}
    expect(
        len(without_digits) > 1,
        "the prompts differ by a number only, which says nothing of a class",
        "prompts-of-numbers",
    )
    expect_own_places(prompts, reference.reference.predictions(prompts), reference)


@pytest.mark.check(
    points=2,
    title="`improved_accuracy` is what these prompts give on all 10,000 images",
    hint="Embed `improved_prompts` and run the loop over the whole `test_loader` again. The number must"
    " come from the prompts that are in the notebook now.",
)
def test_improved_accuracy_is_reported_truthfully(
    student: Student, reference: Expected, rng: Generator
) -> None:
    hits = reference.hits(fetch_prompts(student, reference))
    expect_reported(
        fetch_figure(student, "improved_accuracy"), hits, "`improved_accuracy`", student
    )


@pytest.mark.check(
    points=1,
    title="`CLASS_NAMES` is left as it was",
    hint="`CLASS_NAMES` labels every figure and belongs to the baseline. Put the prompts into"
    " `improved_prompts`, and leave the names alone.",
)
def test_class_names_are_kept(student: Student, reference: Expected, rng: Generator) -> None:
    fetch_texts(student)
    expect_class_names_kept(student, reference)


@pytest.mark.check(
    points=1,
    title="The confusion matrix of the new prompts is drawn",
    hint="Call `plot_confusion_matrix` with the new predictions in the cell of Task 3.2.",
)
def test_confusion_matrix_is_drawn(student: Student, reference: Expected, rng: Generator) -> None:
    expect_picture(student, "prompts_run", "Task 3.2", "improved_accuracy")
    try:
        prompts = fetch_prompts(student, reference)
    except (StudentError, Wrong):  # another check's matter
        return
    names = reference.class_names
    expect_matrix_drawn(
        student, reference, "prompts_run", "Task 3.2", "improved_accuracy", prompts, former=names
    )


@pytest.mark.check(
    points=0,
    bonus=2,
    title="Bonus: the prompts beat the bare names, and `improved_accuracy` says by how much",
    hint="This costs nothing. To gain, find the largest cell off the diagonal of the confusion matrix,"
    " and think of words that tell those two classes apart.",
)
def test_prompts_beat_the_names(student: Student, reference: Expected, rng: Generator) -> None:
    prompts = fetch_prompts(student, reference)
    # A gain belongs to who has measured it.
    hits = reference.hits(prompts)
    expect_reported(
        fetch_figure(student, "improved_accuracy"), hits, "`improved_accuracy`", student
    )
    gain = reference.accuracy(prompts) - reference.accuracy(reference.class_names)
    expect(
        gain > SAMPLING_ERROR,
        f"on the model used for grading the prompts change the accuracy by {gain:+.4f}; a gain"
        f" counts above {SAMPLING_ERROR}, the sampling error of 10,000 images",
    )
