# right: other settings, fit and transform apart, and one scatter call with a colour bar

# %% id="umap_project"
from umap import UMAP

reducer = UMAP(n_neighbors=30, min_dist=0.05, metric="cosine", n_epochs=100, random_state=42)
reducer.fit(all_img_emb)
embeddings_umap = reducer.transform(all_img_emb)

# %% id="umap_plot"
fig, ax = plt.subplots(figsize=(10, 8))
points = ax.scatter(*embeddings_umap.T, c=all_labels, cmap="tab10", s=2)
colour_bar = fig.colorbar(points, ticks=range(10))
colour_bar.ax.set_yticklabels(CLASS_NAMES)
ax.set_title("UMAP of the image embeddings")
plt.show()
