"""A room: the namespaces, mounts and limits that bubblewrap puts around one submission's kernel.

Inside there is a read-only system, the interpreter with its packages but without this kit, the data set and
the models, and a copy of the submission in a home folder of bounded size that never touches the disk. There
is no network, and no process but the kernel's own. The kernel's sockets lie inside too; the grader reaches
them through the room's entry in /proc, so a student's code can write to nothing that outlives the room.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.course import CONFIGS
from autograder.errors import SandboxError
from autograder.kernel import cgroups, keeper, seccomp
from autograder.kernel.libraries import IN_FRONT, in_front
from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.orders import Orders
from autograder.kernel.processes import (
    CONNECTION_FILE,
    KERNEL_OPTIONS,
    SOCKETS,
    LastWords,
    Start,
    ended,
    has_ended,
)
from autograder.kernel.surroundings import NOTEBOOKS_OWN
from autograder.kernel.usage import (
    LOOK_AGAIN,
    Sight,
    Watch,
    processor_time,
    shown_in,
    waited_for_a_processor,
)

HOME = "/home/student"
WORK = f"{HOME}/work"
ROOM_SOCKETS = "/run/kernel"
ROOM_CONNECTION = "/run/connection.json"
_SUBMISSION = "/run/submission"
SHARED_MEMORY = "/dev/shm"
BOUNDED = (HOME, "/tmp", SHARED_MEMORY)
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
_ROOM_SECONDS = 30.0
"""Seconds that a room may take to be made."""
_NICE = 5
"""By how much a room gives way to the grader and to whoever else works on this machine."""
_TO_FURNISH = (
    "CAP_SYS_ADMIN",
    "CAP_NET_ADMIN",
    "CAP_SETUID",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SYS_RESOURCE",
)
_SOCKET_FILES = 64
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
"""What bubblewrap shows of this machine's devices, apart from /dev/zero."""
_OF_THE_MACHINE = (
    "kallsyms", "keys", "key-users", "kmsg", "latency_stats", "locks", "sched_debug", "timer_list",
)  # fmt: skip
"""Files in /proc that tell of others than the room's processes, and that no work needs."""
SYSTEM_SETTINGS = {
    # A connection's buffers would grow to several MiB each, which no limit of a process counts.
    "net/ipv4/tcp_rmem": "4096 65536 212992",
    "net/ipv4/tcp_wmem": "4096 16384 212992",
}
"""Below /proc/sys; they are those of the room's own network namespace."""


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
    """Return what `confine` and `unpack` need to know in a new room."""
    return {
        # The limit of processes and all rights of a file's owner are void for the superuser.
        "user": random.SystemRandom().choice(_USERS) if os.geteuid() == 0 else None,
        "files": _SUBMISSION,
        "work": WORK,
        "filter": base64.b64encode(seccomp.program()).decode("ascii"),
        "cpus": sorted(os.sched_getaffinity(0)),
        "nice": _NICE,
        "limits": {
            # RLIMIT_AS is of no use: torch reserves far more address space than it ever fills.
            "RLIMIT_DATA": bounds.memory,
            "RLIMIT_NPROC": bounds.processes,
            "RLIMIT_FSIZE": bounds.file_size,
            "RLIMIT_NOFILE": bounds.open_files,
            "RLIMIT_SIGPENDING": bounds.signals,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 0,
            "RLIMIT_MSGQUEUE": 0,
            "RLIMIT_NICE": 0,
            "RLIMIT_RTPRIO": 0,
        },
    }


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a kernel in a room, with those of its own."""
    return {
        "HOME": HOME,
        "USER": "student",
        "LOGNAME": "student",
        "PATH": _path(),
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        # The one threading layer of numba that is always there and outlives a fork.
        "NUMBA_THREADING_LAYER": "workqueue",
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        **own,
        IN_FRONT: in_front(own.get(IN_FRONT), *_extra_packages()),
    }


def _path() -> str:
    return f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"


def read_by_libraries(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those variables of a kernel that may matter already when its libraries are imported.

    How many threads to use is told to the libraries of each kernel anew (see `fork_server`).
    """
    own = (*NOTEBOOKS_OWN, "OMP_NUM_THREADS")
    return {name: value for name, value in variables.items() if name not in own}


