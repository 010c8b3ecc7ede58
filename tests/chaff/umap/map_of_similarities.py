# misconception: map-of-similarities
# wrong: reduces the (N, 10) similarities instead of the embeddings
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

sims = get_cosine_similarity(torch.from_numpy(all_img_emb), get_text_embeddings(CLASS_NAMES))
embeddings_umap = umap.UMAP(random_state=0, n_jobs=1, n_epochs=200).fit_transform(sims)
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
