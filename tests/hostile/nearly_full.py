"""Stands in attacks where they name it: fills memory that is counted, almost up to the limit of 1,500 MiB.

What then comes on top of it is more than the room may have: if it is counted, the room ends. So an attack shows within
seconds whether something is counted, in whichever way this machine counts.
"""

import os
import pathlib
import time

FULL = 1350
"""MiB that are filled; the rest is for what the children share with the kernel and is counted twice."""

LEFT = int("@LEFT@")
"""MiB that a room may have on top of that."""


def nearly_full() -> None:
    """Let three children hold what the kernel itself does not, and wait until they do."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon"))
    told, tell = os.pipe()
    for _ in range(3):
        if os.fork() == 0:
            text = b"x" * ((FULL - own) // 3 * 2**20)
            os.write(tell, b"!")
            time.sleep(10**6 + len(text))
    for _ in range(3):
        os.read(told, 1)
    print("nearly full, of which the kernel had", own, "MiB")


def tell_if_over(size: float, what: str) -> None:
    """Wait as long as a watch may need, and tell whether this many bytes are more than had been left."""
    time.sleep(1.5)
    print(size // 2**20, "MiB of", what)
    if size > LEFT * 2**20:
        print("GOT", "IT: more than is counted")
