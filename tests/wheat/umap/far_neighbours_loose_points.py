# right: many neighbours, points far apart, few rounds, a random start

# %% id="umap_project"
import umap

settings = {"n_neighbors": 50, "min_dist": 0.99, "n_epochs": 50, "init": "random"}
embeddings_umap = umap.UMAP(**settings, random_state=5, n_jobs=1).fit_transform(all_img_emb)
