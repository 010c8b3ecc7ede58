# misconception: no-figure-drawn
# wrong: bars of the number of images a class
# check: map_is_drawn

# %% id="umap_plot"
plt.bar(CLASS_NAMES, np.bincount(all_labels))
plt.show()
