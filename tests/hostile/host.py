"""What hostile submissions could harm on the machine that grades them, watched."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import psutil

LOOK_AGAIN = 0.25


class Canaries:
    """Secrets to be found, listeners to be reached and a process to be killed; nobody honest touches them.

    Attributes:
        token: stands in every secret; wherever it turns up, something was read.
        home: the instructor's home folder.
        scratch: where the grader keeps its temporary files.
        visits: who reached a listener.
    """

    def __init__(self, folder: Path, user: int | None = None) -> None:
        """Set them up in an empty folder; the bystander is a process of the user's who grades (None: who runs this)."""
        self.token = f"canary{secrets.token_hex(8)}"
        self.home, self.scratch = folder / "home", folder / "t"
        self.visits: list[str] = []
        (self.home / ".ssh").mkdir(parents=True)
        self.scratch.mkdir()
        (self.home / ".ssh" / "id_ed25519").write_text(self.token, encoding="ascii")
        (self.home / ".bashrc").write_text(f"# {self.token}", encoding="ascii")
        self.abstract = f"hostile-{secrets.token_hex(4)}"
        # By a short path: an attacker's code puts it into an address of at most 107 bytes.
        self._sockets = Path(f"/tmp/{self.abstract}")
        self._sockets.mkdir()
        self.socket = self._sockets / "canary.sock"
        self._listeners = self._listen()
        self.port = self._listeners[0].getsockname()[1]
        self.bystander = subprocess.Popen(["sleep", "86400"], user=user)

    def known(self, course: Path, kit: Path) -> dict[str, str]:
        """Return what an attacker is given to know."""
        return {
            "COURSE": str(course),
            "HOME": str(self.home),
            "KIT": str(kit),
            "TCP": str(self.port),
            "ADDRESS": _own_address(),
            "ABSTRACT": self.abstract,
            "SOCKET": str(self.socket),
            "BYSTANDER": str(self.bystander.pid),
            "PATTERN": f"[{self.token[0]}]{self.token[1:]}",
        }

    def close(self) -> None:
        """Take everything down."""
        for listener in self._listeners:
            listener.close()
        self.bystander.kill()
        self.bystander.wait()
        shutil.rmtree(self._sockets)

    def _listen(self) -> list[socket.socket]:
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        first = socket.create_server(("", 0))
        port = first.getsockname()[1]
        listeners = [first, socket.socket(socket.AF_INET, datagram)]
        listeners[1].bind(("", port))
        for address in (str(self.socket), f"\0{self.abstract}"):
            listener = socket.socket(socket.AF_UNIX, stream)
            listener.bind(address)
            listener.listen()
            listeners.append(listener)
        self.socket.chmod(0o777)
        self._sockets.chmod(0o755)
        for listener in listeners:
            threading.Thread(target=self._record, args=(listener,), daemon=True).start()
        return listeners

    def _record(self, listener: socket.socket) -> None:
        while True:
            try:
                if listener.type == socket.SOCK_DGRAM:
                    said = listener.recv(1000)
                else:
                    visitor, _ = listener.accept()
                    with visitor:
                        visitor.settimeout(1.0)
                        said = b""
                        with suppress(OSError):
                            said = visitor.recv(1000)
            except OSError:
                return
            self.visits.append(repr(said))


def _own_address() -> str:
    """Return an address of this machine that is not the loopback's, if it has one."""
    addresses = (a.address for i in psutil.net_if_addrs().values() for a in i if a.family == 2)
    return next((address for address in addresses if address != "127.0.0.1"), "127.0.0.1")


def digests(folder: Path) -> dict[str, str]:
    """Return the content of every file under a folder, and every other entry, by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = f"link to {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = "folder"
    return found


def rows(database: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return every row of every table of a gradebook."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = connection.execute(
            "select name from sqlite_master where type = 'table'"
        ).fetchall()
        found = {name: set(connection.execute(f"select * from {name}")) for (name,) in tables}
    connection.close()
    return found


def processes_with(mark: str) -> list[str]:
    """Return every process of this machine that a path of the grader's leads into, in whatever namespace."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        for name in ("mountinfo", "cmdline", "environ"):
            with suppress(OSError):
                if mark in Path(f"/proc/{process.pid}/{name}").read_text(errors="replace"):
                    found.append(
                        f"{process.pid} {Path(f'/proc/{process.pid}/cmdline').read_text()}"
                    )
                    break
    return found


class Watch:
    """Notes, while a grader runs, what it and its temporary files use, by the submission that is graded.

    Attributes:
        now: the submission.
        memory: most bytes of private memory of the grader's own process.
        disk: most bytes of its temporary files on the host's disk.
        seconds: how long each submission took.
    """

    def __init__(self, scratch: Path) -> None:
        """Watch the temporary files in a folder."""
        self._scratch = scratch
        self._grader: psutil.Process | None = None
        self._since = 0.0
        self.now = ""
        self.memory: dict[str, int] = defaultdict(int)
        self.disk: dict[str, int] = defaultdict(int)
        self.seconds: dict[str, float] = {}

    def begin(self, process: int) -> None:
        """Start to look at a process."""
        self._grader = psutil.Process(process)
        threading.Thread(target=self._look, daemon=True).start()

    def turn_to(self, submission: str) -> None:
        """Note that another submission has begun."""
        if self.now:
            self.seconds[self.now] = time.monotonic() - self._since
        self.now, self._since = submission, time.monotonic()

    def _look(self) -> None:
        assert self._grader is not None
        while self._grader.is_running():
            with suppress(psutil.Error):
                used = self._grader.memory_full_info().uss
                self.memory[self.now] = max(self.memory[self.now], used)
            # Unlike `rglob`, it passes over what goes away meanwhile.
            walk = os.walk(self._scratch)
            size = sum(_blocks(Path(folder, name)) for folder, _, names in walk for name in names)
            self.disk[self.now] = max(self.disk[self.now], size)
            time.sleep(LOOK_AGAIN)


def _blocks(path: Path) -> int:
    try:
        return path.lstat().st_blocks * 512
    except OSError:  # it has gone
        return 0
