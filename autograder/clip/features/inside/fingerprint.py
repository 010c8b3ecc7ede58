"""Which model and which processor: by what they are, never by their names.

A fingerprint is XXH3's 128 bits. That is no cryptographic hash, and need not be: who makes two images or two models
collide gets a wrong answer in a kernel of their own. By chance it happens once in 2^128 / (number of images)^2.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import xxhash

IMAGE, TEXT = "image", "text"
_TOWERS = {
    IMAGE: ("vision_model", "visual_projection"),
    TEXT: ("text_model", "text_projection"),
}
PROCESSOR_METHODS = (
    "preprocess", "_preprocess", "_preprocess_image_like_inputs", "_prepare_image_like_inputs", "process_image",
    "fetch_images", "resize", "center_crop", "rescale", "normalize", "rescale_and_normalize", "convert_to_rgb",
)  # fmt: skip
"""Methods that an image processor's pixels come from."""
_NO_SETTINGS = frozenset({"training", "gradient_checkpointing"})
_SAMPLE = 64
"""Bytes that are looked at in a parameter each time, at the beginning and at a place drawn once a kernel."""


def versions() -> dict[str, str]:
    """Return the versions of all libraries that features and pixels depend on, of this process."""
    import numpy
    import PIL
    import torch
    import torchvision
    import transformers

    libraries = (numpy, PIL, torch, torchvision, transformers)
    return {library.__name__: str(library.__version__) for library in libraries}


def parts(model: Any, kind: str) -> list[Any]:
    """Return the modules of a `CLIPModel` that make image or text features."""
    return [getattr(model, name) for name in _TOWERS[kind]]


def tower_fingerprint(model: Any, kind: str) -> str:
    """Return a hash of all that the image or the text features depend on, in hexadecimal.

    Structure, the numbers that modules are set to, parameters and buffers; the model is on a CPU.
    """
    digest = xxhash.xxh3_128()
    for part in parts(model, kind):
        for name, module in part.named_modules():
            methods = [origin(type(module).forward), origin(type(module).__call__)]
            digest.update(f"{name}:{origin(type(module))}:{methods}:{_settings(module)}".encode())
            for own, tensor in _tensors(module):
                digest.update(f"{own}:{tensor.dtype}:{tuple(tensor.shape)}".encode())
                digest.update(_bytes(tensor))
    return digest.hexdigest()


def processor_fingerprint(processor: Any) -> str:
    """Return a hash of an image processor's class, methods and settings, in hexadecimal."""
    kind = type(processor)
    methods = [origin(getattr(kind, name)) for name in PROCESSOR_METHODS if hasattr(kind, name)]
    settings = json.dumps(processor.to_dict(), sort_keys=True, default=repr)
    return xxhash.xxh3_128_hexdigest(f"{origin(kind)}:{methods}:{settings}".encode())


def origin(thing: Any) -> str:
    """Return where a class or function was written: what somebody has put in its place was written elsewhere."""
    return f"{thing.__module__}.{thing.__qualname__}"


def tower_state(model: Any, kind: str) -> list[Any] | None:
    """Return what is compared at each call: the classes, and the place and version of each parameter and buffer.

    Returns:
        A list to compare with others; None where a module is in training mode, or has a hook or a method of its own.
    """
    seen: list[Any] = []
    for part in parts(model, kind):
        for module in _walk(part):
            own = module.__dict__
            if (
                own["training"]
                or "forward" in own
                or own["_forward_hooks"]
                or own["_forward_pre_hooks"]
                or own["_backward_hooks"]
                or own["_backward_pre_hooks"]
            ):
                return None
            seen += (id(module), type(module).forward, type(module).__call__)
            for tensors in (own["_parameters"], own["_buffers"]):
                for tensor in tensors.values():
                    if tensor is not None:
                        seen += (tensor.data_ptr(), tensor._version)
    return seen


def requires_gradient(model: Any, kind: str) -> bool:
    """Return whether a parameter requires a gradient."""
    return any(
        tensor.requires_grad
        for part in parts(model, kind)
        for module in _walk(part)
        for tensor in module._parameters.values()
        if tensor is not None
    )


class Sample:
    """A few bytes of each parameter: writing through `.data` changes no version."""

    def __init__(self, model: Any, kind: str) -> None:
        """Remember what is there now."""
        self._places = [
            place
            for part in parts(model, kind)
            for module in _walk(part)
            for _, tensor in _tensors(module)
            for place in _places(_bytes(tensor))
        ]
        self._digest = self._look()

    def is_same(self) -> bool:
        """Return whether they are what they were."""
        return self._look() == self._digest

    def _look(self) -> bytes:
        return xxhash.xxh3_64_digest(b"".join(self._places))


def _places(content: memoryview) -> Iterator[memoryview]:
    """Yield the beginning, and a place drawn once a kernel."""
    yield content[:_SAMPLE]
    if len(content) > _SAMPLE:
        start = random.SystemRandom().randrange(len(content) - _SAMPLE)
        yield content[start : start + _SAMPLE]


def _walk(module: Any) -> Iterator[Any]:
    """Yield a module and all below it; `modules()` takes several times as long."""
    waiting = [module]
    while waiting:
        module = waiting.pop()
        yield module
        waiting += [below for below in module._modules.values() if below is not None]


def _tensors(module: Any) -> Iterator[tuple[str, Any]]:
    for own in (module._parameters, module._buffers):
        for name, tensor in own.items():
            if tensor is not None:
                yield name, tensor


def _bytes(tensor: Any) -> memoryview:
    """Return a tensor's memory; of one that is not contiguous, a copy's."""
    return memoryview(tensor.detach().contiguous().view(-1).numpy()).cast("B")


def _settings(module: Any) -> list[tuple[str, Any]]:
    return sorted(
        (name, value)
        for name, value in vars(module).items()
        if isinstance(value, int | float | tuple)
        and name not in _NO_SETTINGS
        and not name.startswith("_")
    )
