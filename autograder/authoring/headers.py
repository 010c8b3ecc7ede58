"""The header of a variant: comments `# key: value` on top of a file that holds what a student writes."""

from __future__ import annotations

import re

_LINE = re.compile(r"# (?P<key>[a-z]+): (?P<value>.+)")


def header_of(text: str) -> dict[str, str]:
    """Return the header's values by their keys; it ends with the first other line."""
    header = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            break
        header[match["key"]] = match["value"]
    return header
