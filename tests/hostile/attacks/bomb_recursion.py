# tries: to overflow the stack, so that the kernel dies with a core dump
# must: leave no core file; the submission's other cells are reported as not run
# scores: check_similarity=0 check_predictions=0

# %% similarity
import faulthandler

# Recursion of Python's own does it no more since 3.12.
faulthandler._stack_overflow()
