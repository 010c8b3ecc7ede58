"""Control groups of version 2: the wall around what all processes of a room use together.

What is counted for a group includes what no process owns: pages in pipes and sockets, files in memory and their
entries, locks, mappings, swap. Two ways lead to a group, and which of them is open to a user is found out by
trying it: systemd makes one for whoever asks (`systemd-run --scope`, as the user's own instance or, for the
superuser, the system's), and a folder of the control groups' file system that the user may write to holds them
(the superuser's, or one that `AUTOGRADER_CGROUP` names).

https://docs.kernel.org/admin-guide/cgroup-v2.html describes the files; systemd.resource-control(5) the properties.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.kernel.limits import MIB, Bounds

VARIABLE = "AUTOGRADER_CGROUP"
"""Names a folder of a control group that is delegated to the user; `none` for no groups at all."""
NOT_USED = "none"

_MOUNTS = Path("/proc/self/mountinfo")
_NEEDED = {"memory", "pids"}
_WEIGHT = 50
"""A room's share of processor and disk beside others; what is not in a room has 100."""
_OTHER_PROCESSES = 8
"""Bubblewrap's, and the room's first."""
_SLACK = 64 * MIB
_ANSWER_SECONDS = 20.0
_MEMBERS = "cgroup.procs"
_BUS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""Where systemd-run finds a user's instance of systemd."""
_QUIET = "--quiet"
_OOM_POLICIES = (("OOMPolicy=continue",), ())
"""By default systemd ends a scope with its first process that runs out of memory, and the reason goes with it."""
_ENTER = ("/bin/sh", "-c", 'echo 0 >"$0" && exec "$@"')


@dataclass(frozen=True)
class Way:
    """How this user gets groups.

    Attributes:
        name: in words for whoever grades.
        prefix: what stands in front of a command whose processes are to move into groups later on.
        open: makes one with these bounds; the number is how many folders in memory a room may fill.
    """

    name: str
    prefix: tuple[str, ...]
    open: Callable[[Bounds, int], Group]


class Group:
    """A control group for one room.

    Attributes:
        prefix: what stands in front of a command that is to begin in the group.
    """

    def __init__(self, prefix: tuple[str, ...] = (), folder: Path | None = None) -> None:
        """Describe a group.

        Args:
            prefix: see the attribute.
            folder: where the group is; None if its first process will show it.
        """
        self.prefix = prefix
        self._folder, self._is_own = folder, folder is not None

    @property
    def members(self) -> str | None:
        """The file to which a process that is to move into the group writes 0; None if there is no group."""
        return None if self._folder is None else str(self._folder / _MEMBERS)

    def begun(self, process: int) -> None:
        """Note which process has begun in the group.

        Raises:
            OSError: it is in none.
        """
        if self.prefix and self._folder is None:
            self._folder = _folder_of(process)

    def overrun(self) -> bool:
        """Return whether a process of the group was ended because the group's memory had run out."""
        if self._folder is None:
            return False
        try:
            events = (self._folder / "memory.events").read_bytes().split()
        except OSError:  # it has gone
            return False
        return int(events[events.index(b"oom_kill") + 1]) > 0

    def close(self) -> None:
        """Remove the group, whose processes have ended."""
        if self._is_own and self._folder is not None:
            with suppress(OSError):
                self._folder.rmdir()


def group_for(bounds: Bounds, folders: int) -> Group:
    """Return a group for one room, or one without effect where this user gets none.

    Args:
        bounds: what the room may use.
        folders: how many of its file systems in memory may grow to `bounds.disk`; they count as memory.
    """
    way = way_here(os.environ.get(VARIABLE, ""))
    return Group() if isinstance(way, str) else way.open(bounds, folders)


def prefix_outside() -> tuple[str, ...]:
    """Return what stands in front of a command whose processes are to move into groups later on."""
    way = way_here(os.environ.get(VARIABLE, ""))
    return () if isinstance(way, str) else way.prefix


def environment() -> dict[str, str]:
    """Return what the prefixes need of this process's environment."""
    return {name: os.environ[name] for name in _BUS if name in os.environ}


@cache
def way_here(named: str) -> Way | str:
    """Return how this user gets control groups, tried once; or why there are none.

    Args:
        named: what `AUTOGRADER_CGROUP` says.
    """
    if named == NOT_USED:
        return f"{VARIABLE}={NOT_USED} says so"
    root = _mounted()
    if root is None:
        return "no control groups of version 2 are mounted"
    if named:
        return _folder_way(Path(named))
    reasons = []
    for way in (_systemd_way(), _own_folder_way(root)):
        if isinstance(way, Way):
            return way
        reasons.append(way)
    return "; ".join(reasons)


