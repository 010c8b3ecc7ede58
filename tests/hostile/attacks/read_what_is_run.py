# tries: to see the hidden tests as they are run, by hooks before and after every cell
# must: see no more than the probe and the inputs

# %% similarity
shell = get_ipython()
seen = []
shell.events.register("pre_run_cell", lambda info: seen.append(info.raw_cell))
shell.events.register("post_run_cell", lambda result: seen.append(repr(result)))


def get_cosine_similarity(a, b):
    return np.zeros((1, 1))

# %% after check_predictions
print(*seen, sep="\n", flush=True)
print(len(seen), "cells seen")
