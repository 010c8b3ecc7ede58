"""Which models and files a notebook names, and what it finds in their place, offline.

Models of the hub are offered in the layout of the Hugging Face cache, under the names that the notebook uses, so
`from_pretrained("openai/clip-vit-base-patch32")` works unchanged. One of them is taken for the notebook's own and gets
the model that grades; every other one gets the alternative model.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.clip.assets import ModelSnapshot, surroundings_in
from autograder.clip.assets.hub import cached_snapshot, hub_caches
from autograder.clip.assets.models import REFERENCE_MODEL
from autograder.clip.assets.strangers import is_hub_id
from autograder.clip.assets.under_names import under_names
from autograder.clip.expected import Expected
from autograder.errors import AssetError
from autograder.kernel.processes import Isolation
from autograder.kernel.surroundings import Surroundings

_LONGEST_NAME = 96
"""Characters of either part of a model's name on the hub."""
_HUB_ID = rf"[A-Za-z0-9][\w.-]{{0,{_LONGEST_NAME - 1}}}/[\w.-]{{1,{_LONGEST_NAME}}}"
# The second quotation mark is only looked at: it may be the first one of the next text.
_QUOTED = re.compile(rf"""["']({_HUB_ID})(?=["'])""")
_CLIP = "clip"
_MOST_MODELS = 5
"""Models that are laid out for one notebook."""
_OWN_MODEL = re.compile(r"""^[ \t]*clip_model_name[ \t]*=[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_FILE = re.compile(r"\.(?:pth?|bin|safetensors|onnx|npy|npz|pkl|png|jpe?g|csv|json|txt|zip|py)$")


class StandInExpected(Expected):
    """What right work gives, where hub models other than the first are stood in for by the alternative."""

    def snapshot_named(self, name: str) -> ModelSnapshot:
        """See the base class."""
        if self.alternative is not None and is_clip_id(name):
            return self.alternative
        return super().snapshot_named(name)


class GradingExpected(Expected):
    """What right work gives, where hub models that this machine lacks are stood in for by the alternative.

    Students name what they could fetch; that a grader's machine has no network is nothing that they can know.
    """

    def snapshot_named(self, name: str) -> ModelSnapshot:
        """See the base class."""
        own = self.reference.snapshot
        if name == REFERENCE_MODEL and not is_hub_id(own.name):
            # A course that works with a folder of its own, or the kit's small model, has no name to be known by.
            return own
        lacks = is_clip_id(name) and not any(cached_snapshot(name, c) for c in hub_caches())
        if lacks and self.alternative is not None and name != self.alternative.name:
            return self.alternative
        return super().snapshot_named(name)

    def models_named_in(self, code: str) -> dict[str, ModelSnapshot]:
        """Return what a notebook finds under the names of models in its code, as far as it may find anything."""
        models = {}
        for name in named_models(code):
            with contextlib.suppress(AssetError):
                models[name] = self.snapshot_named(name)
        return models


@dataclass(frozen=True)
class StandIns:
    """What a notebook finds in the place of what it names.

    Attributes:
        models: the model that stands in, by the hub id that the notebook names.
        surroundings: the kernel's variables and folders.
    """

    models: Mapping[str, ModelSnapshot]
    surroundings: Surroundings


def named_models(code: str) -> tuple[str, ...]:
    """Return the hub ids of the first CLIP models that a notebook's code names; the notebook's own first.

    That is the one that `clip_model_name` is set to, else the assignment's usual one, else the first.
    """
    named = [
        name
        for name in dict.fromkeys(_QUOTED.findall(code))
        if is_hub_id(name) and _is_clip(name) and not _FILE.search(name)
    ]
    likely = [*_OWN_MODEL.findall(code)[:1], REFERENCE_MODEL]
    own = next((name for name in likely if name in named), None)
    return tuple(sorted(named, key=lambda name: name != own)[:_MOST_MODELS])


def is_clip_id(name: str) -> bool:
    """Return whether a text could be the id of a CLIP model on the hub."""
    return is_hub_id(name) and _is_clip(name)


def _is_clip(name: str) -> bool:
    return _CLIP in name.rpartition("/")[2].lower()


def provide(code: str, expected: Expected, isolation: Isolation, folder: Path) -> StandIns:
    """Put together what a kernel needs to run a notebook offline.

    Args:
        code: the text of its code cells, and of modules beside it.
        expected: the models that grade.
        isolation: how the kernel will be kept apart.
        folder: an empty folder of the grader's.
    """
    model, alternative = expected.reference.snapshot, expected.alternative
    base = surroundings_in(isolation, model, expected.reference.data_root, alternative)
    first, *others = named_models(code) or ("",)
    models = {first: model} if first else {}
    models |= dict.fromkeys(others, alternative or model)
    found = under_names(models, base, folder, hides_this_machine=isolation.hides_this_machine)
    variables = {
        **found.environment,
        # Without a network pip would try for a long time, and without a room it would change this machine.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return StandIns(models, Surroundings(variables, found.folders))
