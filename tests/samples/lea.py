# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: the text embeddings recomputed in every batch.

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        feats = get_text_embeddings(CLASS_NAMES)
        similarity = get_cosine_similarity(get_image_embeddings(images), feats)
        y_pred.extend(get_predictions(similarity).tolist())
        y_true.extend(labels.tolist())
    return np.array(y_true), np.array(y_pred)
