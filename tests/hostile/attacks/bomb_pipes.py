# tries: to fill memory with what waits in pipes, of many processes and as large as they may be
# must: get no more into them than the limit of memory allows
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import fcntl
import mmap
import os
import struct
import time

@NEARLY_FULL@
nearly_full()
with open("/tmp/counts", "wb") as file:
    file.truncate(4096)
counts = mmap.mmap(os.open("/tmp/counts", os.O_RDWR), 4096)
for child in range(60):
    try:
        if os.fork():
            continue
    except OSError:
        break
    filled = 0
    try:
        while True:
            _, end = os.pipe()
            os.set_blocking(end, False)
            try:
                fcntl.fcntl(end, 1031, 2**20)
            except OSError:
                pass
            try:
                while True:
                    filled += os.write(end, b"x" * 2**16)
            except BlockingIOError:
                pass
            counts[child * 8 : child * 8 + 8] = struct.pack("Q", filled)
    except OSError:
        time.sleep(10**6)
time.sleep(1)
tell_if_over(sum(struct.unpack("512Q", counts[:4096])), "pipes")
