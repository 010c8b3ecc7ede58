"""A worker process: it gets a course once, then one submission after another, and answers each with a result.

Run as `python -m autograder.grading.worker SOCKET PARENT FOLDER`: a socket that it was given, the process that it
must not outlive, and a folder of its own. Or a copy of a fork server, which has imported what takes time already
and shares that memory with the other workers and their kernels.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.errors import KitError
from autograder.grading.messages import Broken, Course, Job, Lost, ReadSettings, Ready, Result
from autograder.grading.processors import take_share
from autograder.kernel.copies import Line
from autograder.kernel.warm import WarmBubblewrap
from autograder.kit import kit_version


def main(arguments: list[str]) -> int:
    """Serve until the other end is closed."""
    descriptor, parent, folder = int(arguments[0]), int(arguments[1]), Path(arguments[2])
    return _work(descriptor, parent, folder)


def main_as_copy(told: dict[str, Any], connection: int, line: int, parent: int) -> int:
    """Serve in a copy of a fork server, and have that one start the kernels.

    Args:
        told: as `WorkerProcess` tells it.
        connection: a socket, as for `main`.
        line: a socket to the fork server.
        parent: the process that this one must not outlive.
    """
    end = socket.socket(fileno=line)
    WarmBubblewrap.shared = Line(end, told["variables"], told["compiled"])
    return _work(connection, parent, Path(told["own_folder"]))


def _work(descriptor: int, parent: int, folder: Path) -> int:
    take_share()  # before there are threads, which would not follow
    threading.Thread(target=_end_with, args=(parent, folder, descriptor), daemon=True).start()
    # Also what the kit puts into temporary folders goes when the run clears up after a kill.
    tempfile.tempdir = str(folder)
    with Connection(descriptor) as connection:
        try:
            _serve(connection, folder)
        except (EOFError, ConnectionError):
            _clear_up(folder)
            return 0
        except KitError as error:
            connection.send(Broken(str(error)))
            return 1
        except Exception as error:
            traceback.print_exc()
            connection.send(Broken(f"{type(error).__name__}: {error}"))
            return 1
    return 0


def _serve(connection: Connection, folder: Path) -> None:
    # Only now, after the thread has started: this takes seconds.
    from autograder.grading.private_course import PrivateCourse, read_settings

    course = None
    while course is None:
        connection.send(Ready())
        match connection.recv():
            case ReadSettings() as wanted:
                connection.send(read_settings(wanted))
            case Course() as data:
                if data.kit != kit_version():
                    raise KitError("this machine has another version of the kit; install the same")
                place = folder / "course"
                place.mkdir()
                course = PrivateCourse(data, place)
    connection.send(Ready())
    while True:
        job: Job = connection.recv()
        answer: Result | Lost
        try:
            answer = course.grade(job)
        # Whatever it is, the other submissions are not to suffer from it.
        except Exception as error:
            traceback.print_exc()
            passing = isinstance(error, OSError)  # such as a full disk
            answer = Lost(job.student, f"could not be graded: {error}", try_again=passing)
        connection.send(answer)


def _end_with(parent: int, folder: Path, descriptor: int) -> None:
    """End this process when `parent` is gone, also when that was killed, and clear up behind it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    # First, so that nobody is told of what fails for want of the files that go now, or gives another job.
    with socket.socket(fileno=os.dup(descriptor)) as line, contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    _clear_up(folder)
    os._exit(1)


def _clear_up(folder: Path) -> None:
    """Remove this process's folder, and the one around it if it was the last."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
