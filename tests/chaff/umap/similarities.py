# misconception: map-of-similarities
# wrong: the ten similarities of each image are reduced
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

similarity = get_cosine_similarity(torch.from_numpy(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
embeddings_umap = umap.UMAP(n_components=2, n_epochs=100, random_state=0, n_jobs=1).fit_transform(similarity)
