# tries: to fill memory with locks of single bytes of files, in many processes
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
SET, WRITE, SIZE_OF_ONE = 6, 1, 180
with open("/tmp/counts", "wb") as file:
    file.truncate(4096)
counts = mmap.mmap(os.open("/tmp/counts", os.O_RDWR), 4096)
for child in range(4):
    if os.fork():
        continue
    made, lock = 0, bytearray(32)
    address = (ctypes.c_char * 32).from_buffer(lock)
    while True:
        handle = os.open(f"/tmp/locks-{child}-{made}", os.O_RDWR | os.O_CREAT)
        for number in range(1000):
            struct.pack_into("=hhiqqi", lock, 0, WRITE, 0, 0, 2 * number, 1, 0)
            if C.fcntl(handle, SET, address) != 0:
                time.sleep(10**6)
            made += 1
        counts[child * 8 : child * 8 + 8] = struct.pack("Q", made)
time.sleep(3.2)
# What another process can lock as well was never locked.
lock = struct.pack("=hhiqqi", WRITE, 0, 0, 0, 1, 0)
is_real = C.fcntl(os.open("/tmp/locks-0-0", os.O_RDWR), SET, lock) != 0
tell_if_over(is_real * sum(struct.unpack("512Q", counts[:4096])) * SIZE_OF_ONE, "locks")
