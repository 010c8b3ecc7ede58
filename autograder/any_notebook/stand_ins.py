"""Which models and files a notebook names, and what it finds in their place, offline.

Models of the hub are offered in the layout of the Hugging Face cache, under the names that the notebook uses, so
`from_pretrained("openai/clip-vit-base-patch32")` works unchanged. One of them is taken for the notebook's own and gets
the model that grades; every other one gets the alternative model.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.any_notebook import startup
from autograder.assets import ModelSnapshot, Surroundings
from autograder.assets.models import REFERENCE_MODEL
from autograder.expected import Expected
from autograder.kernel.isolation import surroundings_in
from autograder.kernel.processes import Isolation, text_of

_MODEL = re.compile(r"""["']([A-Za-z0-9][\w.-]*/[\w.-]*clip[\w.-]*)["']""", re.IGNORECASE)
_OWN_MODEL = re.compile(r"""^[ \t]*clip_model_name[ \t]*=[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_FILE = re.compile(r"\.(?:pth?|bin|safetensors|onnx|npy|npz|pkl|png|jpe?g|csv|json|txt|zip|py)$")
_WORD = re.compile(r"\w+")
_FILE_NAME = re.compile(r"[\w.-]+")
_ASSETS = "/assets"
_COMMIT_LENGTH = 40
_PREPARED_FOR = {
    "torchvision": r"\btorchvision\b",
    "google.colab": r"\bgoogle\.colab\b",
    "transformers": r"\bcache_dir\b|\bHF_HOME\b|\bHF_HUB_CACHE\b|\bTRANSFORMERS_CACHE\b",
}
"""What is prepared in the kernel, where the code mentions this: preparing imports it, which takes seconds."""
LARGEST_FILE = 50 * 2**20
MOST_FILES = 200


class StandInExpected(Expected):
    """What right work gives, where hub models other than the first are stood in for by the alternative."""

    def of_model(self, name: str) -> Expected:
        """See the base class."""
        offered = self.alternative
        if offered is not None and _MODEL.fullmatch(f"'{name}'"):
            return super().of_model(offered.name)
        return super().of_model(name)


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
    """Return the hub ids of CLIP models that a notebook's code names, each once; the notebook's own first.

    That is the one that `clip_model_name` is set to, else the assignment's usual one, else the first.
    """
    named = [name for name in dict.fromkeys(_MODEL.findall(code)) if not _FILE.search(name)]
    likely = [*_OWN_MODEL.findall(code)[:1], REFERENCE_MODEL]
    own = next((name for name in likely if name in named), None)
    return tuple(sorted(named, key=lambda name: name != own))


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
    hub = folder / "hub"
    hub.mkdir(parents=True)
    cached = {}
    for name, snapshot in models.items():
        if snapshot.name != name:  # else the surroundings already offer it
            cached[_cache_name(name)] = _as_cached(name, snapshot, hub)
    (folder / "startup").mkdir()
    (folder / "startup" / "startup.py").write_text(_startup_text(code), encoding="utf-8")
    variables = {
        **base.environment,
        # Without a network pip would try for a long time, and without a room it would change this machine.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    _let_read(folder)
    if not isolation.hides_this_machine:
        if model.path.parent.name == "snapshots":
            home = model.path.parents[1]
            (hub / home.name).symlink_to(home)
        variables |= {"HF_HOME": str(folder), "HF_HUB_CACHE": str(hub)}
        variables["PYTHONSTARTUP"] = str(folder / "startup" / "startup.py")
        return StandIns(models, Surroundings(variables, base.folders))
    # The paths are the same for every notebook, so that one fork server serves all.
    shown = {home: f"{variables['HF_HUB_CACHE']}/{name}" for name, home in cached.items()}
    shown[folder / "startup"] = f"{_ASSETS}/startup"
    variables["PYTHONSTARTUP"] = f"{_ASSETS}/startup/startup.py"
    return StandIns(models, Surroundings(variables, {**base.folders, **shown}))


def copy_neighbours(path: Path, code: str, folder: Path) -> str:
    """Copy what a notebook uses of the files beside it: those whose names its code mentions, and no others.

    A notebook may lie in a folder of downloads; what it does not name is none of its business.

    Args:
        path: the notebook.
        code: the text of its code cells.
        folder: where to.

    Returns:
        The text of the modules among them.
    """
    modules: list[str] = []
    waiting = [code]
    taken: set[Path] = set()
    beside = sorted(p for p in path.parent.iterdir() if p != path and not p.name.startswith("."))
    while waiting:
        text = waiting.pop()
        words = {*_WORD.findall(text), *_FILE_NAME.findall(text)}
        for entry in beside:
            if entry in taken or len(taken) >= MOST_FILES:
                continue
            wanted = entry.name in words or (entry.suffix == ".py" and entry.stem in words)
            if wanted and (copied := _copy(entry, folder)):
                taken.add(entry)
                waiting.extend(copied)
                modules.extend(copied)
    return "\n".join(modules)


def _copy(entry: Path, folder: Path) -> list[str]:
    """Copy a file, or a package's modules; return the text of what is Python, and [""] for other files."""
    # A folder without modules may be a data set of any size.
    if entry.is_symlink() or (entry.is_dir() and not any(entry.glob("*.py"))):
        return []
    texts = []
    for file in sorted(entry.rglob("*.py"))[:MOST_FILES] if entry.is_dir() else [entry]:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST_FILE:
            continue
        target = folder / file.relative_to(entry.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        is_code = file.suffix == ".py"
        texts.append(file.read_text(encoding="utf-8", errors="replace") if is_code else "")
    return texts


def _cache_name(name: str) -> str:
    return "models--" + name.replace("/", "--")


def _as_cached(name: str, snapshot: ModelSnapshot, hub: Path) -> Path:
    """Lay a model out as the Hugging Face cache would hold one of this name."""
    home = hub / _cache_name(name)
    commit = snapshot.weights_sha256[:_COMMIT_LENGTH]
    place = home / "snapshots" / commit
    place.mkdir(parents=True)
    for file in snapshot.path.iterdir():
        if file.is_file():  # links of a cache are followed: a room shows nothing that they lead to
            shutil.copyfile(file, place / file.name)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit, encoding="ascii")
    return home


def _let_read(folder: Path) -> None:
    """Let a room's user, who has no rights here, read what was made, whatever this user's files are like."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _startup_text(code: str) -> str:
    packages = [name for name, words in _PREPARED_FOR.items() if re.search(words, code)]
    text = text_of(startup)
    # In a namespace of its own: nothing of it shall stand among the notebook's variables.
    return (
        "(lambda scope: (exec(scope['text'], scope), scope['prepare'](scope['packages'])))"
        f"({{'__name__': 'startup', 'text': {text!r}, 'packages': {packages!r}}})\n"
    )
