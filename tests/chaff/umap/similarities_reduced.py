# misconception: map-of-similarities
# wrong: the table of similarities with the class names is reduced, not the embeddings
# check: map_keeps_the_rows

# %% id="umap_project"
import umap

sim_to_classes = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
reducer = umap.UMAP(n_components=2, n_epochs=200, random_state=0, n_jobs=1)
embeddings_umap = reducer.fit_transform(sim_to_classes)
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
