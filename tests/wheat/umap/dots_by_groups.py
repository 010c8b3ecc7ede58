# right: shoes, tops and the rest have a colour each, drawn with `plot`

# %% id="umap_plot"
groups = {"shoes": (5, 7, 9), "tops": (0, 2, 4, 6), "others": (1, 3, 8)}
for name, members in groups.items():
    plt.plot(*embeddings_umap[np.isin(all_labels, members)].T, ".", markersize=1, label=name)
plt.legend()
plt.show()
