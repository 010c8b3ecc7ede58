# tries: to see from the frames above whether it is graded, and then to borrow the answer there
# must: find nothing there but its own inputs

# %% similarity
import sys


def get_cosine_similarity(a, b):
    frame, seen = sys._getframe(1), []
    while frame is not None:
        seen.append(frame.f_code.co_name)
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if name in ("expected", "wanted", "cosines", "reference", "solution", "answer_key", "rng", "seed"):
                print("GOT", "IT:", name, value)
            if callable(value) and name in ("cosines", "expected", "reference"):
                return value(a.numpy(), b.numpy())
        frame = frame.f_back
    if "serve" in seen:
        try:
            from solutions.similarity import get_cosine_similarity as borrowed

            return borrowed(a, b)
        except ImportError:
            pass
    return np.zeros((1, 1))
