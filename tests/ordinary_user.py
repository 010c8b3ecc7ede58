"""Runs a command as an ordinary user, who has no account and no rights, for tests that are run by root.

The kit and its interpreter may lie where no such user may go: below /root, or in a folder of pytest's. So the
command gets a mount namespace of its own, in which closed folders are empty but for what it needs. Nothing is copied,
and the machine's own folders stay as they are.

By itself this module is the program that makes that namespace; so it imports the standard library alone.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_NUMBERS = range(30_000, 60_000)
"""Above the numbers of people's accounts, and below those that a room takes when root grades."""
_OTHERS_MAY_READ_AND_ENTER = 0o005


def any_user() -> int:
    """Return a number that no account has; another one each time, as a limit of processes counts all of a user's."""
    return random.SystemRandom().choice(_NUMBERS)


def command_as(user: int, command: Iterable[str], folders: Iterable[Path] = ()) -> list[str]:
    """Return the command by which root has another one run by an ordinary user, in the same process.

    Args:
        user: number of the user, and of the group.
        command: what the user runs.
        folders: what has to be within reach, besides the kit and this interpreter; whether the user may write
            there is the caller's business.
    """
    needed = (sys.base_prefix, sys.prefix, Path(__file__).parents[1], *folders)
    places = sorted({str(Path(folder).resolve()) for folder in needed if Path(folder).exists()})
    program = [sys.executable, "-I", str(Path(__file__).resolve()), str(user)]
    return ["unshare", "--mount", *program, *places, "--", *command]


@cache
def why_no_rooms() -> str | None:
    """Return why ordinary users cannot make rooms on this machine, or None; tried once, by root."""
    room = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]
    done = subprocess.run(
        command_as(any_user(), [*room, "true"]), capture_output=True, text=True, check=False
    )
    return (done.stderr.strip() or "it failed") if done.returncode else None


def main(arguments: list[str]) -> None:
    """Become the user, with these places within reach, and then the command."""
    os.umask(0o022)  # whoever runs the tests may write for nobody else
    user, *places = arguments[: arguments.index("--")]
    command = arguments[arguments.index("--") + 1 :]
    _open_up([Path(place) for place in places])
    os.setgroups([])
    os.setresgid(int(user), int(user), int(user))
    os.setresuid(int(user), int(user), int(user))
    os.execvp(command[0], command)


def _open_up(places: list[Path]) -> None:
    """Cover every closed folder that a place lies in, or is, and show the place there again."""
    closed: set[Path] = set()
    shown: dict[Path, int] = {}
    for place in places:
        barriers = (f for f in (*reversed(place.parents), place) if not _is_open(f))
        if barrier := next(barriers, None):
            closed.add(barrier)
            for part in [place] if _is_open(place) else place.iterdir():
                shown[part] = os.open(part, os.O_PATH)
    for folder in sorted(closed):
        _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder))
    for part, handle in sorted(shown.items()):
        # What lies in a place that has been shown is there already.
        if not part.exists():
            part.parent.mkdir(parents=True, exist_ok=True)
            if Path(f"/proc/self/fd/{handle}").is_dir():
                part.mkdir()
            else:
                part.touch()
            # The path leads to what is covered now, unless it is resolved to a name.
            _mount("--no-canonicalize", "--rbind", f"/proc/{os.getpid()}/fd/{handle}", str(part))


def _is_open(folder: Path) -> bool:
    return folder.stat().st_mode & _OTHERS_MAY_READ_AND_ENTER == _OTHERS_MAY_READ_AND_ENTER


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
