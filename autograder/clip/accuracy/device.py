"""On which device a run is made, and what its figures depend on."""

from __future__ import annotations

import argparse
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import KitError

if TYPE_CHECKING:
    from autograder.clip.accuracy.encoders import Greys
    from autograder.clip.accuracy.engine import Engine
    from autograder.clip.assets import ModelSnapshot

DEVICES = ("auto", "cpu", "cuda", "mps")
INTERRUPTED = 130
"""The exit status of a program that Ctrl-C has ended, as shells have it."""


def judge_run_options(args: argparse.Namespace) -> None:
    """Judge what says how images are embedded, before anything slow is done.

    Raises:
        KitError: an option cannot be used.
    """
    if args.limit is not None and args.limit < 1:
        raise KitError(f"--limit must be at least 1, not {args.limit}; leave it out for all images")
    if args.batch_size is not None and args.batch_size < 1:
        raise KitError(f"--batch-size must be at least 1, not {args.batch_size}")
    if args.device not in DEVICES:
        raise KitError(f"--device {args.device} is unknown; choose one of {', '.join(DEVICES)}")


def choose_device(name: str) -> str:
    """Return "cuda", "mps" or "cpu": the one named, or for "auto" the first that this machine has.

    Raises:
        KitError: the device is unknown or this machine does not have it.
    """
    import torch

    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return next(device for device, is_there in there.items() if is_there)
    if name not in there:
        raise KitError(f"--device {name} is unknown; choose one of {', '.join(DEVICES)}")
    if not there[name]:
        raise KitError(f"--device {name}: torch finds no such device here; use --device auto")
    return name


def device_name(device: str) -> str:
    """Return what a device calls itself."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # Not Linux.
    return platform.processor() or platform.machine()


def dependencies(
    snapshot: ModelSnapshot,
    model: Any,
    processor: Any,
    device: str,
    images: Greys,
    engine: Engine,
    batch_size: int,
) -> dict[str, object]:
    """Return all that a run's embeddings depend on down to their last bits, as plain data."""
    import hashlib

    import torch

    from autograder.clip.accuracy.record import library_versions
    from autograder.clip.reference import pixel_settings

    return {
        "weights_sha256": snapshot.weights_sha256,
        "vision": {
            name: str(value) for name, value in model.config.vision_config.to_dict().items()
        },
        "processor": pixel_settings(processor.image_processor.to_dict()),
        "images": [len(images), hashlib.sha256(images.tobytes()).hexdigest()],
        "device": [device, device_name(device), torch.get_num_threads()],
        "engine": [engine.way, engine.precision.name, batch_size],
        "versions": library_versions(),
    }
