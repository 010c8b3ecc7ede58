# %%
!pip install -q transformers umap-learn
from google.colab import drive
drive.mount('/content/drive')
%cd /content/drive/MyDrive/DL

# %%
import os, numpy as np
os.makedirs('/content/drive/MyDrive/DL/cache', exist_ok=True)

# %%
np.save('/content/drive/MyDrive/DL/cache/labels.npy', np.arange(10))

# %%
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)
