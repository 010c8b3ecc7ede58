"""Section 3: one better prompt a class."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.random import Generator
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from autograder.checks.expect import Wrong, expect, kind
from autograder.checks.matrix_drawn import expect_matrix_drawn
from autograder.checks.pictures import expect_picture
from autograder.checks.reports import (
    expect_class_names_kept,
    expect_read_whole,
    expect_reported,
    fetch_figure,
)
from autograder.expected import Expected
from autograder.student import Student, StudentError

SAMPLING_ERROR = 0.0095
"""Half the 95 % interval of an accuracy near 0.62 over 10,000 images: 1.96 sqrt(p (1 - p) / N)."""


# "Shirt" and "top" are also said of other classes, and the name of a boot is said of no other garment.
OWN_WORDS = {
    1: "trouser",
    2: "pullover",
    3: "dress",
    4: "coat",
    5: "sandal",
    7: "sneaker",
    8: "bag",
}
"""Words that say which class a prompt is for: the same that the notebook's visible test looks for."""


CHANGED_PLACES = 0.3
"""Share of the images of some classes that would be right if their prompts changed places, beyond those that are. A
prompt that is merely bad draws images of several classes to itself, or drives them away, whichever class it is for."""


def strange_places(prompts: list[str]) -> list[int]:
    """Return the places whose prompt names another class, and not its own."""
    strange = []
    for place, prompt in enumerate(prompts):
        said = {
            index
            for index, word in OWN_WORDS.items()
            if re.search(rf"\b{word}(s|es)?\b", prompt.lower())
        }
        if said and place not in said:
            strange.append(place)
    return strange


def misplaced(prompts: list[str], table: np.ndarray, class_names: Sequence[str]) -> list[int]:
    """Return the places of prompts that stand for other classes, by what the model does with them.

    Words alone do not tell: "dress pants" is a good prompt for trousers, and "a boot, not a sneaker" one for boots.
    So a prompt that names another class counts only where the images of its own class go elsewhere. Nor do the images
    alone: what words that it does not know are for, as of another language, a model guesses. So prompts have changed
    places where both say so.

    Args:
        prompts: ten.
        table: how many images of each class go to each prompt, (10, 10).
        class_names: the ten.
    """
    places = [place for place in strange_places(prompts) if table[place].argmax() != place]
    if len(places) >= 2:
        return places
    classes, best = linear_sum_assignment(-table)
    moved = [(of, place) for of, place in zip(classes, best, strict=True) if of != place]
    rows = [of for of, _ in moved]
    gain = table[classes, best].sum() - np.trace(table)
    named = all(_names(prompts[place], class_names[of]) for of, place in moved)
    return rows if moved and named and gain >= CHANGED_PLACES * table[rows].sum() else []


def _names(prompt: str, class_name: str) -> bool:
    """Return whether a prompt holds a word of a class's name."""
    words, own = (set(re.findall(r"[a-z]{2,}", text.lower())) for text in (prompt, class_name))
    return bool(words & own)


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
    predicted = reference.reference.predictions(prompts)
    table = np.zeros((10, 10), dtype=np.int64)
    np.add.at(table, (reference.labels(), predicted), 1)
    strange = misplaced(prompts, table, reference.class_names)
    expect(
        not strange,
        "; ".join(
            f"{prompts[place]!r} stands in the place of {reference.class_names[place]!r}"
            for place in strange
        ),
        "prompts-out-of-order",
    )


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
