# right: kept in half precision

# %% id="umap_embed"
parts, labels_list = [], []
for images, labels in test_loader:
    parts.append(get_image_embeddings(images).half().cpu())
    labels_list.append(labels)
all_img_emb = torch.cat(parts).numpy()
all_labels = torch.cat(labels_list).numpy()
