"""Decides whether a call may be answered from a store, and answers it. In doubt it is computed as ever.

Whatever is unusual is computed: a gradient that somebody may ask for, training, autocast, hooks, other types or devices
than float32 on a CPU, options that are not known, changed weights, a processor with other settings. Also a batch of
which one row is not known, for its rows would otherwise come from two computations.
"""

from __future__ import annotations

import copy
import random
import time
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .fingerprint import (
    IMAGE,
    PROCESSOR_METHODS,
    TEXT,
    Sample,
    processor_fingerprint,
    requires_gradient,
    tower_fingerprint,
    tower_state,
    versions,
)
from .lazy import KNOWN, lazy_output, lazy_type
from .stored import MODES, Store, row_key, source_key, text_rows

SOURCE = "source"
SHARE = 1 / 4096
"""Of the rows that are known, so many are computed all the same and compared."""
TOLERANCE = 1e-5
"""Largest distance of two computations of a feature, relative to its length; see `autograder.clip.reference`."""
_FULL_LOOK_SHARE = 1 / 50
"""Share of the time that may go into hashing all of a model's bytes again."""
_OPTIONS: dict[str, dict[str, tuple[Any, ...]]] = {
    IMAGE: {"interpolate_pos_encoding": (False,), "return_dict": (None, True)},
    TEXT: {"return_dict": (None, True), "position_ids": (None,)},
}
Method = Callable[..., Any]


class _Known:
    """A tower of a model as it was when all of it was hashed, and the store with its features."""

    def __init__(self, model: Any, kind: str, state: list[Any], stores: Sequence[Store]) -> None:
        started = time.monotonic()
        self.state = state
        self.fingerprint = tower_fingerprint(model, kind)
        fitting = (store for store in stores if store.about["towers"][kind] == self.fingerprint)
        self.store = next(fitting, None)
        self.sample = Sample(model, kind) if self.store is not None else None
        self.hashed, self.cell = time.monotonic(), _cell()
        self.cost = self.hashed - started

    def is_same(self, model: Any, kind: str) -> bool:
        """Return whether the parameters' bytes are those of the store, by a sample or, now and then, by all of them."""
        if self.sample is None or not self.sample.is_same():
            return False
        waited = time.monotonic() - self.hashed
        if self.cell == _cell() and waited * _FULL_LOOK_SHARE < self.cost:
            return True
        self.hashed, self.cell = time.monotonic(), _cell()
        return tower_fingerprint(model, kind) == self.fingerprint


