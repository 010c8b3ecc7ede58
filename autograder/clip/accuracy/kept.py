"""What an interrupted run has done already, in files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.clip.accuracy.encoders import Floats
from autograder.clip.assets import cache_root
from autograder.clip.reference import features_key
from autograder.durable import write_durably

FOLDER = "unfinished-accuracy-runs"
FORMAT = 1

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """Embeddings of consecutive images, float32 (n, D), and the seconds that they took."""

    embeddings: Floats
    seconds: float


class Kept:
    """The parts of one run that is described by all it depends on, so that another run never takes them for its own.

    A part is named by its first image. A run that goes on reads parts from the first image on for as
    long as each begins where the one before ends.

    Args:
        description: whatever the embeddings depend on, down to their last bits.
    """

    def __init__(self, description: dict[str, object]) -> None:
        key = features_key({"format": FORMAT, **description})
        self.folder = cache_root() / FOLDER / key[:32]

    def read(self) -> list[Part]:
        """Return the parts from the first image on; damaged ones count as missing."""
        parts: list[Part] = []
        first = 0
        while (part := _read(self._file(first))) is not None:
            parts.append(part)
            first += len(part.embeddings)
        return parts

    def add(self, first: int, part: Part) -> None:
        """Write a part; where that fails, say so in the log and go on without."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_durably(self._file(first), _as_bytes(part))
        except OSError as error:
            _log.warning("what was embedded could not be kept in %s: %s", self.folder, error)

    def clear(self) -> None:
        """Remove all parts: the run is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, first: int) -> Path:
        return self.folder / f"{first:08}.npz"


def _as_bytes(part: Part) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        embeddings=part.embeddings,
        seconds=np.array(part.seconds),
        digest=np.array(_digest(part.embeddings)),
    )
    return file.getvalue()


def _read(path: Path) -> Part | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            part = Part(archive["embeddings"], float(archive["seconds"]))
            digest = str(archive["digest"])
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        return None
    sound = part.embeddings.dtype == np.float32 and part.embeddings.ndim == 2
    return part if sound and len(part.embeddings) and _digest(part.embeddings) == digest else None


def _digest(embeddings: Floats) -> str:
    content = np.ascontiguousarray(embeddings)
    return hashlib.sha256(str(content.shape).encode() + content.tobytes()).hexdigest()
