"""The environment variables that let a student's notebook find everything without a network."""

from __future__ import annotations

from pathlib import Path

from autograder.assets.fashion_mnist import ROOT_VARIABLE
from autograder.assets.hub import kit_hub_cache
from autograder.assets.models import MODEL_VARIABLE, ModelSnapshot

ALTERNATIVE_VARIABLE = "CLIP_ALTERNATIVE_MODEL"


def offline_environment(
    snapshot: ModelSnapshot, data_root: Path, alternative: ModelSnapshot | None = None
) -> dict[str, str]:
    """Variables to add to those of a student's kernel.

    Args:
        snapshot: The model that the notebook loads.
        data_root: From `find_fashion_mnist`.
        alternative: The model for the experiment with another model, where there is one.

    Returns:
        Names and values. A notebook that names the hub model itself, rather than reading
        ``CLIP_MODEL``, finds it too, in the cache that the snapshot came from.
    """
    hub = _hub_cache_of(snapshot.path) or kit_hub_cache()
    home = hub.parent if hub.name == "hub" else kit_hub_cache().parent
    variables = {
        MODEL_VARIABLE: str(snapshot.path),
        ROOT_VARIABLE: str(data_root),
        "HF_HOME": str(home),
        # It goes before HF_HOME, so an inherited value would hide the models.
        "HF_HUB_CACHE": str(hub),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    if alternative is not None:
        variables[ALTERNATIVE_VARIABLE] = str(alternative.path)
    return variables


def _hub_cache_of(path: Path) -> Path | None:
    """The cache whose layout ``<cache>/models--<id>/snapshots/<commit>`` a folder fits into."""
    if path.parent.name == "snapshots" and path.parent.parent.name.startswith("models--"):
        return path.parents[2]
    return None
