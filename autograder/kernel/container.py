"""Kernels in containers of podman or docker, for Linux machines where bubblewrap cannot work.

A container holds what a room does (see `room`): a read-only system, here an image's, the data set and the
models, and a copy of the submission in memory. It has no network, no rights, and an end: its first process
(see `keeper`) ends when the grader closes a pipe, whatever becomes of the engine. The kernel's sockets lie
in the container's memory, and the grader reaches them through the container's entry in /proc; so a
student's code can write to nothing on this machine's disks.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import select
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.kernel import keeper
from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.orders import Orders
from autograder.kernel.processes import (
    KERNEL_OPTIONS,
    SOCKETS,
    LastWords,
    Start,
    ended,
    has_ended,
)
from autograder.kernel.room import (
    BOUNDED,
    ROOM_CONNECTION,
    ROOM_SOCKETS,
    SHARED_MEMORY,
    SYSTEM_SETTINGS,
    environment,
    lay_out,
    own_file_systems,
    settings,
    shown,
)
from autograder.kernel.usage import Sight, Watch, processor_time, shown_in, waited_for_a_processor

ENGINE_VARIABLE = "AUTOGRADER_CONTAINER_ENGINE"
"""Names the engine's command, with options of its own if need be; else podman is looked for, then docker."""
IMAGE_VARIABLE = "AUTOGRADER_CONTAINER_IMAGE"
OPTIONS_VARIABLE = "AUTOGRADER_CONTAINER_OPTIONS"
"""Names more options of the engine's `run`, written as for a shell."""
DEFAULT_IMAGE = "clip-autograder"

_ENGINES = ("podman", "docker")
_UNPRIVILEGED = 1000
"""Number of a user in a container of podman's that this machine knows by a number without rights."""
_OTHER_PROCESSES = 16
"""The keeper, and the threads of the engine's own runtime before it becomes the keeper."""
_START_SECONDS = 120.0
_ANSWER_SECONDS = 120.0


