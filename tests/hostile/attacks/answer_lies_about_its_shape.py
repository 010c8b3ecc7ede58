# tries: to return arrays that lie about class, shape, type and length
# must: be judged by its data, which is wrong

# %% similarity
class Liar(np.ndarray):
    shape = property(lambda self: (7, 3))
    dtype = property(lambda self: np.dtype("float64"))
    ndim = property(lambda self: 2)
    __class__ = property(lambda self: np.ndarray)

    def __len__(self):
        return 7

    def __array__(self, *args, **kwargs):
        return np.eye(7, 3)

    @property
    def __array_interface__(self):
        return {"shape": (7, 3), "typestr": "<f8", "data": (id(self), True), "version": 3}


def get_cosine_similarity(a, b):
    return np.zeros((1, 1)).view(Liar)
