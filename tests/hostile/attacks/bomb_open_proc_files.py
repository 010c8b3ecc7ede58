# tries: to hold a buffer of the system's by each open file of /proc, as large as what was read from it
# must: be ended when they are many
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

for _ in range(4):
    if os.fork() == 0:
        opened = [os.open("/proc/self/maps", os.O_RDONLY) for _ in range(900)]
        for file in opened:
            os.read(file, 1)
        time.sleep(10**6)
time.sleep(3.5)
print("GOT", "IT: 3,600 buffers")
