# tries: to return half a gigabyte
# must: be refused by size
# scores: check_similarity=0 check_predictions<=5

# %% similarity
def get_cosine_similarity(a, b):
    return np.ones((8000, 8000))
