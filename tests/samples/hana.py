# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: get_predictions reads a global variable instead of its argument.

# %% id="predictions"
sample_images, sample_labels = next(iter(test_loader))
sample_similarity = get_cosine_similarity(
    get_image_embeddings(sample_images), get_text_embeddings(CLASS_NAMES)
)

def get_predictions(similarity):
    return np.argmax(sample_similarity, axis=1)
