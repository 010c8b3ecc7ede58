"""What a kernel runs before the first cell, so that a notebook of another machine runs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import ModuleType

from autograder.clip import startup
from autograder.kernel.processes import text_of

_PREPARED_FOR = {
    "matplotlib": r"\.use\(",
    "torchvision": r"\btorchvision\b",
    "google.colab": r"\bgoogle\.colab\b",
    "transformers": r"\bcache_dir\b|\bHF_HOME\b|\bHF_HUB_CACHE\b|\bTRANSFORMERS_CACHE\b",
}
"""What is prepared in the kernel, where the code mentions this: preparing imports it, which takes seconds."""


def startup_text(code: str, also: Sequence[str] = ()) -> str:
    """Return what a kernel runs before the first cell, so that a notebook of another machine runs here.

    Grading runs it as well: what passes in a student's own room shall not fail in this one for want of a folder.

    Args:
        code: the text of the notebook's code cells, and of modules beside it.
        also: what is prepared besides; see `startup.prepare`.
    """
    packages = [name for name, words in _PREPARED_FOR.items() if re.search(words, code)]
    return run_apart(startup, "prepare", [*packages, *also])


def run_apart(module: ModuleType, function: str, packages: Sequence[str]) -> str:
    """Return a text that runs a module's text and one function of it, in a namespace of its own.

    Nothing of it shall stand among the notebook's variables.
    """
    return (
        f"(lambda scope: (exec(scope['text'], scope), scope[{function!r}](scope['packages'])))"
        f"({{'__name__': {function!r}, 'text': {text_of(module)!r}, 'packages': {list(packages)!r}}})\n"
    )
