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

from autograder.evidence.seeds import fingerprint
from autograder.kit import kit_version

_LIBRARIES = (
    "torch", "torchvision", "transformers", "tokenizers", "safetensors", "numpy", "scipy", "scikit-learn", "numba",
    "umap-learn", "pynndescent", "nbgrader", "nbclient", "nbconvert", "ipykernel", "pytest",
)  # fmt: skip
"""Those on which a verdict may depend."""


def evidence(
    secret: bytes,
    seed: int,
    settings: Mapping[str, Any],
    model: str | None,
    checks: Path | None,
) -> dict[str, Any]:
    """Return what a submission is graded with, as plain data.

    Args:
        secret: the course's.
        seed: the submission's.
        settings: options of the grader, by name.
        model: SHA-256 of the weights that right answers are computed with; None where none are.
        checks: the folder of the hidden checks; None where cells are graded by their own tests.
    """
    return {
        "kit": kit_version(),
        "checks": None if checks is None else _digest(checks),
        "python": platform.python_version(),
        "libraries": _versions(),
        "settings": dict(settings),
        "model": model,
        "secret": fingerprint(secret),
        # A string, because JSON readers elsewhere round integers of 64 bits.
        "seed": str(seed),
    }


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
def _digest(checks: Path) -> str:
    """Return the SHA-256 of the hidden checks' files."""
    total = hashlib.sha256()
    for path in sorted(checks.glob("*.py")):
        total.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
