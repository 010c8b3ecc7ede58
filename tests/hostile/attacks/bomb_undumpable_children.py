# tries: to hold memory in processes that let nobody of their user look into them
# must: be ended as any other
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import os
import time

SET_DUMPABLE = 4
told, tell = os.pipe()
ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)
for _ in range(4):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)
        kept = b"x" * (480 * 2**20)
        os.write(tell, b"!")
        time.sleep(10**6 + len(kept))
for _ in range(4):
    os.read(told, 1)
time.sleep(1.5)
print("GOT", "IT: 1,920 MiB")
