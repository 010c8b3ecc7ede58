# misconception: labels-of-figure-out-of-order
# wrong: the names of the legend are turned around
# check: map_is_drawn

# %% id="umap_plot"
drawn = plt.scatter(*embeddings_umap.T, c=all_labels, cmap="tab10", s=2)
plt.legend(drawn.legend_elements()[0], CLASS_NAMES[::-1])
plt.show()
