# %% [markdown] base="solved" unfinished="umap_project umap_plot"
# Mistake: argsort(...)[:, -k:], so that column 0 is the worst of the k and not the best guess.

# %% id="experiment_c"
def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, -k:]

def top_k_accuracy(y_true, top_k):
    return float(np.mean([label in row for label, row in zip(y_true, top_k)]))

scores = all_img_emb @ get_text_embeddings(CLASS_NAMES).cpu().numpy().T
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (1, 3, 5)}
top_1 = get_top_k_predictions(scores, 3)[:, 0]
print("top-1 of the three:", np.mean(top_1 == all_labels))
