# %%
import torch, numpy as np
import functools
import torch.nn.functional as F

# %%
# first try
def get_cosine_similarity(image_feats, text_feats):
    return F.cosine_similarity(image_feats, text_feats).numpy()

def get_predictions(similarity):
    return [row.argmax() for row in similarity]

# %%
a = torch.randn(5, 8)
b = torch.randn(5, 8)
print(get_cosine_similarity(a, b))

# %%
# second try, gives a matrix now
def get_cosine_similarity(image_feats, text_feats):
    image_feats = F.normalize(image_feats, dim=1)
    text_feats = F.normalize(text_feats, dim=1)
    return (text_feats @ image_feats.T).numpy()

get_cosine_similarity(a, b).shape

# %%
get_predictions = lambda similarity, axis=1: np.argmax(similarity, axis=axis)

# %%
experiment = "C"

def best(k, similarity):
    return np.argsort(similarity, axis=1)[:, -k:][:, ::-1]

get_top_k_predictions = lambda scores, k=5, verbose=False: best(k, scores)

class Accuracy:
    def __call__(self, labels, guesses, normalise=True):
        return float((np.asarray(guesses) == np.asarray(labels)[:, None]).any(axis=1).mean())

top_k_accuracy = Accuracy()
