# tries: to overflow the stack, so that the kernel dies with a core dump
# must: leave no core file; the submission's other cells are reported as not run
# scores: check_similarity=0 check_predictions=0

# %% similarity
import sys

sys.setrecursionlimit(10**9)
nested = []
for _ in range(10**6):
    nested = [nested]
repr(nested)
