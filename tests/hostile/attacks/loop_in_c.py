# tries: never to come back from one call into C, where Python sees no signal
# must: be given up with its kernel shortly after the cell's limit
# scores: check_similarity=0 check_predictions=0

# %% similarity
from collections import deque
from itertools import repeat

deque(repeat(None), maxlen=0)
