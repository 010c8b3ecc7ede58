# misconception: linear-map-instead-of-umap
# wrong: two of the columns are taken for two dimensions
# check: map_keeps_the_rows

# %% id="umap_project"
embeddings_umap = all_img_emb[:, :2]
