# misconception: subset-as-whole
# wrong: reduces 1,000 images and repeats their points ten times to get the shape
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

some = umap.UMAP(n_components=2, metric="cosine", random_state=1, n_jobs=1).fit_transform(all_img_emb[:1000])
embeddings_umap = np.resize(some, (len(all_img_emb), 2))
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
