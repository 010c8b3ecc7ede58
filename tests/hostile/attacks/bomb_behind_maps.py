# tries: to make looking at its memory slow, by tens of thousands of maps in each of many processes, and to fill memory meanwhile
# must: be ended for one or the other before both have grown
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import mmap
import os
import time

C = ctypes.CDLL(None, use_errno=True)
C.mmap.restype, C.mmap.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
C.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
C.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
PAGE, MAPS, MIB = 4096, 60_000, 2**20
with open("/tmp/filled", "wb") as file:
    file.truncate(PAGE)
filled = mmap.mmap(os.open("/tmp/filled", os.O_RDWR), PAGE)
start = C.mmap(None, MAPS * PAGE, 0, 0x4022, -1, 0)
for number in range(0, MAPS, 2):
    C.mprotect(start + number * PAGE, PAGE, 1)
for _ in range(80):
    try:
        if os.fork() == 0:
            time.sleep(10**6)
    except OSError:
        break
C.munmap(start, MAPS * PAGE)
for place in range(3):
    if os.fork() == 0:
        os.setsid()
        held = mmap.mmap(-1, 1000 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for page in range(0, 1000 * MIB, PAGE):
            held[page] = 1
        filled[place] = 1
        time.sleep(10**6)
deadline = time.monotonic() + 5
while time.monotonic() < deadline:
    time.sleep(0.1)
    if sum(filled[:3]) == 3:
        time.sleep(1)
        print("GOT IT: three times 1,000 MiB, behind the maps")
        break
