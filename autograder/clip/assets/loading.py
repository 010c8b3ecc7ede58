"""Loading a snapshot: the same two objects on transformers 4 and 5, silently, without network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograder.clip.assets.models import ModelSnapshot
from autograder.errors import AssetError

if TYPE_CHECKING:
    from transformers import CLIPModel, CLIPProcessor


def load_model(snapshot: ModelSnapshot, device: str = "cpu") -> tuple[CLIPModel, CLIPProcessor]:
    """The model in eval mode and float32 on a device, and its processor.

    Args:
        snapshot: From `find_model`.
        device: As PyTorch names it: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"mps"``.

    Raises:
        AssetError: the snapshot does not load, or lacks weights of the model.
    """
    import torch
    import transformers
    from transformers import CLIPModel, CLIPProcessor

    # Version 5 prepares images with torchvision unless told otherwise; version 4 has to be asked,
    # and warns where it is not.
    backend = {"use_fast": True} if transformers.__version__.startswith("4.") else {}
    path = str(snapshot.path)
    # A snapshot is data. Without this, transformers asks at the terminal whether to run code that comes with one.
    plain = {"local_files_only": True, "trust_remote_code": False}
    with _quiet():
        try:
            loaded: tuple[Any, dict[str, Any]] = CLIPModel.from_pretrained(
                path, output_loading_info=True, **plain
            )
            processor = CLIPProcessor.from_pretrained(path, **plain, **backend)
        # Whatever the libraries beneath raise here is about the snapshot's files.
        except Exception as error:
            raise AssetError(
                f"the model {snapshot.name} in {path} does not load: {error}"
            ) from error
    model, info = loaded
    # What is missing would otherwise be filled with random numbers, and only a log would say so.
    if missing := sorted(info["missing_keys"]):
        raise AssetError(
            f"the model {snapshot.name} in {path} lacks {len(missing)} of its weights, among them "
            f"{missing[0]}"
        )
    return model.to(device=device, dtype=torch.float32).eval(), processor


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from writing progress bars and advice to standard error."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
