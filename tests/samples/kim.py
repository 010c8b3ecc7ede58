# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: np.array(list_of_batches).flatten(), which breaks when the last batch is smaller.

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
    return np.array(y_true).flatten(), np.array(y_pred).flatten()
