# %%
import numpy as np

# %%
def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, -k:]

def top_k_accuracy(y_true, top_k):
    return np.isin(y_true, top_k).mean()
