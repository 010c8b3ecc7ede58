"""How a submission is run and judged, apart from what reads it from a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.kernel.libraries import Libraries
from autograder.kernel.limits import Bounds, Limits


@dataclass(frozen=True)
class Options:
    """What the options of `RunAndJudge` come to for one submission.

    Attributes:
        model: name or folder of the model that grades; empty for `CLIP_MODEL`, or the small one.
        alternative_model: the same of the model that mini-experiment A is offered; empty for none.
        libraries: what students' kernels import in the place of this environment's own.
        isolation: how the code is kept apart; empty for `AUTOGRADER_ISOLATION`, or the usual way.
        bounds: what it may use.
        limits: how long it may take.
        second_look: whether it is run again if it was late while this machine was busy.
        feature_store: whether kernels get the features of the data set's own images.
        noted: settings that stand in the grade's evidence, as plain data.
    """

    model: str
    alternative_model: str
    libraries: Libraries
    isolation: str
    bounds: Bounds
    limits: Limits
    second_look: bool
    feature_store: bool
    noted: Mapping[str, Any]
