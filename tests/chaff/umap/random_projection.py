# misconception: linear-map-instead-of-umap
# wrong: a random projection of the standardised columns
# check: map_keeps_the_rows

# %% id="umap_project"
from sklearn.preprocessing import StandardScaler
from sklearn.random_projection import GaussianRandomProjection

scaled = StandardScaler().fit_transform(all_img_emb)
embeddings_umap = GaussianRandomProjection(n_components=2, random_state=0).fit_transform(scaled)
