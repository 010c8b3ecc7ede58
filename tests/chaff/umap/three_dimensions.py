# misconception: map-not-two-dimensional
# wrong: n_components=3
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

embeddings_umap = umap.UMAP(n_components=3, n_epochs=100, random_state=0, n_jobs=1).fit_transform(all_img_emb)

# %% id="umap_plot"
figure = plt.figure(figsize=(8, 7))
axes = figure.add_subplot(projection="3d")
axes.scatter(*embeddings_umap.T, c=all_labels, cmap="tab10", s=2)
plt.show()
