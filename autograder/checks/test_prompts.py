"""Section 3: one better prompt a class."""

import re

import pytest
from numpy.random import Generator

from autograder.checks.expect import Wrong, expect, kind
from autograder.checks.pictures import expect_picture
from autograder.checks.reports import expect_class_names_kept, expect_reported
from autograder.expected import Expected
from autograder.student import Student

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


def fetch_prompts(student: Student) -> list[str]:
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
    prompts = [prompt.strip().casefold() for prompt in fetch_prompts(student)]
    expect(len(set(prompts)) == 10, "two of the prompts are the same")
    names = {name.casefold() for name in reference.class_names}
    kept = sorted(names.intersection(prompts))
    expect(not kept, f"{len(kept)} of the prompts are still bare class names, {kept[:1]} for one")
    strange = strange_places(prompts)
    expect(
        len(strange) < 2,
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
    hits, close = reference.hits(fetch_prompts(student))
    expect_reported(student.fetch("improved_accuracy"), hits, close, "`improved_accuracy`")


@pytest.mark.check(
    points=1,
    title="`CLASS_NAMES` is left as it was",
    hint="`CLASS_NAMES` labels every figure and belongs to the baseline. Put the prompts into"
    " `improved_prompts`, and leave the names alone.",
)
def test_class_names_are_kept(student: Student, reference: Expected, rng: Generator) -> None:
    fetch_prompts(student)
    expect_class_names_kept(student, reference)


@pytest.mark.check(
    points=1,
    title="The confusion matrix of the new prompts is drawn",
    hint="Call `plot_confusion_matrix` with the new predictions in the cell of Task 3.2.",
)
def test_confusion_matrix_is_drawn(student: Student, reference: Expected, rng: Generator) -> None:
    expect_picture(student, "prompts_run", "Task 3.2", "improved_accuracy")


@pytest.mark.check(
    points=0,
    bonus=2,
    title="Bonus: the prompts beat the bare names",
    hint="This costs nothing. To gain, find the largest cell off the diagonal of the confusion matrix,"
    " and think of words that tell those two classes apart.",
)
def test_prompts_beat_the_names(student: Student, reference: Expected, rng: Generator) -> None:
    gain = reference.accuracy(fetch_prompts(student)) - reference.accuracy(reference.class_names)
    expect(
        gain > SAMPLING_ERROR,
        f"on the model used for grading the prompts change the accuracy by {gain:+.4f}; a gain"
        f" counts above {SAMPLING_ERROR}, the sampling error of 10,000 images",
    )
