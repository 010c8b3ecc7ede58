# misconception: order-not-kept
# wrong: embeddings are put in front of the old ones, labels behind: order reversed by batches
# check: labels_are_in_step

# %% id="umap_embed"
all_img_emb = np.empty((0, clip_model.config.projection_dim), dtype=np.float32)
all_labels = np.empty(0, dtype=np.int64)
for pixel_values, labels in test_loader:
    batch_emb = get_image_embeddings(pixel_values).cpu().numpy()
    all_img_emb = np.concatenate([batch_emb, all_img_emb])
    all_labels = np.concatenate([all_labels, labels.numpy()])
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
