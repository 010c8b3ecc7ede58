# misconception: none
# wrong: the class index is used as a row index: only ten points are drawn, of arbitrary classes
# check: map_is_drawn

# %% id="umap_plot"
plt.figure(figsize=(9, 7))
for c, name in enumerate(CLASS_NAMES):
    plt.scatter(embeddings_umap[c, 0], embeddings_umap[c, 1], s=5, label=name)
plt.legend()
plt.title("UMAP of the test images, coloured by true class")
plt.show()
