# misconception: classes-left-out
# wrong: range(len(CLASS_NAMES) - 1) leaves out the ankle boots: a tenth of the images is not in the picture
# check: map_is_drawn

# %% id="umap_plot"
# NBVAL_IGNORE_OUTPUT
plt.figure(figsize=(10, 8))
for c in range(0, len(CLASS_NAMES) - 1):
    chosen = np.where(all_labels == c)[0]
    plt.scatter(embeddings_umap[chosen, 0], embeddings_umap[chosen, 1], s=2, label=CLASS_NAMES[c])
plt.legend(markerscale=5)
plt.title("UMAP of the test images by true class")
plt.show()
