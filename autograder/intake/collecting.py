"""`nbgrader zip_collect`, kept within its folders and to each student's own, and going when one upload is bad.

Stock nbgrader leaves entries such as `../../gradebook.db` out, or stops at them, depending on the version of
setuptools; it stops for everybody at one damaged archive, turns for ever in a tar whose links point at each
other, and has no limit for what an archive unpacks into. It takes a student's id from any file's name, also from one
that another student has put into an archive; and the id may be `..`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Integer, List, Unicode

from autograder.intake.archives import (
    Allowance,
    ArchiveError,
    DamagedError,
    Member,
    open_archive,
)
from autograder.intake.claims import STUDENT, Claim, Ownership, Unpacked, decide, time_in_name
from autograder.intake.exchange import LinklessCollect
from autograder.intake.findings import shortened, shown
from autograder.intake.folder import TIMESTAMP, FolderLimits, is_safe_name
from autograder.intake.names import composed, is_student_id, refuse_folder, why_no_student_id

__all__ = ["LimitedExtractor", "LinklessCollect", "SafeCollector"]
"""`LinklessCollect` as well: courses hold copies of a configuration that names it here."""
_BY_FOLDER = r"(?P<student_id>[^/]+)/(?:.+/)?(?P<file_id>[^/]+)\.ipynb"
"""Whose a file is where nobody says otherwise."""
_SECONDS = 120.0
"""For what comes out of one student's archive."""
_NOT_HANDED_IN = ("__MACOSX", ".ipynb_checkpoints")
"""Folders that a Mac or an editor adds, with files called like the notebook."""


class LimitedExtractor(ExtractorPlugin):
    """Unpacks what was downloaded: only files, only into the folder that is meant, only so much of them.

    Attributes:
        root: the folder that was unpacked into; None before `extract`.
        unpacked: the folder of each archive.
        only: the folder of the one archive, if there was one only and nothing says who has made it.
    """

    max_bytes = Integer(8 * 2**30, help="most bytes that all archives may unpack into").tag(
        config=True
    )
    max_files = Integer(100_000, help="most files that all archives may unpack into").tag(
        config=True
    )
    max_depth = Integer(3, help="how many archives may lie in one another").tag(config=True)
    class_archives = List(
        Unicode(),
        help="Names (patterns) of the downloaded archives that the learning platform has made, such as "
        "['submissions*.zip']: what is in them was named by the platform. Any other archive is one student's, who "
        "may call what is in it anything. A download that is one archive only, which names several students and "
        "is itself named for none, is taken for the platform's.",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Start with nothing unpacked."""
        super().__init__(**kwargs)
        self.root: Path | None = None
        self.unpacked: list[Unpacked] = []
        self.only: Path | None = None

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack the archives in a folder into another one, and copy its other files there.

        An archive that is damaged or breaks a limit is named in the log and left where it is. Where two files would
        be one, neither is unpacked.
        """
        downloaded, self.root = Path(archive_path), Path(extracted_path)
        self.unpacked, self.only = [], None
        self._contested: set[Path] = set()
        everything = Allowance(self.max_bytes, self.max_files)
        files = [f for f in sorted(downloaded.rglob("*")) if f.is_file() and not f.is_symlink()]
        archives = [file for file in files if file.suffix in self.zip_ext]
        for file in files:
            folder = self.root / composed(str(file.parent.relative_to(downloaded)))
            if file not in archives:
                self._copy(file, folder / composed(file.name))
                continue
            target = folder / _stem(file)
            of_class = any(fnmatchcase(file.name, name) for name in self.class_archives)
            if len(archives) == 1 and not of_class:
                self.only = target
            is_large = of_class or len(archives) == 1
            allowance = everything if is_large else _allowance(everything)
            self._unpack(file, Unpacked(target, of_class), self.max_depth, allowance, everything)

    def _unpack(
        self, archive: Path, into: Unpacked, depth: int, allowance: Allowance, everything: Allowance
    ) -> None:
        if depth == 0:
            self.log.warning("Not unpacked, too many archives in one another: %s", archive)
            return
        self.unpacked.append(into)
        files = []
        try:
            with open_archive(archive, allowance) as members:
                for member in members:
                    if (file := self._write(member, archive, into.folder)) is not None:
                        files.append(file)
        except (ArchiveError, OSError) as error:
            self.log.error("Not unpacked, or not all of it: %s: %s", archive, error)
        for file in sorted(files):
            if file.suffix in self.zip_ext and file.is_file():
                inner = _allowance(everything) if allowance is everything else allowance
                target = Unpacked(file.parent / _stem(file), of_class=False)
                self._unpack(file, target, depth - 1, inner, everything)

    def _write(self, member: Member, archive: Path, folder: Path) -> Path | None:
        """Write a file of an archive, whole or not at all; return where it is."""
        path = member.path
        if path is None or member.content is None:
            reason = member.reason or "its name leads elsewhere, or cannot be used"
            self.log.warning("Left out of %s: %s: %s", archive, _brief(member.name), reason)
            return None
        target = folder / composed(str(path))
        if not self._is_free(target, archive):
            return None
        try:
            with target.open("xb") as file:
                for block in member.content.blocks():
                    file.write(block)
        except DamagedError as error:
            target.unlink()
            self.log.error("Left out of %s: %s: %s", archive, _brief(member.name), error)
            return None
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def _copy(self, file: Path, target: Path) -> None:
        if self._is_free(target, file):
            shutil.copyfile(file, target)

    def _is_free(self, target: Path, source: Path) -> bool:
        """Make the folder for a file; return False, and say so, if something else is there, which goes then, too."""
        assert self.root is not None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            is_inside = target.parent.resolve().is_relative_to(self.root.resolve())
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG):
                raise
            is_inside = False
        if not is_inside or target.is_dir():
            self.log.error("Left out of %s, no place for it: %s", source, shown(str(target)))
            return False
        if target.exists() or target in self._contested:
            self._contested.add(target)
            target.unlink(missing_ok=True)
            self.log.error(
                "Not unpacked, more than one upload holds it, the last of them %s: %s",
                source,
                shown(str(target)),
            )
            return False
        return True


