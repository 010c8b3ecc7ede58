"""The TOML file of a comparison: which models, prompts, ensembles and CNN stand side by side."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS, load_prompts
from autograder.errors import KitError

PLACE = "{}"
"""Where a template takes the name of the class."""

MOST_RUNS = 12
"""More cannot be told apart on one page."""

DEFAULT_TOP_K = (1, 3, 5)
DEFAULT_SEED = 0
_KNOWN = {"title", "models", "prompts", "ensembles", "top_k", "seed", "cnn", "cnn_epochs"}


@dataclass(frozen=True)
class Texts:
    """What the classes are called in one run.

    Attributes:
        name: how people call it.
        members: prompt sets of ten prompts in the order of the classes; with more than one, a
            class's embedding is the mean of its members' unit embeddings, made unit again.
    """

    name: str
    members: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class CnnSource:
    """Where the CNN's answers come from.

    Attributes:
        file: weights (.safetensors) or answers (.npz); None for the weights that come with the kit.
        epochs: passes over the training split after which a new one is taken instead; 0 to train none.
    """

    file: Path | None = None
    epochs: int = 0


@dataclass(frozen=True)
class Plan:
    """A comparison: every model with every text, then the CNN; the first run is what others are held against.

    Attributes:
        title: of the page.
        models: names, folders or hub ids; empty for "the one that the command line says".
        texts: at least one.
        ks: the K of top-K, increasing.
        seed: of the bootstrap, the map and the CNN's training.
        cnn: None to leave it out.
    """

    title: str
    models: tuple[str, ...]
    texts: tuple[Texts, ...]
    ks: tuple[int, ...] = DEFAULT_TOP_K
    seed: int = DEFAULT_SEED
    cnn: CnnSource | None = None


def read_plan(path: Path) -> Plan:
    """Read a plan; files that it names are looked for beside it.

    Raises:
        KitError: the file cannot be read, or something in it cannot be used; the text names the entry.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KitError(f"--compare {path}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise KitError(f"--compare {path}: not TOML ({error})") from error
    return _Reader(path, content).plan()


class _Reader:
    """One file's entries, each judged, with the file's name in every complaint."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path = path
        self.content = content

    def plan(self) -> Plan:
        if unknown := sorted(set(self.content) - _KNOWN):
            raise self._error(f"{unknown[0]} is unknown; there are {', '.join(sorted(_KNOWN))}")
        models = self._strings("models")
        texts = self._texts()
        cnn = self._cnn()
        runs = max(len(models), 1) * len(texts) + (cnn is not None)
        if runs > MOST_RUNS:
            raise self._error(f"that makes {runs} runs; one page holds {MOST_RUNS} at most")
        return Plan(
            title=self._title(),
            models=models,
            texts=texts,
            ks=self._ks(),
            seed=self._whole("seed", DEFAULT_SEED, 0, 2**32 - 1),
            cnn=cnn,
        )

    def _error(self, text: str) -> KitError:
        return KitError(f"--compare {self.path}: {text}")

    def _title(self) -> str:
        title = self.content.get("title", self.path.stem)
        if not isinstance(title, str) or not title.strip():
            raise self._error("title must be a text")
        return title

    def _strings(self, key: str, entries: object = None) -> tuple[str, ...]:
        entries = self.content.get(key, []) if entries is None else entries
        if not isinstance(entries, list) or not all(isinstance(e, str) and e for e in entries):
            raise self._error(f'{key} must be a list of texts, as in ["bare", "good"]')
        if len(set(entries)) < len(entries):
            raise self._error(f"{key} names something twice")
        return tuple(entries)

    def _whole(self, key: str, default: int, least: int, most: int) -> int:
        value = self.content.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self._error(f"{key} must be a whole number from {least} to {most}")
        return value

    def _ks(self) -> tuple[int, ...]:
        ks = self.content.get("top_k", list(DEFAULT_TOP_K))
        classes = len(CLASS_NAMES)
        if not isinstance(ks, list) or not ks or not all(
            type(k) is int and 1 <= k <= classes for k in ks
        ):  # fmt: skip
            raise self._error(
                f"top_k must be a list of whole numbers from 1 to {classes}, as in [1, 3, 5]"
            )
        return tuple(sorted(set(ks)))

    def _texts(self) -> tuple[Texts, ...]:
        texts = [
            Texts(_short_name(entry), (self._prompts(entry),)) for entry in self._strings("prompts")
        ]
        ensembles = self.content.get("ensembles", {})
        if not isinstance(ensembles, dict):
            raise self._error("ensembles must be a table, each entry a name and a list")
        for name, entries in ensembles.items():
            members = self._strings(f"ensembles.{name}", entries)
            if not members:
                raise self._error(f"ensembles.{name} is empty")
            texts.append(Texts(name, tuple(self._member(name, entry) for entry in members)))
        if not texts:
            texts = [Texts(name, (PROMPT_SETS[name],)) for name in ("bare", "good")]
        names = [text.name for text in texts]
        if len(set(names)) < len(names):
            raise self._error(f"two of {', '.join(names)} have the same name; rename one")
        return tuple(texts)

    def _member(self, ensemble: str, entry: str) -> tuple[str, ...]:
        """Return ten prompts: a template filled in, or a prompt set."""
        if PLACE in entry:
            # Not str.format: braces elsewhere in a sentence mean nothing.
            return tuple(entry.replace(PLACE, name) for name in CLASS_NAMES)
        if entry in PROMPT_SETS or self._beside(entry).is_file():
            return self._prompts(entry)
        raise self._error(
            f"ensembles.{ensemble}: {entry!r} is neither a template with {PLACE} for the class, "
            f"nor a prompt set ({', '.join(PROMPT_SETS)}), nor a file"
        )

    def _prompts(self, entry: str) -> tuple[str, ...]:
        return load_prompts(entry if entry in PROMPT_SETS else self._beside(entry))

    def _beside(self, name: str) -> Path:
        return self.path.parent / name

    def _cnn(self) -> CnnSource | None:
        entry = self.content.get("cnn", False)
        epochs = self._whole("cnn_epochs", 0, 0, 100)
        match entry:
            case False:
                if epochs:
                    raise self._error("cnn_epochs needs cnn = true")
                return None
            case True:
                return CnnSource(epochs=epochs)
            case str() if epochs:
                raise self._error("cnn_epochs trains a new CNN, and cnn names a file; choose one")
            case str():
                file = self._beside(entry)
                if not file.is_file() or file.suffix not in (".safetensors", ".npz"):
                    raise self._error(
                        f"cnn: {file} is no file of weights (.safetensors) or answers (.npz)"
                    )
                return CnnSource(file)
        raise self._error("cnn must be true, false, or the name of a file")


def _short_name(entry: str) -> str:
    return entry if entry in PROMPT_SETS else Path(entry).stem
