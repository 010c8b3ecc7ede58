# tries: to blind a watch by names of processes that are no text, or look like other lines of what it reads; then to fill memory
# must: be ended as any other
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

told, tell = os.pipe()
NAMES = (b"\xff\xfe\x80", b"x) R 0 0 0 (y", b"\nRssAnon:\t0 kB", b"\r\x85\x0b\x0c", b"", b"VmPTE: x")
with open("/proc/self/comm", "wb", buffering=0) as comm:
    comm.write(NAMES[0])
for name in NAMES:
    if os.fork() == 0:
        with open("/proc/self/comm", "wb", buffering=0) as comm:
            comm.write(name)
        kept = b"x" * (330 * 2**20)
        os.write(tell, b"!")
        time.sleep(10**6 + len(kept))
for _ in NAMES:
    os.read(told, 1)
time.sleep(1.5)
print("GOT", "IT:", 330 * len(NAMES), "MiB")
