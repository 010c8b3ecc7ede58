"""Has numba keep the machine code of UMAP's functions, which are compiled anew in each process otherwise.

The *text* of this module runs in the fork server, before UMAP is imported there. UMAP and pynndescent ask numba to keep
some of their functions only. The others take a distance, itself a compiled function, as an argument; numba knows such
an argument by a number that it draws in each process, so what was kept for it is never found again. Numbers that
follow from the functions' names are.
"""

from __future__ import annotations

import contextlib
import uuid
import warnings
from typing import Any

_PACKAGES = ("umap", "pynndescent")


def keep_code() -> None:
    """Let numba keep what it compiles of these packages, under `NUMBA_CACHE_DIR`, from now on."""
    try:
        from numba.core.dispatcher import Dispatcher
    except ImportError:  # so there is no UMAP either
        return
    # It says so of the few functions that hold a pointer, which would lead nowhere in another process.
    warnings.filterwarnings("ignore", "Cannot cache compiled function")
    plain = Dispatcher.__init__

    def init(self: Any, py_func: Any, *more: Any, **settings: Any) -> None:
        plain(self, py_func, *more, **settings)
        name = f"{py_func.__module__}.{py_func.__qualname__}"
        # Functions within functions share a name, and may differ in what they hold.
        if name.partition(".")[0] not in _PACKAGES or "<locals>" in name:
            return
        self._set_uuid(str(uuid.uuid5(uuid.NAMESPACE_OID, name)))
        with contextlib.suppress(RuntimeError):  # there is no place to keep it
            self.enable_caching()

    Dispatcher.__init__ = init  # type: ignore[method-assign]
