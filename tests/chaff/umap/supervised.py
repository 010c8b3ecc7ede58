# misconception: labels-in-the-map
# wrong: the labels are given to UMAP as its target
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

embeddings_umap = umap.UMAP(n_epochs=200, random_state=3, n_jobs=1).fit_transform(all_img_emb, y=all_labels)
