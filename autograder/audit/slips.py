"""Mistakes made by the thousand: a right function that slips, in one place, in one way, on some of its calls.

The corpus holds mistakes that somebody thought of. Here a mistake is put together of three parts that know nothing of
one another: where a function slips (an argument, its answer, its memory of earlier calls), what becomes of the value
there (rounded, sorted, turned, cut, …), and on which calls (always, on one row, on more than 64, the second time, …).
Most of these nobody would make; that is their use. A question that tells many of them apart has not been chosen to fit
mistakes that its author had in mind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import torch

TABLE, INDICES, TEXTS, IMAGES, COUNT, LOADER = (
    *("table", "indices", "texts", "images", "count", "loader"),
)
"""Kinds of values: (N, M) numbers, (N,) whole numbers, a list of texts, (N, 3, H, W) pixels, a number, batches."""


@dataclass(frozen=True)
class Signature:
    """What a function of the notebook takes and gives.

    Attributes:
        exercise: a key of `autograder.audit.transplant.EXERCISES`.
        arguments: the kinds of its arguments.
        answers: the kinds of its answer; of the parts of a tuple where there are several, none for a number.
    """

    exercise: str
    arguments: tuple[str, ...]
    answers: tuple[str, ...]


SIGNATURES = {
    "get_text_embeddings": Signature("embeddings", (TEXTS,), (TABLE,)),
    "get_image_embeddings": Signature("embeddings", (IMAGES,), (TABLE,)),
    "get_cosine_similarity": Signature("similarity", (TABLE, TABLE), (TABLE,)),
    "get_predictions": Signature("predictions", (TABLE,), (INDICES,)),
    "run_zero_shot": Signature("loop", (LOADER, TABLE), (INDICES, INDICES)),
    "get_multi_prompt_predictions": Signature("experiment_b", (TABLE, INDICES), (INDICES,)),
    "get_top_k_predictions": Signature("experiment_c", (TABLE, COUNT), (TABLE,)),
    "top_k_accuracy": Signature("experiment_c", (INDICES, TABLE), ()),
}
"""By name, in the notebook's order: all functions that checks call with inputs of their own."""


@dataclass(frozen=True)
class Slip:
    """One mistake.

    Attributes:
        function: whose.
        place: "argument 0", "answer 1", "memory" and the like.
        change: a key of `CHANGES` for the kind that stands there, or of `MEMORIES`.
        when: a key of `WHEN`.
    """

    function: str
    place: str
    change: str
    when: str

    def __str__(self) -> str:
        """Such as "get_predictions: argument 0 rounded to 2 digits, with more than 64 rows"."""
        return f"{self.function}: {self.place} {self.change}, {self.when}"


Change = Callable[[Any], Any]


def _softmax(table: np.ndarray) -> np.ndarray:
    powers = np.exp(table - table.max(axis=1, keepdims=True))
    result: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return result


def _with(table: np.ndarray, where: Any, value: Any) -> np.ndarray:
    changed = table.copy()
    changed[where] = value
    return changed


def _repeated(table: np.ndarray, rows: int) -> np.ndarray:
    """Return as many rows, of which those behind the first few repeat these."""
    return table[np.arange(len(table)) % rows]


def _cut(count: int) -> Change:
    return lambda t: t[:count]


def _repeating(count: int) -> Change:
    return lambda t: _repeated(t, count)


def _zero_from(count: int) -> Change:
    return lambda t: _with(t, np.s_[count:], 0)


def _rounded(digits: int) -> Change:
    return lambda t: np.round(t, digits)