def _systemd_way() -> Way | str:
    program = shutil.which("systemd-run")
    if program is None:
        return "systemd-run is not installed"
    for policy in _OOM_POLICIES:
        way = _tried_scope(program, policy)
        if isinstance(way, Way):
            break
    return way


def _tried_scope(program: str, policy: tuple[str, ...]) -> Way | str:
    """Make a scope and look at its limit.

    Args:
        program: systemd-run.
        policy: properties that not every version knows.
    """
    instance = () if os.geteuid() == 0 else ("--user",)
    scope = (program, *instance, "--scope", _QUIET, "--collect")

    def group(bounds: Bounds, folders: int) -> Group:
        properties = {
            "MemoryMax": str(_memory(bounds, folders)),
            "MemorySwapMax": "0",
            "TasksMax": str(bounds.processes + _OTHER_PROCESSES),
            "CPUWeight": str(_WEIGHT),
            "IOWeight": str(_WEIGHT),
        }
        asked = (*policy, *(f"{name}={value}" for name, value in properties.items()))
        return Group((*scope, *(f"--property={one}" for one in asked), "--"))

    trial = [part for part in group(Bounds(), 0).prefix if part != _QUIET]
    # It ends when it is asked to, so that there is time to look.
    show = ("sh", "-c", "cat /proc/self/cgroup; read -r end || true")
    try:
        done = subprocess.Popen(
            [*trial, *show],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        return f"systemd-run cannot be started: {error.strerror}"
    try:
        assert done.stdout is not None
        line = done.stdout.readline()
        limit = _limit_of(_folder_named(line)) if line else None
        _, words = done.communicate(timeout=_ANSWER_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        done.kill()
        done.communicate()
        return f"systemd does not answer ({type(error).__name__})"
    if done.returncode != 0:
        said = [line for line in words.splitlines() if not line.startswith("Running ")]
        return f"systemd makes no group: {next(iter(said), f'exit status {done.returncode}')}"
    if limit != str(_memory(Bounds(), 0)):
        return "systemd makes a group, but without a limit of memory"
    return Way("a scope of systemd's for each room", (*scope, "--"), group)


def _own_folder_way(root: Path) -> Way | str:
    if os.geteuid() != 0:
        return "only the superuser may make groups without systemd"
    return _folder_way(root)


def _folder_way(parent: Path) -> Way | str:
    """Return a way that makes groups in a folder, after having made one."""

    def group(bounds: Bounds, folders: int) -> Group:
        folder = parent / f"autograder-{secrets.token_hex(6)}"
        folder.mkdir()
        (folder / "memory.max").write_text(str(_memory(bounds, folders)))
        (folder / "pids.max").write_text(str(bounds.processes + _OTHER_PROCESSES))
        # Where swap, or shares, are not counted, there is no such file.
        for name, value in (
            ("memory.swap.max", 0),
            ("cpu.weight", _WEIGHT),
            ("io.weight", _WEIGHT),
        ):
            with suppress(OSError):
                (folder / name).write_text(str(value))
        return Group((*_ENTER, str(folder / _MEMBERS)), folder)

    try:
        has = set((parent / "cgroup.controllers").read_text().split())
        if not has >= _NEEDED:
            return f"{parent} does not count {' and '.join(sorted(_NEEDED - has))}"
        for name in ("memory", "pids", "cpu", "io"):
            with suppress(OSError):
                (parent / "cgroup.subtree_control").write_text(f"+{name}")
        trial = group(Bounds(), 0)
        try:
            subprocess.run([*trial.prefix, "true"], check=True, stderr=subprocess.DEVNULL)
        finally:
            trial.close()
    except (OSError, subprocess.SubprocessError) as error:
        return f"no group can be made in {parent}: {error}"
    return Way(f"a group for each room in {parent}", (), group)


def _memory(bounds: Bounds, folders: int) -> int:
    """Return a group's limit of memory in bytes; a little above the watch's, which can give its reason."""
    return bounds.memory + folders * bounds.disk + _SLACK


def _limit_of(folder: Path) -> str:
    return (folder / "memory.max").read_text().strip()


def _folder_of(process: int) -> Path:
    with Path(f"/proc/{process}/cgroup").open(encoding="utf-8") as lines:
        return _folder_named(next(line for line in lines if line.startswith("0::")))


def _folder_named(line: str) -> Path:
    """Return the folder of a group by its line in /proc/PID/cgroup.

    Raises:
        OSError: there is none.
    """
    root = _mounted()
    if root is None or not line.startswith("0::"):
        raise OSError("no control group of version 2")
    return root / line.strip().removeprefix("0::/")


@cache
def _mounted() -> Path | None:
    """Return where the control groups of version 2 are mounted as a whole."""
    with _MOUNTS.open(encoding="utf-8") as lines:
        for line in lines:
            fields, _, kind = line.partition(" - ")
            if kind.startswith("cgroup2 "):
                return Path(fields.split()[4])
    return None
