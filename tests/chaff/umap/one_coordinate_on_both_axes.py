# misconception: one-coordinate-twice
# wrong: the first coordinate is drawn on both axes
# check: map_is_drawn

# %% id="umap_plot"
plt.scatter(embeddings_umap[:, 0], embeddings_umap[:, 0], c=all_labels, cmap="tab10", s=2)
plt.show()
