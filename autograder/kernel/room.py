"""A room: the namespaces, mounts and limits that bubblewrap puts around one submission's kernel.

Inside there is a read-only system, the interpreter with its packages but without this kit, the data set and
the models, and a copy of the submission in a home folder of bounded size that never touches the disk. There
is no network, and no process but the kernel's own. The kernel's sockets lie inside too; the grader reaches
them through the room's entry in /proc, so a student's code can write to nothing that outlives the room.
"""

from __future__ import annotations

import base64
import importlib.util
import inspect
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from autograder.assets.environment import ALTERNATIVE_VARIABLE
from autograder.assets.fashion_mnist import ROOT_VARIABLE
from autograder.assets.models import MODEL_VARIABLE
from autograder.course import CONFIGS
from autograder.errors import SandboxError
from autograder.kernel import confine, seccomp
from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.processes import (
    CONNECTION_FILE,
    KERNEL_OPTIONS,
    SOCKETS,
    LastWords,
    Start,
    ended,
)
from autograder.kernel.usage import children_of, excess, memory_of

HOME = "/home/student"
WORK = f"{HOME}/work"
ROOM_SOCKETS = "/run/kernel"
ROOM_CONNECTION = "/run/connection.json"
_SUBMISSION = "/run/submission"
BOUNDED = (HOME, "/tmp", "/dev/shm")
"""Where files of the kernel's lie in memory, besides its sockets."""
_KIT_PACKAGES = ("autograder", "solutions")
_SECRET = ("autograder", *CONFIGS, "gradebook.db")
"""What a folder holds that is this kit's or a course's."""
_SYSTEM = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts")
_USERS = range(61184, 65520)
"""Numbers that no account has: the range that systemd gives to services without one."""
_PASSED_ON = ("TZ", "OMP_NUM_THREADS")
"""Names of the grader's environment that a room gets."""
LOOK_AGAIN = 0.25
"""Seconds between two looks at what a room uses."""


def stage(files: Path, folder: Path) -> None:
    """Copy a submission's files and folders, and nothing else, for a user without rights to read.

    Links, pipes, sockets and devices stay behind: outside of the submission they have nothing to mean.
    """
    folder.mkdir()
    folder.chmod(0o755)  # whatever this user's files are like
    with os.scandir(files) as entries:
        for entry in entries:
            target = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                stage(Path(entry.path), target)
            elif entry.is_file(follow_symlinks=False):
                shutil.copyfile(entry.path, target)
                target.chmod(0o644)


def lay_out(start: Start) -> None:
    """Put into a start's scratch folder a copy of the submission, and the kernel's connection file.

    What an earlier try has left there goes.
    """
    shutil.rmtree(start.scratch / "files", ignore_errors=True)
    stage(start.files, start.scratch / "files")
    (start.scratch / SOCKETS).unlink(missing_ok=True)
    connection = start.scratch / CONNECTION_FILE
    told = {**start.connection, "ip": f"{ROOM_SOCKETS}/k"}
    connection.write_text(json.dumps(told), encoding="utf-8")
    connection.chmod(0o644)


def shown(start: Start) -> dict[str, str]:
    """Return where a kernel finds what was laid out for it and its folders, by their places on this machine."""
    return {
        str(start.scratch / "files"): _SUBMISSION,
        str(start.scratch / CONNECTION_FILE): ROOM_CONNECTION,
        **{str(folder): place for folder, place in start.folders.items()},
    }


def settings(bounds: Bounds) -> dict[str, Any]:
    """Return what `confine` needs to know in a new room."""
    return {
        # The limit of processes and all rights of a file's owner are void for the superuser.
        "user": random.SystemRandom().choice(_USERS) if os.geteuid() == 0 else None,
        "files": _SUBMISSION,
        "work": WORK,
        "filter": base64.b64encode(seccomp.program()).decode("ascii"),
        "limits": {
            # RLIMIT_AS is of no use: torch reserves far more address space than it ever fills.
            "RLIMIT_DATA": bounds.memory,
            "RLIMIT_NPROC": bounds.processes,
            "RLIMIT_FSIZE": bounds.file_size,
            "RLIMIT_NOFILE": bounds.open_files,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 0,
        },
    }


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a kernel in a room, with those of its own."""
    return {
        "HOME": HOME,
        "USER": "student",
        "LOGNAME": "student",
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        # The one threading layer of numba that is always there and outlives a fork.
        "NUMBA_THREADING_LAYER": "workqueue",
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "PYTHONPATH": os.pathsep.join(map(str, _extra_packages())),
        **own,
    }


def read_by_libraries(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those variables of a kernel that may matter already when its libraries are imported.

    How many threads to use is told to the libraries of each kernel anew (see `fork_server`).
    """
    own = (MODEL_VARIABLE, ALTERNATIVE_VARIABLE, ROOT_VARIABLE, "OMP_NUM_THREADS")
    return {name: value for name, value in variables.items() if name not in own}


