# tries: to close every descriptor, so that the kernel lives and is mute
# must: be given up with its kernel shortly after the cell's limit
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import time

os.closerange(3, 1024)
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
