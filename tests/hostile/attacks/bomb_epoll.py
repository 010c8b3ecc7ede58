# tries: to fill memory with what waits for events: every descriptor in hundreds of lists
# must: be ended when all that takes too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import mmap
import os
import select
import struct
import time

@NEARLY_FULL@
nearly_full()
SIZE_OF_ONE = 190
with open("/tmp/counts", "wb") as file:
    file.truncate(4096)
counts = mmap.mmap(os.open("/tmp/counts", os.O_RDWR), 4096)
for child in range(24):
    try:
        if os.fork():
            continue
    except OSError:
        break
    made, ends = 0, []
    try:
        while len(ends) < 450:
            ends += os.pipe()
        while True:
            waits = select.epoll()
            ends.append(waits)
            for end in ends[:450]:
                waits.register(end, select.EPOLLIN)
                made += 1
            counts[child * 8 : child * 8 + 8] = struct.pack("Q", made)
    except OSError:
        time.sleep(10**6)
time.sleep(2.5)
tell_if_over(sum(struct.unpack("512Q", counts[:4096])) * SIZE_OF_ONE, "waiting")
