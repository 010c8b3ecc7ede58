"""Models as the cache of the Hugging Face hub holds them."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def to_hub_layout(cache: Path, name: str, model: Path) -> Path:
    """Lay a model out as the Hugging Face cache does: links in a snapshot, content in blobs."""
    commit = "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"
    repository = cache / f"models--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / commit
    for folder in (snapshot, repository / "refs", repository / "blobs"):
        folder.mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit, encoding="utf-8")
    for file in model.iterdir():
        blob = repository / "blobs" / hashlib.sha256(file.name.encode()).hexdigest()
        try:
            os.link(file, blob)
        except OSError:
            shutil.copyfile(file, blob)
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob.name)
    return snapshot
