"""What is on this machine, for people: one report for the data set and one for each model."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.clip.assets.models import (
    REFERENCE_MODEL,
    STAND_INS,
    candidate_folder,
    find_model,
)
from autograder.errors import AssetError
from autograder.fashion_mnist.data_set import cached_root, find_fashion_mnist
from autograder.kernel.surroundings import MODEL_VARIABLE, ROOT_VARIABLE

State = Literal["ready", "damaged", "missing"]


@dataclass(frozen=True)
class AssetReport:
    """Where one asset stands.

    Attributes:
        what: ``"Fashion-MNIST"``, or ``"model "`` and its name.
        where: The folder that was found, complete or not; None where there is none.
        state: ``"ready"``, or why it cannot be used.
        size: Bytes in the folder.
        detail: What is wrong and the way out; empty where nothing is.
    """

    what: str
    where: Path | None
    state: State
    size: int
    detail: str = ""


def describe(models: Sequence[str] = ()) -> list[AssetReport]:
    """Reports on the data set, the kit's own models, the reference model and those named.

    Nothing is fetched. Fashion-MNIST is verified byte for byte.

    Args:
        models: More models, named as for `find_model`; ``CLIP_MODEL`` is one of them if set.
    """
    named = os.environ.get(MODEL_VARIABLE)
    names = dict.fromkeys([*STAND_INS, REFERENCE_MODEL, *([named] if named else []), *models])
    root = Path(os.environ.get(ROOT_VARIABLE) or cached_root()).expanduser()
    return [
        _report("Fashion-MNIST", root if root.exists() else None, find_fashion_mnist),
        *(_report_on_model(name) for name in names),
    ]


def _report_on_model(name: str) -> AssetReport:
    return _report(f"model {name}", candidate_folder(name), lambda: find_model(name).path)


def _report(what: str, candidate: Path | None, find: Callable[[], Path]) -> AssetReport:
    try:
        found = find()
    except AssetError as error:
        state: State = "missing" if candidate is None else "damaged"
        return AssetReport(what, candidate, state, _size(candidate), str(error))
    return AssetReport(what, found, "ready", _size(found))


def _size(folder: Path | None) -> int:
    if folder is None:
        return 0
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
