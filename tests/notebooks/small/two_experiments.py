# %%
import numpy as np
def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, ::-1][:, :k]
def top_k_accuracy(y_true, top_k):
    return float(np.mean([t in row for t, row in zip(y_true, top_k)]))

# %%
prompts_by_class = {"Bag": ["a bag", "a handbag"]}
def get_multi_prompt_predictions(similarity, prompt_class):
    return np.array(prompt_class)[np.argmax(similarity, axis=1)]
