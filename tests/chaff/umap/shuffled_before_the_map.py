# misconception: map-rows-out-of-step
# wrong: a shuffled copy is reduced
# check: map_keeps_the_rows

# %% id="umap_project"
from umap import UMAP

shuffled = all_img_emb.copy()
np.random.default_rng(0).shuffle(shuffled)
embeddings_umap = UMAP(metric="cosine", n_epochs=200, random_state=0, n_jobs=1).fit_transform(shuffled)
