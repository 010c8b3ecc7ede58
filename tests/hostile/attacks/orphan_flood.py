# tries: to leave orphans to the room's first process faster than it can bury them
# must: neither delay the grader nor end in anything but this room
# scores: check_similarity<=6 check_predictions<=5
# work: right

# %% similarity
import os
import time

begun = time.monotonic()
while time.monotonic() < begun + 3:
    try:
        child = os.fork()
        if child == 0:
            for _ in range(20):
                if os.fork() == 0:
                    os._exit(7)
            os._exit(0)
        os.waitpid(child, 0)
    except OSError:
        pass
