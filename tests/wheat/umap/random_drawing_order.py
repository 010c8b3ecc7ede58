# right: points are drawn in random order with RGBA colours, names are written into the map instead of a legend

# %% id="umap_plot"
palette = plt.get_cmap("tab10")(np.arange(len(CLASS_NAMES)))
order = np.random.default_rng(3).permutation(len(embeddings_umap))  # no class hides another
fig, ax = plt.subplots(figsize=(9, 8))
ax.scatter(*embeddings_umap[order].T, s=1.5, c=palette[all_labels[order]], linewidths=0)
for c, name in enumerate(CLASS_NAMES):
    x, y = np.median(embeddings_umap[all_labels == c], axis=0)
    ax.text(x, y, name, ha="center", fontweight="bold", bbox=dict(fc="white", alpha=0.7, ec=palette[c]))
ax.set(title="Image embeddings of the test split (UMAP)", xticks=[], yticks=[])
plt.show()
