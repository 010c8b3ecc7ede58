# right: two steps of UMAP, to five dimensions and from these to two

# %% id="umap_project"
import umap

five = umap.UMAP(n_components=5, metric="cosine", random_state=0, n_jobs=1, n_epochs=50).fit_transform(all_img_emb)
embeddings_umap = umap.UMAP(n_components=2, random_state=0, n_jobs=1, n_epochs=200).fit_transform(five)
