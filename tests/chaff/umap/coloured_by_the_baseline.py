# misconception: coloured-by-predictions
# wrong: the predictions of the baseline give the colours
# check: map_is_drawn

# %% id="umap_plot"
plt.scatter(*embeddings_umap.T, c=y_pred, cmap="tab10", s=2)
plt.colorbar()
plt.show()
