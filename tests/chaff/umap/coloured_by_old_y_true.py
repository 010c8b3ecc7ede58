# misconception: labels-from-another-pass
# wrong: y_true is from the baseline's pass, in another order than the rows of the map
# check: map_is_drawn

# %% id="umap_plot"
plt.figure(figsize=(9, 7))
sc = plt.scatter(embeddings_umap[:, 0], embeddings_umap[:, 1], c=y_true, cmap="tab10", s=3)
cbar = plt.colorbar(sc, ticks=range(10))
cbar.ax.set_yticklabels(CLASS_NAMES)
plt.title("UMAP of CLIP image embeddings (true classes)")
plt.show()
