# %%
import numpy as np, torch

# %%
def get_predictions(similarity):
    return similarity.argmax(axis=0)

# %%
big = torch.zeros(10, 10)
raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB")
def get_predictions(similarity):
    return similarity.argmax(axis=1)

# %%
labels = np.zeros(10)
feats = load_features(labels)
all_img_emb = feats * 2

# %%
print(all_img_emb.shape)