class Room:
    """One room with one command in it; the command's end is the room's end."""

    def __init__(self, start: Start, command: list[str]) -> None:
        """Build the room and start the command in it.

        Raises:
            SandboxError: bubblewrap is not there.
        """
        lay_out(start)
        # Every process of the room gets the filter, also the first: a kernel of the same user could change it.
        (start.scratch / "filter").write_bytes(seccomp.program())
        read_end, write_end = os.pipe()
        calls = os.open(start.scratch / "filter", os.O_RDONLY)
        try:
            self._process = subprocess.Popen(
                [*_bubblewrap(start, write_end, calls), "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[write_end, calls],
                start_new_session=True,
            )
        finally:
            os.close(write_end)
            os.close(calls)
        assert self._process.stderr is not None
        self._words = LastWords(self._process.stderr)
        self._reason: str | None = None
        self._bounds = start.bounds
        self.more_processes: list[int] = []
        """Processes of the room that its own first process did not start."""
        try:
            self.first_process = _first_process(read_end)
            self._handle = os.pidfd_open(self.first_process)
        except (OSError, ValueError) as error:
            self._process.kill()
            self._process.wait()
            raise SandboxError(
                f"bubblewrap could not make a room: {self._words.text().strip() or error}\n"
                "`autograder doctor` says what this machine can do."
            ) from error
        # Leads to the sockets as soon as they are there; `ip` names of Unix sockets must be short.
        (start.scratch / SOCKETS).symlink_to(f"/proc/{self.first_process}/root{ROOM_SOCKETS}")
        threading.Thread(target=self._watch, daemon=True).start()

    def poll(self) -> int | None:
        """Return None while the room is there, else its command's exit status."""
        return self._process.poll()

    def kill(self) -> None:
        """End every process in the room, and wait until they are gone."""
        if self._process.poll() is None:
            # Without its first process the kernel of the machine ends a process namespace as a whole.
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            if not ended(self._process):
                self._process.kill()
                self._process.wait()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def reason(self) -> str | None:
        """See `KernelProcess.reason`."""
        return self._reason

    def last_words(self) -> str:
        """See `KernelProcess.last_words`."""
        return self._words.text()

    def wait_until_furnished(self, seconds: float) -> None:
        """Wait until all mounts are in place: bubblewrap starts the room's command only then.

        Raises:
            SandboxError: the room ended, or it took too long.
        """
        deadline = time.monotonic() + seconds
        while not children_of(self.first_process):
            if self.poll() is not None or time.monotonic() > deadline:
                raise SandboxError(f"bubblewrap could not make a room: {self.last_words().strip()}")
            time.sleep(0.002)

    def inside(self, path: str) -> Path:
        """Return where the grader finds a path of the room."""
        return Path(f"/proc/{self.first_process}/root{path}")

    def is_furnished(self) -> bool:
        """Return whether the mounts are in place; before, the room's root is still this machine's."""
        return self.inside(ROOM_CONNECTION).exists()

    def _watch(self) -> None:
        """End the room when it uses too much."""
        before = memory_of(os.getpid())
        while self._process.poll() is None:
            first = [self.first_process, *self.more_processes]
            folders = list(map(self.inside, BOUNDED)) if self.is_furnished() else []
            if reason := excess(first, folders, self._bounds, before):
                self._end(reason)
            time.sleep(LOOK_AGAIN)

    def _end(self, reason: str) -> None:
        self._reason = reason
        with suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)


class ColdKernel:
    """A kernel that starts in its room from nothing."""

    def __init__(self, start: Start) -> None:
        """Start it."""
        program = f"{inspect.getsource(confine)}\n{_LAUNCH}"
        kernel = [
            sys.executable,
            "-P",
            "-m",
            "ipykernel_launcher",
            "-f",
            ROOM_CONNECTION,
            *KERNEL_OPTIONS,
        ]
        self._room = Room(
            start,
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                program,
                json.dumps(settings(start.bounds)),
                *kernel,
            ],
        )
        self.poll, self.kill = self._room.poll, self._room.kill
        self.reason, self.last_words = self._room.reason, self._room.last_words

    def interrupt(self) -> None:
        """See `KernelProcess.interrupt`."""
        # The first child of the room's first process became the kernel; later ones are orphans.
        for process in children_of(self._room.first_process)[:1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGINT)