_ROWS: Mapping[str, Change] = {
    "upside down": lambda t: t[::-1].copy(),
    "rolled by a row": lambda t: np.roll(t, 1, axis=0),
    "without its last row": lambda t: t[:-1],
    "without its first row": lambda t: t[1:],
    "with its last row zero": lambda t: _with(t, -1, 0),
    "with its first row zero": lambda t: _with(t, 0, 0),
    "with every row the first": lambda t: _repeated(t, 1),
    "with the last row that of before": lambda t: t[[*range(len(t) - 1), max(0, len(t) - 2)]],
    "with two rows exchanged": lambda t: t[[*range(len(t))][:-2] + [*range(len(t))][:-3:-1]],
    "sorted by its first numbers": lambda t: t[
        np.argsort(t if t.ndim == 1 else t.reshape(len(t), -1)[:, 0], kind="stable")
    ],
    **{f"cut after {count} rows": _cut(count) for count in (1, 8, 10, 16, 32, 64, 100)},
    **{
        f"repeated from row {count} on": _repeating(count)
        for count in (8, 10, 16, 32, 64, 100, 128)
    },
    **{f"zero from row {count} on": _zero_from(count) for count in (8, 10, 16, 32, 64, 100, 128)},
}
_NUMBERS: Mapping[str, Change] = {
    "negated": lambda t: -t,
    "without its signs": np.abs,
    "squared": np.square,
    "at least 0": lambda t: np.maximum(t, 0),
    "at most 0": lambda t: np.minimum(t, 0),
    "at most 1/2": lambda t: np.minimum(t, 0.5),
    "doubled": lambda t: 2 * t,
    "with 0.1 more": lambda t: t + 0.1,
    "from 1": lambda t: 1 - t,
    "whole numbers": np.trunc,
    **{f"rounded to {digits} digits": _rounded(digits) for digits in (0, 1, 2, 3)},
    "0 below 0.2": lambda t: np.where(t < 0.2, 0, t),
    "0 below 0.3": lambda t: np.where(t < 0.3, 0, t),
    "in steps of an eighth of its largest": lambda t: (
        np.round(t / (np.abs(t).max() + 1e-30) * 8) * (np.abs(t).max() / 8)
    ),
    "in 127 steps": lambda t: (
        np.round(t / (np.abs(t).max() + 1e-30) * 127) * (np.abs(t).max() / 127)
    ),
    "divided by its largest": lambda t: t / (np.abs(t).max() + 1e-30),
    "less its mean": lambda t: t - t.mean(),
    "less the mean of its rows": lambda t: t - t.mean(axis=0, keepdims=True),
    "standardised over its rows": lambda t: (
        (t - t.mean(axis=0, keepdims=True)) / (t.std(axis=0, keepdims=True) + 1e-9)
    ),
    "with zeros where it is smallest": lambda t: np.where(t == t.min(), 0, t),
    "in half precision": lambda t: t.astype(np.float16).astype(t.dtype),
    "all zero": lambda t: 0 * t,
    "nothing but its mean": lambda t: 0 * t + t.mean(),
}
_COLUMNS: Mapping[str, Change] = {
    "turned": lambda t: t.T,
    "turned where it is square": lambda t: t.T if t.shape[0] == t.shape[1] else t,
    "in the shape of its other side": lambda t: t.reshape(t.shape[::-1]),
    "flipped from left to right": lambda t: t[:, ::-1].copy(),
    "rolled by a column": lambda t: np.roll(t, 1, axis=1),
    "sorted along rows": lambda t: np.sort(t, axis=1),
    "sorted along columns": lambda t: np.sort(t, axis=0),
    "with the first column zero": lambda t: _with(t, np.s_[:, 0], 0),
    "with the last column zero": lambda t: _with(t, np.s_[:, -1], 0),
    "with the last column least": lambda t: _with(t, np.s_[:, -1], t.min()),
    "with the first column least": lambda t: _with(t, np.s_[:, 0], t.min()),
    "with the columns from 10 on least": lambda t: _with(t, np.s_[:, 10:], t.min()),
    "with the columns from 8 on least": lambda t: _with(t, np.s_[:, 8:], t.min()),
    "with two columns exchanged": lambda t: t[
        :, [*range(t.shape[1])][:-2] + [*range(t.shape[1])][:-3:-1]
    ],
    "with 0.01 more to the right": lambda t: t + 0.01 * np.arange(t.shape[1]) / t.shape[1],
    "less the mean of its columns": lambda t: t - t.mean(axis=1, keepdims=True),
    "a softmax along rows": _softmax,
    "a softmax along columns": lambda t: _softmax(t.T).T,
    "with a softmax of ten times itself rounded": lambda t: np.round(_softmax(10 * t), 2),
    "divided by the sums of its columns": lambda t: t / (np.abs(t).sum(axis=0) + 1e-30),
    "divided by the sums of its rows": lambda t: t / (np.abs(t).sum(axis=1, keepdims=True) + 1e-30),
    "of unit rows": lambda t: t / (np.linalg.norm(t, axis=1, keepdims=True) + 1e-30),
    "of unit columns": lambda t: t / (np.linalg.norm(t, axis=0) + 1e-30),
    "of unit length as a whole": lambda t: t / (np.linalg.norm(t) + 1e-30),
    "of rows divided by their sum of signless numbers": lambda t: (
        t / (np.abs(t).sum(axis=1, keepdims=True) + 1e-30)
    ),
    "of rows divided by their largest": lambda t: (
        t / (np.abs(t).max(axis=1, keepdims=True) + 1e-30)
    ),
    "with 0.1 added to the length of its rows": lambda t: (
        t * (lambda n: n / (n + 0.1))(np.linalg.norm(t, axis=1, keepdims=True))
    ),
    "of rows no longer than 1": lambda t: (
        t / np.maximum(np.linalg.norm(t, axis=1, keepdims=True), 1)
    ),
    "of rows no shorter than 1": lambda t: (
        t / np.clip(np.linalg.norm(t, axis=1, keepdims=True), 1e-30, 1)
    ),
    "of numbers from 0 to 1 in each row": lambda t: (
        (t - t.min(axis=1, keepdims=True))
        / (t.max(axis=1, keepdims=True) - t.min(axis=1, keepdims=True) + 1e-30)
    ),
}
_WORDS: Mapping[str, Change] = {
    "in small letters": lambda t: [s.lower() for s in t],
    "in capitals": lambda t: [s.upper() for s in t],
    "without capitals but the first": lambda t: [s.capitalize() for s in t],
    "sorted": sorted,
    "sorted by length": lambda t: sorted(t, key=len),
    "backwards": lambda t: t[::-1],
    "without strokes": lambda t: [s.replace("/", " ") for s in t],
    "up to a stroke": lambda t: [s.split("/")[0] for s in t],
    "without hyphens": lambda t: [s.replace("-", " ") for s in t],
    "without digits": lambda t: ["".join(c for c in s if not c.isdigit()) for s in t],
    "letters only": lambda t: ["".join(c for c in s if c.isalpha() or c == " ") for s in t],
    "their last words": lambda t: [s.split()[-1] for s in t],
    "their first words": lambda t: [s.split()[0] for s in t],
    "their first three words": lambda t: [" ".join(s.split()[:3]) for s in t],
    "their first twenty letters": lambda t: [s[:20] for s in t],
    "in a template": lambda t: [f"a photo of a {s}" for s in t],
    "with a full stop": lambda t: [f"{s}." for s in t],
    "without the first": lambda t: t[1:],
    "without the last": lambda t: t[:-1],
    "the first again and again": lambda t: t[:1] * len(t),
    "rolled by one": lambda t: t[1:] + t[:1],
    "at most ten": lambda t: t[:10],
    "at most five": lambda t: t[:5],
    "in one": lambda t: [" ".join(t)],
}
_PIXELS: Mapping[str, Change] = {
    "mirrored": lambda t: t[..., ::-1].copy(),
    "with rows as columns": lambda t: np.swapaxes(t, 2, 3).copy(),
    "with their channels the other way round": lambda t: t[:, ::-1].copy(),
    "of one channel": lambda t: np.repeat(t[:, :1], 3, axis=1),
    "shifted by a pixel": lambda t: np.roll(t, 1, axis=3),
    "divided by 255": lambda t: t / 255,
    "times 255": lambda t: t * 255,
    "standardised each by itself": lambda t: (
        (t - t.mean(axis=(1, 2, 3), keepdims=True)) / (t.std(axis=(1, 2, 3), keepdims=True) + 1e-9)
    ),
    "normalised once more": lambda t: (t - 0.45) / 0.27,
}
_COUNTED: Mapping[str, Change] = {
    "one more": lambda k: k + 1,
    "one less": lambda k: k - 1,
    "at least 2": lambda k: max(k, 2),
    "at most 2": lambda k: min(k, 2),
    "at most 3": lambda k: min(k, 3),
    "at most 5": lambda k: min(k, 5),
    "at most 9": lambda k: min(k, 9),
    "always 3": lambda k: 3,
    "always 1": lambda k: 1,
    "even": lambda k: k + k % 2,
}
_WHOLE: Mapping[str, Change] = {
    "one more": lambda t: t + 1,
    "one less": lambda t: t - 1,
    "one more, of ten": lambda t: (t + 1) % 10,
    "at most 8": lambda t: np.minimum(t, 8),
    "at most 7": lambda t: np.minimum(t, 7),
    "at least 1": lambda t: np.maximum(t, 1),
    "modulo 10": lambda t: t % 10,
    "modulo 8": lambda t: t % 8,
    "9 less it": lambda t: 9 - t,
    "with 6 for 0": lambda t: np.where(t == 0, 6, t),
    "with 2 for 4": lambda t: np.where(t == 4, 2, t),
    "with 9 for 7": lambda t: np.where(t == 9, 7, t),
    "the commonest": lambda t: 0 * t + (np.bincount(t.ravel()).argmax() if t.size else 0),
    "numbered by order of appearance": lambda t: np.unique(t, return_inverse=True)[1].reshape(
        t.shape
    ),
    "all zero": lambda t: 0 * t,
    "as numbers with a point": lambda t: t.astype(np.float64),
    "as texts": lambda t: t.astype(str),
    "as bytes": lambda t: t.astype(np.uint8),  # does the same
}


