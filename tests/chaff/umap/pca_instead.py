# misconception: linear-map-instead-of-umap
# wrong: embeddings_umap is made with PCA, not with umap.UMAP
# check: map_keeps_the_rows

# %% id="umap_project"
from sklearn.decomposition import PCA

# umap takes too long on my laptop
reducer = PCA(n_components=2, random_state=42)
embeddings_umap = reducer.fit_transform(all_img_emb)
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
