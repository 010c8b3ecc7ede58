"""Section 2: the accuracy of the bare class names."""

import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.confusion import expect_true_classes_in_rows
from autograder.assignments.assignment_2.checks.matrix_drawn import expect_matrix_drawn
from autograder.assignments.assignment_2.checks.reports import (
    expect_class_names_kept,
    expect_reported,
    fetch_figure,
)
from autograder.checks.pictures import expect_picture
from autograder.clip.expected import Expected
from autograder.seam.student import Student


@pytest.mark.check(
    points=3,
    title="`baseline_accuracy` is what the bare class names give on all 10,000 images",
    hint="Embed `CLASS_NAMES` as they are, run the loop over the whole `test_loader`, and divide the"
    " number of right answers by the number of images. A few batches are not the test split.",
)
def test_baseline_is_reported_truthfully(
    student: Student, reference: Expected, rng: Generator
) -> None:
    expect_class_names_kept(student, reference)
    hits = reference.hits(reference.class_names)
    expect_reported(
        fetch_figure(student, "baseline_accuracy"), hits, "`baseline_accuracy`", student
    )


@pytest.mark.check(
    points=1,
    title="The confusion matrix is drawn",
    hint="Call `plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)` in the same cell.",
)
def test_confusion_matrix_is_drawn(student: Student, reference: Expected, rng: Generator) -> None:
    expect_picture(student, "baseline", "Task 2.6", "baseline_accuracy")
    expect_true_classes_in_rows(student)
    expect_matrix_drawn(
        student, reference, "baseline", "Task 2.6", "baseline_accuracy", reference.class_names
    )
