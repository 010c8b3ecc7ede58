# %%
import os
for folder, _, files in os.walk('/kaggle/input'):
    print(folder, files)
print(os.listdir('/kaggle/input'))

# %%
import urllib.request
urllib.request.urlretrieve("https://example.org/cnn.pt", "cnn.pt")

# %%
import numpy as np
from nowhere_to_be_had import tracker
tracker.init("clip")

# %%
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

# %%
raise SystemExit("enough for today")

# %%
def get_cosine_similarity(image_feats, text_feats):
    return (image_feats @ text_feats.T).numpy()
