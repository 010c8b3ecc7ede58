"""What an assignment may bring for its checks and for the kernels of its students: a model, a data set, their figures.

An assignment that brings nothing has checks that draw all that they need, and kernels that find what every notebook
of the course finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from autograder.kernel.processes import Isolation
from autograder.kernel.surroundings import Offer, Surroundings
from autograder.seam.student import Student


class Grader(Protocol):
    """The grader's side of an assignment, opened once a process, for all submissions."""

    @property
    def reference(self) -> Any:
        """What checks get by this name."""

    @property
    def digest(self) -> str | None:
        """SHA-256 of what the figures depend on besides the submission: a part of the grade's evidence."""

    def surroundings(self, code: str, isolation: Isolation, folder: Path) -> Surroundings:
        """Return what a kernel finds.

        Args:
            code: the text of the notebook's code cells.
            isolation: how the kernel is kept apart.
            folder: an empty folder, which stays for as long as the kernel runs.

        Raises:
            AssetError: it may not be shown to the kernel.
        """

    def names_of_paths(self) -> Mapping[str, str]:
        """Return what this machine's paths are called in a notebook that is stored for others."""

    def offer(self, imports: frozenset[str], isolation: Isolation) -> Offer:
        """Return what saves a kernel work: results that are known already.

        Args:
            imports: packages that the notebook imports.
            isolation: how the kernel is kept apart.
        """

    def use_of_offer(self, student: Student) -> Mapping[str, Any]:
        """Return what a kernel says of its use of an offer: figures for people, believed by nobody."""

    def startup(self, code: str) -> str:
        """Return what a kernel runs before the first cell, so that a notebook of another machine runs here."""


class GraderSource(Protocol):
    """Where an assignment's grader comes from."""

    def digests(self, model: str, alternative_model: str) -> dict[str, str]:
        """Return the SHA-256 of all that is needed to grade, by its role, without loading any of it.

        Raises:
            AssetError: something is not on this machine.
        """

    def open(self, model: str, alternative_model: str) -> Grader:
        """Return the grader.

        Args:
            model: that grades; empty for the usual one.
            alternative_model: that students are offered besides; empty for none.

        Raises:
            AssetError: something is not on this machine.
        """
