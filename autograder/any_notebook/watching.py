"""What a kernel runs before the first cell of a notebook that is checked: what goes through it is noted."""

from __future__ import annotations

import re

from autograder.any_notebook import recorder
from autograder.clip.preparing import run_apart, startup_text

_WATCHED = {name: rf"\b{name}\b" for name in ("sklearn", "transformers", "umap")}
"""Packages whose functions tell what they were given, where the code mentions them."""


def watching_text(code: str) -> str:
    """Return the text.

    The features of CLIP then serve what was written for either line of transformers.

    Args:
        code: the text of the notebook's code cells, and of modules beside it.
    """
    also = ["features"] if re.search(r"\btransformers\b", code) else []
    watched = [name for name, words in _WATCHED.items() if re.search(words, code)]
    return startup_text(code, also) + run_apart(recorder, "record", watched)
