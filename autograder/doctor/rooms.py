"""Whether bubblewrap works here at all."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from autograder.errors import SandboxError
from autograder.kernel.limits import Bounds
from autograder.kernel.processes import Start
from autograder.kernel.room import Room


def why_no_rooms() -> str | None:
    """Return why no room can be made on this machine, or None."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as name:
        files, scratch = Path(name, "empty"), Path(name, "scratch")
        files.mkdir()
        scratch.mkdir()
        start = Start(files, scratch, connection={}, environment={}, folders={}, bounds=Bounds())
        try:
            Room(start, None).kill()
        except SandboxError as error:
            return str(error)
    return None


@cache
def can_make_rooms() -> bool:
    """Return whether a room can be made on this machine; tried once."""
    return why_no_rooms() is None