class SafeCollector(FileNameCollectorPlugin):
    """Takes student and notebook from a file's name, where they are names and no paths, and the student's own.

    Where nothing says whose a file is, each archive or folder is taken for the student's whose id is its name.
    """

    named_regexp: str

    def __init__(self, **kwargs: Any) -> None:
        """Start with no file collected."""
        super().__init__(**kwargs)
        self._collected: dict[Path, dict[str, str]] | None = None

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """See nbgrader's `FileNameCollectorPlugin.collect`.

        Which files are collected is decided at the first call, for all of them: what others claim is part of it.
        """
        if self._collected is None:
            self._collected = self._decide(_files(self._root()))
        return self._collected.get(Path(submitted_file))

    def _root(self) -> Path:
        app = self.parent
        return Path(app.coursedir.root, app.collect_directory_structure.format(
            downloaded=app.downloaded_directory,
            assignment_id=app.coursedir.assignment_id,
            collect_step=app.extracted_directory,
        ))  # fmt: skip

    def _decide(self, files: Iterable[Path]) -> dict[Path, dict[str, str]]:
        if not self.named_regexp:
            self.named_regexp = rf"{re.escape(str(self._root()))}/{_BY_FOLDER}"
            self.log.info("No named_regexp: each archive or folder is called like its student")
        matched: dict[Path, dict[str, str]] = {}
        for file in files:
            if (about := super().collect(str(file))) is not None:
                matched[file] = about
        # nbgrader says which group its pattern lacks.
        if not all({STUDENT, "file_id"} <= about.keys() for about in matched.values()):
            return matched
        ownership = self._ownership(list(matched))
        claims = []
        for file, about in matched.items():
            if (claim := self._claim(file, about, ownership)) is not None:
                claims.append(claim)
        decision = decide(claims, one_notebook=len(self._released()) == 1)
        for group in decision.contested:
            names = ", ".join(sorted({claim.student for claim in group}))
            places = "".join(f"\n    {shown(str(claim.file))}" for claim in group)
            self.log.error(
                "Not collected, none of these: more than one upload is handed in for %s. Nothing has been lost. Leave "
                "the right one among the downloads and run this again with --force, or copy it by hand:%s",
                names, places,
            )  # fmt: skip
        for claim in decision.superseded:
            self.log.warning(
                "Not collected, %s has handed in a notebook later: %s",
                claim.student, _brief(str(claim.file)),
            )  # fmt: skip
        return {claim.file: matched[claim.file] for claim in decision.taken}

    def _released(self) -> list[Path]:
        course = self.parent.coursedir
        release = course.format_path(course.release_directory, ".", course.assignment_id)
        return list(Path(release).glob("*.ipynb"))

    def _ownership(self, files: list[Path]) -> Ownership:
        extractor = self.parent.extractor_plugin_inst
        root, pattern = self._root(), self.named_regexp
        if not isinstance(extractor, LimitedExtractor) or extractor.root is None:
            return Ownership(root, pattern)
        plain = Ownership(root, pattern, extractor.unpacked)
        if extractor.only is None or not plain.is_of_class(extractor.only, files):
            return plain
        classes = Unpacked(extractor.only, of_class=True)
        rest = [u for u in extractor.unpacked if u.folder != extractor.only]
        return Ownership(root, pattern, [classes, *rest])

    def _claim(self, file: Path, about: dict[str, str], ownership: Ownership) -> Claim | None:
        """Return what a file claims to be, or None, and say why, if it cannot be collected."""
        student, notebook = composed(about[STUDENT] or ""), about["file_id"]
        target = os.path.splitext(notebook or "")[0] + file.suffix  # noqa: PTH122  (as nbgrader does)
        reason = why_no_student_id(student)
        if reason is None and not (
            all(map(is_safe_name, PurePosixPath(target).parts)) and target != TIMESTAMP
        ):
            reason = "it is no name for a notebook"
        if reason is not None:
            self.log.error(
                "Not collected, its name cannot be used, as %s: %s", reason, _brief(str(file))
            )
            return None
        owner = composed(ownership.owner(file) or "")
        if not is_student_id(owner):
            self.log.error(
                "Not collected: %s names the student %s, but whoever made the archive that it lies in may have named "
                "it so. Let named_regexp take the student from the archive's name; or, if the learning platform has "
                "made the archive, say so with --LimitedExtractor.class_archives=NAME",
                _brief(str(file)), student,
            )  # fmt: skip
            return None
        if owner != student:
            self.log.warning(
                "Taken for the work of %s, in whose archive it lies, though it names %s: %s",
                owner, student, _brief(str(file)),
            )  # fmt: skip
        about[STUDENT] = owner
        course = self.parent.coursedir
        place = course.format_path(course.submitted_directory, owner, course.assignment_id)
        if (refusal := refuse_folder(Path(place))) is not None:
            self.log.error("Not collected, %s: %s", refusal.sentence, _brief(str(file)))
            return None
        text = about.pop("timestamp", None)
        time = time_in_name(text) if text else None
        if time is not None:
            about["timestamp"] = time.isoformat(" ")
        elif text:
            self.log.warning("The time in this name cannot be read: %s", _brief(str(file)))
        return Claim(file, owner, target, time)


def _allowance(everything: Allowance) -> Allowance:
    """Return what may come out of one student's archive: as much as a submission may hold."""
    limits = FolderLimits()
    return Allowance(limits.total, limits.entries, _SECONDS, within=everything)


def _stem(archive: Path) -> str:
    """Return the name of the folder that an archive is unpacked into."""
    stem = archive.name.removesuffix(archive.suffix).removesuffix(".tar")
    return composed(stem) if is_safe_name(stem) else "archive"


def _files(root: Path) -> list[Path]:
    """Return what may be a submission, sorted."""
    found = []
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - set(_NOT_HANDED_IN))
        found += [Path(parent, name) for name in names if not name.startswith("._")]
    return sorted(found)


def _brief(name: str) -> str:
    return shortened(shown(name), 300)
