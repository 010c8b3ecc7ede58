"""Which models and files a notebook names, and what it finds in their place, offline.

Models of the hub are offered in the layout of the Hugging Face cache, under the names that the notebook uses, so
`from_pretrained("openai/clip-vit-base-patch32")` works unchanged. One of them is taken for the notebook's own and gets
the model that grades; every other one gets the alternative model.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from nbformat import NotebookNode

from autograder.any_notebook import recorder, startup
from autograder.assets import ModelSnapshot, Surroundings
from autograder.assets.hub import cached_snapshot, hub_caches
from autograder.assets.models import REFERENCE_MODEL
from autograder.assets.strangers import is_hub_id
from autograder.assets.under_names import under_names
from autograder.errors import AssetError
from autograder.expected import Expected
from autograder.kernel.isolation import surroundings_in
from autograder.kernel.processes import Isolation, text_of

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
_PREPARED_FOR = {
    "matplotlib": r"\.use\(",
    "torchvision": r"\btorchvision\b",
    "google.colab": r"\bgoogle\.colab\b",
    "transformers": r"\bcache_dir\b|\bHF_HOME\b|\bHF_HUB_CACHE\b|\bTRANSFORMERS_CACHE\b",
}
"""What is prepared in the kernel, where the code mentions this: preparing imports it, which takes seconds."""
_WATCHED = {name: rf"\b{name}\b" for name in ("sklearn", "transformers", "umap")}
"""Packages whose functions tell what they were given, where the code mentions them."""


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


def code_of(notebook: NotebookNode) -> str:
    """Return the text of all code cells."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


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


def startup_text(code: str, *, checked: bool = False) -> str:
    """Return what a kernel runs before the first cell, so that a notebook of another machine runs here.

    Grading runs it as well: what passes in a student's own room shall not fail in this one for want of a folder.

    Args:
        code: the text of the notebook's code cells, and of modules beside it.
        checked: whether it is checked and not graded: then the features of CLIP serve what was written for either
            line of transformers, and what goes through the notebook is noted.
    """
    packages = [name for name, words in _PREPARED_FOR.items() if re.search(words, code)]
    if checked and re.search(r"\btransformers\b", code):
        packages.append("features")
    if not checked:
        return _run_apart(startup, "prepare", packages)
    watched = [name for name, words in _WATCHED.items() if re.search(words, code)]
    return _run_apart(startup, "prepare", packages) + _run_apart(recorder, "record", watched)


def _run_apart(module: ModuleType, function: str, packages: Sequence[str]) -> str:
    """Return a text that runs a module's text and one function of it, in a namespace of its own.

    Nothing of it shall stand among the notebook's variables.
    """
    return (
        f"(lambda scope: (exec(scope['text'], scope), scope[{function!r}](scope['packages'])))"
        f"({{'__name__': {function!r}, 'text': {text_of(module)!r}, 'packages': {list(packages)!r}}})\n"
    )
