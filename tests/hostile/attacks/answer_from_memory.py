# tries: to answer from a table, by the hash of the inputs, and otherwise what was right in an earlier call
# must: earn no more than for the form of its answers
# scores: check_similarity=2 check_predictions=1

# %% similarity
import hashlib

table = {}


def get_cosine_similarity(a, b):
    key = hashlib.sha256(a.numpy().tobytes() + b.numpy().tobytes()).hexdigest()
    return table.setdefault(key, np.zeros((len(a), len(b))))

# %% predictions
remembered = {}


def get_predictions(similarity):
    first = remembered.setdefault("first", np.arange(3))
    return np.resize(first, len(similarity)) % similarity.shape[1]
