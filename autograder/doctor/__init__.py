"""What this machine can enforce against a student's code, each line found out by trying; and who may read a course."""

from __future__ import annotations

from autograder.doctor.files import files_of
from autograder.doctor.finding import Finding
from autograder.doctor.findings import examine
from autograder.doctor.rooms import can_make_rooms

__all__ = ["Finding", "can_make_rooms", "examine", "files_of"]
