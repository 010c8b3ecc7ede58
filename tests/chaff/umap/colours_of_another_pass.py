# misconception: labels-from-another-pass
# wrong: the true classes of the baseline's pass give the colours
# check: map_is_drawn

# %% id="umap_plot"
for index, name in enumerate(CLASS_NAMES):
    plt.scatter(*embeddings_umap[y_true == index].T, s=2, label=name)
plt.legend()
plt.show()
