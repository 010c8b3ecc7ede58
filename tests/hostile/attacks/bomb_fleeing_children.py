# tries: to hold memory in chains of processes, each of which hands it on to a child and ends before anybody looks
# must: be ended as any other: who walks from parents to children must not lose them on the way
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import mmap
import os
import struct
import time

CHAINS = 5
told, tell = os.pipe()
with open("/tmp/beats", "wb") as file:
    file.truncate(4096)
beats = mmap.mmap(os.open("/tmp/beats", os.O_RDWR), 4096)
for chain in range(CHAINS):
    if os.fork() == 0:
        kept = b"x" * (400 * 2**20)
        os.write(tell, b"!")
        beat = 0
        while True:
            beat += 1
            beats[8 * chain : 8 * chain + 8] = struct.pack("Q", beat)
            try:
                if os.fork():
                    os._exit(0)
            except OSError:  # there are as many processes as there may be
                pass
for _ in range(CHAINS):
    os.read(told, 1)
time.sleep(2.5)


def alive():
    before = struct.unpack(f"{CHAINS}Q", beats[: 8 * CHAINS])
    time.sleep(0.3)
    return sum(a != b for a, b in zip(before, struct.unpack(f"{CHAINS}Q", beats[: 8 * CHAINS])))


if alive() >= 4:
    print("GOT", "IT: 400 MiB in each of four chains")
