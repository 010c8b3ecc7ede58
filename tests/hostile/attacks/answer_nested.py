# tries: to return a list that holds itself, a nesting of a million levels, and two million small arrays
# must: be told that it is no array

# %% similarity
def get_cosine_similarity(a, b):
    if len(a) == 7:
        endless = []
        endless.append(endless)
        return endless
    if len(a) == 6:
        deep = []
        for _ in range(10**6):
            deep = [deep]
        return deep
    return [np.zeros(1)] * 2_000_000
