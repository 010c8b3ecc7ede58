"""What a student's code is to be kept from; each trial is a cell that tries it and says what happened."""

from __future__ import annotations

from dataclasses import dataclass

WORKED = "worked"


@dataclass(frozen=True)
class Trial:
    """One thing that must not work.

    Attributes:
        what: in words for the instructor, going on from "a student's code".
        code: a cell whose output begins with `worked` if it did.
    """

    what: str
    code: str


def attempt(what: str, code: str) -> Trial:
    """Return a trial whose code is refused by raising an exception."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    return Trial(
        what,
        f"try:\n{body}except Exception as error:\n    print('refused:', type(error).__name__)\n"
        f"else:\n    print({WORKED!r})\n",
    )


def trials(port: int, secret: str, folder: str) -> list[Trial]:
    """Return all trials that a kernel survives.

    Args:
        port: of a server that listens on this machine.
        secret: name of an environment variable that the grader has.
        folder: one of this machine's that no kernel is shown.
    """
    return [
        attempt(
            "reaches the network",
            f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 3)",
        ),
        attempt(
            "reaches a virtual machine's host",
            "import socket\nsocket.socket(40, socket.SOCK_STREAM)",
        ),
        attempt("sees the grader's environment", f"import os\nos.environ[{secret!r}]"),
        attempt("sees this machine's folders", f"import os\nos.listdir({folder!r})"),
        attempt("finds this kit", "import autograder"),
        attempt("writes to the system", "open('/usr/written', 'w')"),
        attempt(
            "writes to the interpreter's packages",
            "import numpy, pathlib\npathlib.Path(numpy.__file__).with_name('written').touch()",
        ),
        Trial(
            "is privileged",
            "import re\nrights = re.search(r'CapEff:\\s*(\\w+)', open('/proc/self/status').read()).group(1)\n"
            f"print({WORKED!r} if int(rights, 16) else 'refused:', 'capabilities', rights)",
        ),
        Trial(
            "sees other processes",
            "import os\nothers = [name for name in os.listdir('/proc') if name.isdigit()]\n"
            f"print({WORKED!r} if len(others) > 10 else 'refused:', len(others), 'processes')",
        ),
        attempt(
            "makes namespaces",
            "import ctypes, os\nif ctypes.CDLL(None, use_errno=True).unshare(0x10000000):\n"
            "    raise OSError(ctypes.get_errno(), '')",
        ),
        attempt(
            "looks into another process (ptrace)",
            "import ctypes\nif ctypes.CDLL(None).ptrace(0, 0, 0, 0):\n    raise OSError('ptrace')",
        ),
        attempt("keeps memory that no limit counts (memfd)", "import os\nos.memfd_create('x')"),
        attempt("shares memory that no limit counts", "import mmap\nmmap.mmap(-1, 4096)"),
        attempt(
            "fills the disk",
            "with open('/tmp/big', 'wb') as file:\n    for _ in range(100):\n        file.write(bytes(2**20))",
        ),
        attempt(
            "opens any number of files",
            "import os\nkept = [open('/dev/null') for _ in range(5000)]",
        ),
        attempt(
            "starts any number of processes",
            "import subprocess\nkept = [subprocess.Popen(['sleep', '60']) for _ in range(200)]",
        ),
    ]


MEMORY = attempt(
    "uses any amount of memory",
    "import numpy\nkept = []\nfor _ in range(500):\n    kept.append(numpy.ones(2**20))",
)
"""Asks for 4 GB. May end the kernel, so it comes last."""
