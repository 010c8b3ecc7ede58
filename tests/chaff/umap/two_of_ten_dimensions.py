# misconception: part-of-more-dimensions
# wrong: reduces to ten dimensions and keeps the first two: neighbours of the ten are not neighbours in the two
# check: map_keeps_the_rows

# %% id="umap_project"
# NBVAL_IGNORE_OUTPUT
import umap

embeddings_umap = umap.UMAP(
    n_components=10, metric="cosine", random_state=42, n_jobs=1, n_epochs=200
).fit_transform(all_img_emb)
embeddings_umap = embeddings_umap[:, :2]
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
