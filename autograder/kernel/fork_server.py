"""A process that has imported the heavy libraries once, and turns copies of itself into kernels.

The grader starts the *text* of this module, after that of `confine`, in a process of its own: it holds no
check, no solution and no secret, so a copy has nothing to give away. Requests come over a socket at standard
input; with each come two descriptors, one for replies and one for the kernel's standard error.

A copy joins the namespaces of a room that waits for it, gives up its rights, and becomes an ipykernel. Only
a process with one thread may be copied: a thread pool that had started here would be missing there.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pathlib
import random
import select
import signal
import socket
import sys
from typing import Any

_CLONE_FLAGS = {"user": 0x10000000, "mnt": 0x00020000, "net": 0x40000000, "ipc": 0x08000000,
                "uts": 0x04000000, "pid": 0x20000000}  # fmt: skip
"""Namespaces to join, in this order: the first gives the right to join the others."""
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

READY = b"ready"
"""Sent once, when all is imported."""
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
}
"""What is imported here when a notebook is going to need it: a package, and those of its modules that take time."""


METRICS = ("cosine", "euclidean")
"""Metrics that UMAP is compiled for: the one that suits embeddings, and UMAP's default."""


def serve() -> None:
    """Answer requests until the grader has gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _import(ALWAYS)
    requests = socket.socket(fileno=0)
    requests.send(READY)
    _answer(requests)


def _answer(requests: socket.socket) -> None:
    """Answer requests; from the first on that needs UMAP, a successor does that has compiled it.

    Nothing is answered while it compiles: a kernel that did not wait would compile the same beside it.
    """
    is_compiled = False
    while True:
        request, descriptors = _receive(requests)
        if "umap" in request["libraries"] and not is_compiled:
            if os.fork() != 0:
                for descriptor in descriptors:
                    os.close(descriptor)
                _outlive(requests)
                return
            _end_with_parent()
            _compile_umap()
            is_compiled = True
        if os.fork() == 0:
            requests.close()
            _stand_between(request, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _receive(requests: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for a request, and import what its notebook will; end this process when the grader has gone."""
    message, descriptors, _, _ = socket.recv_fds(requests, 2**17, 2)
    if not message:
        os._exit(0)
    request = json.loads(message)
    for library in request["libraries"]:
        _import(LIBRARIES[library])
    return request, descriptors


def _import(modules: tuple[str, ...]) -> None:
    """Import what is not imported yet.

    Raises:
        RuntimeError: a library has started threads.
    """
    missing = [name for name in modules if name not in sys.modules]
    threads = _threads()
    for name in missing:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if _threads() > threads:
        raise RuntimeError(f"an import of {missing} started threads; a copy would lack them")
    if missing:
        # What is frozen is never looked at again, so the pages stay shared with the copies.
        gc.collect()
        gc.freeze()


def _threads() -> int:
    return len(list(pathlib.Path("/proc/self/task").iterdir()))


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


def _outlive(requests: socket.socket) -> None:
    """Wait for the grader's end: what this process has started would end with it."""
    waiting = select.poll()
    waiting.register(requests, 0)  # only that the other side has closed
    waiting.poll()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _stand_between(request: dict[str, Any], replies: int, errors: int) -> None:
    """Start a kernel in a room, tell its process number, wait for its end and tell its status.

    A process namespace is only entered by the children of who joins it, hence this process.
    """
    try:
        _end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        with contextlib.ExitStack() as stack:
            rooms = [
                (
                    stack.enter_context(
                        pathlib.Path(f"/proc/{request['room']}/ns/{name}").open("rb")
                    ),
                    flag,
                )
                for name, flag in _CLONE_FLAGS.items()
                if name in request["namespaces"]
            ]
            setns = ctypes.CDLL(None, use_errno=True).setns
            for file, flag in rooms:
                if setns(file.fileno(), flag) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot join {file.name}")
        kernel = os.fork()
        if kernel == 0:
            os.close(replies)
            _become_kernel(request, errors)
        os.write(replies, json.dumps({"process": kernel}).encode())
        _, status = os.waitpid(kernel, 0)
        code = os.waitstatus_to_exitcode(status)
        os.write(replies, json.dumps({"status": code}).encode())
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(errors, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _become_kernel(request: dict[str, Any], errors: int) -> None:
    """Run a kernel in this process, and end with it."""
    try:
        nothing = os.open("/dev/null", os.O_RDWR)
        for descriptor, target in ((nothing, 0), (nothing, 1), (errors, 2)):
            os.dup2(descriptor, target)
        os.closerange(3, 1024)
        os.environ.clear()
        os.environ.update(request["environment"])
        confine(request["settings"])  # type: ignore[name-defined]  # noqa: F821  (stands before this text)
        pathlib.Path(request["compiled"]).mkdir(parents=True, exist_ok=True)
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1)
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
