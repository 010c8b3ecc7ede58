"""How a caption is read as a distribution over the ten classes.

`meaning` is the single source of truth. It reads *any* text by longest match against the lexicon
and multiplies the evidence it finds (a product of experts, Hinton 2002,
https://doi.org/10.1162/089976602760128018), so that the training targets of a caption never depend
on how the caption came about. The grammar then only has to invent varied text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.clip.small_clip import lexicon
from autograder.clip.small_clip.lexicon import ATTRIBUTES, CONTEXT, LOOSE, NOUNS, Evidence

FloatArray = NDArray[np.float64]

NOISE = 0.02
"""Share of every caption's distribution that is uniform: no caption is quite certain."""

TEMPLATE_CARE = 0.3
"""How far "a photo of a ..." moves a lone noun from its loose use (0) to its careful use (1)."""

BARE_SHARPNESS = 0.6
"""Exponent on the careful evidence of a lone noun that has no entry in the loose table."""

_LONGEST = max(len(phrase.split()) for phrase in (*NOUNS, *ATTRIBUTES))


def words(text: str) -> list[str]:
    """Split text into lower-case words; hyphens, slashes and punctuation separate them."""
    return re.findall(r"[^\W_]+", text.lower().replace("'s", ""))


def _singular(word: str) -> str:
    """Crude English singular ("dresses" -> "dress"), enough for the lexicon's words."""
    for suffix, replacement in (("sses", "ss"), ("tches", "tch"), ("s", "")):
        if word.endswith(suffix) and not (suffix == "s" and word.endswith("ss")):
            return word[: -len(suffix)] + replacement
    return word


@dataclass(frozen=True)
class Reading:
    """The phrases of the lexicon that a text holds, each once, in order of appearance."""

    nouns: tuple[str, ...]
    attributes: tuple[str, ...]
    in_context: bool
    """Whether the text says that it describes a picture ("photo", "image", ...)."""


def read(text: str) -> Reading:
    """Find the lexicon's phrases in `text`, longest match first, left to right."""
    exact = words(text)
    stems = [_singular(word) for word in exact]
    nouns: dict[str, None] = {}
    attributes: dict[str, None] = {}
    position = 0
    while position < len(exact):
        for length in range(min(_LONGEST, len(exact) - position), 0, -1):
            end = position + length
            candidates = (" ".join(exact[position:end]), " ".join(stems[position:end]))
            noun = next((c for c in candidates if c in NOUNS), None)
            attribute = next((c for c in candidates if c in ATTRIBUTES), None)
            if noun is not None:
                nouns[noun] = None
            elif attribute is not None:
                attributes[attribute] = None
            else:
                continue
            position = end
            break
        else:
            position += 1
    in_context = any(word in CONTEXT for word in (*exact, *stems))
    return Reading(tuple(nouns), tuple(attributes), in_context)


def _weights(evidence: Evidence, default: float) -> FloatArray:
    """Evidence as a distribution (10,), unnamed classes at `default` before normalising."""
    weights = np.full(lexicon.N_CLASSES, default)
    for label, weight in evidence.items():
        weights[label] = weight
    return weights / weights.sum()


def _normalise(weights: FloatArray) -> FloatArray:
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _lone_noun(noun: str, in_context: bool) -> FloatArray:
    """A noun with nothing beside it: loose use, or part of the way to careful use inside a template."""
    careful = _weights(NOUNS[noun], lexicon.NOUN_DEFAULT)
    loose = _normalise(careful**BARE_SHARPNESS)
    if noun in LOOSE:
        loose = _weights(LOOSE[noun], lexicon.LOOSE_DEFAULT)
    care = TEMPLATE_CARE if in_context else 0.0
    return (1 - care) * loose + care * careful


def meaning(text: str) -> FloatArray:
    """p(class | text) as the training captions have it.

    Args:
        text: any text; words outside the lexicon are ignored.

    Returns:
        Array (10,), float64, positive, sums to 1. Text without any known word gives 0.1 everywhere.
    """
    reading = read(text)
    if len(reading.nouns) == 1 and not reading.attributes:
        product = _lone_noun(reading.nouns[0], reading.in_context)
    else:
        product = np.ones(lexicon.N_CLASSES)
        for noun in reading.nouns:
            product = _normalise(product * _weights(NOUNS[noun], lexicon.NOUN_DEFAULT))
        for attribute in reading.attributes:
            evidence = _weights(ATTRIBUTES[attribute], lexicon.ATTRIBUTE_DEFAULT)
            product = _normalise(product * evidence)
        product = _normalise(product)
    return (1 - NOISE) * product + NOISE / lexicon.N_CLASSES
