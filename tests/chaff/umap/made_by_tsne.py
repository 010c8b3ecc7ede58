# misconception: tsne-instead-of-umap
# wrong: t-SNE takes the place of UMAP
# check: map_keeps_the_rows

# %% id="umap_project"
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

tsne = TSNE(n_components=2, perplexity=5, max_iter=250, random_state=0)
embeddings_umap = tsne.fit_transform(PCA(10).fit_transform(all_img_emb))
