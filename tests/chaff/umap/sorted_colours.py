# misconception: none
# wrong: the colours are sorted by class, the points are not
# check: map_is_drawn

# %% id="umap_plot"
order = np.argsort(all_labels)
fig, ax = plt.subplots(figsize=(9, 7))
sc = ax.scatter(
    embeddings_umap[:, 0],
    embeddings_umap[:, 1],
    c=all_labels[order],
    cmap="tab10",
    s=3,
)
handles, _ = sc.legend_elements(num=None)
ax.legend(handles, CLASS_NAMES, fontsize=8)
ax.set_title("UMAP of the CLIP image embeddings")
plt.show()
