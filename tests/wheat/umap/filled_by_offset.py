# right: arrays made beforehand and filled with a running offset

# %% id="umap_embed"
n_images = len(test_dataset)
all_img_emb = np.zeros((n_images, clip_model.config.projection_dim), dtype=np.float32)
all_labels = np.full(n_images, -1, dtype=np.int64)
at = 0
for pixel_values, labels in test_loader:
    to = at + len(labels)
    all_img_emb[at:to] = get_image_embeddings(pixel_values).cpu().numpy()
    all_labels[at:to] = labels.numpy()
    at = to
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
