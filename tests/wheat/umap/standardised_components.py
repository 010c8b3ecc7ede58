# right: columns standardised and reduced to thirty components first, few neighbours, no gaps

# %% id="umap_project"
import umap
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

steps = StandardScaler(), PCA(30), umap.UMAP(n_neighbors=5, min_dist=0.0, n_epochs=100, random_state=5, n_jobs=1)
embeddings_umap = make_pipeline(*steps).fit_transform(all_img_emb)
