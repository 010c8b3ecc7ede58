# misconception: transformers-output-object
# wrong: the output object of transformers 5 is taken for a tensor
# check: every_image_is_embedded

# %% id="umap_embed"
rows, labels_of_rows = [], []
with torch.no_grad():
    for images, labels in test_loader:
        feats = clip_model.get_image_features(pixel_values=images.to(device))
        rows.append((feats / feats.norm(dim=-1, keepdim=True)).cpu().numpy())
        labels_of_rows.append(labels.numpy())
all_img_emb = np.concatenate(rows)
all_labels = np.concatenate(labels_of_rows)
