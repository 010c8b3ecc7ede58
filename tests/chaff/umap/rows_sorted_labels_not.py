# misconception: map-rows-out-of-step
# wrong: embeddings_umap is in the order of the classes, all_labels still in the loader's
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

order = np.argsort(all_labels, kind="stable")
reducer = umap.UMAP(n_components=2, metric="cosine", random_state=42, n_epochs=200, n_jobs=1)
embeddings_umap = reducer.fit_transform(all_img_emb[order])
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
