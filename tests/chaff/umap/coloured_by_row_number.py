# misconception: none
# wrong: the colours say which row a point stands in
# check: map_is_drawn

# %% id="umap_plot"
plt.scatter(*embeddings_umap.T, c=np.arange(len(embeddings_umap)), cmap="tab10", s=2)
plt.show()
