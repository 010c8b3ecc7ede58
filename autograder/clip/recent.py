"""Arrays that were computed a short while ago, within a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

import numpy as np


class Recent:
    """Remembers arrays by key, and forgets those that were asked for longest ago where they hold too much together.

    For results of what a submission says: an ordinary dictionary would keep them for the life of the process.

    Args:
        most_bytes: what the arrays may hold together; one that is larger by itself is not remembered at all.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held = 0
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes that the arrays hold now."""
        return self._held

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return the array of a key, or None where there is none or it was forgotten."""
        if key in self._arrays:
            self._arrays.move_to_end(key)
        return self._arrays.get(key)

    def put(self, key: Hashable, array: np.ndarray) -> None:
        """Remember an array."""
        if array.nbytes > self._most_bytes:
            return
        replaced = self._arrays.pop(key, None)
        self._held += array.nbytes - (0 if replaced is None else replaced.nbytes)
        self._arrays[key] = array
        while self._held > self._most_bytes:
            _, oldest = self._arrays.popitem(last=False)
            self._held -= oldest.nbytes
