# misconception: map-not-coloured
# wrong: no colours are given
# check: map_is_drawn

# %% id="umap_plot"
plt.scatter(embeddings_umap[:, 0], embeddings_umap[:, 1], s=1)
plt.title("All images")
plt.show()
