# tries: to start threads until the machine has no more
# must: meet the limit of processes and threads
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()
