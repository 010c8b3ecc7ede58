# misconception: map-of-similarities
# wrong: similarities with the class names are collected in place of the embeddings
# check: every_image_is_embedded

# %% id="umap_embed"
names = get_text_embeddings(CLASS_NAMES)
rows, labels_of_rows = [], []
for images, labels in test_loader:
    rows.append(get_cosine_similarity(get_image_embeddings(images), names))
    labels_of_rows.append(labels.numpy())
all_img_emb = np.concatenate(rows)
all_labels = np.concatenate(labels_of_rows)
