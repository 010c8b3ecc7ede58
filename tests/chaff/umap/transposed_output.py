# misconception: map-transposed
# wrong: the map is transposed so that it can be unpacked into x and y
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

embeddings_umap = umap.UMAP(n_components=2, metric="cosine", n_epochs=200, random_state=0, n_jobs=1).fit_transform(all_img_emb).T

# %% id="umap_plot"
x, y = embeddings_umap
plt.scatter(x, y, c=all_labels, s=2, cmap="tab10")
plt.show()
