"""What this machine can enforce against a student's code; each line is found out by trying."""

from __future__ import annotations

from autograder.doctor.findings import Finding, examine
from autograder.doctor.rooms import can_make_rooms

__all__ = ["Finding", "can_make_rooms", "examine"]
