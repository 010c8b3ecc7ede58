# %% [markdown] base="solved" unfinished="umap_project umap_plot"
# Mistake: top-K accuracy with np.isin over the whole batch instead of row by row.

# %% id="experiment_c"
def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, ::-1][:, :k]

def top_k_accuracy(y_true, top_k):
    return float(np.mean(np.isin(y_true, top_k)))

scores = all_img_emb @ get_text_embeddings(CLASS_NAMES).cpu().numpy().T
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (1, 3)}
