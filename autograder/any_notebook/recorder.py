"""Runs in the student's kernel before the first cell: notes what goes through a notebook, whatever it is called.

The *text* of this module is what the kernel gets, so it imports nothing of the kit. What it notes is plain data, and
a stranger's word: the grader computes everything again. Only the notebook's own cells are followed, not the checks'
calls. Noted are, with the cell,

- labels and predictions that go into `accuracy_score`, `confusion_matrix` and their like
- variables that hold a class for each of the 10,000 test images when a cell has ended
- lists of ten texts that go into the model's tokenizer
- rows that UMAP is fitted to, and the map that it gives
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

SEEN = "_autograder_seen"
"""The module among the kernel's in which it is noted."""
_IMAGES, _CLASSES = 10_000, 10
_MOST, _MOST_MAPS, _MOST_FIGURES = 40, 3, 100
_PER_CENT = 100.0
_LONGEST_TEXTS = 20_000
_OF_PAIRS = (
    "accuracy_score", "balanced_accuracy_score", "classification_report", "confusion_matrix",
    "precision_recall_fscore_support",
)  # fmt: skip


def record(packages: Sequence[str]) -> None:
    """Begin to take notes.

    Args:
        packages: those of "sklearn", "transformers" and "umap" that the notebook imports.
    """
    from IPython import get_ipython

    shell = get_ipython()
    seen: Any = types.ModuleType(SEEN)
    seen.pairs, seen.arrays, seen.texts, seen.maps, seen.cell = {}, {}, {}, {}, None
    seen.report = lambda: {
        "pairs": list(seen.pairs.values()),
        "arrays": list(seen.arrays.values()),
        "texts": list(seen.texts.values()),
        "maps": [(cell, rows.shape[1]) for cell, _, rows, _ in seen.maps.values()],
        "figures": figures(shell.user_ns),
    }
    sys.modules[SEEN] = seen

    ran = 0

    def begin(info: Any) -> None:
        nonlocal ran
        if info.store_history:
            ran += 1
            seen.cell = ran

    def end(result: Any) -> None:
        if seen.cell is not None:
            with suppress(Exception):
                for name, classes in whole(shell.user_ns).items():
                    _note(seen.arrays, (seen.cell, name, classes), classes)
        seen.cell = None

    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", end)
    for package in packages:
        with suppress(ImportError):  # the student has it, we have not
            _WATCHES[package](seen)


def whole(namespace: dict[str, Any]) -> dict[str, Any]:
    """Return the variables that hold a class for each test image, by name, as int8 arrays (10000,)."""
    found: dict[str, Any] = {}
    for name, value in list(namespace.items()):
        if name[:1] != "_" and type(value).__name__ in ("list", "tuple", "ndarray", "Tensor"):
            with suppress(Exception):  # whatever a stranger's value does
                if (classes := _classes(value)) is not None:
                    found[name] = classes
    return found


def figures(namespace: dict[str, Any]) -> dict[str, float]:
    """Return the variables that hold a number between 0 and 100, which an accuracy may be, by name."""
    found: dict[str, float] = {}
    for name, value in list(namespace.items()):
        if name[:1] != "_" and type(value).__name__ in ("float", "float32", "float64", "Tensor"):
            with suppress(Exception):
                if 0 < float(value) <= _PER_CENT and len(found) < _MOST_FIGURES:
                    found[name] = float(value)
    return found


def _classes(value: Any) -> Any:
    """Return a class for each test image, or None if a value is something else; a list may hold batches."""
    import numpy as np

    if type(value) in (list, tuple):
        if not 1 < len(value) <= _IMAGES:
            return None
        if np.ndim(value[0]) == 1:
            if sum(map(len, value)) != _IMAGES:
                return None
            value = np.concatenate([np.asarray(batch) for batch in value])
        elif np.ndim(value[0]) != 0 or np.asarray(value[0]).dtype.kind not in "iu":
            return None
        else:
            value = [int(entry) for entry in value]
    if getattr(value, "shape", (len(value),)) != (_IMAGES,):
        return None
    array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    if array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= _CLASSES:
        return None
    return array.astype(np.int8)


def _note(notes: dict[Any, Any], note: tuple[Any, ...], *arrays: Any, most: int = _MOST) -> None:
    """Keep a note, unless there is one of the same name and content."""
    if len(notes) < most:
        notes.setdefault((note[1], *(hash(array.tobytes()) for array in arrays)), note)


def _watch(owner: Any, name: str, seen: Any, keep: Callable[..., None]) -> None:
    """Have a function of a library tell what it was given and what it gave, where a cell of the notebook runs."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def call(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        result = original(*args, **options)
        if seen.cell is not None:
            with suppress(Exception):
                keep(name, args, options, result)
        return result

    setattr(owner, name, call)
    package = getattr(owner, "__module__", owner.__name__).partition(".")[0]
    for module in list(sys.modules.values()):
        same = str(getattr(module, "__name__", "")).startswith(package)
        if same and getattr(module, "__dict__", {}).get(name) is original:
            setattr(module, name, call)


def _watch_pairs(seen: Any) -> None:
    from sklearn import metrics

    def keep(name: str, args: Any, options: Any, result: Any) -> None:
        given = [*args, *(options[key] for key in ("y_true", "y_pred") if key in options)]
        labels, predictions = map(_classes, given[:2])
        if labels is not None and predictions is not None:
            _note(seen.pairs, (seen.cell, name, labels, predictions), labels, predictions)

    for name in _OF_PAIRS:
        _watch(metrics, name, seen, keep)


def _watch_texts(seen: Any) -> None:
    from transformers import PreTrainedTokenizerBase

    def keep(name: str, args: Any, options: Any, result: Any) -> None:
        texts = args[1] if len(args) > 1 else options.get("text")
        if (
            isinstance(texts, list | tuple)
            and len(texts) == _CLASSES
            and all(isinstance(text, str) for text in texts)
            and sum(map(len, texts)) <= _LONGEST_TEXTS
        ):
            _note(seen.texts, (seen.cell, tuple(texts)))

    _watch(PreTrainedTokenizerBase, "__call__", seen, keep)


def _watch_maps(seen: Any) -> None:
    import numpy as np
    import umap

    def keep(name: str, args: Any, options: Any, result: Any) -> None:
        rows = np.asarray(args[1] if len(args) > 1 else options["X"], dtype=np.float32)
        points = np.array(args[0].embedding_)
        if rows.ndim == 2 and len(rows) == _IMAGES and points.shape == (_IMAGES, 2):
            _note(seen.maps, (seen.cell, name, rows, points), points, most=_MOST_MAPS)

    _watch(umap.UMAP, "fit", seen, keep)


_WATCHES = {"sklearn": _watch_pairs, "transformers": _watch_texts, "umap": _watch_maps}
