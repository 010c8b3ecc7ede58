"""Extras of the installed kit: what only some of its work needs, and what to say where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from autograder.errors import ExtraError

CLIP = frozenset(
    {
        "huggingface_hub",
        "matplotlib",
        "numba",
        "pandas",
        "safetensors",
        "scipy",
        "seaborn",
        "sklearn",
        "torch",
        "torchvision",
        "tqdm",
        "transformers",
        "umap",
    }
)
"""The packages of the extra `clip`, as they are imported. Without it all assignments but the kit's own are graded."""


def require_clip() -> None:
    """Stop before work begins that cannot be done without the extra `clip`; nothing is imported.

    Raises:
        ExtraError: a package of it is missing.
    """
    missing = sorted(name for name in CLIP if find_spec(name) is None)
    if missing:
        raise ExtraError(sentence(*missing))


def sentence(*missing: str) -> str:
    """Return what to do where packages of the extra `clip` are missing."""
    return f"not installed, and needed for this: {', '.join(missing)}. pip install 'clip-autograder[clip]'"
