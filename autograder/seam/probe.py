"""Answers one request inside the student's process.

The grader sends the *text* of this module, so it imports nothing of the kit and knows nothing of what is
checked: it calls a function or evaluates an expression, and hands plain data back. A student can tamper
with it; that changes the data, never the verdict, which is found elsewhere.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

MIME_TYPE = "application/vnd.autograder.answer+json"
MAX_DEPTH = 8
MAX_ITEMS = 200_000
"""Most items of lists, tuples and dictionaries in one answer; longer ones come back without their data."""
MAX_TEXT = 100_000
PIECE = 2 * 2**20
"""Most characters of text and of archive in one message: the grader takes no large ones."""


def serve(request: str, archive: str, nonce: str, namespace: dict[str, Any]) -> None:
    """Answer one request through the kernel's display channel.

    Args:
        request: JSON text, see `answer`.
        archive: an `.npz` archive, compressed by zlib, in base64.
        nonce: repeated in the answer, so that answer and request belong together.
        namespace: the notebook's globals.
    """
    from IPython import get_ipython

    text, blob = answer(request, zlib.decompress(base64.b64decode(archive)), namespace)
    encoded = base64.b64encode(blob).decode("ascii")
    pieces = max(1, -(-max(len(text), len(encoded)) // PIECE))
    for number in range(pieces):
        part = slice(number * PIECE, (number + 1) * PIECE)
        data = {
            "nonce": nonce,
            "number": number,
            "pieces": pieces,
            "text": text[part],
            "archive": encoded[part],
        }
        get_ipython().display_pub.publish(data={MIME_TYPE: data}, metadata={})


def answer(request: str, archive: bytes, namespace: dict[str, Any]) -> tuple[str, bytes]:
    """Answer one request.

    Args:
        request: JSON text of a tree with `fetch` (an expression), or `call` (a name), `args`, `count` (dotted
            names of functions whose calls are counted meanwhile) and, if need be, `watch` (names of globals that
            the call has no business to change).
        archive: the tree's arrays.
        namespace: the notebook's globals.

    Returns:
        JSON text and arrays of a tree with `value`, `counts` and `changed` (numbers of arguments and names of
        watched globals that are not what they were before the call), or with `error` (type and message).
    """
    import numpy as np

    parcel = _Parcel()
    try:
        tree = tree_of(request, archive)
        counts: dict[str, int] = {}
        changed: list[Any] = []
        if "fetch" in tree:
            value = eval(tree["fetch"], _with_builtins(namespace))
        else:
            function = _find(tree["call"], namespace)
            seen = partial(_prints, tree["args"], tree.get("watch"), namespace)
            before = seen()
            with _counting(tree["count"], namespace, counts):
                value = function(*tree["args"])
            after = seen()
            changed = [key for key in before if before[key] != after[key]]
        answered = {"value": value, "counts": counts, "changed": changed}
        text = json.dumps(_encode(answered, parcel, 0))
    except BaseException as error:  # a student may raise anything, SystemExit included
        parcel = _Parcel()
        text = json.dumps(_encode({"error": _describe(error)}, parcel, 0))
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **parcel.arrays)
    return text, buffer.getvalue()


def tree_of(request: str, archive: bytes) -> dict[str, Any]:
    """Return a request with its arguments as the called function gets them; see `answer`."""
    import numpy as np

    with np.load(io.BytesIO(archive), allow_pickle=False) as stored:
        tree: dict[str, Any] = _decode(json.loads(request), stored)
    return tree


def _prints(args: list[Any], watch: list[str] | None, namespace: dict[str, Any]) -> dict[Any, Any]:
    """Return what arguments and globals hold, so short that it can be compared later; nothing if not asked for."""
    if watch is None:
        return {}
    named = {name: _print(namespace.get(name)) for name in watch}
    return {**{number: _print(argument) for number, argument in enumerate(args)}, **named}


def _print(value: Any) -> Any:
    """Return what a value holds if it is plain data, else which object it is."""
    import sys

    import numpy as np

    torch = sys.modules.get("torch")
    if type(value) in (list, tuple):
        return [_print(item) for item in value]
    if type(value) in (str, int, float, bool, type(None)):
        return value
    try:
        if torch is not None and isinstance(value, torch.Tensor):
            value = value.detach().cpu().numpy()
        elif torch is not None and isinstance(value, torch.utils.data.DataLoader):
            return [_print(tensor) for tensor in value.dataset.tensors]
        if isinstance(value, np.ndarray) and not value.dtype.hasobject:
            return value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).hexdigest()
    except Exception:  # whatever a student's own kind of array does
        pass
    return id(value)


def _with_builtins(namespace: dict[str, Any]) -> dict[str, Any]:
    """Return globals for an expression of the grader's, in which `len` and `type` are Python's own.

    A notebook may well call a variable of its own so. Its functions go on seeing that, and `globals()` holds it.
    """
    import builtins

    own = {
        name: value
        for name, value in namespace.items()
        if not (isinstance(name, str) and hasattr(builtins, name))
    }
    return {**own, "globals": lambda: namespace}


class _Parcel:
    """What an answer has taken along so far: arrays by key, and room for further items."""

    def __init__(self) -> None:
        self.arrays: dict[str, Any] = {}
        self.room = MAX_ITEMS

    def keep(self, array: Any) -> str:
        import numpy as np

        key = f"a{len(self.arrays)}"
        self.arrays[key] = np.ascontiguousarray(array) if array.ndim else array
        return key

    def takes(self, items: Any, depth: int) -> bool:
        """Reserve room for the items of a container; a list that holds itself would never end."""
        if depth >= MAX_DEPTH or len(items) > self.room:
            return False
        self.room -= len(items)
        return True


def _describe(error: BaseException) -> dict[str, Any]:
    try:
        message = str(error)[:2000]
    except BaseException:  # also the text of an exception is a student's code
        message = ""
    missing = getattr(error, "name", None) if isinstance(error, NameError) else None
    known = missing if type(missing) is str else None
    return {"type": type(error).__name__, "message": message, "missing": known}


def _find(dotted: str, namespace: dict[str, Any]) -> Any:
    first, *rest = dotted.split(".")
    if first not in namespace:
        raise NameError(f"name {first!r} is not defined", name=first)
    found = namespace[first]
    for attribute in rest:
        found = getattr(found, attribute)
    return found


@contextlib.contextmanager
def _counting(
    dotted_names: list[str], namespace: dict[str, Any], counts: dict[str, int]
) -> Iterator[None]:
    """Count the calls of functions and methods while the block runs, then put them back."""

    def counted(dotted: str, function: Any) -> Any:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            counts[dotted] += 1
            return function(*args, **kwargs)

        return wrapper

    undo = contextlib.ExitStack()
    with undo:
        for dotted in dotted_names:
            owner_name, _, attribute = dotted.rpartition(".")
            function = _find(dotted, namespace)
            counts[dotted] = 0
            if owner_name:
                owner = _find(owner_name, namespace)
                own = vars(owner)
                # As it is stored: a static method is not what `getattr` makes of it.
                stored = own.get(attribute)
                setattr(owner, attribute, counted(dotted, function))
                if stored is not None:
                    undo.callback(setattr, owner, attribute, stored)
                else:  # the class's method shows again once the instance's wrapper is gone
                    undo.callback(delattr, owner, attribute)
            else:
                namespace[dotted] = counted(dotted, function)
                undo.callback(namespace.__setitem__, dotted, function)
        yield


def _decode(node: Any, stored: Any) -> Any:
    if not isinstance(node, dict):
        return node
    kind = node["$"]
    if kind == "ndarray":
        return stored[node["key"]]
    if kind in ("list", "tuple"):
        items = [_decode(item, stored) for item in node["items"]]
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        return {_decode(key, stored): _decode(value, stored) for key, value in node["items"]}
    import torch

    if kind == "tensor":
        return torch.from_numpy(stored[node["key"]])
    if kind == "loader":
        from torch.utils.data import DataLoader, TensorDataset

        images, labels = (torch.from_numpy(stored[node[part]]) for part in ("images", "labels"))
        if node["take"] is not None:
            images = images[torch.from_numpy(stored[node["take"]])]
        dataset = TensorDataset(images, labels)
        # As FashionMNIST has it: in the data set's order, not in a pass's.
        dataset.targets = labels  # type: ignore[attr-defined]
        return DataLoader(dataset, node["batch_size"], shuffle=node["shuffle"])
    raise ValueError(f"unknown mark {kind!r}")


def _encode(value: Any, parcel: _Parcel, depth: int) -> Any:
    """Turn a value into JSON, by its real type: `__class__` may say anything."""
    import sys

    import numpy as np

    def is_a(*kinds: Any) -> bool:
        return issubclass(type(value), kinds)

    if value is None or is_a(bool, np.bool_):
        return None if value is None else bool(value)
    if is_a(str):
        return str(value[:MAX_TEXT])
    if is_a(int, np.integer):
        return int(value)
    if is_a(float, np.floating):
        return float(value)
    torch = sys.modules.get("torch")
    if torch is not None and is_a(torch.Tensor):
        plain = value.detach().cpu()
        if plain.dtype is torch.bfloat16:
            plain = plain.float()
        return {
            "$": "tensor",
            "key": parcel.keep(plain.numpy()),
            "dtype": str(value.dtype).removeprefix("torch."),
            "device": str(value.device),
            "requires_grad": bool(value.requires_grad),
        }
    if is_a(np.ndarray, np.generic):
        array = np.asarray(value)
        if array.dtype.kind in "biufcUS":
            return {"$": "ndarray", "key": parcel.keep(array)}
        if array.dtype == object and array.size <= MAX_ITEMS and depth < MAX_DEPTH:
            return _encode(array.tolist(), parcel, depth + 1)
    elif is_a(list, tuple) and parcel.takes(value, depth):
        items = [_encode(item, parcel, depth + 1) for item in value]
        return {"$": "list" if is_a(list) else "tuple", "items": items}
    elif is_a(dict) and parcel.takes(value, depth):
        pairs = [
            [_encode(key, parcel, depth + 1), _encode(item, parcel, depth + 1)]
            for key, item in value.items()
            if key is None or issubclass(type(key), (str, int, float, np.bool_, np.integer))
        ]
        return {"$": "dict", "items": pairs}
    return {"$": "opaque", "type": type(value).__name__}
