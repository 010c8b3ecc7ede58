# tries: to fill the machine's memory with page tables, which are no process's resident memory
# must: be ended when they are too large
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import os
import time

C = ctypes.CDLL(None)
C.mmap.restype = ctypes.c_void_p
C.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
SIZE, STEP = 2**38, 2**21
NORESERVE, PRIVATE, ANONYMOUS, READ = 0x4000, 0x2, 0x20, 0x1


def fill():
    """One byte read of every 2 MiB: a page of tables each, and none of data."""
    start = C.mmap(None, SIZE, READ, PRIVATE | ANONYMOUS | NORESERVE, -1, 0)
    np.frombuffer((ctypes.c_char * SIZE).from_address(start), np.uint8)[::STEP].copy()


def tables(process):
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmPTE"))


children = []
for _ in range(4):
    children.append(os.fork())
    if children[-1] == 0:
        fill()
        time.sleep(10**6)
while sum(map(tables, children)) < 1900 * 1024:
    time.sleep(0.1)
time.sleep(1.5)
print("GOT", "IT:", sum(map(tables, children)) // 1024, "MiB of page tables")
