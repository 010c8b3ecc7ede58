# misconception: order-not-kept
# wrong: batches are joined along dim=1 and reshaped: rows are in another order than the labels
# check: labels_are_in_step

# %% id="umap_embed"
emb_batches = []
label_batches = []
for images, labels in test_loader:
    emb_batches.append(get_image_embeddings(images).cpu())
    label_batches.append(labels)
all_img_emb = torch.cat(emb_batches, dim=1)
print(all_img_emb.shape)  # hmm, (16, ...)
all_img_emb = all_img_emb.reshape(len(test_dataset), -1).numpy()
all_labels = torch.cat(label_batches).numpy()
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
