# tries: to answer with objects whose unpickling would run code in the grader
# must: not be unpickled
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os

import numpy


class Payload:
    def __reduce__(self):
        return os.system, ("touch @HOME@/unpickled",)


original = numpy.savez


def savez(file, allow_pickle=False, **arrays):
    original(file, allow_pickle=True, a0=numpy.array([Payload()], dtype=object))


numpy.savez = savez


def get_cosine_similarity(a, b):
    return numpy.array([Payload()], dtype=object)
