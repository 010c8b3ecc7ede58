"""Named sets of ten prompts, in the order of the classes, and how one is read from a file."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.errors import KitError

CLASS_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
"""Fashion-MNIST's classes in torchvision's order; every prompt set follows it."""

PROMPT_SETS: dict[str, tuple[str, ...]] = {
    # The names as they stand: the assignment's baseline.
    "bare": CLASS_NAMES,
    # The assignment's published better prompts: a second noun says which sense is meant.
    "good": (
        "a photo of a T-shirt or top",
        "a photo of trousers or pants",
        "a photo of a pullover sweater",
        "a photo of a dress",
        "a photo of a coat or jacket",
        "a photo of a sandal shoe",
        "a photo of a shirt or blouse",
        "a photo of a sneaker shoe",
        "a photo of a handbag or bag",
        "a photo of an ankle boot shoe",
    ),
    # What a hurried student might write: attributes or contexts that fit a neighbouring class better.
    "misleading": (
        "a photo of a long-sleeved top",
        "a photo of long pants with two legs",
        "a photo of a pullover with a zip and buttons",
        "a photo of a dress",
        "a photo of a warm knitted coat",
        "a photo of a flat sports sandal",
        "a photo of a summer shirt with short sleeves",
        "a photo of a sneaker that covers the ankle",
        "a photo of a bag with a shoulder strap",
        "a photo of an ankle boot with an open toe and a strap",
    ),
    # One template for all, the usual first attempt.
    "template": tuple(f"a photo of a {name}." for name in CLASS_NAMES),
}


def load_prompts(name_or_file: str | Path) -> tuple[str, ...]:
    """Ten prompts: a named set, a JSON list, or a text file with one prompt a line.

    Args:
        name_or_file: a key of `PROMPT_SETS`, or the path of a file. Blank lines of a text file do
            not count; a file that ends in `.json` must hold a list of strings.

    Returns:
        Ten non-empty prompts in the order of the classes.

    Raises:
        KitError: if it is neither a known name nor a readable file with ten prompts.
    """
    if str(name_or_file) in PROMPT_SETS:
        return PROMPT_SETS[str(name_or_file)]
    path = Path(name_or_file)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(PROMPT_SETS)
        raise KitError(
            f"{path}: neither a prompt set ({known}) nor a readable UTF-8 file of ten prompts."
        ) from error
    prompts: object
    if path.suffix == ".json":
        try:
            prompts = json.loads(text)
        except json.JSONDecodeError as error:
            raise KitError(f"{path}: not JSON ({error}). Write a list of ten strings.") from error
    else:
        prompts = [line.strip() for line in text.splitlines() if line.strip()]
    if not isinstance(prompts, list) or not all(isinstance(p, str) and p.strip() for p in prompts):
        raise KitError(f"{path}: not a list of non-empty strings. Write ten prompts, one a class.")
    if len(prompts) != len(CLASS_NAMES):
        raise KitError(
            f"{path}: {len(prompts)} prompts. Write ten, one a class, in the order "
            f"{', '.join(CLASS_NAMES)}."
        )
    return tuple(prompts)
