# misconception: map-transposed
# wrong: the table is transposed before the reduction
# check: map_keeps_the_rows

# %% id="umap_project"
from umap import UMAP

embeddings_umap = UMAP(n_components=2, n_epochs=100, random_state=0, n_jobs=1).fit_transform(all_img_emb.T)

# %% id="umap_plot"
plt.scatter(embeddings_umap[:, 0], embeddings_umap[:, 1])
plt.show()
