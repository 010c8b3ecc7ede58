"""What an autograded notebook says of how it was graded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.notebook.marks import KIT_METADATA

EVIDENCE = "grading"
"""Under which name of the kit's metadata an autograded notebook keeps it; see `autograder.evidence.graded_with`."""


def noted_in(notebook: Mapping[str, Any]) -> str | None:
    """Return the fingerprint of the secret that an autograded notebook was graded with.

    Args:
        notebook: as JSON. Its own metadata and those of graded cells are the kit's, whoever has handed it in.

    Returns:
        Empty where a secret was used and no fingerprint was noted, as by older versions of the kit; None where there
        is no sign of one.
    """
    noted = evidence_in(notebook)
    if "secret" in noted:
        return str(noted["secret"])
    return "" if any("seed" in about for about in _judged(notebook).values()) else None


def evidence_in(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an autograded notebook says of how it was graded, and `earned`, the points of each judged cell."""
    earned = {
        name: sum(verdict["earned"] for verdict in about["verdicts"])
        for name, about in _judged(notebook).items()
    }
    return {**_about(notebook).get(EVIDENCE, {}), "earned": earned}


def _judged(notebook: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the kit has noted of each cell that it has judged: only there it is the kit's word."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: about
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
        and "verdicts" in (about := _about(cell))
    }


def _about(part: Mapping[str, Any]) -> dict[str, Any]:
    about = part["metadata"].get(KIT_METADATA, {})
    return about if isinstance(about, dict) else {}
