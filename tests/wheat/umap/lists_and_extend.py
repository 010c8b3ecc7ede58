# right: rows and labels in lists, made into arrays at the end

# %% id="umap_embed"
rows, targets = [], []
for images, labels in test_loader:
    rows.extend(get_image_embeddings(images).cpu().numpy())
    targets.extend(labels.tolist())
all_img_emb = np.array(rows)
all_labels = np.array(targets)
