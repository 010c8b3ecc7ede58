# %%
import numpy as np

# %%
def getPredictions(similarity):
    return np.argmax(similarity, axis=1)
def getCosineSimilarity(imageFeats, textFeats):
    a = imageFeats / imageFeats.norm(dim=-1, keepdim=True)
    b = textFeats / textFeats.norm(dim=-1, keepdim=True)
    return (a @ b.T).numpy()
