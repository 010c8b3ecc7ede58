# misconception: no-figure-drawn
# wrong: the figure is saved to a file and closed, not shown
# check: map_is_drawn

# %% id="umap_plot"
import io

plt.figure()
plt.scatter(embeddings_umap[:100, 0], embeddings_umap[:100, 1], c=all_labels[:100])
plt.savefig(io.BytesIO())
plt.close()