class Room:
    """One room, which ends with its first process: see `keeper`.

    Attributes:
        first_process: by its number on this machine.
        members: the file by which a process moves into the room's control group, or None.
    """

    def __init__(self, start: Start, kernel: dict[str, Any] | None) -> None:
        """Build the room, furnish it, and start a kernel in it.

        Args:
            start: see `Start`.
            kernel: what the first process is to start; None if another process is to become the kernel.

        Raises:
            SandboxError: bubblewrap is not there, or the room cannot be made.
        """
        lay_out(start)
        self._handles: list[int] = []
        self._watch: Watch | None = None
        self._group = cgroups.group_for(start.bounds, len(BOUNDED))
        read_end, write_end = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*self._group.prefix, *_bubblewrap(start, write_end), "--", *_KEEPER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[write_end],
                start_new_session=True,
                # Bubblewrap is the parent of what runs in the room: it knows nothing that could be read there.
                env={"PATH": os.defpath, **cgroups.environment()},
            )
        finally:
            os.close(write_end)
        assert self._process.stderr is not None
        self._words = LastWords(self._process.stderr)
        self._orders = Orders(self._process, _ROOM_SECONDS)
        self.interrupt = self._orders.interrupt
        try:
            self.first_process = _first_process(read_end)
            self._handles.append(os.pidfd_open(self.first_process))
            self._orders.begin()
            self._kernel = self._orders.furnish(
                _order(start.bounds, kernel, bool(self._group.prefix))
            )
            self._group.begun(self._process.pid)
        except (OSError, ValueError, SandboxError) as error:
            self.kill()
            raise SandboxError(
                f"bubblewrap could not make a room: {self._words.text().strip() or error}\n"
                "`autograder doctor` says what this machine can do."
            ) from error
        self.members = self._group.members
        # Opened while no code of a student's can have changed where they lead.
        self._processes, sockets, *own = map(self._open, ("/proc", ROOM_SOCKETS, *BOUNDED))
        # `ip` names of Unix sockets must be short.
        (start.scratch / SOCKETS).symlink_to(sockets)
        self._watch = Watch(
            Sight(
                self._processes, self.first_process, (sockets, *own), self._orders.standing_still
            ),
            start.bounds,
            self._end,
            partial(has_ended, self._handles[0]),
            self._group.overrun,
        )

    def _open(self, place: str) -> Path:
        """Open a folder of the room's; return a path that leads there as long as the room is not closed."""
        path = f"/proc/{self.first_process}/root{place}"
        self._handles.append(os.open(path, os.O_PATH | os.O_DIRECTORY))
        return Path(f"/proc/{os.getpid()}/fd/{self._handles[-1]}")

    def poll(self) -> int | None:
        """Return None while the room is there, else its kernel's exit status."""
        return self._process.poll()

    def kill(self) -> None:
        """End every process in the room, and wait until they are gone."""
        if self._watch is not None:
            self._watch.stop()
        if self._process.poll() is None:
            self._end()
            if not ended(self._process):
                self._process.kill()
                self._process.wait()
        self._orders.hang_up()
        self._group.close()
        while self._handles:
            os.close(self._handles.pop())

    def reason(self) -> str | None:
        """See `KernelProcess.reason`."""
        return None if self._watch is None else self._watch.why()

    def last_words(self) -> str:
        """See `KernelProcess.last_words`."""
        return self._words.text()

    def waited(self) -> Mapping[str, float]:
        """See `KernelProcess.waited`; of the kernel that the room's first process has started."""
        return waited_for_a_processor(self._processes / str(self._kernel))

    def used(self) -> float:
        """See `KernelProcess.used`."""
        return processor_time(*shown_in(self._processes))

    def _end(self) -> None:
        """Without its first process the kernel of the machine ends a process namespace as a whole."""
        if self._handles:
            with suppress(OSError):
                signal.pidfd_send_signal(self._handles[0], signal.SIGKILL)
        else:
            self._process.kill()


