"""What a grading run needs, found, fetched and verified once: the data set and the models.

Everything here works without a network, except where a function is called with ``fetch=True``.
"""

from __future__ import annotations

from autograder.clip.assets.environment import (
    offline_environment,
    room_surroundings,
    shown_path,
    surroundings_in,
)
from autograder.clip.assets.loading import load_model
from autograder.clip.assets.models import ModelSnapshot, find_model
from autograder.clip.assets.status import AssetReport, describe
from autograder.fashion_mnist.data_set import DATA_SET, find_fashion_mnist
from autograder.storage import cache_root

__all__ = [
    "DATA_SET",
    "AssetReport",
    "ModelSnapshot",
    "cache_root",
    "describe",
    "find_fashion_mnist",
    "find_model",
    "load_model",
    "offline_environment",
    "room_surroundings",
    "shown_path",
    "surroundings_in",
]
