"""`nbgrader collect`: what lies in the exchange belongs to students, who may change it while it is collected.

Stock nbgrader follows the links in a student's folder, with the rights of whoever collects; gives what it copies the
rights that the student's files have, those of programs that run as their owner included; waits for ever at a pipe; and
stops for everybody at a folder that is too large, or whose name says no time. It takes a folder for the student's whom
its name names, whoever has put it there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

from autograder.intake.copying import copy_folder
from autograder.intake.findings import shown
from autograder.intake.folder import TIMESTAMP, holds_time
from autograder.intake.names import composed, is_student_id

Record = dict[str, Any]
_NOBODYS: Record = {"username": "", "filename": "", "timestamp": datetime.min}
"""Stands for what is not collected: nbgrader's own code wants a record for every name, and one for every student."""


class LinklessCollect(ExchangeCollect):
    """Collects files and folders of the exchange; links and special files stay where they are."""

    src_records: list[Record]

    def __init__(self, **kwargs: Any) -> None:
        """Start with no submission looked at."""
        super().__init__(**kwargs)
        self._owners: dict[str, int] = {}

    def init_src(self) -> None:
        """Choose the submissions to collect, as nbgrader does, among those that are what they are called."""
        super().init_src()
        chosen: list[Record] = self.src_records
        self.src_records = [record for record in chosen if record["username"]]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission as nbgrader does, but only what is the student's own; see `copy_folder`."""
        with tempfile.TemporaryDirectory(prefix="collect-") as name:
            staged = Path(name) / "submission"
            try:
                for left in copy_folder(Path(src), staged, self._owners.get(src)):
                    place = shown(f"{Path(src).name}/{left.path}")
                    self.log.error("Not collected, %s: %s", left.reason, place)
                if (staged / TIMESTAMP).exists() and not holds_time(staged / TIMESTAMP):
                    # At the next collection nbgrader would stop at it, for everybody.
                    (staged / TIMESTAMP).unlink()
                    self.log.error("Not collected: the time in %s", shown(Path(src).name))
                super().do_copy(str(staged), dest, log)
            except (OSError, RuntimeError) as error:  # nbgrader's own limit is a RuntimeError
                self.log.error("Not collected: %s: %s", shown(Path(src).name), error)
                # What was copied only in part would be taken for all of it.
                shutil.rmtree(dest, ignore_errors=True)

    def _path_to_record(self, path: str) -> Record:
        """Return what a folder's name says, and whose it is."""
        try:
            record: Record = super()._path_to_record(path)
            status = os.lstat(path)
        except Exception:  # dateutil raises many kinds on odd input
            record, status = _NOBODYS, None
        if (
            status is None
            or not stat.S_ISDIR(status.st_mode)
            or not is_student_id(record["username"])
        ):
            self.log.error("Not collected, no submission's folder: %s", shown(path))
            return _NOBODYS
        self._owners[path] = status.st_uid
        username = composed(record["username"])
        return {**record, "username": username, "path": path, "owner": status.st_uid}

    def _sort_by_timestamp(self, records: list[Record]) -> list[Record]:
        """Return one student's submissions, the newest first, without those that somebody else has put there."""
        if len({record.get("owner") for record in records}) > 1:
            student = records[0]["username"]
            own = [record for record in records if record["owner"] == _account(student)]
            for record in records:
                if record not in own:
                    self.log.error(
                        "Not collected: %s is another user's, and others have handed in for %s as well. Nothing has "
                        "been lost: copy it by hand if it is the right one",
                        shown(record["path"]), student,
                    )  # fmt: skip
            records = own or [_NOBODYS]
        newest_first: list[Record] = super()._sort_by_timestamp(records)
        return newest_first


def _account(student: str) -> int | None:
    """Return the number of the user whose name is the student's id, if there is one on this machine."""
    try:
        return pwd.getpwnam(student).pw_uid
    except KeyError:
        return None
