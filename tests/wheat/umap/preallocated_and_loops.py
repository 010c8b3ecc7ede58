# right: arrays filled by offset, Euclidean UMAP with other parameters, ten scatter calls without a legend

# %% id="umap_embed"
n, d = len(test_dataset), clip_model.config.projection_dim
all_img_emb = np.zeros((n, d), dtype=np.float32)
all_labels = np.zeros(n, dtype=np.int64)
pos = 0
for px, lab in test_loader:
    end = pos + len(lab)
    all_img_emb[pos:end] = get_image_embeddings(px).cpu().numpy()
    all_labels[pos:end] = lab.numpy()
    pos = end
assert pos == n
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
# %% id="umap_project"
from umap import UMAP

mapper = UMAP(n_neighbors=30, min_dist=0.0, n_epochs=200).fit(all_img_emb)
embeddings_umap = np.asarray(mapper.embedding_)
print(f"embeddings_umap has the shape {embeddings_umap.shape}")
# %% id="umap_plot"
xs, ys = embeddings_umap.T
for c in np.unique(all_labels):
    plt.plot(xs[all_labels == c], ys[all_labels == c], ".", ms=1.5, color=plt.cm.tab10(c))
    plt.text(np.median(xs[all_labels == c]), np.median(ys[all_labels == c]), CLASS_NAMES[c], fontsize=8)
plt.axis("equal")
plt.show()
