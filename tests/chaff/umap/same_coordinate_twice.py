# misconception: one-coordinate-twice
# wrong: draws the first coordinate against itself: all points on a line
# check: map_is_drawn

# %% id="umap_plot"
plt.figure(figsize=(9, 7))
for c in range(len(CLASS_NAMES)):
    pts = embeddings_umap[all_labels == c]
    plt.scatter(pts[:, 0], pts[:, 0], s=3, alpha=0.5, label=CLASS_NAMES[c])
plt.legend(markerscale=4, fontsize=8)
plt.xlabel("UMAP 1")
plt.ylabel("UMAP 2")
plt.show()
