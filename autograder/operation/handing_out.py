"""What students are given, and must be able to read although all else of a course is its owner's alone."""

from __future__ import annotations

import glob
import os
import shutil
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeReleaseFeedback
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.intake.findings import shown
from autograder.preflight import preflight

_READABLE = 0o755


class OpenRelease(NbGraderPreprocessor):
    """Makes the release's folders readable, so that a copy of them is; nbgrader does so for files.

    A release that says what is to be handed in gets the file that looks whether it is: see `autograder.preflight`.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """See the class."""
        course = CourseDirectory(config=self.config)
        assignment = resources["nbgrader"]["assignment"]
        folder = Path(course.format_path(course.release_directory, ".", assignment)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        add_preflight(folder)
        folder.parent.chmod(_READABLE)
        for name, _, _ in os.walk(folder):
            Path(name).chmod(_READABLE)
        return nb, resources


def add_preflight(release: Path) -> None:
    """Put the kit's `preflight.py` into a release with a declaration; a course's own file of that name stays."""
    file = release / Path(preflight.__file__).name
    if (release / preflight.DECLARATION).is_file() and not file.exists():
        shutil.copyfile(preflight.__file__, file)


class ReleaseWhatCanBe(ExchangeReleaseFeedback):
    """Releases each student's feedback by itself: nbgrader stops for everybody at one that has come by another way."""

    src_path: str

    def copy_files(self) -> None:
        """See `ExchangeReleaseFeedback.copy_files`."""
        folders = sorted(glob.glob(self.src_path))  # noqa: PTH207  (an absolute pattern)
        for folder in folders:
            self.src_path = glob.escape(folder)
            try:
                super().copy_files()
            except (OSError, ValueError) as error:
                self.log.error(
                    "Not released, was not handed in by `nbgrader submit`, send it by hand: %s: %s",
                    shown(folder), error,
                )  # fmt: skip


class ReleaseToEverybody(ExchangeReleaseAssignment):
    """Makes the folders above a new exchange readable; nbgrader does so for the exchange and all that is in it."""

    def ensure_root(self) -> None:
        """See `ExchangeReleaseAssignment.ensure_root`."""
        before = os.umask(0o022)
        try:
            super().ensure_root()
        finally:
            os.umask(before)
