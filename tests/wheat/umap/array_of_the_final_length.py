# right: arrays of the final length, filled batch by batch

# %% id="umap_embed"
n, d = len(test_dataset), clip_model.config.projection_dim
all_img_emb = np.zeros((n, d), dtype=np.float32)
all_labels = np.zeros(n, dtype=np.int32)
filled = 0
for images, labels in test_loader:
    end = filled + len(images)
    all_img_emb[filled:end] = get_image_embeddings(images).cpu().numpy()
    all_labels[filled:end] = labels
    filled = end

# %% id="umap_plot"
plt.figure(figsize=(8, 8))
for c in range(10):
    mask = all_labels == c
    plt.plot(embeddings_umap[mask, 0], embeddings_umap[mask, 1], ".", markersize=2, label=CLASS_NAMES[c])
plt.legend()
plt.title("UMAP")
plt.show()
