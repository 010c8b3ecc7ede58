# misconception: labels-of-figure-out-of-order
# wrong: the names in the legend do not fit the colours
# check: map_is_drawn

# %% id="umap_plot"
fig, ax = plt.subplots(figsize=(10, 8))
for i, cname in enumerate(sorted(CLASS_NAMES)):
    mask = all_labels == i
    ax.scatter(embeddings_umap[mask, 0], embeddings_umap[mask, 1], s=2, label=cname)
ax.legend(markerscale=5)
ax.set_title("UMAP")
plt.show()
