# misconception: one-batch-only
# wrong: the variables are assigned anew in each round
# check: every_image_is_embedded

# %% id="umap_embed"
for images, labels in test_loader:
    all_img_emb = get_image_embeddings(images).cpu().numpy()
    all_labels = labels.numpy()
