"""What a grade rests on besides the submission: versions, checks, settings, and the secret's fingerprint.

It is written into the autograded notebook and into the course's record.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder.grading.messages import kit_version
from autograder.seeds import fingerprint

EVIDENCE = "grading"
"""Under which name of the kit's metadata an autograded notebook keeps it."""
_LIBRARIES = (
    "torch", "torchvision", "transformers", "tokenizers", "safetensors", "numpy", "scipy", "scikit-learn", "numba",
    "umap-learn", "pynndescent", "nbgrader", "nbclient", "nbconvert", "ipykernel", "pytest",
)  # fmt: skip
"""Those on which a verdict may depend."""


def evidence(
    secret: bytes, seed: int, settings: Mapping[str, Any], model: str | None
) -> dict[str, Any]:
    """Return what a submission is graded with, as plain data.

    Args:
        secret: the course's.
        seed: the submission's.
        settings: options of the grader, by name.
        model: SHA-256 of the weights that right answers are computed with; None where none are.
    """
    return {
        "kit": kit_version(),
        "checks": _checks(),
        "python": platform.python_version(),
        "libraries": _versions(),
        "settings": dict(settings),
        "model": model,
        "secret": fingerprint(secret),
        # A string, because JSON readers elsewhere round integers of 64 bits.
        "seed": str(seed),
    }


def noted_in(notebook: Mapping[str, Any]) -> str | None:
    """Return the fingerprint of the secret that an autograded notebook was graded with.

    Args:
        notebook: as JSON. Its own metadata and those of graded cells are the kit's, whoever has handed it in.

    Returns:
        Empty where a secret was used and no fingerprint was noted, as by older versions of the kit; None where there
        is no sign of one.
    """
    noted = evidence_in(notebook)
    if "secret" in noted:
        return str(noted["secret"])
    return "" if any("seed" in about for about in _judged(notebook).values()) else None


def evidence_in(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an autograded notebook says of how it was graded, and `earned`, the points of each judged cell."""
    earned = {
        name: sum(verdict["earned"] for verdict in about["verdicts"])
        for name, about in _judged(notebook).items()
    }
    return {**_about(notebook).get(EVIDENCE, {}), "earned": earned}


def _judged(notebook: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the kit has noted of each cell that it has judged: only there it is the kit's word."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: about
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
        and "verdicts" in (about := _about(cell))
    }


def _about(part: Mapping[str, Any]) -> dict[str, Any]:
    # Only here: that module imports what imports this one.
    from autograder.notebook.marks import KIT_METADATA

    about = part["metadata"].get(KIT_METADATA, {})
    return about if isinstance(about, dict) else {}


@cache
def _versions() -> dict[str, str]:
    installed = {}
    for name in _LIBRARIES:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    return installed


@cache
def _checks() -> str:
    """Return the SHA-256 of the hidden checks' files."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].joinpath("checks").glob("*.py")):
        total.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
