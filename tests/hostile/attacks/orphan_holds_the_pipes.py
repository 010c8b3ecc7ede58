# tries: to keep the grader waiting for the end of pipes that an orphan holds open
# must: not delay the next submission
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import time

for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(1000)