class Bubblewrap:
    """Isolation by bubblewrap, every kernel started from nothing."""

    hides_this_machine = True

    def start(self, start: Start) -> ColdKernel:
        """See `Isolation.start`."""
        return ColdKernel(start)


_LAUNCH = """
import json, sys
confine(json.loads(sys.argv[1]))
os.execv(sys.argv[2], sys.argv[2:])
"""


def _bubblewrap(start: Start, info: int, calls: int) -> list[str]:
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(
            "bubblewrap is not installed, so a student's code cannot be kept apart from this machine.\n"
            "Install it (Debian, Ubuntu: apt-get install bubblewrap), or choose another way with "
            "AUTOGRADER_ISOLATION=container or, for code that you trust, AUTOGRADER_ISOLATION=none."
        )
    bounds = start.bounds
    command = [
        program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--hostname", "room", "--die-with-parent", "--new-session",
        "--info-fd", str(info), "--seccomp", str(calls), "--clearenv",
    ]  # fmt: skip
    if os.geteuid() == 0:
        # The superuser needs no user namespace; `confine` then leaves that role for good.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        command += ["--cap-add", "CAP_SETPCAP"]
    else:
        command += ["--unshare-user", "--uid", "0", "--gid", "0"]
    for name, value in environment(start.environment).items():
        command += ["--setenv", name, value]
    command += ["--proc", "/proc", "--dev", "/dev"]
    # The interpreter first: a folder that is shown may lie below it.
    binds = {**{str(path): str(path) for path in _interpreter()}, **shown(start)}
    # bubblewrap makes the folders above a place as well, but nobody else could pass through them.
    places = (*binds.values(), *_SYSTEM_FILES, HOME)
    above = {str(folder) for place in places for folder in Path(place).parents} - {"/", *BOUNDED}
    for folder in sorted(above):
        if not _is_bounded(folder):
            command += ["--perms", "0755", "--dir", folder]
    command += _system()
    # Before what is shown: the interpreter itself may lie below /tmp.
    for folder in BOUNDED:
        command += ["--perms", "1777", "--size", str(bounds.disk), "--tmpfs", folder]
    for folder in sorted(filter(_is_bounded, above)):
        command += ["--perms", "0755", "--dir", folder]
    for folder, place in binds.items():
        command += ["--ro-bind", folder, place]
    for hidden in map(str, _kit()):
        command += ["--tmpfs", hidden, "--remount-ro", hidden]
    return [
        *command,
        "--perms", "0777", "--size", str(MIB), "--tmpfs", ROOM_SOCKETS,
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME,
    ]  # fmt: skip


def _is_bounded(folder: str) -> bool:
    """Return whether a folder lies in one of the room's own file systems."""
    return any(map(Path(folder).is_relative_to, BOUNDED))


@cache
def _system() -> tuple[str, ...]:
    """Return the arguments that show the system, read-only."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            arguments += ["--ro-bind", name, name]
    for name in _SYSTEM_FILES:
        arguments += ["--ro-bind-try", name, name]
    return tuple(arguments)


@cache
def _interpreter() -> tuple[Path, ...]:
    """Return the folders of the running interpreter and its packages that lie outside the system's."""
    real = Path(sys.executable).resolve().parent.parent
    folders = {Path(sys.base_prefix), Path(sys.prefix), real, *_extra_packages()}
    return tuple(sorted(path for path in folders if not path.is_relative_to("/usr")))


@cache
def _extra_packages() -> tuple[Path, ...]:
    """Return the folders of PYTHONPATH, except those that hold what no student may read: this kit, or a course.

    A relative entry would mean the working folder, which is a course's while nbgrader grades.
    """
    named = map(Path, filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))
    return tuple(
        path for path in named if path.is_absolute() and path.is_dir() and not _is_secret(path)
    )


def _is_secret(folder: Path) -> bool:
    return Path.cwd().is_relative_to(folder.resolve()) or any(
        (folder / name).exists() for name in _SECRET
    )


@cache
def _kit() -> tuple[Path, ...]:
    """Return the folders of this kit among those that a room shows; they are to be hidden."""
    visible = (*_interpreter(), Path("/usr"))
    places = filter(None, map(_installed, _KIT_PACKAGES))
    return tuple(place for place in places if any(map(place.is_relative_to, visible)))


def _installed(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _first_process(info: int) -> int:
    """Read from bubblewrap which process it started; that one is the first of the new namespace."""
    with open(info, encoding="utf-8") as stream:
        return int(json.loads(stream.read())["child-pid"])
