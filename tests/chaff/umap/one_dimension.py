# misconception: map-not-two-dimensional
# wrong: n_components=1
# check: map_keeps_the_rows

# %% id="umap_project"
from umap import UMAP

reducer = UMAP(n_components=1, n_epochs=100, random_state=0, n_jobs=1)
embeddings_umap = reducer.fit_transform(all_img_emb)

# %% id="umap_plot"
plt.scatter(embeddings_umap[:, 0], all_labels, c=all_labels, s=2)
plt.show()
