"""Reads archives in a process of its own, whose memory nothing else uses: for `tests/test_archives.py`."""

from __future__ import annotations

import json
import resource
from pathlib import Path

from autograder.intake.archives import Allowance, ArchiveError, open_archive

ENTRIES = 2000


def read_all(folder: str, allowed: int) -> None:
    """Read each archive of a folder; print what came of it, and the most memory that was used so far, in MiB."""
    for path in [None, *sorted(Path(folder).iterdir())]:
        said, size = [], 0
        if path is not None:
            try:
                with open_archive(path, Allowance(allowed, ENTRIES, 60)) as members:
                    for member in members:
                        said.append(member.reason)
                        size += sum(map(len, member.content.blocks() if member.content else ()))
            except ArchiveError as error:
                said.append(str(error))
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps([path and path.name, size, used, said[-3:]]))
