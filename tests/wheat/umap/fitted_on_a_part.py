# right: fitted on 5,000 images, the others placed among them

# %% id="umap_project"
import umap

reducer = umap.UMAP(metric="cosine", n_epochs=100, random_state=5, n_jobs=1).fit(all_img_emb[:5000])
embeddings_umap = reducer.transform(all_img_emb)
