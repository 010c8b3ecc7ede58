# misconception: linear-map-instead-of-umap
# wrong: principal components instead of UMAP
# check: map_keeps_the_rows

# %% id="umap_project"
from sklearn.decomposition import PCA

embeddings_umap = PCA(n_components=2).fit_transform(all_img_emb)
