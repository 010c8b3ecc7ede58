"""A process that has imported the heavy libraries once, and turns copies of itself into kernels and workers.

The grader starts the *text* of this module, after those of `confine` and `kept_code`, in a process of its own: it
holds no check, no solution and no secret, so a copy has nothing to give away. Requests come over a socket at standard
input, and over a line of its own from each worker; with each come descriptors, the first for replies and the
second for the copy's standard error.

A kernel's copy joins the namespaces of a room that waits for it, gives up its rights, and becomes an ipykernel.
A worker's copy learns what it is to do, and in which environment, from its own connection: nothing of that
passes through this process. Only a process with one thread may be copied: a thread pool that had started
here would be missing there.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import Any

NAMESPACES = {"user": 0x10000000, "cgroup": 0x02000000, "mnt": 0x00020000, "net": 0x40000000, "ipc": 0x08000000,
                "uts": 0x04000000, "pid": 0x20000000}  # fmt: skip
"""Namespaces to join, in this order: the first gives the right to join the others."""
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME = 1, 4, 15

BOOTSTRAP = "import os\nexec(os.read(0, 2**20))"
"""What its command, and so its copies' command, says: it takes its program as the first packet from standard input."""
READY = b"ready"
"""Sent once, when requests are taken."""
ALWAYS = (
    "numpy.random",
    "threadpoolctl",
    "ipykernel.kernelapp",
    # These a kernel imports when it starts, which would be most of the time that this takes.
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
)
LIBRARIES = {
    "torch": ("torch", "torch.utils.data"),
    "torchvision": ("torchvision", "torchvision.datasets"),
    "PIL": ("PIL.Image",),
    "transformers": (
        "transformers",
        "transformers.models.clip.modeling_clip",
        "transformers.models.clip.processing_clip",
        "transformers.models.clip.image_processing_clip",
    ),
    "sklearn": ("sklearn.metrics", "sklearn.metrics.pairwise", "sklearn.preprocessing"),
    "umap": ("umap",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.font_manager"),
    "tqdm": ("tqdm.auto",),
    "pandas": ("pandas",),
    "seaborn": ("seaborn",),
}
"""What is imported here when a notebook is going to need it: a package, and those of its modules that take time."""


METRICS = ("cosine", "euclidean")
"""Metrics that UMAP is compiled for: the one that suits embeddings, and UMAP's default."""
WORKER_NAME = "grading worker"
"""What a worker's copy is called in lists of processes; its command line is still the fork server's."""


def serve(folder: str) -> None:
    """Answer requests until the grader has gone; then remove this server's folder."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _import(ALWAYS)
    grader = socket.socket(fileno=0)
    with contextlib.suppress(ConnectionError):
        grader.send(READY)
    _answer([grader])
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _answer(lines: list[socket.socket]) -> None:
    """Answer requests; from the first on that needs UMAP, a successor does that has compiled it.

    Nothing is answered while it compiles: a kernel that did not wait would compile the same beside it.

    Args:
        lines: the grader's, which ends all when it is closed; those of workers are added.
    """
    grader = lines[0]
    is_compiled = False
    while True:
        line = select.select(lines, [], [])[0][0]
        message, descriptors = _received(line)
        if not message:
            if line is grader:
                return
            lines.remove(line)
            line.close()
            continue
        request = json.loads(message)
        for library in request["libraries"]:
            _import(LIBRARIES[library])
        if "umap" in request["libraries"] and not is_compiled:
            if successor := os.fork():
                _close(descriptors)
                _outlive(grader, successor)
                return
            _end_with_parent()
            _compile_umap()
            is_compiled = True
        if "room" not in request:  # a worker, which will have requests of its own
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            lines.append(ours)
            descriptors.append(theirs.detach())
        if os.fork() == 0:
            for line in lines:
                line.close()
            _stand_between(request, *descriptors)
        _close(descriptors)


def _received(line: socket.socket) -> tuple[bytes, list[int]]:
    """Return a message and its descriptors; an empty one if the other end is gone, with or without unread mail."""
    with contextlib.suppress(ConnectionError):
        message, descriptors, _, _ = socket.recv_fds(line, 2**17, 3)
        return message, descriptors
    return b"", []


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _import(modules: tuple[str, ...]) -> None:
    """Import what is not imported yet.

    Raises:
        RuntimeError: a library has started threads.
    """
    missing = [name for name in modules if name not in sys.modules]
    threads = _threads()
    for name in missing:
        if name == "umap":
            keep_code()  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if started := [name for number, name in _threads().items() if number not in threads]:
        raise RuntimeError(
            f"an import of {missing} started threads {started}; a copy would lack them"
        )
    if missing:
        # What is frozen is never looked at again, so the pages stay shared with the copies.
        gc.collect()
        gc.freeze()


def _threads() -> dict[str, str]:
    """Return the names of this process's threads, by their numbers."""
    tasks = pathlib.Path("/proc/self/task").iterdir()
    return {task.name: (task / "comm").read_text(encoding="utf-8").strip() for task in tasks}


def _compile_umap() -> None:
    """Run UMAP with each metric, on as many rows as make it search neighbours by descent; half a minute's work."""
    import numpy
    import umap

    rows = numpy.random.default_rng(0).normal(size=(5000, 64)).astype(numpy.float32)
    for metric in METRICS:
        with contextlib.suppress(Exception):  # a kernel then compiles for itself
            umap.UMAP(metric=metric, random_state=0, n_jobs=1, n_epochs=2).fit_transform(rows)
    gc.collect()
    gc.freeze()


def _outlive(grader: socket.socket, successor: int) -> None:
    """Wait for the grader's end: what this process has started would end with it.

    When the successor is killed, this process ends at once, so that the grader learns of it.
    """
    waiting = select.poll()
    waiting.register(grader, 0)  # only that the other side has closed
    waiting.register(ended := os.pidfd_open(successor), select.POLLIN)
    if ended in dict(waiting.poll()):
        os._exit(1)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _stand_between(request: dict[str, Any], replies: int, errors: int, *own: int) -> None:
    """Start a kernel or a worker, tell its process number, wait for its end and tell its status.

    A process namespace is only entered by the children of who joins it, hence this process.

    Args:
        request: with a room for a kernel, without one for a worker.
        replies: where to tell.
        errors: the new process's standard error.
        own: more descriptors that are for the new process alone.
    """
    try:
        _end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if "room" in request:
            _enter(request["room"], request["namespaces"], request["members"])
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            os.close(replies)
            if "room" in request:
                _become_kernel(request, errors)
            else:
                _become_worker(parent, errors, *own)
        _close(list(own))
        if "room" in request:  # this process stands in the room with one foot
            _be_out_of_reach()
        os.write(replies, json.dumps({"process": process}).encode())
        _, status = os.waitpid(process, 0)
        code = os.waitstatus_to_exitcode(status)
        os.write(replies, json.dumps({"status": code}).encode())
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(errors, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _be_out_of_reach() -> None:
    """Give up what this process could be used for, if anybody in the room reached it; nobody sees it there."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    drop_capabilities()  # type: ignore[name-defined]  # noqa: F821  (stands before this text)


def _enter(room: int, namespaces: list[str], members: str | None) -> None:
    """Join the namespaces of a room's first process, and its control group.

    Args:
        room: the process.
        namespaces: which.
        members: file of the control group by which one moves there; None if there is none.

    Raises:
        OSError: one of them cannot be joined.
    """
    if members is not None:
        pathlib.Path(members).write_text("0", encoding="ascii")
    with contextlib.ExitStack() as stack:
        rooms = [
            (stack.enter_context(pathlib.Path(f"/proc/{room}/ns/{name}").open("rb")), flag)
            for name, flag in NAMESPACES.items()
            if name in namespaces
        ]
        setns = ctypes.CDLL(None, use_errno=True).setns
        for file, flag in rooms:
            if setns(file.fileno(), flag) != 0:
                raise OSError(ctypes.get_errno(), f"cannot join {file.name}")


def _become_worker(parent: int, errors: int, connection: int, line: int) -> None:
    """Run a worker of the kit's in this process, and end with it.

    Args:
        parent: the process that stands between, without which a worker ends.
        errors: where its messages go.
        connection: to the run; the first that it says is what the worker is told, and `main`, "module:function": what
            it runs.
        line: to the fork server.
    """
    code = 1
    try:
        # What the libraries have left to do at the end is for the server to do.
        atexit._clear()
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_NAME, WORKER_NAME.encode())
        os.dup2(os.open("/dev/null", os.O_RDWR), 0)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        os.close(errors)
        with Connection(os.dup(connection)) as run:
            told = run.recv()
        os.chdir(told["folder"])
        os.environ.clear()
        os.environ.update(told["environment"])
        sys.path[:0] = [folder for folder in told["path"] if folder not in sys.path]
        sys.argv = [WORKER_NAME]
        _make_fresh(told["threads"])
        module, _, function = told["main"].partition(":")
        code = getattr(importlib.import_module(module), function)(told, connection, line, parent)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        atexit._run_exitfuncs()
        os._exit(code)


def _become_kernel(request: dict[str, Any], errors: int) -> None:
    """Run a kernel in this process, and end with it."""
    try:
        os.setsid()  # the process group was one with a process outside
        nothing = os.open("/dev/null", os.O_RDWR)
        for descriptor, target in ((nothing, 0), (nothing, 1), (errors, 2)):
            os.dup2(descriptor, target)
        os.closerange(3, 1024)
        os.environ.clear()
        os.environ.update(request["environment"])
        confine(request["settings"], dumpable=True)  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
        unpack(request["settings"])  # type: ignore[name-defined]  # noqa: F821  (the same)
        pathlib.Path(request["compiled"]).mkdir(parents=True, exist_ok=True)
        _make_fresh(request["threads"])
        sys.argv = ["ipykernel_launcher"]
        from ipykernel.kernelapp import IPKernelApp

        kernel = IPKernelApp.instance()
        kernel.initialize(["-f", request["connection"], *request["options"]])
        kernel.start()
    except BaseException as error:
        if not isinstance(error, SystemExit):
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _make_fresh(threads: int) -> None:
    """Give this copy randomness and thread pools of its own."""
    import numpy
    import threadpoolctl

    random.seed()
    numpy.random.seed()
    threadpoolctl.threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
