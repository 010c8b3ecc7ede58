# misconception: map-rows-out-of-step
# wrong: the rows are sorted by class for the map, the labels are not
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

order = np.argsort(all_labels)
embeddings_umap = umap.UMAP(n_components=2, metric="cosine", n_epochs=200, random_state=0, n_jobs=1).fit_transform(all_img_emb[order])