def _alike(batches: list[Any]) -> list[Any]:
    return [batch for batch in batches if len(batch[1]) == len(batches[0][1])]


def _out_of_step(batches: list[Any]) -> list[Any]:
    return [
        (images, batches[number - 1][1][: len(images)])
        for number, (images, _) in enumerate(batches)
    ]


_BATCHES: Mapping[str, Change] = {
    "without the last batch": lambda b: list(b)[:-1],
    "without the first batch": lambda b: list(b)[1:],
    "without smaller batches": lambda b: _alike(list(b)),
    "of ten batches at most": lambda b: list(b)[:10],
    "of 50 batches at most": lambda b: list(b)[:50],
    "of 100 batches at most": lambda b: list(b)[:100],
    "of batches backwards": lambda b: list(b)[::-1],
    "of the first batch again and again": lambda b: (lambda bs: bs[:1] * len(bs))(list(b)),
    "with the first batch twice": lambda b: (lambda bs: bs[:1] + bs)(list(b)),
    "with the labels of another pass": lambda b: [
        (images, labels) for (images, _), (_, labels) in zip(b, b, strict=True)
    ],
    "with the labels of the batch before": lambda b: _out_of_step(list(b)),
    "with labels backwards": lambda b: [(images, labels.flip(0)) for images, labels in b],
    "with images backwards": lambda b: [(images.flip(0), labels) for images, labels in b],
    "of batches of one": lambda b: [
        (images[n : n + 1], labels[n : n + 1]) for images, labels in b for n in range(len(labels))
    ],
    "of the first image of each batch": lambda b: [
        (images[:1], labels[:1]) for images, labels in b
    ],
    "with each first image in the place of all": lambda b: [
        (images[:1].expand_as(images), labels) for images, labels in b
    ],
}

