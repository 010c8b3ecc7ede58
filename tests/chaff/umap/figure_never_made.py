# misconception: no-figure-drawn
# wrong: only a table is printed
# check: map_is_drawn

# %% id="umap_plot"
for index, name in enumerate(CLASS_NAMES):
    print(name, embeddings_umap[all_labels == index].mean(axis=0))
