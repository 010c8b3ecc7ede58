# tries: to return an object that is equal to everything and close to everything
# must: be judged by its data, which is wrong

# %% similarity
class Liar(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_function__(self, *args, **kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.zeros((7, 3))

    def __bool__(self):
        return True


def get_cosine_similarity(a, b):
    return np.zeros((1, 1)).view(Liar)
