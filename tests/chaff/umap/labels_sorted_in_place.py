# misconception: sorted-apart
# wrong: all_labels is sorted in place, so labels and rows are out of step
# check: labels_are_in_step

# %% id="umap_plot"
fig, ax = plt.subplots(figsize=(8, 7))
all_labels.sort()  # classes in order for the legend
points = ax.scatter(embeddings_umap[:, 0], embeddings_umap[:, 1], c=all_labels, cmap="tab10", s=2)
handles, _ = points.legend_elements()
ax.legend(handles, CLASS_NAMES)
ax.set_title("UMAP, true classes")
plt.show()
