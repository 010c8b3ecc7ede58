# tries: never to end, and takes every interrupt for an ordinary exception
# must: be given up with its kernel shortly after the cell's limit
# scores: check_similarity=0 check_predictions=0

# %% similarity
import time

while True:
    try:
        time.sleep(0.1)
    except BaseException:
        pass
