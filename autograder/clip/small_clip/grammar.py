"""A seeded source of training captions.

Words that carry no evidence (colours, kinds of picture, fillers) are listed here; those that do come
from the lexicon. Every caption's targets are read off its final text by `captions.meaning`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.small_clip import lexicon
from autograder.clip.small_clip.captions import FloatArray, meaning
from autograder.clip.small_clip.lexicon import ATTRIBUTES, NOUNS

_ADJECTIVES = (
    "good", "bad", "nice", "cropped", "blurry", "blurred", "clear", "close-up", "bright", "dark",
    "small", "large", "big", "low resolution", "low-resolution", "high quality", "grayscale",
    "greyscale", "gray", "grey", "black and white", "black-and-white", "monochrome", "centered",
    "pixelated", "simple", "typical", "professional", "studio", "28x28", "fashion", "catalogue",
    "catalog", "product", "stock", "online shop", "clean", "single", "noisy", "tiny", "cool",
)  # fmt: skip
_PICTURES = (
    "photo", "photograph", "picture", "image", "snapshot", "shot", "scan", "thumbnail", "icon",
    "illustration", "drawing", "product photo", "catalogue image", "sample", "view",
)  # fmt: skip
_COLOURS = (
    "white", "black", "grey", "gray", "red", "blue", "green", "brown", "pink", "yellow", "beige",
    "dark", "light-coloured", "colourful", "striped", "plain", "patterned", "checked", "floral",
    "printed", "cotton", "leather", "denim", "silk", "linen", "polyester", "suede",
    "fashionable", "stylish", "casual", "classic", "modern", "vintage", "new", "old", "used",
    "men's", "women's", "ladies'", "unisex", "children's", "baggy", "loose", "slim fit", "narrow",
    "wide", "designer", "cheap", "everyday", "comfortable", "folded", "straight", "round",
)  # fmt: skip
_TAILS = (
    "on a white background", "on a black background", "on a plain background", "isolated",
    "from a fashion catalogue", "in an online shop", "from the fashion-mnist dataset",
    "a type of clothing", "a kind of garment", "a fashion item", "a piece of clothing",
    "an item of clothing", "seen from the front", "seen from the side", "front view", "side view",
    "for women", "for men", "for sale", "without a person", "laid flat", "centered", "in the middle",
    "in grayscale", "in black and white", "in low resolution", "article of clothing", "item",
    "with a simple shape", "with details", "worn by a person", "in 28x28 pixels", "no logo",
)  # fmt: skip
_SHOE_TAILS = ("a type of shoe", "a kind of footwear", "a type of footwear", "footwear")
_FILLERS = (
    "the", "a", "very", "really", "this", "that", "is", "here", "it", "one", "some", "of", "in",
    "my", "your", "shown", "showing", "can", "be", "seen", "which", "looks", "like", "has", "and",
    "style", "look", "made", "material", "fabric", "pair", "object", "category", "class", "label",
    "show", "model", "person", "wearing", "brand", "size", "centre", "body", "not", "only", "many",
)  # fmt: skip
_OPENERS = (
    "this is", "here is", "there is", "itap of", "it is", "showing", "we see", "picture showing",
    "an example of", "look at", "fashion item:", "clothing:", "category:", "label:",
)  # fmt: skip
_FUNCTION_WORDS = frozenset(
    ("a", "an", "the", "of", "in", "on", "with", "is", "this", "that", "one", "some", "and")
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Caption:
    """A training caption and its targets: `distribution` is (10,), float64, sums to 1."""

    text: str
    distribution: FloatArray


class CaptionGrammar:
    """A seeded source of captions.

    Half of them describe one class well (noun, second noun or fitting attribute inside a template),
    a third are lone nouns, bare or in a template, and the rest combine nouns and attributes at
    random, so that the text tower learns what odd combinations mean.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._nouns_of = [
            [n for n, e in NOUNS.items() if max(e, key=lambda c: e[c]) == label]
            for label in range(lexicon.N_CLASSES)
        ]
        self._attributes_of = [
            [a for a, e in ATTRIBUTES.items() if e.get(label, 0.0) >= 0.7]
            for label in range(lexicon.N_CLASSES)
        ]

    def sample(self, count: int) -> list[Caption]:
        """Invent `count` captions; the same seed gives the same sequence."""
        return [self._caption() for _ in range(count)]

    def _caption(self) -> Caption:
        kind = self._random.random()
        label = self._random.randrange(lexicon.N_CLASSES)
        if kind < 0.16:
            text = self._lone_noun(label)
        elif kind < 0.32:
            text = self._picture(self._lone_noun(label))
        elif kind < 0.48:
            text = self._maybe_picture(self._two_nouns(label))
        elif kind < 0.80:
            text = self._maybe_picture(self._described(label))
        else:
            text = self._maybe_picture(self._mixed_up())
        text = self._disturb(text)
        return Caption(text, meaning(text))

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _pick(self, options: Sequence[str]) -> str:
        return self._random.choice(options)

    def _spell(self, phrase: str) -> str:
        """A lexicon phrase as people write it: hyphens, plurals."""
        if self._chance(0.6):
            phrase = phrase.replace("t shirt", "t-shirt")
        if phrase.endswith("sleeve") and self._chance(0.5):
            phrase += "d"
        if phrase.endswith("pant") or phrase.endswith("trouser") or self._chance(0.2):
            phrase += "es" if phrase.endswith(("ss", "tch")) else "s"
        first, _, rest = phrase.partition(" ")
        if rest and first in {"long", "short", "button", "open", "high", "low", "lace", "ankle"}:
            phrase = f"{first}-{rest}" if self._chance(0.4) else phrase
        return phrase

    def _article(self, phrase: str) -> str:
        kind = self._random.random()
        if kind < 0.6:
            return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
        if kind < 0.7:
            return f"the {phrase}"
        if kind < 0.78:
            return f"a pair of {phrase}"
        return phrase

    def _lone_noun(self, label: int) -> str:
        """A class name as it stands (more than half the time) or a synonym."""
        if self._chance(0.55):
            return CLASS_NAMES[label]
        phrase = self._spell(self._pick(self._nouns_of[label]))
        return f"{self._pick(_COLOURS)} {phrase}" if self._chance(0.2) else phrase

    def _two_nouns(self, label: int) -> str:
        """Two names of the same class: the second says which sense of the first is meant."""
        first, second = (self._spell(self._pick(self._nouns_of[label])) for _ in range(2))
        if label in (lexicon.SANDAL, lexicon.SNEAKER, lexicon.BOOT) and self._chance(0.4):
            second = self._pick(("shoe", "shoes", "footwear"))
        joint = self._pick((" or ", " or ", " or a ", " ", "/", ", ", " and ", " (", ", also a "))
        return f"{first}{joint}{second}"

    def _described(self, label: int) -> str:
        """A noun with one or two attributes that fit its class."""
        noun = self._spell(self._pick(self._nouns_of[label]))
        attributes = [
            self._spell(self._pick(self._attributes_of[label]))
            for _ in range(self._random.choice((1, 1, 2)))
        ]
        return self._attach(noun, attributes)

    def _mixed_up(self) -> str:
        """Nouns and attributes that need not fit each other."""
        attributes = [
            self._spell(self._pick(tuple(ATTRIBUTES)))
            for _ in range(self._random.choice((0, 1, 1, 2)))
        ]
        kind = self._random.random()
        if kind < 0.6:
            return self._attach(self._spell(self._pick(tuple(NOUNS))), attributes)
        if kind < 0.75:
            return self._attach(self._pick(("item", "object", "thing", "piece")), attributes)
        nouns = [self._spell(self._pick(tuple(NOUNS))) for _ in range(2)]
        return self._attach(self._pick((" or ", " ", " with a ")).join(nouns), attributes)

    def _attach(self, noun: str, attributes: Sequence[str]) -> str:
        text = noun
        for attribute in attributes:
            joint = self._random.random()
            if joint < 0.45:
                text = f"{attribute} {text}"
            elif joint < 0.8:
                text = f"{text} with {self._article(attribute)}"
            else:
                text = f"{text}, {attribute}"
        return text.strip()

    def _maybe_picture(self, phrase: str) -> str:
        return self._picture(phrase) if self._chance(0.8) else phrase

    def _picture(self, phrase: str) -> str:
        """Phrases like "a photo of ..." in their many forms."""
        if self._chance(0.3):
            phrase = f"{self._pick(_COLOURS)} {phrase}"
        picture = self._pick(_PICTURES) if self._chance(0.6) else "photo"
        if self._chance(0.35):
            picture = f"{self._pick(_ADJECTIVES)} {picture}"
        opener = self._pick(("a", "a", "a", "a", "the", "one", ""))
        text = f"{opener} {picture} of {self._article(phrase)}".strip()
        if self._chance(0.08):
            text = f"{phrase} {picture}"
        if self._chance(0.1):
            text = f"{self._pick(_OPENERS)} {text}"
        if self._chance(0.25):
            tails: tuple[str, ...] = _TAILS
            if self._chance(0.2) and any(a in phrase for a in ("shoe", "boot", "sandal", "sneak")):
                tails = _SHOE_TAILS
            text = f"{text}{self._pick((', ', ' ', ' - '))}{self._pick(tails)}"
        if self._chance(0.3):
            text += "."
        return text

    def _disturb(self, text: str) -> str:
        """Drop function words, add fillers or unknown words: all of which keep the meaning."""
        parts = text.split(" ")
        if self._chance(0.2):
            parts = [p for p in parts if p not in _FUNCTION_WORDS or self._chance(0.6)] or parts
        if self._chance(0.25):
            for _ in range(self._random.randint(1, 3)):
                filler = self._pick(_FILLERS) if self._chance(0.6) else self._unknown_word()
                parts.insert(self._random.randint(0, len(parts)), filler)
        return " ".join(parts)

    def _unknown_word(self) -> str:
        return "".join(self._pick(_LETTERS) for _ in range(self._random.randint(2, 9)))
