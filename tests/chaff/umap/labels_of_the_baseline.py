# misconception: labels-from-another-pass
# wrong: y_true of Section 2 is used, which came from another pass
# check: labels_are_in_step

# %% id="umap_embed"
emb = []
for images, _ in test_loader:
    emb.append(get_image_embeddings(images).cpu().numpy())
all_img_emb = np.vstack(emb)
all_labels = y_true