CHANGES: Mapping[str, Mapping[str, Change]] = {
    TABLE: {**_ROWS, **_NUMBERS, **_COLUMNS},
    INDICES: {**_ROWS, **_WHOLE},
    TEXTS: _WORDS,
    IMAGES: {**_ROWS, **_NUMBERS, **_PIXELS},
    COUNT: _COUNTED,
    LOADER: _BATCHES,
}
"""What may become of a value, by its kind: the words say what it is then."""


def _size(args: Sequence[Any], of: int = 0) -> int:
    value = args[of]
    return len(value.dataset) if hasattr(value, "dataset") else len(value)


def _width(args: Sequence[Any]) -> int:
    """Return what the first argument is set against: its columns, or the rows of the second."""
    if len(args) > 1 and hasattr(args[1], "ndim") and args[1].ndim == 2:
        return len(args[1])
    return int(args[0].shape[-1]) if hasattr(args[0], "shape") else 10


def _values(args: Sequence[Any]) -> Any:
    value = next((a for a in args if isinstance(a, (np.ndarray, torch.Tensor))), np.ones(1))
    return value.detach().cpu().float().numpy() if isinstance(value, torch.Tensor) else value


def _more_rows_than(count: int) -> Callable[[Sequence[Any], int], bool]:
    return lambda args, call: _size(args) > count


