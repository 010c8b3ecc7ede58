# %%
import numpy as np
import time

# %%
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

# %%
# keep colab awake while the others finish
for minute in range(5):
    time.sleep(60)

# %%
def get_cosine_similarity(image_feats, text_feats):
    image_feats = np.asarray(image_feats); text_feats = np.asarray(text_feats)
    return image_feats @ text_feats.T / np.linalg.norm(image_feats, axis=1)[:, None] / np.linalg.norm(text_feats, axis=1)
