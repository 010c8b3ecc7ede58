# misconception: none
# wrong: the pixels are reduced, not the embeddings
# check: every_image_is_embedded

# %% id="umap_embed"
pixels, labels_of_rows = [], []
for images, labels in test_loader:
    pixels.append(images[:, 0].flatten(1).numpy())
    labels_of_rows.append(labels.numpy())
all_img_emb = np.concatenate(pixels)
all_labels = np.concatenate(labels_of_rows)
