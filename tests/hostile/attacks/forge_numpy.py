# tries: to patch numpy so that every comparison succeeds
# must: change only its own process

# %% similarity
import numpy

for name in ("allclose", "array_equal", "isclose", "array_equiv", "all", "any", "isfinite"):
    setattr(numpy, name, lambda *args, **kwargs: numpy.bool_(True))
for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal"):
    setattr(numpy.testing, name, lambda *args, **kwargs: None)
numpy.abs = numpy.max = numpy.linalg.norm = lambda *args, **kwargs: 0.0


def get_cosine_similarity(a, b):
    return numpy.zeros((1, 1))