class ColdKernel:
    """A kernel that starts in its room from nothing."""

    def __init__(self, start: Start) -> None:
        """Start it."""
        kernel = {
            "options": ["-f", ROOM_CONNECTION, *KERNEL_OPTIONS],
            "environment": environment(start.environment),
            "umask": 0o022,
        }
        self._room = Room(start, kernel)
        self.poll, self.kill = self._room.poll, self._room.kill
        self.reason, self.last_words = self._room.reason, self._room.last_words
        self.interrupt = self._room.interrupt
        self.waited, self.used = self._room.waited, self._room.used


class Bubblewrap:
    """Isolation by bubblewrap, every kernel started from nothing."""

    hides_this_machine = True

    def start(self, start: Start) -> ColdKernel:
        """See `Isolation.start`."""
        return ColdKernel(start)


_KEEPER = (sys.executable, "-I", "-S", "-c", keeper.BOOTSTRAP)


def _order(bounds: Bounds, kernel: dict[str, Any] | None, has_group: bool) -> dict[str, Any]:
    """Return what the first process is told to do."""
    return {
        "settings": settings(bounds),
        # What bubblewrap cannot bound: numbers of files, and of terminals.
        "file_systems": {
            **own_file_systems(bounds),
            "/dev/pts": f"ptmxmode=0666,mode=620,max={bounds.terminals}",
        },
        "system_settings": SYSTEM_SETTINGS,
        "devices": list(_DEVICES),
        "kernel": kernel,
        "pause": 3 * LOOK_AGAIN if has_group else 0.0,
    }


def own_file_systems(bounds: Bounds) -> dict[str, str]:
    """Return the places where a kernel may write, file systems in memory, and the options that bound them."""
    files = f"size={bounds.disk},nr_inodes={bounds.files + 1}"
    return {**dict.fromkeys(BOUNDED, files), ROOM_SOCKETS: f"size={MIB},nr_inodes={_SOCKET_FILES}"}


def _bubblewrap(start: Start, info: int) -> list[str]:
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
        # The first process is started anew and holds nothing of bubblewrap's, or of the grader's.
        "--as-pid-1", "--info-fd", str(info), "--clearenv", "--setenv", "PATH", _path(),
    ]  # fmt: skip
    if os.geteuid() != 0:  # the superuser needs no user namespace
        command += ["--unshare-user", "--uid", "0", "--gid", "0"]
    # The first process furnishes the room, and then gives up what it needs for that.
    command += ["--cap-drop", "ALL"]
    for capability in _TO_FURNISH:
        command += ["--cap-add", capability]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for name in _OF_THE_MACHINE:
        if Path("/proc", name).exists():
            command += ["--ro-bind", "/dev/null", f"/proc/{name}"]
    # Memory of a shared map of it would be counted nowhere. Such a bind shows a device that cannot be opened.
    command += ["--ro-bind", "/dev/null", "/dev/zero"]
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
    for listed in map(str, _lists()):
        command += ["--ro-bind", "/dev/null", listed]
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


@cache
def _lists() -> tuple[Path, ...]:
    """Return the lists of this kit's files, names of its checks included, that pip leaves beside it."""
    beside = {place.parent for place in _kit()}
    return tuple(path for folder in beside for path in folder.glob("clip_autograder-*/RECORD"))


def _installed(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _first_process(info: int) -> int:
    """Read from bubblewrap which process it started; that one is the first of the new namespace."""
    with open(info, encoding="utf-8") as stream:
        return int(json.loads(stream.read())["child-pid"])
