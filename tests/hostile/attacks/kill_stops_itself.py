# tries: to stop its own process, so that nothing answers and nothing dies
# must: be given up with its kernel shortly after the cell's limit
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