class Answers:
    """Answers from stores, in one process.

    Attributes:
        counts: how often what has happened.
        mismatch: what a comparison has found wrong, or None. From then on everything is computed.
    """

    def __init__(self, folders: Sequence[str], share: float = SHARE) -> None:
        """Take stores; what cannot be read is left out.

        Args:
            folders: of the stores.
            share: of the known rows that is computed and compared.
        """
        self.counts = {"hits": 0, "computed": 0, "compared": 0, "errors": 0}
        self.mismatch: str | None = None
        self._folders = folders
        self._share = share
        self._chance = random.Random()  # the student's own generators are left as they are
        self._stores: list[Store] | None = None
        self._towers: dict[str, weakref.WeakKeyDictionary[Any, _Known]] = {
            kind: weakref.WeakKeyDictionary() for kind in (IMAGE, TEXT)
        }
        self._processors: weakref.WeakKeyDictionary[Any, tuple[Any, Store | None]] = (
            weakref.WeakKeyDictionary()
        )
        self._makers: dict[tuple[Any, ...], Callable[..., Any]] = {}

    def report(self) -> dict[str, Any]:
        """Return what has happened, as plain data."""
        return {**self.counts, "mismatch": self.mismatch}

    def of_tower(
        self, kind: str, method: Method, model: Any, args: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        """Return what `get_image_features` or `get_text_features` would, or None to have it computed."""
        look_up = self._images if kind == IMAGE else self._texts
        return self._counted(lambda: look_up(method, model, args, options))

    def of_processor(
        self, method: Method, processor: Any, args: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        """Return what an image processor would, or None to have it computed."""
        return self._counted(lambda: self._processed(method, processor, args, options))

    def stores(self) -> list[Store]:
        """Return the stores that were made with the libraries that are here."""
        if self._stores is None:
            self._stores = []
            here = versions()
            for folder in self._folders:
                try:
                    store = Store(Path(folder))
                    if store.about["versions"] == here:
                        self._stores.append(store)
                except (OSError, ValueError, KeyError):
                    self.counts["errors"] += 1
        return self._stores

    def _counted(self, look_up: Callable[[], Any]) -> Any:
        answer = None
        if self.mismatch is None:
            try:
                answer = look_up()
            # Whatever goes wrong here would not have gone wrong without a store.
            except Exception:
                self.counts["errors"] += 1
        self.counts["computed" if answer is None else "hits"] += 1
        return answer

    def _images(
        self, method: Method, model: Any, args: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        pixels, _ = _inputs(IMAGE, "pixel_values", args, options)
        if not _is_plain(pixels, "torch.float32", 4) or not _nothing_special():
            return None
        known = self._known(model, IMAGE, pixels.requires_grad)
        if known is None or known.store is None:
            return None
        store = known.store
        if list(pixels.shape[1:]) != store.about["pixels"]:
            return None
        rows = store.rows(IMAGE, map(row_key, pixels.detach().contiguous().numpy()))
        if rows is None or not self._is_same(known, model, IMAGE):
            return None
        what = (IMAGE, type(model), store.folder)
        number = self._to_compare(what, len(rows))
        if number is not None and not self._compared(
            store.features(IMAGE, rows[number : number + 1]),
            lambda: method(model, pixels[number : number + 1]),
            what,
        ):
            return None

        def whole() -> Any:
            import torch

            # Not the pixels of the call: by now they may hold something else, and they take memory.
            there = torch.from_numpy(store.pixels(rows)) if store.has_levels else pixels
            return _without_graph(lambda: method(model, there))

        return self._makers[what](store.features(IMAGE, rows), whole)

    def _texts(
        self, method: Method, model: Any, args: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        ids, others = _inputs(TEXT, "input_ids", args, options)
        mask = others.get("attention_mask")
        if not _is_plain(ids, "torch.int64", 2) or not _nothing_special():
            return None
        if mask is not None and (not _is_plain(mask, "torch.int64", 2) or mask.shape != ids.shape):
            return None
        config = model.config.text_config
        if (
            ids.shape[1] > config.max_position_embeddings
            or int(ids.min()) < 0
            or int(ids.max()) >= config.vocab_size
        ):
            return None
        known = self._known(model, TEXT)
        if known is None or known.store is None:
            return None
        store = known.store
        plain_mask = None if mask is None else mask.numpy()
        tokens = text_rows(ids.numpy(), plain_mask, config.eos_token_id)
        rows = None if tokens is None else store.rows(TEXT, map(row_key, tokens))
        if rows is None or not self._is_same(known, model, TEXT):
            return None
        what = (TEXT, type(model), store.folder)
        given = {"input_ids": ids.clone()}
        if mask is not None:
            given["attention_mask"] = mask.clone()
        number = self._to_compare(what, len(rows))
        if number is not None and not self._compared(
            store.features(TEXT, rows[number : number + 1]),
            lambda: method(
                model, **{name: part[number : number + 1] for name, part in given.items()}
            ),
            what,
        ):
            return None
        return self._makers[what](
            store.features(TEXT, rows), lambda: _without_graph(lambda: method(model, **given))
        )

    def _processed(
        self, method: Method, processor: Any, args: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        images, others = _inputs(SOURCE, "images", args, options)
        if (
            set(others) != {"return_tensors"}
            or getattr(others["return_tensors"], "value", others["return_tensors"]) != "pt"
        ):
            return None
        pictures = list(images) if type(images) in (list, tuple) else [images]
        if not pictures or not all(map(_is_known_picture, pictures)) or not _nothing_special():
            return None
        store = self._of_processor(processor)
        if store is None:
            return None
        rows = store.rows(SOURCE, map(source_key, pictures))
        if rows is None:
            return None
        rows %= store.about["images"]
        values = store.pixels(rows)
        kind = type(processor)
        what = (SOURCE, kind, store.folder)
        number = self._to_compare(what, len(rows))
        if number is not None:
            self.counts["compared"] += 1
            real = method(processor, [pictures[number]], return_tensors="pt")
            there = real["pixel_values"]
            if list(real) != ["pixel_values"] or there.device.type != "cpu":
                raise ValueError("an output of another form")
            if not np.array_equal(there.numpy(), values[number : number + 1]):
                self.mismatch = f"the pixels of row {rows[number]} are others"
                return None
            self._makers[what] = type(real)
        import torch

        return self._makers[what]({"pixel_values": torch.from_numpy(values)})

    def _of_processor(self, processor: Any) -> Store | None:
        """Return the store with a processor's pixels, if it still is what it was."""
        settings, store = self._processors.get(processor, (None, None))
        methods = [getattr(type(processor), name, None) for name in PROCESSOR_METHODS]
        there = {**vars(processor), "methods": methods}
        if settings != there:
            fingerprint = processor_fingerprint(processor)
            fitting = (
                store
                for store in self.stores()
                if store.has_levels and store.about["processor"]["fingerprint"] == fingerprint
            )
            has_own = not set(vars(processor)).isdisjoint(PROCESSOR_METHODS)
            store = None if has_own else next(fitting, None)
            self._processors[processor] = (copy.deepcopy(there), store)
        return store

    def _known(self, model: Any, kind: str, input_wants_graph: bool = False) -> _Known | None:
        """Return what is known of a model's tower, finding it out if need be; None if something is unusual."""
        if getattr(model.config, "return_dict", True) is not True:
            return None
        if _grad_enabled() and (input_wants_graph or requires_gradient(model, kind)):
            return None
        state = tower_state(model, kind)
        if state is None:
            return None
        known = self._towers[kind].get(model)
        if known is None or known.state != state:
            known = self._towers[kind][model] = _Known(model, kind, state, self.stores())
        return known

    def _is_same(self, known: _Known, model: Any, kind: str) -> bool:
        if known.is_same(model, kind):
            return True
        del self._towers[kind][model]
        return False

    def _to_compare(self, what: tuple[Any, ...], rows: int) -> int | None:
        """Return a row to compute as well: of the first answer of each kind one, then by chance."""
        if what in self._makers and self._chance.random() > self._share * rows:
            return None
        return self._chance.randrange(rows)

    def _compared(
        self, stored: np.ndarray, compute: Callable[[], Any], what: tuple[Any, ...]
    ) -> bool:
        """Compute a row and compare it; learn from it what the real method returns."""
        self.counts["compared"] += 1
        real = _without_graph(compute)
        features = getattr(real, KNOWN, real)
        distance = np.linalg.norm(features.numpy() - stored) / np.linalg.norm(stored)
        if not distance <= TOLERANCE:
            self.mismatch = f"a feature of {what[0]} is off by {distance:.1e} of its length"
            return False
        if what not in self._makers:
            self._makers[what] = _maker(real)
        return True


def _maker(real: Any) -> Callable[[np.ndarray, Callable[[], Any]], Any]:
    """Return a function that makes of features, and a way to compute all, what a method returns here."""
    import torch

    if type(real) is torch.Tensor:  # transformers 4
        return lambda features, whole: torch.from_numpy(features)
    kind = lazy_type(type(real), list(real.keys()))
    return lambda features, whole: lazy_output(kind, torch.from_numpy(features), whole)


def _inputs(
    kind: str, name: str, args: Sequence[Any], options: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Return a call's first argument and the others that matter; (None, {}) if there are any that are not known."""
    named = dict(options)
    if args:
        if name in named:
            return None, {}
        named[name] = args[0]
    if len(args) > 1:
        if kind != TEXT or len(args) > 2 or "attention_mask" in named:
            return None, {}
        named["attention_mask"] = args[1]
    given = named.pop(name, None)
    for option, usual in _OPTIONS.get(kind, {}).items():
        asked = named.pop(option, usual[0])
        if not any(asked is value for value in usual):
            return None, {}
    left = {"attention_mask"} if kind == TEXT else {"return_tensors"} if kind == SOURCE else set()
    return (given, named) if set(named) <= left else (None, {})


def _is_plain(tensor: Any, dtype: str, dimensions: int) -> bool:
    """Return whether this is an ordinary tensor of a CPU with something in it."""
    import torch

    return (
        type(tensor) is torch.Tensor
        and str(tensor.dtype) == dtype
        and tensor.device.type == "cpu"
        and tensor.layout is torch.strided
        and tensor.ndim == dimensions
        and tensor.numel() > 0
        and not tensor.is_conj()
        and not tensor.is_neg()
    )


def _nothing_special() -> bool:
    """Return whether torch computes as it does when nobody has asked for anything."""
    import torch

    return not (
        torch.is_autocast_enabled("cpu")
        or torch.get_default_dtype() is not torch.float32
        or torch.compiler.is_compiling()
        or torch._C._get_tracing_state() is not None
        or torch._C._len_torch_function_stack()
        or torch._C._len_torch_dispatch_stack()
        or torch._C._functorch.peek_interpreter_stack() is not None
        or torch.nn.modules.module._has_any_global_hook()
    )


def _grad_enabled() -> bool:
    import torch

    return torch.is_grad_enabled()


def _without_graph(compute: Callable[[], Any]) -> Any:
    import torch

    with torch.no_grad():
        return compute()


def _is_known_picture(image: Any) -> bool:
    from PIL import Image

    return type(image) is Image.Image and image.mode in MODES and "transparency" not in image.info


def _cell() -> int:
    """Return the number of the cell that runs, in a notebook."""
    import sys

    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return -1 if running is None else int(running.execution_count)
