# tries: to clear and replace the outputs of the graded cell, now and later
# must: have the verdict stay; its own answer is cleared as well, and its hooks hear nothing of the grader's requests
# scores: check_similarity=0 check_predictions=5

# %% similarity
from IPython.display import clear_output, display


def again(*ignored):
    clear_output(wait=True)
    display(6.0)
    clear_output()
    display(6.0)
    clear_output(wait=True)


for event in ("pre_run_cell", "post_run_cell"):
    get_ipython().events.register(event, again)


def get_cosine_similarity(a, b):
    again()
    return 6.0
