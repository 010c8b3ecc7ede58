# misconception: linear-map-instead-of-umap
# wrong: principal components, spread evenly by their ranks
# check: map_keeps_the_rows

# %% id="umap_project"
from sklearn.decomposition import PCA
from sklearn.preprocessing import quantile_transform

embeddings_umap = quantile_transform(PCA(n_components=2).fit_transform(all_img_emb))
