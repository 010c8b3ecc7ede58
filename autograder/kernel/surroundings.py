"""What a student's kernel is given besides its notebook: variables, folders, and results that are known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MODEL_VARIABLE = "CLIP_MODEL"
ALTERNATIVE_VARIABLE = "CLIP_ALTERNATIVE_MODEL"
ROOT_VARIABLE = "FASHION_MNIST_ROOT"
NOTEBOOKS_OWN = (MODEL_VARIABLE, ALTERNATIVE_VARIABLE, ROOT_VARIABLE)
"""Environment variables by which a notebook finds models and data; no library reads them."""
SHOWN_UNDER = Path("/assets")
"""Where a room shows what it is shown."""
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
ROOM_LIBRARIES = {
    "HF_HOME": str(SHOWN_UNDER),
    "HF_HUB_CACHE": str(SHOWN_UNDER / "hub"),
    **OFFLINE,
}
"""What libraries are told in every room, whichever models it shows: they read it when they are imported."""
NOT_USED = "Features are not taken from the store: "
"""Begins each line of a log that says so."""


@dataclass(frozen=True)
class Surroundings:
    """What a student's kernel is given.

    Attributes:
        environment: variables, with paths as the kernel finds them.
        folders: folders of this machine, and where the kernel finds them; to be read only.
        complaints: why something is not there that could be, in words for the instructor.
    """

    environment: dict[str, str]
    folders: dict[Path, str]
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """Results that are known already, for a kernel that would compute them.

    Attributes:
        startup: Python text to run before the first cell; empty for nothing.
        folders: folders of this machine, and where a room shows them.
        complaints: why known results are not offered, in words for the instructor.
    """

    startup: str = ""
    folders: Mapping[Path, str] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()
