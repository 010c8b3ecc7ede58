"""An output of transformers 5 of which one field is known; the others are computed when somebody asks for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

KNOWN = "pooler_output"
_COMPUTE = "_compute"
_SPECIAL = (
    "__contains__", "__delitem__", "__dir__", "__eq__", "__format__", "__ge__", "__getstate__", "__gt__", "__ior__",
    "__iter__", "__le__", "__len__", "__lt__", "__ne__", "__or__", "__reduce__", "__reduce_ex__", "__repr__",
    "__reversed__", "__ror__", "__setitem__", "__sizeof__", "__str__",
)  # fmt: skip
"""Methods that Python finds without asking `__getattribute__`."""


def lazy_type(real: Any, keys: Sequence[str]) -> Any:
    """Return a subclass of an output class whose objects turn into real ones when looked at.

    An object says that it is of class `real` from the beginning, and is from the moment on that anything but the
    known field is asked for.

    Args:
        real: such as `BaseModelOutputWithPooling`.
        keys: of a real output, in order.
    """
    place = list(keys).index(KNOWN)
    fields = {field.name for field in dataclasses.fields(real)}

    def known(self: Any) -> Any:
        return object.__getattribute__(self, "__dict__")[KNOWN]

    def get_attribute(self: Any, name: str) -> Any:
        if name == KNOWN:
            return known(self)
        if name == "__class__":
            return real
        if name in fields or hasattr(real, name):
            _complete(self, real)
            return getattr(self, name)
        return object.__getattribute__(self, name)  # which raises as it should

    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name == KNOWN and value is not None:
            object.__getattribute__(self, "__dict__")[KNOWN] = value
        else:
            _complete(self, real)
            setattr(self, name, value)

    def get_item(self: Any, key: Any) -> Any:
        if key == KNOWN or (type(key) is int and key in (place, place - len(keys))):
            return known(self)
        _complete(self, real)
        return self[key]

    def special(name: str) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            _complete(self, real)
            return getattr(real, name)(self, *args, **kwargs)

        return method

    body: dict[str, Any] = {name: special(name) for name in _SPECIAL if hasattr(real, name)}
    body |= {
        "__getattribute__": get_attribute,
        "__setattr__": set_attribute,
        "__getitem__": get_item,
        "__hash__": real.__hash__,
        "__doc__": real.__doc__,
        "__module__": real.__module__,
    }
    # transformers registers each new class under its name, which therefore has to be another one at first.
    made = type(f"_Lazy{real.__name__}", (real,), body)
    made.__name__, made.__qualname__ = real.__name__, real.__qualname__
    return made


def lazy_output(kind: Any, features: Any, compute: Callable[[], Any]) -> Any:
    """Return an object of a lazy type.

    Args:
        kind: from `lazy_type`.
        features: the known field.
        compute: returns the whole output.
    """
    output = kind.__new__(kind)
    held = object.__getattribute__(output, "__dict__")
    held[KNOWN], held[_COMPUTE] = features, compute
    return output


def _complete(output: Any, real: Any) -> None:
    """Turn an object of a lazy type into a real one."""
    held = object.__getattribute__(output, "__dict__")
    whole = held[_COMPUTE]()
    features = held[KNOWN]
    held.clear()
    object.__setattr__(output, "__class__", real)
    values = {field.name: getattr(whole, field.name) for field in dataclasses.fields(real)}
    real.__init__(output, **{**values, KNOWN: features})
