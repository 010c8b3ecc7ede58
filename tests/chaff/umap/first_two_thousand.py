# misconception: subset-as-whole
# wrong: stops after 2,000 images to save time
# check: every_image_is_embedded

# %% id="umap_embed"
rows, labels_of_rows = [], []
for number, (images, labels) in enumerate(test_loader):
    if number == 125:
        break
    rows.append(get_image_embeddings(images).cpu().numpy())
    labels_of_rows.append(labels.numpy())
all_img_emb = np.concatenate(rows)
all_labels = np.concatenate(labels_of_rows)
