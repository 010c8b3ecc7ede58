# tries: to write nonsense into the kernel's sockets, so that the grader waits for ever to send to it
# must: be given up with its kernel
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import stat
import time

for number in range(3, 1024):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, b"\xff" * 3000)
    except OSError:
        pass
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
