"""Models that a kernel finds under names of the hub, in the layout of the Hugging Face cache.

A notebook that says `from_pretrained("openai/clip-vit-base-patch16")` then works unchanged without a network. Nothing
is copied: a snapshot is a link to where the kernel sees the model anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.clip.assets.environment import shown_folder, shown_path
from autograder.clip.assets.models import ModelSnapshot
from autograder.kernel.surroundings import Surroundings

_COMMIT_LENGTH = 40


def under_names(
    models: Mapping[str, ModelSnapshot],
    base: Surroundings,
    folder: Path,
    *,
    hides_this_machine: bool,
) -> Surroundings:
    """Return surroundings in which a kernel finds models under more names.

    Args:
        models: the model to find, by the id of the hub that a notebook names.
        base: what the kernel has otherwise.
        folder: an empty folder of the grader's, which has to stay for as long as the kernel runs.
        hides_this_machine: of the isolation.
    """
    if not models:
        return base
    hub = folder / "hub"
    hub.mkdir(parents=True)
    folders, environment = dict(base.folders), dict(base.environment)
    cache = environment["HF_HUB_CACHE"]
    for name, snapshot in models.items():
        if hides_this_machine:
            known, shown = shown_folder(snapshot)
            folders.setdefault(known, str(shown))
        if snapshot.name != name:
            seen = shown_path(snapshot) if hides_this_machine else snapshot.path
            home = _lay_out(hub / _cache_name(name), snapshot, seen)
            if hides_this_machine:
                # The same path for every notebook, so that one fork server serves all.
                folders[home] = f"{cache}/{home.name}"
        elif not hides_this_machine:  # it lies in a cache under this very name
            _link(hub / _cache_name(name), snapshot.path.parents[1])
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            # A room's user, who has no rights here, reads it, whatever this user's files are like.
            path.chmod(0o755 if path.is_dir() else 0o644)
    if not hides_this_machine:
        for other in Path(cache).glob("models--*"):
            _link(hub / other.name, other)
        environment |= {"HF_HOME": str(folder), "HF_HUB_CACHE": str(hub)}
    return Surroundings(environment, folders)


def _cache_name(name: str) -> str:
    return "models--" + name.replace("/", "--")


def _link(place: Path, target: Path) -> None:
    if not place.exists():
        place.symlink_to(target)


def _lay_out(home: Path, snapshot: ModelSnapshot, seen: Path) -> Path:
    """Make what the cache holds for one model, with a link for its snapshot."""
    commit = snapshot.weights_sha256[:_COMMIT_LENGTH]
    (home / "snapshots").mkdir(parents=True)
    (home / "snapshots" / commit).symlink_to(seen)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit, encoding="ascii")
    return home
