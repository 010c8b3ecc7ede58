"""Where Fashion-MNIST can be downloaded from: torchvision's source, and Debian's package.

Neither needs root. What they bring is not trusted here: the caller verifies it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

DEBIAN_PACKAGE = "dataset-fashion-mnist"
DEBIAN_FOLDER = Path("usr/share/datasets/fashion-mnist")
FIRST_ANSWER_SECONDS = 8
DOWNLOAD_SECONDS = 600

# Runs in a process of its own: it may hang in a name look-up, which knows no time limit, it sets
# a time limit for every socket of its process, and it draws progress bars.
_TORCHVISION = """
import os, socket, sys, threading, urllib.error, urllib.request
from torchvision.datasets import FashionMNIST

root, limit = sys.argv[1], float(sys.argv[2])

def give_up():
    print(f"no answer within {limit:g} s", file=sys.stderr, flush=True)
    os._exit(1)

timer = threading.Timer(limit, give_up)
timer.daemon = True
timer.start()
try:
    request = urllib.request.Request(FashionMNIST.mirrors[0], method="HEAD")
    urllib.request.urlopen(request, timeout=limit).close()
except urllib.error.HTTPError:
    pass  # an answer, and that is all that was asked for
timer.cancel()
socket.setdefaulttimeout(30)
FashionMNIST(root, download=True)
"""


class DownloadError(Exception):
    """A source did not deliver; the text says why, in one line."""


def from_torchvision(folder: Path) -> Path:
    """Download as ``torchvision.datasets.FashionMNIST(download=True)`` does.

    Args:
        folder: An empty folder to work in.

    Returns:
        The folder with the files.

    Raises:
        DownloadError: not reached, no first answer within 8 s, or not finished within 600 s.
    """
    command = [sys.executable, "-c", _TORCHVISION, str(folder), str(FIRST_ANSWER_SECONDS)]
    _run(command, folder, DOWNLOAD_SECONDS)
    return folder / "FashionMNIST" / "raw"


def from_debian(folder: Path) -> Path:
    """Take the files from Debian's package, without installing it.

    The machine's own package lists serve where there are any. Where they are empty, or too old to
    name a package that still exists, fresh ones are fetched into ``folder``, with the machine's
    sources and keys, so that the machine's state stays as it is.

    Args:
        folder: An empty folder to work in.

    Returns:
        The folder with the ``.gz`` files.

    Raises:
        DownloadError: not a Debian machine, or no archive was reached.
    """
    installed = Path("/") / DEBIAN_FOLDER
    if installed.is_dir():
        return installed
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise DownloadError(f"there is no {tool} on this machine")
    try:
        _apt_get(folder, [], ["download", DEBIAN_PACKAGE])
    except DownloadError:
        state, cache = folder / "state", folder / "cache"
        for needed in (state / "lists" / "partial", cache / "archives" / "partial"):
            needed.mkdir(parents=True)
        private = [f"Dir::State={state}", f"Dir::State::lists={state / 'lists'}"]
        private += [f"Dir::Cache={cache}", "Acquire::Languages=none"]
        # Without this, an archive that was not reached is a warning only.
        _apt_get(folder, [*private, "APT::Update::Error-Mode=any"], ["update"])
        _apt_get(folder, private, ["download", DEBIAN_PACKAGE])
    packages = sorted(folder.glob("*.deb"))
    if not packages:
        raise DownloadError("apt-get downloaded no package")
    unpacked = folder / "unpacked"
    _run(["dpkg-deb", "-x", str(packages[-1]), str(unpacked)], folder, DOWNLOAD_SECONDS)
    return unpacked / DEBIAN_FOLDER


SOURCES: Sequence[tuple[str, Callable[[Path], Path]]] = (
    ("torchvision's download", from_torchvision),
    (f"Debian's package {DEBIAN_PACKAGE}", from_debian),
)


def _apt_get(folder: Path, options: list[str], action: list[str]) -> None:
    limits = ["Acquire::Retries=0", "Acquire::http::Timeout=10", "Acquire::https::Timeout=10"]
    # As root, apt-get would otherwise download as a user who may not enter the folder.
    sandbox = ["APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    flags = [flag for option in (*limits, *sandbox, *options) for flag in ("-o", option)]
    _run(["apt-get", "-q", *flags, *action], folder, DOWNLOAD_SECONDS)


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run a command in a folder, silently; the last line of its complaint becomes the error."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        raise DownloadError(f"{command[0]} cannot be run: {error}") from error
    with process:
        try:
            _, complaint = process.communicate(timeout=seconds)
        except BaseException as error:
            # The whole group, since apt-get leaves the fetching to children of its own.
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise DownloadError(f"not finished within {seconds:g} s") from None
            raise
    if process.returncode != 0:
        lines = [line.strip() for line in complaint.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("E: ")] or lines[-1:]
        raise DownloadError(errors[0] if errors else f"it ended with {process.returncode}")