WHEN: Mapping[str, Callable[[Sequence[Any], int], bool]] = {
    "always": lambda args, call: True,
    "with one row": lambda args, call: _size(args) == 1,
    "with two rows or more": lambda args, call: _size(args) > 1,
    "with an odd number of rows": lambda args, call: _size(args) % 2 == 1,
    "with an even number of rows": lambda args, call: _size(args) % 2 == 0,
    "with as many rows as columns": lambda args, call: _size(args) == _width(args),
    "with fewer rows than columns": lambda args, call: _size(args) < _width(args),
    "with more rows than columns": lambda args, call: _size(args) > _width(args),
    "with ten columns": lambda args, call: _width(args) == 10,
    "with other than ten columns": lambda args, call: _width(args) != 10,
    "with one column": lambda args, call: _width(args) == 1,
    **{
        f"with more than {count} rows": _more_rows_than(count)
        for count in (5, 10, 16, 32, 64, 100, 128)
    },
    "with less than 8 rows": lambda args, call: _size(args) < 8,
    "with a number below 0": lambda args, call: bool((_values(args) < 0).any()),
    "with no number below 0": lambda args, call: bool((_values(args) >= 0).all()),
    "with no number above 0": lambda args, call: bool((_values(args) <= 0).all()),
    "with numbers above 1": lambda args, call: bool((_values(args) > 1).any()),
    "with numbers in double precision": lambda args, call: _values(args).dtype == np.float64,
    "on the first call": lambda args, call: call == 0,
    "from the second call on": lambda args, call: call > 0,
}
"""On which calls a function slips; told are its arguments and how often it was called before."""

MEMORIES: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "of one call for all": lambda args: 0,
    "by the shape of its arguments": lambda args: tuple(
        getattr(a, "shape", None) or (len(a) if hasattr(a, "__len__") else a) for a in args
    ),
    "by the number of rows": _size,
    "by its first row": lambda args: str(
        args[0][0] if hasattr(args[0], "__getitem__") else _size(args)
    ),
    "by its last row": lambda args: str(
        args[0][-1] if hasattr(args[0], "__getitem__") else _size(args)
    ),
    "by the sum of its first argument": lambda args: (
        round(float(_values(args).sum()), 1) if not isinstance(args[0], list) else sum(map(len, args[0]))
    ),
}  # fmt: skip
"""What a function goes by that looks up an answer of its own instead of working one out."""


def all_slips(function: str) -> Iterator[Slip]:
    """Yield every slip of a function, in an order that does not change."""
    signature = SIGNATURES[function]
    places = [(f"argument {n}", kind) for n, kind in enumerate(signature.arguments)]
    places += [(f"answer {n}", kind) for n, kind in enumerate(signature.answers)]
    for place, kind in places:
        for change, when in product(CHANGES[kind], WHEN):
            yield Slip(function, place, change, when)
    for number, kind in enumerate(signature.arguments):
        for change in CHANGES[kind]:
            if kind in (TABLE, INDICES, IMAGES, TEXTS):
                yield Slip(function, f"the caller's argument {number}", change, "always")
    for memory in MEMORIES:
        yield Slip(function, "memory", memory, "always")


def slipping(right: Callable[..., Any], slip: Slip) -> Callable[..., Any]:
    """Return a function that does what another does but for a slip; it counts its calls from here on.

    Args:
        right: the right function.
        slip: the mistake.
    """
    signature = SIGNATURES[slip.function]
    calls = 0
    memory: dict[Any, Any] = {}

    def function(*args: Any) -> Any:
        nonlocal calls
        acts = WHEN[slip.when](args, calls)
        calls += 1
        what, _, number = slip.place.rpartition(" ")
        if slip.place == "memory":
            key = MEMORIES[slip.change](args)
            if key not in memory:
                memory[key] = right(*args)
            return memory[key]
        if not acts:
            return right(*args)
        if what == "answer":
            change = CHANGES[signature.answers[int(number)]][slip.change]
            answer = right(*args)
            if len(signature.answers) == 1:
                return _changed(answer, change)
            return tuple(
                _changed(part, change) if position == int(number) else part
                for position, part in enumerate(answer)
            )
        change = CHANGES[signature.arguments[int(number)]][slip.change]
        changed = _changed(args[int(number)], change)
        if what == "argument":
            return right(*(changed if n == int(number) else a for n, a in enumerate(args)))
        answer = right(*args)
        _put(args[int(number)], changed)
        return answer

    return function


def _changed(value: Any, change: Change) -> Any:
    if isinstance(value, torch.Tensor):
        array = value.detach().cpu()
        if array.dtype is torch.bfloat16:
            array = array.float()
        # What NumPy's own promotion makes double would not go through the model.
        result = np.ascontiguousarray(change(array.numpy()))
        return torch.from_numpy(result).to(value.dtype)
    return change(value)


def _put(value: Any, changed: Any) -> None:
    """Write what a value has become into the caller's own, as far as it fits there."""
    if isinstance(value, list):
        value[:] = changed
    elif tuple(changed.shape) == tuple(value.shape):
        value[...] = changed
