"""Whether prompts stand for the classes in whose places they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from autograder.checks.expect import expect

if TYPE_CHECKING:
    from autograder.clip.expected import Expected

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


def expect_own_places(prompts: list[str], predicted: np.ndarray, reference: Expected) -> None:
    """Raise `Wrong` if prompts have changed places.

    Args:
        prompts: ten, or what is said of each of the ten classes.
        predicted: the class whose prompt is the most similar one, for each test image, int (N,).
        reference: what grades.
    """
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