@dataclass(frozen=True)
class Engine:
    """A command that runs containers.

    Attributes:
        command: how it is called.
        is_podman: whether it is podman, under whatever name; else it is taken for docker.
        image: with Python and what a notebook needs.
        options: more options of its `run`; they come last and so have the last word.
    """

    command: tuple[str, ...]
    is_podman: bool
    image: str
    options: tuple[str, ...] = ()

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the engine's commands.

        Raises:
            SandboxError: it is not there, or it does not answer.
        """
        command = [*self.command, *arguments]
        try:
            return subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                stdin=subprocess.DEVNULL,
                timeout=_ANSWER_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise SandboxError(f"no answer from {shlex.join(command)}") from error
        except OSError as error:
            raise SandboxError(
                f"the container engine {self.command[0]!r} cannot be started: {error.strerror}\n"
                f"{ENGINE_VARIABLE} names it; without that, podman is looked for, then docker."
            ) from error


def engine_here() -> Engine:
    """Return the engine and image that the environment names; what was found is not looked for again.

    Raises:
        SandboxError: there is no engine, or it has no such image.
    """
    return _engine(
        os.environ.get(ENGINE_VARIABLE, ""),
        os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE,
        os.environ.get(OPTIONS_VARIABLE, ""),
    )


@cache
def _engine(command: str, image: str, options: str) -> Engine:
    parts = tuple(shlex.split(command)) or tuple(filter(shutil.which, _ENGINES))[:1]
    if not parts:
        raise SandboxError(
            "there is neither podman nor docker on this machine, so no kernel can run in a container.\n"
            "Install one (Debian, Ubuntu: apt-get install podman), or choose another way with "
            "AUTOGRADER_ISOLATION=bubblewrap or, for code that you trust, AUTOGRADER_ISOLATION=none."
        )
    about = Engine(parts, False, image).ask("--version")
    engine = Engine(parts, "podman" in about.stdout.lower(), image, tuple(shlex.split(options)))
    found = engine.ask("image", "inspect", image)
    if found.returncode != 0:
        raise SandboxError(
            f"{parts[0]} has no image {image!r} for the kernels: {found.stderr.strip()}\n"
            "Build it, in the folder of this kit that holds the file Containerfile:\n"
            f"    {shlex.join(parts)} build --tag {image} --file Containerfile .\n"
            f"or name another one in {IMAGE_VARIABLE}."
        )
    return engine


def run_command(engine: Engine, start: Start, name: str, user: int | None) -> list[str]:
    """Return the command that runs a container and stays with it.

    Args:
        engine: what runs it.
        start: its kernel; the scratch folder holds a copy of the submission, and the connection file.
        name: the container's.
        user: number without an account that the kernel is to have, where the grader can choose any.
    """
    bounds = start.bounds
    number = user or (_UNPRIVILEGED if engine.is_podman else os.getuid())
    command = [
        *engine.command, "run", "--name", name, "--rm", "--interactive", "--sig-proxy=false",
        "--pull", "never", "--log-driver", "none", "--no-healthcheck", "--stop-timeout", "0",
        "--network", "none", "--ipc", "private", "--hostname", "room",
        "--user", f"{number}:{number}", "--cap-drop", "all", "--security-opt", "no-new-privileges",
        "--read-only", "--workdir", "/", "--entrypoint", "python3",
        "--shm-size", str(bounds.disk), *_limits(bounds),
        # Memory of a shared map of it would be counted nowhere (see `room`).
        "--volume", "/dev/null:/dev/zero:ro",
    ]  # fmt: skip
    for setting, value in SYSTEM_SETTINGS.items():
        command += ["--sysctl", f"{setting.replace('/', '.')}={value}"]
    if engine.is_podman:
        # podman would make /run and others writable, without a bound, and pass on proxies' addresses.
        command += ["--read-only-tmpfs=false", "--http-proxy=false"]
        command += ["--mount", f"type=devpts,destination=/dev/pts,max={bounds.terminals}"]
    if _may_count_processes(engine, user):
        most = bounds.processes + _OTHER_PROCESSES
        command += ["--ulimit", f"nproc={most}:{most}"]
    # podman would copy what the image has there; docker does not, and knows no such option.
    empty = ",notmpcopyup" if engine.is_podman else ""
    for folder, options in own_file_systems(bounds).items():
        if folder == SHARED_MEMORY:  # has an option of its own
            continue
        if engine.is_podman:  # knows no such option: files are counted by the watch alone
            options = re.sub(r",nr_inodes=\d+", "", options)
        command += ["--tmpfs", f"{folder}:rw,exec,nosuid,nodev,{options},mode=1777{empty}"]
    for folder, place in shown(start).items():
        command += ["--mount", _mount(folder, place)]
    return [*command, *engine.options, engine.image, "-I", "-S", "-c", keeper.BOOTSTRAP]


class ContainerKernel:
    """A kernel in a container of its own."""

    def __init__(self, start: Start, engine: Engine) -> None:
        """Start it.

        Raises:
            SandboxError: the engine cannot run the container, or runs it where the grader cannot reach it.
        """
        self._engine, self._bounds = engine, start.bounds
        self._name = f"clip-autograder-{secrets.token_hex(8)}"
        self._handles: list[int] = []
        self._is_over = False
        self._watch: Watch | None = None
        lay_out(start)
        confinement = settings(start.bounds)
        self._client = subprocess.Popen(
            run_command(engine, start, self._name, confinement["user"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # podman's monitor leaves an empty file `oom` where it was started, of a container that ran out of memory.
            cwd=start.scratch,
        )
        assert self._client.stderr is not None
        self._words = LastWords(self._client.stderr)
        self._orders = Orders(self._client, _START_SECONDS)
        self.interrupt = self._orders.interrupt
        try:
            self._orders.begin(_mark(self._name))
            self._process = self._first_process()
            self._handles.append(os.pidfd_open(self._process))
            self._processes, sockets, *own = map(self._open, ("/proc", ROOM_SOCKETS, *BOUNDED))
            (start.scratch / SOCKETS).symlink_to(sockets)
            self._kernel = self._orders.furnish(
                _order(start, confinement, _may_count_processes(engine, confinement["user"]))
            )
        except (OSError, SandboxError) as error:
            self.kill()
            raise SandboxError(
                f"{engine.command[0]} could not run a container: {error}\n{self.last_words()}".strip()
            ) from error
        except BaseException:
            self.kill()
            raise
        # The engine's own limits are wider, and give no reason.
        sight = Sight(self._processes, self._process, (sockets, *own), self._orders.standing_still)
        self._watch = Watch(sight, start.bounds, self._end, partial(has_ended, self._handles[0]))

    def _first_process(self) -> int:
        """Return the number by which this machine knows the container's first process."""
        about = self._engine.ask("inspect", "--format", "{{.State.Pid}}", self._name)
        try:
            process = int(about.stdout)
            if Path(f"/proc/{process}/root{_mark(self._name)}").exists():
                return process
        except (ValueError, OSError):
            pass
        raise SandboxError(
            "it runs, but cannot be found among the processes of this machine. The engine has to run on the "
            "machine that the grader runs on, not on another and not in a virtual machine of its own, and "
            "neither as another user."
        )

    def _open(self, folder: str) -> Path:
        """Open a folder of the container's, while no code of a student's can have changed where it leads."""
        place = f"/proc/{self._process}/root{folder}"
        self._handles.append(os.open(place, os.O_PATH | os.O_DIRECTORY))
        return Path(f"/proc/{os.getpid()}/fd/{self._handles[-1]}")

    def poll(self) -> int | None:
        """See `KernelProcess.poll`."""
        return self._client.poll()

    def kill(self) -> None:
        """See `KernelProcess.kill`."""
        if self._is_over:
            return
        self._is_over = True
        if self._watch is not None:
            self._watch.stop()
        self._orders.hang_up()
        try:
            self._engine.ask("rm", "--force", "--volumes", self._name)
        finally:
            if not ended(self._client):
                self._client.kill()
                self._client.wait()
            # Readable once the container's first process, the last to go, has gone.
            if self._handles:
                select.select([self._handles[0]], [], [], _ANSWER_SECONDS)
            while self._handles:
                os.close(self._handles.pop())

    def reason(self) -> str | None:
        """See `KernelProcess.reason`."""
        return None if self._watch is None else self._watch.why()

    def last_words(self) -> str:
        """See `KernelProcess.last_words`."""
        return self._words.text()

    def waited(self) -> Mapping[str, float]:
        """See `KernelProcess.waited`."""
        return waited_for_a_processor(self._processes / str(self._kernel))

    def used(self) -> float:
        """See `KernelProcess.used`."""
        return processor_time(*shown_in(self._processes))

    def _end(self) -> None:
        with suppress(OSError):
            signal.pidfd_send_signal(self._handles[0], signal.SIGKILL)


