# misconception: none
# wrong: the first two coordinates of the embeddings are drawn instead of the map
# check: map_is_drawn

# %% id="umap_plot"
plt.figure(figsize=(8, 7))
points = plt.scatter(all_img_emb[:, 0], all_img_emb[:, 1], c=all_labels, s=2, cmap="tab10")
plt.legend(points.legend_elements()[0], CLASS_NAMES)
plt.title("UMAP of the image embeddings")
plt.show()
