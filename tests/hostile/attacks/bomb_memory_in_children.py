# tries: to fill memory with many children, each below the limit of a process
# must: be ended when all of them together use too much
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import time

for _ in range(30):
    if os.fork() == 0:
        kept = b"x" * (200 * 2**20)
        time.sleep(10**6)
time.sleep(10)
print("GOT", "IT: 6 GiB")
