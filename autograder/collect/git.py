"""One command of git, on a repository that a stranger has made: bounded, and deaf to every configuration.

Nothing of this user's or the system's configuration is read, so that no alias, filter, hook, rewriting of addresses or
stored password takes part. The limits are set by a shell between this process and git: a function to be called in the
child would not be safe where there are threads.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import CourseError
from autograder.intake.findings import shortened, shown

# macOS has no limit on address space.
_LIMITED = 'ulimit -c 0; ulimit -f "$1" && ulimit -v "$2" 2>/dev/null; shift 2 && exec "$@"'
_MEMORY = 4 * 2**20
"""KiB of address space for each of git's processes; they map packs of the allowed size, and more."""
_BLOCK = 2**16
_ERRORS = 2**16
"""Bytes that are read of what git says went wrong."""
_KEPT_VARIABLES = (
    *("PATH", "SSH_AUTH_SOCK", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"),
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
)
_SETTINGS = (
    *("core.hooksPath=/dev/null", "core.attributesFile=/dev/null", "core.askPass=", "core.fsmonitor=false"),
    *("credential.helper=", "protocol.allow=never", "protocol.https.allow=always", "protocol.ssh.allow=always"),
    *("protocol.version=2", "transfer.credentialsInUrl=die", "transfer.bundleURI=false"),
    *("http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "http.emptyAuth=false"),
    # Else a host that may be asked could lead to one that may not.
    "http.followRedirects=false",
    *("fetch.recurseSubmodules=false", "submodule.recurse=false", "fetch.writeCommitGraph=false"),
    # One pack whatever its size, so that one limit on files holds for all of it; large contents are never in memory.
    *("fetch.unpackLimit=1", "core.bigFileThreshold=1m", "pack.threads=1", "gc.auto=0", "maintenance.auto=false"),
)  # fmt: skip
_TOO_LARGE = re.compile(r"died of signal 25\b|File too large|file size limit", re.IGNORECASE)
_SAYINGS = (
    (r"certificate problem|certificate verification|certificate verify|error setting certificate",
     "the host's certificate is none that this machine trusts"),
    (r"no space left on device", "this machine's disk is full"),
    (r"could not resolve host(?:name)?:? *(\S+)?", "the host was not found; look at the link and the network"),
    (r"host key verification failed", "this account does not know the host's key; connect to it once with ssh"),
    (r"permission denied \(", "the host does not take the SSH key of this account"),
    (r"could not read username|authentication failed|terminal prompts disabled|returned error: 40[13]",
     "there is no such repository, or it is private; give this account access and use --ssh"),
    (r"returned error: 30\d|unable to update url base from redirection",
     "the repository has moved; put its new address into the list"),
    (r"repository .*not found|not found|does not exist|not appear to be a git repository|returned error: 404"
     r"|could not be found",
     "there is no such repository, or it is private; look at the link"),
    (r"connection (?:refused|timed out|reset)|failed to connect|unable to access|network is unreachable",
     "the host could not be reached; try again later"),
)  # fmt: skip


class GitError(Exception):
    """Git could not do it; its text is a clause that says why, fit to be shown."""


class TooMuchError(GitError):
    """What was asked for is too large, or takes too long; less of it perhaps is not."""


class StoppedError(Exception):
    """The run is being ended."""


@dataclass(frozen=True)
class Limits:
    """What one student's repository may cost.

    Attributes:
        seconds: wall-clock time of one command of git.
        repository: bytes of what is fetched, as packed.
        file: bytes of one file that is handed in.
        total: bytes of all of them.
        files: how many of them.
        entries: files of the whole tree that are looked at.
        kept: bytes of all snapshots of one student that are kept, besides the two that are needed.
    """

    seconds: float = 120.0
    repository: int = 512 * 2**20
    file: int = 128 * 2**20
    total: int = 512 * 2**20
    files: int = 2_000
    entries: int = 100_000
    kept: int = 2 * 2**30


class Git:
    """Runs git, from several threads at once."""

    def __init__(self, limits: Limits | None = None, *, allow_local: bool = False) -> None:
        """Look for git.

        Args:
            limits: for each command.
            allow_local: whether repositories of this machine may be read, by path.

        Raises:
            CourseError: there is none.
        """
        self.limits = limits or Limits()
        program, shell = shutil.which("git"), shutil.which("sh")
        if program is None or shell is None:
            raise CourseError(
                "Collecting needs git on this machine; on Debian: apt-get install git"
            )
        local = "always" if allow_local else "never"
        settings = (*_SETTINGS, f"protocol.file.allow={local}")
        self._git = [program, "--no-replace-objects"]
        self._git += [word for setting in settings for word in ("-c", setting)]
        self._shell = shell
        self._stop = threading.Event()

    def stop(self) -> None:
        """End all commands that run, and begin no other."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it has been told to stop."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Wait, but not beyond the end of the run."""
        self._stop.wait(seconds)

    def run(
        self,
        *arguments: str,
        repository: Path | None = None,
        stdin: bytes = b"",
        most: int = 2**20,
        largest_file: int | None = None,
    ) -> bytes:
        """Run a command of git.

        Args:
            arguments: the command and its arguments.
            repository: a bare one to work in.
            stdin: what it reads.
            most: bytes that it may print.
            largest_file: bytes of a file that it may write; default: those of a repository.

        Returns:
            What it has printed.

        Raises:
            GitError: it failed, ran too long, or printed or wrote too much.
            StoppedError: the run is being ended.
        """
        with tempfile.TemporaryFile() as into:
            self._run(arguments, repository, stdin, most, largest_file, into)
            into.seek(0)
            return into.read()

    def run_into(
        self,
        into: IO[bytes],
        *arguments: str,
        repository: Path,
        stdin: bytes = b"",
        most: int,
    ) -> None:
        """Run a command of git, and write what it prints into a file; see `run`."""
        self._run(arguments, repository, stdin, most, None, into)

    def _run(
        self,
        arguments: Sequence[str],
        repository: Path | None,
        stdin: bytes,
        most: int,
        largest_file: int | None,
        into: IO[bytes],
    ) -> None:
        if self._stop.is_set():
            raise StoppedError
        largest = self.limits.repository if largest_file is None else largest_file
        place = [f"--git-dir={repository}"] if repository is not None else []
        command = [
            *(self._shell, "-c", _LIMITED, "sh", str(largest // 512 + 1), str(_MEMORY)),
            *(*self._git, *place, *arguments),
        ]
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(
                command, stdin=given, stdout=subprocess.PIPE, stderr=errors,
                env=_environment(), cwd="/", start_new_session=True,
            )  # fmt: skip
            with _ended(process):
                self._pump(process, into, most)
                status = process.wait()
            if status:
                errors.seek(0)
                said = errors.read(_ERRORS).decode("utf-8", "replace")
                raise GitError(self._in_words(said, status, largest))

    def _pump(self, process: subprocess.Popen[bytes], into: IO[bytes], most: int) -> None:
        """Read what a process prints until it ends."""
        assert process.stdout is not None
        end, left = time.monotonic() + self.limits.seconds, most
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            while True:
                if self._stop.is_set():
                    raise StoppedError
                if time.monotonic() > end:
                    raise GitError(
                        f"it took longer than {self.limits.seconds:g} seconds (--seconds)"
                    )
                if not ready.select(0.1):
                    continue
                block = os.read(process.stdout.fileno(), _BLOCK)
                if not block:
                    break
                left -= len(block)
                if left < 0:
                    raise GitError(
                        f"the repository holds more than is looked at (a list of {most} bytes)"
                    )
                into.write(block)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(end - time.monotonic(), 1.0))
            return
        raise TooMuchError(f"it took longer than {self.limits.seconds:g} seconds (--seconds)")

    def _in_words(self, said: str, status: int, largest: int) -> str:
        if _TOO_LARGE.search(said) or status == -signal.SIGXFSZ:
            return too_large(largest)
        for form, saying in _SAYINGS:
            if re.search(form, said, re.IGNORECASE):
                return saying
        lines = [line for line in said.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
        # An address in it has no password: such links are refused.
        return shortened(shown(told[-1]), 200) if told else f"git ended with status {status}"


def too_large(limit: int) -> str:
    """Return the clause for a repository that is larger than a limit, in bytes."""
    return f"the repository has more than {limit // 2**20} MiB; ask for one without data (--repository-size)"


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no process behind: git starts others, which go on when it is killed alone."""
    try:
        yield
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        # No folder: `.netrc` holds passwords, and a link could lead to any host.
        "HOME": "/dev/null",
        "XDG_CONFIG_HOME": "/dev/null",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15 "
        "-oPermitLocalCommand=no -oClearAllForwardings=yes -oForwardAgent=no",
    }
