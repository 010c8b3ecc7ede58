"""What a student's code is to be kept from; each trial is a cell that tries it and says what happened."""

from __future__ import annotations

import platform
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


_OTHERS = (
    "import os\nopened = None\nfor name in filter(str.isdigit, os.listdir('/proc')):\n"
    "    if int(name) != os.getpid():\n        opened = open(f'/proc/{{name}}/{file}', '{mode}')\n"
    "assert opened"
)
_SETTING = "open('/proc/sys/net/ipv4/ip_forward', 'w').write('1')"
_CALL = (
    "import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
    "if library.syscall({call}, {rest}) < 0 and ctypes.get_errno() in (1, 38):\n    raise OSError('refused')"
)
_VMSPLICE = {"x86_64": 278, "aarch64": 75}
_UNKNOWN = 511
"""Number of a system call that no Linux has yet."""


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
        # Of packages that are hidden their empty folders are left, which Python takes for packages.
        attempt("finds this kit", "import autograder.errors"),
        attempt(
            "finds a list of this kit's files",
            "from importlib.metadata import files\n"
            "assert any(file.parts[0] == 'autograder' for file in files('clip-autograder'))",
        ),
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
            "reads the environment of another process", _OTHERS.format(file="environ", mode="rb")
        ),
        attempt("writes to another process's memory", _OTHERS.format(file="mem", mode="r+b")),
        Trial(
            "has a process beside it that is less confined",
            "import os, re\nfree = []\nfor name in filter(str.isdigit, os.listdir('/proc')):\n"
            "    status = open(f'/proc/{name}/status', errors='replace').read()\n"
            "    rights = int(re.search(r'CapEff:\\s*(\\w+)', status).group(1), 16)\n"
            "    limit = re.search(r'Max processes +(\\w+)', open(f'/proc/{name}/limits').read()).group(1)\n"
            "    if rights or 'Seccomp:\\t2' not in status or limit == 'unlimited':\n"
            "        free.append(name)\n"
            f"print({WORKED!r} if free else 'refused: all have a filter, limits and no rights', *free)",
        ),
        attempt("changes the network's settings", _SETTING),
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
            "shares memory of a device",
            "import mmap, os\nmmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)",
        ),
        attempt(
            "puts its pages into pipes",
            _CALL.format(call=_VMSPLICE.get(platform.machine(), _UNKNOWN), rest="1, 0, 0, 0"),
        ),
        attempt(
            "has the system keep memory for it",
            "import ctypes\ncall = ctypes.CDLL(None).prctl\ncall.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]\n"
            # PR_SET_NAME first, or a machine without prctl would pass; then PR_SET_VMA, which any Linux may know.
            "assert call(15, id(b'room') + 32, 0, 0, 0) == 0\n"
            "if call(78, 1, 16, 0, 0) and call(0x53564D41, 0, 0, 0, 0):\n    raise OSError('prctl')",
        ),
        attempt(
            "leaves hints on files that rooms share",
            "import fcntl, struct, sys\nfcntl.fcntl(open(sys.executable), 1036, struct.pack('Q', 0))",
        ),
        attempt(
            "watches files that rooms share",
            "import ctypes\nassert ctypes.CDLL(None).inotify_init() >= 0",
        ),
        Trial(
            "leaves signs for other rooms by locks",
            "import fcntl, sys\nfirst, second = open(sys.executable), open(sys.executable)\n"
            "fcntl.flock(first, fcntl.LOCK_EX)\n"
            "try:\n    fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
            f"except OSError:\n    print({WORKED!r})\nelse:\n    print('refused: they have no effect')",
        ),
        attempt(
            "makes a system call that is newer than this kit", _CALL.format(call=_UNKNOWN, rest="0")
        ),
        attempt(
            "opens any number of terminals", "import os\nkept = [os.openpty() for _ in range(200)]"
        ),
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

MEMORY_TOGETHER = Trial(
    "uses any amount of memory in several processes, under a name that is no text",
    "import os, time\nopen('/proc/self/comm', 'wb').write(b'\\xff\\x0a\\xc0')\n"
    "for _ in range(6):\n    if os.fork() == 0:\n        kept = bytearray(2**29)\n        time.sleep(60)\n"
    f"time.sleep(20)\nprint({WORKED!r})",
)
"""Asks for 3 GB, where 2 are allowed. Ends the kernel."""

FILES = attempt(
    "makes any number of files beside its sockets",
    "for number in range(150_000):\n    open(f'/run/kernel/{number}', 'w').close()",
)
"""Where nothing but the watch bounds them, it ends the kernel."""