class Containers:
    """Isolation of the name "container"."""

    hides_this_machine = True

    def start(self, start: Start) -> ContainerKernel:
        """See `Isolation.start`."""
        return ContainerKernel(start, engine_here())


def _limits(bounds: Bounds) -> list[str]:
    # The engine counts the files that lie in memory as memory. What is equal to it leaves no swap.
    memory = bounds.memory + len(BOUNDED) * bounds.disk + 64 * MIB
    limits = ["--memory", str(memory), "--memory-swap", str(memory)]
    limits += ["--pids-limit", str(bounds.processes + _OTHER_PROCESSES)]
    for name, value in (("core", 0), ("nofile", bounds.open_files), ("fsize", bounds.file_size)):
        limits += ["--ulimit", f"{name}={value}:{value}"]
    return limits


def _may_count_processes(engine: Engine, user: int | None) -> bool:
    """Return whether the kernel's user is its alone: that limit counts all processes of a user."""
    return user is not None or engine.is_podman


def _order(start: Start, confinement: dict[str, Any], counts_processes: bool) -> dict[str, Any]:
    """Return what the keeper is told; nothing of it can be seen in this machine's list of processes."""
    limits = dict(confinement["limits"])
    if not counts_processes:
        del limits["RLIMIT_NPROC"]
    variables = environment(start.environment)
    for name in ("PATH", "PYTHONPATH"):  # they name folders of this machine
        if name not in start.environment:
            del variables[name]
    return {
        "settings": {**confinement, "user": None, "limits": limits},
        "file_systems": {},
        "system_settings": {},
        "devices": [],
        "pause": 0.0,
        "kernel": {
            "options": ["-f", ROOM_CONNECTION, *KERNEL_OPTIONS],
            "environment": variables,
            "umask": 0,  # the grader may be another user, and is to reach the sockets
        },
    }


def _mark(name: str) -> str:
    return f"{ROOM_SOCKETS}/{name}"


def _mount(folder: str, place: str) -> str:
    """Return the value of `--mount`, which is a line of comma-separated values."""
    line = io.StringIO()
    parts = ["type=bind", f"source={folder}", f"target={place}", "readonly"]
    csv.writer(line, lineterminator="").writerow(parts)
    return line.getvalue()
