# tries: to pin huge pages by one byte of each in a pipe, and to give the memory back by name only
# must: be refused, or be ended when too much is pinned
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import os
import platform
import time

@NEARLY_FULL@
nearly_full()
CALL = {"x86_64": 278, "aarch64": 75}[platform.machine()]
HUGE, SLOTS, HUGE_PAGES = 2 * 2**20, 16, 14
C = ctypes.CDLL(None, use_errno=True)
C.mmap.restype, C.mmap.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
C.madvise.argtypes, C.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int], [ctypes.c_void_p, ctypes.c_size_t]
SIZE = (SLOTS + 1) * HUGE


class Span(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def huge_pages():
    with open("/proc/self/smaps_rollup") as about:
        return next(int(line.split()[1]) * 1024 for line in about if line.startswith("AnonHugePages"))


pinned, pipes, begun = 0, [], time.monotonic()
while pinned < 800 * 2**20 and time.monotonic() < begun + 4:
    before = huge_pages()
    start = C.mmap(None, SIZE, 3, 0x22, -1, 0)
    if start in (None, 2**64 - 1):
        print("no more memory")
        break
    C.madvise(start, SIZE, HUGE_PAGES)
    first = start + -start % HUGE
    for slot in range(SLOTS):
        ctypes.memset(first + slot * HUGE, 1, 1)
    huge = huge_pages() - before
    pipes.append(os.pipe())
    spans = (Span * SLOTS)(*(Span(first + slot * HUGE, 1) for slot in range(SLOTS)))
    if C.syscall(CALL, pipes[-1][1], spans, SLOTS, 0) != SLOTS:
        print("refused:", os.strerror(ctypes.get_errno()))
        break
    C.munmap(start, SIZE)
    pinned += max(huge, SLOTS * 4096)
tell_if_over(pinned, f"huge pages, by {len(pipes)} pipes")
