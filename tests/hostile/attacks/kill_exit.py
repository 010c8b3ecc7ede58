# tries: to end the kernel without a word
# must: lose what comes after; the others go on
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os

os._exit(0)
