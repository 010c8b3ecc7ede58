# misconception: none
# wrong: the embedding of its class name is added to that of each image
# check: every_image_is_embedded

# %% id="umap_embed"
names = get_text_embeddings(CLASS_NAMES).cpu()
rows, labels_of_rows = [], []
for images, labels in test_loader:
    both = get_image_embeddings(images).cpu() + names[labels]
    rows.append(both / both.norm(dim=1, keepdim=True))
    labels_of_rows.append(labels)
all_img_emb = torch.cat(rows).numpy()
all_labels = torch.cat(labels_of_rows).numpy()
