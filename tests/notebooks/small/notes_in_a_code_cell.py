# %%
import numpy as np

# %%
Now we compute the predictions, see lecture 5

# %%
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

# %%
1 / 0
device = "cpu"
