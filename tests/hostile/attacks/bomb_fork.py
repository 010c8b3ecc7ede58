# tries: to fork for ever, in every child again
# must: stay within the limit of processes, and be gone with its room
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

while True:
    try:
        os.fork()
    except BaseException:
        time.sleep(0.05)
