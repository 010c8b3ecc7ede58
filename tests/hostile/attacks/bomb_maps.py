# tries: to fill memory with what describes a process's memory: as many maps as a process may have, in many of them
# must: be ended when all that takes too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import mmap
import os
import struct
import time

@NEARLY_FULL@
nearly_full()
C = ctypes.CDLL(None, use_errno=True)
C.mmap.restype, C.mmap.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
C.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
PAGE, MOST, SIZE_OF_ONE = 4096, 65_000, 180
with open("/tmp/counts", "wb") as file:
    file.truncate(4096)
counts = mmap.mmap(os.open("/tmp/counts", os.O_RDWR), 4096)
for child in range(60):
    try:
        if os.fork():
            continue
    except OSError:
        break
    start = C.mmap(None, MOST * PAGE, 0, 0x4022, -1, 0)
    for number in range(0, MOST, 2):
        if C.mprotect(start + number * PAGE, PAGE, 1) != 0:
            break
        if number % 1000 == 0:
            counts[child * 8 : child * 8 + 8] = struct.pack("Q", 2 * number)
    time.sleep(10**6)
time.sleep(2.5)
tell_if_over(sum(struct.unpack("512Q", counts[:4096])) * SIZE_OF_ONE, "maps")
